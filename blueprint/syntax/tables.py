"""The parse table of the grammar: made by Lark, kept beside the grammar, loaded in a few milliseconds.

Lark turns `grammars/oib.lark` into an LALR(1) table. That takes a quarter of a second, and importing Lark takes
longer than compiling a small blueprint, so the table is kept in `grammars/oib.table.json`, which holds a checksum
of the grammar that it was made of. Where the two differ, because someone is at work on the grammar, the table is made
anew in memory; `python -m blueprint.syntax.tables` writes it, and a test says when that was forgotten. Nothing is
ever written while a blueprint is compiled. The file is plain JSON of names, numbers and regular expressions:
unlike a pickle it can be reviewed, does not depend on the version of Lark, and cannot run code.

The scanner has four modes instead of one lexer for each set of acceptable terminals: ordinary text, the
name after a dot, the inside of `"…"` and of `\"\"\"…\"\"\"`. The state of the parser chooses between them. Where two readings
are left (`:02}` as a format, `::1` as an address), the parser takes the one for which it has an action. That gives the
same terminals as Lark's own contextual lexer (a test compares the trees), with four regular expressions to compile
at start-up, not a hundred.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import grammars

GRAMMAR: Final = "oib.lark"
TABLE: Final = "oib.table.json"
END: Final = "$END"
CHAR: Final = "CHAR"
"""What the scanner says where no terminal begins."""
FOREIGN_NAME: Final = "FOREIGN_NAME"
"""A name with letters beyond ASCII: not in the grammar, reported and read as a name."""

PUNCTUATION: Final = {
    "{": "LBRACE", "}": "RBRACE", "[": "LSQB", "]": "RSQB", "(": "LPAR", ")": "RPAR", ",": "COMMA",
}  # fmt: skip
"""Characters that begin no other terminal, so that one alternative of the scanner serves for all of them."""

Row = dict[str, int]
Scan = tuple[Callable[[str, int], Any], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Production:
    """One production: what it makes, of how many symbols, and what is handed to which builder method.

    `callback` is None where the single kept symbol is the value. `pick` makes the arguments out of
    the values of all symbols followed by one None, or is None where all values are the arguments.
    """

    origin: str
    size: int
    callback: str | None
    pick: Callable[[list[Any]], tuple[Any, ...]] | None
    single: int


@dataclass(frozen=True, slots=True)
class Table:
    """The automaton: a row of actions and of gotos for each state, and how to scan in it.

    An action is the state to shift to, or `~n` to reduce by production n.
    `symbols` holds the symbol by which each state is entered: the parser's stack read as symbols.
    """

    rows: tuple[Row, ...]
    gotos: tuple[Row, ...]
    productions: tuple[Production, ...]
    symbols: tuple[str, ...]
    start: int
    end: int
    scans: tuple[Scan, ...]
    words: dict[str, str]
    not_in: re.Pattern[str]
    format: re.Pattern[str]


def grammar_text() -> str:
    """The Lark grammar."""
    return _read(GRAMMAR).decode()


def _read(name: str) -> bytes:
    """A file beside the grammar, wherever the package was loaded from."""
    # importlib.resources and pkgutil do the same, and take longer to import than the table to load
    loader: Any = grammars.__loader__
    data: bytes = loader.get_data(f"{grammars.__path__[0]}/{name}")
    return data


_loaded: dict[str, Table] = {}


def table() -> Table:
    """The table of the grammar, loaded once in a process."""
    if "" not in _loaded:
        _loaded[""] = _from_data(table_data())
    return _loaded[""]


def table_data() -> dict[str, Any]:
    """The table as data: from its file, or made anew where the grammar is another one than the file's."""
    grammar = grammar_text()
    try:
        data: dict[str, Any] = json.loads(_read(TABLE))
    except FileNotFoundError:
        return make_data(grammar)
    return data if data["grammar"] == _checksum(grammar) else make_data(grammar)


def _checksum(grammar: str) -> int:
    return zlib.crc32(grammar.encode())


# ------------------------------------------------------------------------------------- the table by Lark


def make_data(grammar: str, *, strict: bool = False) -> dict[str, Any]:
    """What Lark makes of a grammar, as data that JSON can hold."""
    from lark import Lark
    from lark.common import ParserConf
    from lark.parsers.lalr_analysis import LALR_Analyzer

    lark = Lark(grammar, parser="lalr", lexer="contextual", strict=strict, maybe_placeholders=True)
    analyzer = LALR_Analyzer(ParserConf(lark.rules, {}, ["start"]), strict=strict)
    analyzer.compute_lalr()  # type: ignore[no-untyped-call]  # lark is partly typed
    made = analyzer.parse_table
    rules = {rule: number for number, rule in enumerate(lark.rules)}
    # Lark numbers states by their item sets in whatever order it met them: number them by a walk from the start
    order = _walk(made)
    number = {state: index for index, state in enumerate(order)}
    rows: list[Row] = []
    gotos: list[Row] = []
    for state in order:
        row: Row = {}
        goto: Row = {}
        for symbol, (action, argument) in sorted(made.states[state].items()):
            if action.name == "Reduce":
                row[symbol] = ~rules[argument]
            elif symbol.isupper() or symbol == END:
                row[symbol] = number[argument]
            else:
                goto[symbol] = number[argument]
        rows.append(row)
        gotos.append(goto)
    terminals = sorted(
        lark.terminals,
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    return {
        "grammar": _checksum(grammar),
        "terminals": [[t.name, t.pattern.to_regexp(), t.pattern.type] for t in terminals],
        "ignored": sorted(lark.ignore_tokens),
        "productions": [_production_data(rule) for rule in lark.rules],
        "start": number[made.start_states["start"]],
        "end": number[made.end_states["start"]],
        **_shared("rows", rows),
        **_shared("gotos", gotos),
    }


def _walk(made: Any) -> list[Any]:
    order = [made.start_states["start"]]
    seen = set(order)
    for state in order:
        for _, (action, argument) in sorted(made.states[state].items()):
            if action.name != "Reduce" and argument not in seen:
                seen.add(argument)
                order.append(argument)
    assert len(order) == len(made.states)
    return order


def _shared(name: str, rows: list[Row]) -> dict[str, Any]:
    """Rows that are alike once, and which of them each state has."""
    unique: dict[str, int] = {}
    kept: list[Row] = []
    index = []
    for row in rows:
        text = json.dumps(row, sort_keys=True)
        if text not in unique:
            unique[text] = len(kept)
            kept.append(row)
        index.append(unique[text])
    return {name: kept, f"{name}_of_states": index}


def _production_data(rule: Any) -> list[Any]:
    """Origin, size, callback, and the indices of the kept symbols (-1 for an absent optional one)."""
    kept: list[int] = []
    symbols = iter(enumerate(rule.expansion))
    for is_absent in rule.options.empty_indices or [False] * len(rule.expansion):
        if is_absent:
            kept.append(-1)
            continue
        index, symbol = next(symbols)
        if not (symbol.is_term and symbol.filter_out):
            kept.append(index)
    callback = rule.alias or rule.origin.name
    if rule.options.expand1 and not rule.alias and len(kept) == 1:
        callback = None
    return [str(rule.origin.name), len(rule.expansion), callback and str(callback), kept]


# ------------------------------------------------------------------------------------- the table at work


def _from_data(data: dict[str, Any]) -> Table:
    intern = sys.intern
    rows = [{intern(k): v for k, v in row.items()} for row in data["rows"]]
    gotos = [{intern(k): v for k, v in row.items()} for row in data["gotos"]]
    row_of = tuple(rows[n] for n in data["rows_of_states"])
    goto_of = tuple(gotos[n] for n in data["gotos_of_states"])
    symbols = [""] * len(row_of)
    for row in (*rows, *gotos):
        for symbol, action in row.items():
            if action >= 0:
                symbols[action] = symbol
    terminals = {name: (regexp, kind) for name, regexp, kind in data["terminals"]}
    words = {
        regexp: intern(name)
        for name, (regexp, kind) in terminals.items()
        if kind == "str" and regexp.isidentifier()
    }
    words |= {"and": "OPERATOR", "or": "OPERATOR"}
    modes = _modes(terminals, data["ignored"])
    return Table(
        rows=row_of,
        gotos=goto_of,
        productions=tuple(_production(*p) for p in data["productions"]),
        symbols=tuple(symbols),
        start=data["start"],
        end=data["end"],
        scans=tuple(modes[_mode(row)] for row in row_of),
        words=words,
        not_in=re.compile(terminals["NOT_IN"][0]),
        format=re.compile(terminals["FORMAT"][0]),
    )


def _production(origin: str, size: int, callback: str | None, kept: list[int]) -> Production:
    pick = None
    single = 0
    if callback is None:
        single = kept[0]
    elif kept != list(range(size)):
        pick = itemgetter(*kept) if len(kept) > 1 else _one(kept[0]) if kept else _nothing
    return Production(sys.intern(origin), size, callback, pick, single)


def _one(index: int) -> Callable[[list[Any]], tuple[Any, ...]]:
    return lambda values: (values[index],)


def _nothing(_: list[Any]) -> tuple[Any, ...]:
    return ()


def _mode(row: Row) -> str:
    if "CHARS" in row:
        return "string"
    if "TEXT_CHARS" in row:
        return "text"
    if row.keys() == {"MEMBER"}:
        return "member"
    return "normal"


def _modes(terminals: dict[str, tuple[str, str]], ignored: list[str]) -> dict[str, Scan]:
    inside = {
        "string": ["CHARS", "HOLE", "QUOTE", "UNCLOSED"],
        "text": ["TEXT_CHARS", "HOLE", "TEXT_QUOTE"],
    }
    elsewhere = {"CHARS", "UNCLOSED", "TEXT_CHARS", "HOLE", "MEMBER", "FORMAT", "NOT_IN", *ignored}
    regexps = {name: regexp for name, (regexp, _) in terminals.items()}
    name = re.sub(r"^\(\?!.*?\\b\)", "", regexps["NAME"])
    normal = [
        # the most frequent first; the look-ahead leaves `fd00::1` to the addresses
        ("NAME", rf"{name}+(?!:[0-9A-Fa-f]*:|-[0-9A-Fa-f]{{2}}-[0-9A-Fa-f]{{2}}-)"),
        ("PUNCTUATION", f"[{re.escape(''.join(PUNCTUATION))}]"),
        ("EQUAL", regexps["EQUAL"]),
        ("COMMENT", regexps["COMMENT"]),
        *((n, regexps[n]) for n in terminals if n not in elsewhere and not _is_word(regexps[n])),
    ]
    normal = [(n, name if n == "NAME" and r == regexps["NAME"] else r) for n, r in normal]
    normal.append((FOREIGN_NAME, r"[^\W\d]\w*"))
    member = [("MEMBER", regexps["MEMBER"]), ("COMMENT", regexps["COMMENT"])]
    return {
        "normal": _scan(normal, skip=True),
        "member": _scan(member, skip=True),
        **{
            mode: _scan([(n, regexps[n]) for n in names], skip=False)
            for mode, names in inside.items()
        },
    }


_GROUP = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\((?!\?)", re.DOTALL)
"""An opening parenthesis that captures; escapes and character classes are passed over."""


def _is_word(regexp: str) -> bool:
    return regexp.isidentifier()


def _scan(alternatives: list[tuple[str, str]], *, skip: bool) -> Scan:
    """A matcher that always matches, and the terminal of each of its groups."""
    without_groups = [(n, _GROUP.sub(lambda m: m[1] or "(?:", r)) for n, r in alternatives]
    without_groups += [(END, r"\Z"), (CHAR, r"(?s:.)")]
    body = "|".join(f"({r})" for _, r in without_groups)
    space = r"[ \t\r\n]*+" if skip else ""
    pattern = re.compile(f"{space}(?:{body})")
    return pattern.match, ("", *(sys.intern(n) for n, _ in without_groups))


def main() -> None:
    """Write the table beside the grammar."""
    from pathlib import Path

    text = json.dumps(make_data(grammar_text(), strict=True), separators=(",", ":"), sort_keys=True)
    place = Path(__file__).parents[2] / "grammars" / TABLE
    place.write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
