"""After a syntax error: what was read is kept, the parser goes on where it can.

The parser stops at the first terminal for which the automaton has no action. What its stack holds, read as symbols of
the grammar, says where in the language it stands. `faults.py` is a table of such situations: each row names
what is wrong in the words of the language and mends it, by leaving out what was found, by putting in what is missing,
or by reading it as what was meant; then nothing is lost, and the next error is a real one. Where no row fits,
the parser falls back to the nearest bracket, or to the entry: what was read of it stays in the tree with a
broken value, and reading goes on at the next place that looks like an entry.

A text with unbalanced braces is read twice: the second time an entry that begins at the depth of an open block's own
head closes that block, which finds the block whose `}` is missing; the end of the file would find
only the outermost.

Every step moves on in the text or makes the stack smaller, a file gives a bounded number of errors, and no
step looks at more than once what the previous ones have passed, so the time stays in proportion to the length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import syntax as say
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.syntax.salvage import salvage
from blueprint.syntax.tables import END
from blueprint.syntax.tokens import Resume, Token

if TYPE_CHECKING:
    from blueprint.syntax.build import Builder
    from blueprint.syntax.tables import Table

MAX_ERRORS: Final = 100
"""Faults that are told of one file."""
_MAX_MENDED: Final = 2000
"""Faults that are mended in one file, told or not."""
_MAX_STEPS_AT_ONE_PLACE: Final = 12

DECLARING: Final = frozenset(
    [
        "LET",
        "PARAM",
        "TYPE",
        "USE",
        "EXPORT",
        "TEMPLATE",
        "EXISTING",
        "REMOVE",
        "ASSERT",
        "REQUIRE",
        "FOR",
        "IF",
    ]
)
"""The words that begin an entry."""
_DECLARING = "|".join(sorted(word.lower() for word in DECLARING))
ENTRY: Final = re.compile(
    rf"(?:{_DECLARING})\b[ \t]*[A-Za-z_\"(\[:-]"
    r"|[A-Za-z_]\w*[ \t]*(?:[+-]?=(?!=)|\{)"
    r"|[A-Za-z_]\w*[ \t]+(?:[A-Za-z_][\w.]*|\"[^\"\n]*\"|[0-9][0-9_.]*[ \t]?[A-Za-z%]+)(?:\[[^\n]*?\])?[ \t]*(?:\{|like\b)"
    r"|\"[^\"\n]*\"[ \t]*(?:=(?!=)|\{)"
)
"""What looks like the beginning of an entry at the beginning of a line."""
_INLINE = re.compile(
    r"[A-Za-z_]\w*[ \t]*(?:[+-]?=(?!=)|(?:[ \t](?:[A-Za-z_]\w*|[0-9][0-9_.]*[ \t]?[A-Za-z%]+)[ \t]*)?\{)"
)
_SCAN = re.compile(
    r'(?P<skip>"""[\s\S]*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?|#[^\n]*|\w+)'
    r"|(?P<open>[{(\[])|(?P<close>[)}\]])|(?P<line>\n[ \t]*)|(?P<space>[ \t]+)|(?s:.)"
)


class Recovery:
    """Mends the stacks of one run of the parser."""

    def __init__(
        self, table: Table, builder: Builder, states: list[int], values: list[Any]
    ) -> None:
        self.table = table
        self.builder = builder
        self.text = builder.text
        self.states = states
        self.values = values
        self.by_indent = False
        self.reported_openers: set[int] = set()
        self.text_is_open = False
        self._quiet_line = -1
        self._skipped = 0
        self._told_entry: tuple[int, int] | None = None
        self._errors = 0
        self._mended = 0
        self._last_place = -1
        self._steps = 0
        self._floor = -1

    # ------------------------------------------------------------------------------------- what stands where

    def symbol(self, depth: int) -> str:
        """The symbol at a depth of the stack, 0 for the top."""
        return self.table.symbols[self.states[-1 - depth]] if depth < len(self.states) else ""

    def value(self, depth: int) -> Any:
        """The value at a depth of the stack."""
        return self.values[-1 - depth]

    def goes_to(self, nonterminal: str) -> bool:
        """Whether a nonterminal can begin where the parser stands."""
        return nonterminal in self.table.gotos[self.states[-1]]

    def accepts(self, *kinds: str) -> bool:
        """Whether the parser could read these terminals, one after the other."""
        table = self.table
        states = list(self.states)
        for kind in kinds:
            while True:
                action = table.rows[states[-1]].get(kind)
                if action is None:
                    return False
                if action >= 0:
                    states.append(action)
                    break
                production = table.productions[~action]
                if production.size:
                    del states[-production.size :]
                states.append(table.gotos[states[-1]][production.origin])
                if kind == END and states[-1] == table.end:
                    return True
        return True

    def opener(self) -> tuple[str, Token | None]:
        """The innermost bracket of the entry that is being read: its symbol and its place."""
        closed = 0  # a bracket that was just closed is not reduced before the next terminal fits
        for depth in range(len(self.states) - 1):
            symbol = self.symbol(depth)
            if symbol in ("RSQB", "RPAR", "RBRACE"):
                closed += 1
            elif symbol in ("LSQB", "LPAR", "HOLE", "LBRACE"):
                if closed:
                    closed -= 1
                    continue
                start, end, word = self.value(depth)
                return symbol, Token(symbol, start, end, word)
            if symbol == "entries":
                return "", None
        return "", None

    def open_blocks(self) -> list[Token]:
        """Every `{` that is open, the outermost first."""
        symbols = self.table.symbols
        blocks: list[Token] = []
        for state, value in zip(self.states[1:], self.values, strict=True):
            if symbols[state] in ("LBRACE", "HOLE"):
                blocks.append(Token(symbols[state], *value))
            elif symbols[state] == "RBRACE":
                blocks.pop()
        return [block for block in blocks if block.kind == "LBRACE"]

    def reopen(self, nonterminal: str, whole: str) -> None:
        """Take a `whole` that was completed too early for one of its parts again."""
        if self.symbol(0) == whole and nonterminal in self.table.gotos[self.states[-2]]:
            value = self.value(0)
            self.pop()
            self.put(nonterminal, value)

    def line_start(self, offset: int) -> int:
        """Offset of the first character of a line."""
        return self.text.rfind("\n", 0, offset) + 1

    def indent(self, offset: int) -> int:
        """How many blanks the line of an offset begins with."""
        start = self.line_start(offset)
        end = start
        while self.text[end : end + 1] in (" ", "\t"):
            end += 1
        return end - start

    def is_first(self, offset: int) -> bool:
        """Whether nothing but blanks stands before an offset on its line."""
        return self.line_start(offset) + self.indent(offset) == offset

    def is_new_entry(self, found: Token) -> bool:
        """Whether what was found begins its line and looks like an entry."""
        return self.is_first(found.start) and ENTRY.match(self.text, found.start) is not None

    def declares(self, found: Token) -> bool:
        """Whether what was found begins a declaration, and is not a word used as a name."""
        return found.kind in DECLARING and ENTRY.match(self.text, found.start) is not None

    def line_of(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.builder.source.position(offset).line

    def span(self, start: int, end: int) -> Span:
        """A stretch of the source."""
        return self.builder.span(start, max(end, start))

    def naming(self, found: Token) -> str:
        """What was found, as a diagnostic says it."""
        if found.kind == END:
            return "the end of the file"
        word = found.word.split("\n", 1)[0]
        return f"`{word if len(word) <= 40 else word[:39] + '…'}`"

    # ----------------------------------------------------------------------------------------------- mending

    def report(self, diagnostic: Diagnostic) -> None:
        """Tell a fault, unless one was told of the same entry: the second is most likely its consequence."""
        span = diagnostic.span
        assert span is not None
        entry = self._entry(span.start)
        if entry != self._told_entry and self.line_of(span.start) != self._quiet_line:
            self.tell(diagnostic)
        self._told_entry = entry

    def tell(self, diagnostic: Diagnostic) -> None:
        """Tell a fault that is one whatever stands around it."""
        self.builder.report(diagnostic)
        self._errors += 1

    def _entry(self, place: int) -> tuple[int, int]:
        """Which entry is being read: where it begins; between two entries, the line."""
        if self.is_first(place) and (self.accepts("RBRACE") or self.accepts(END)):
            return -self.line_of(place), self._skipped
        for depth in range(len(self.states)):
            if self.symbol(depth) == "entries":
                if depth == 0:
                    return -self.line_of(place), self._skipped
                start = start_of(self.value(depth - 1))
                return place if start is None else start, self._skipped
        return -1, self._skipped

    def insert(self, kind: str, word: str = "") -> Resume:
        """Read a terminal that is missing before what was found."""
        at = self.builder.end
        return Resume(at, Token(kind, at, at, word))

    def replace(
        self, found: Token, kind: str, word: str | None = None, end: int | None = None
    ) -> Resume:
        """Read what was found as another terminal."""
        stop = found.end if end is None else end
        return Resume(stop, Token(kind, found.start, stop, found.word if word is None else word))

    def drop(self, end: int) -> Resume:
        """Leave out what was found, and go on at `end`."""
        return Resume(end)

    def again(self, found: Token) -> Resume:
        """Read what was found once more: the stack has been mended."""
        return Resume(found.start, found)

    def is_after(self, found: Token, character: str) -> bool:
        """Whether the last terminal before what was found ends with a character."""
        end = self.builder.end
        return end <= found.start and self.text[end - 1 : end] == character

    def put(self, nonterminal: str, value: Any) -> None:
        """Take a nonterminal for read."""
        self.states.append(self.table.gotos[self.states[-1]][nonterminal])
        self.values.append(value)

    def shift(self, kind: str, value: Any) -> None:
        """Take a terminal for read, which the parser accepts."""
        while True:
            action = self.table.rows[self.states[-1]][kind]
            if action >= 0:
                self.states.append(action)
                self.values.append(value)
                return
            self._reduce(~action)

    def _reduce(self, number: int) -> None:
        production = self.table.productions[number]
        arguments = self.values[-production.size :] if production.size else []
        if production.size:
            self.pop(production.size)
        if production.callback is None:
            value = arguments[production.single]
        else:
            if production.pick is not None:
                arguments = list(production.pick([*arguments, None]))
            value = getattr(self.builder, production.callback)(*arguments)
        self.put(production.origin, value)

    def pop(self, count: int = 1) -> None:
        """Forget the top of the stack."""
        del self.states[-count:], self.values[-count:]

    def recover(self, found: Token) -> Resume | None:
        """Mend the stack so that the parser can go on; None where it has to give up."""
        from blueprint.syntax.faults import ROWS

        self._mended += 1
        if self._errors >= MAX_ERRORS or self._mended > _MAX_MENDED:
            self.builder.report(say.too_many_errors(self.span(found.start, found.end), MAX_ERRORS))
            return None
        if found.start != self._last_place:
            self._last_place, self._steps = found.start, 0
        self._steps += 1
        if self._steps < _MAX_STEPS_AT_ONE_PLACE:
            for row in ROWS:
                resume = row(self, found)
                if resume is not None:
                    return resume
        return self.fall_back(found)

    def fall_back(self, found: Token) -> Resume:
        """Give the entry up that is being read, or what stands in its innermost brackets."""
        if self._steps < _MAX_STEPS_AT_ONE_PLACE:
            resume = self._skip_brackets(found)
            if resume is not None:
                return resume
        return self.skip_entry(found)

    def _skip_brackets(self, found: Token) -> Resume | None:
        """Leave `[…]`, `(…)` or `${…}` out where it closes on the same line."""
        symbol, opener = self.opener()
        if opener is None or symbol == "LBRACE" or found.kind == END:
            return None
        closing = {"LSQB": "]", "LPAR": ")", "HOLE": "}"}[symbol]
        place = self._closing(found.start, closing)
        if place is None:
            return None
        depth = next(d for d in range(len(self.states)) if self.symbol(d) == symbol)
        if depth:
            self.pop(depth)
        if not self.goes_to("expr"):
            return None
        self._quiet_line = self.line_of(found.start)
        self.put("expr", ast.BrokenExpr(self.span(found.start, place)))
        return Resume(place)

    def _closing(self, start: int, closing: str) -> int | None:
        depth = 0
        at = start
        while at < len(self.text):
            found = _SCAN.match(self.text, at)
            assert found
            if found["line"] is not None:
                return None
            if found["open"]:
                depth += 1
            elif found["close"]:
                if depth == 0:
                    return at if found[0] == closing else None
                depth -= 1
            elif closing == "}" and found[0][0] == '"':
                return None  # the text around the hole goes on here
            at = found.end()
        return None

    def skip_entry(self, found: Token, at: int | None = None) -> Resume:
        """Give the entry up: keep what was read of it, and go on at the next place that looks like one."""
        popped: list[tuple[str, Any]] = []
        braces = 0
        while self.symbol(0) != "entries" and not self.goes_to("entries"):
            popped.append((self.symbol(0), self.value(0)))
            braces += self.symbol(0) in ("LBRACE", "HOLE")
            self.pop()
        if self.symbol(0) != "entries":
            self.put("entries", [])
        began = found.start
        if popped:
            popped.reverse()
            began = _begin(popped, found.start)
            entry = salvage(self.builder, popped, began)
            if entry is not None:
                self.value(0).append(entry)
        self._skipped += 1
        if at is not None:
            place = at
        elif popped and self.is_new_entry(found) and found.start > began:
            place = found.start
        else:
            place = self._next_entry(max(found.start, self._floor), braces, self.indent(began))
        if place <= self._floor:
            place = self._next_entry(self._floor + 1, 0, self.indent(began))
        self._floor = place
        if place != found.start:
            self._quiet_line = self.line_of(found.start)
        return Resume(place)

    def _next_entry(self, start: int, braces: int, indent: int) -> int:
        """Where the next entry seems to begin, or the body closes; `braces` of the skipped entry are open."""
        text = self.text
        depth, brackets = braces, 0
        at = start
        while at < len(text):
            found = _SCAN.match(text, at)
            assert found
            end = found.end()
            if found["open"]:
                if found[0] == "{":
                    depth += 1
                else:
                    brackets += 1
            elif found["close"]:
                if found[0] != "}":
                    brackets -= 1
                elif depth == 0:
                    return at
                else:
                    depth -= 1
            elif found["line"] is not None:
                if ENTRY.match(text, end) and (depth == 0 or end - at - 1 <= indent):
                    return end
            elif found["space"] and depth == 0 and brackets <= 0 and _INLINE.match(text, end):
                return end
            at = end
        return at

    def skip_block(self, start: int) -> int:
        """The place after the `}` of the `{` at `start`, or the end of the text."""
        depth = 0
        at = start
        while at < len(self.text):
            found = _SCAN.match(self.text, at)
            assert found
            at = found.end()
            if found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if depth == 0:
                    return at
        return at

    # ------------------------------------------------------------------------------------------ by indentation

    def closes_block(self, found: Token) -> Resume | None:
        """In a text with unbalanced braces: whether an entry that begins its line closes a block above it."""
        if not self.is_new_entry(found):
            return None
        blocks = self.open_blocks()
        if not blocks:
            return None
        opening = blocks[-1]
        depth = self.indent(opening.start)
        if (
            self.line_of(opening.start) == self.line_of(found.start)
            or self.indent(found.start) > depth
        ):
            return None
        if not self.accepts("RBRACE"):
            return None
        self.report_unclosed(opening, found)
        return self.insert("RBRACE", "}")

    def report_unclosed(self, opening: Token, found: Token) -> None:
        """Say that a block is not closed before what was found."""
        if opening.start in self.reported_openers:
            return
        self.reported_openers.add(opening.start)
        head = self.text[self.line_start(opening.start) : opening.start].strip()
        head = head if len(head) <= 60 and "{" not in head else ""
        place = None if found.kind == END else self.span(found.start, found.end)
        self.tell(
            say.unclosed_block(self.span(opening.start, opening.end), head, found.word, place)
        )


def _begin(popped: list[tuple[str, Any]], otherwise: int) -> int:
    for _, value in popped:
        start = start_of(value)
        if start is not None:
            return start
    return otherwise


def start_of(value: Any) -> int | None:
    """Where a value of the parser's stack begins."""
    if isinstance(value, tuple) and len(value) == 3 and isinstance(value[0], int):
        return value[0]
    if isinstance(value, list):
        return start_of(value[0]) if value else None
    span = getattr(value, "span", None)
    return None if span is None else int(span.start)
