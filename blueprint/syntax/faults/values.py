"""Rows of the table of faults about what stands around a value: separators, `=`, types, words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from blueprint.diagnostics import syntax as say
from blueprint.syntax import ast, literals
from blueprint.syntax.faults import characters
from blueprint.syntax.recover import DECLARING, start_of
from blueprint.syntax.tables import END
from blueprint.syntax.tokens import Resume, Token

if TYPE_CHECKING:
    from blueprint.syntax.recover import Recovery

_LITERALS: Final = frozenset(
    {"NUMBER", "QUANTITY", "UNKNOWN_UNIT", "DOTTED", "COLONED", "DATE", "PLAIN", "QUOTE", "TEXT_QUOTE", "TRUE", "FALSE", "LSQB"}
)  # fmt: skip
_CLOSERS: Final = {"RBRACE": "}", "RSQB": "]", "RPAR": ")"}
_OPENERS: Final = {"LSQB": "RSQB", "LPAR": "RPAR", "HOLE": "RBRACE"}
_OPERATORS: Final = frozenset({"OPERATOR", "MINUS", "IN", "NOT_IN", "RANGE", "NOT", "operator"})
_TO_BRACE: Final = re.compile(r"[^\n{}#]*\{")
_NUMBER_LABEL: Final = re.compile(r"[0-9][0-9_.]*(?:[ \t]*([A-Za-z]\w*))?(?=[ \t]*\{)")
_NEEDED: Final = (("THEN", "then"), ("IN", "in"), ("AS", "as"), ("COLON", ":"))


def separator(at: Recovery, found: Token) -> Resume | None:
    """A comma or semicolon after an entry."""
    if found.word not in (",", ";") or not (at.accepts("RBRACE") or at.accepts(END)):
        return None
    if at.opener()[0] in _OPENERS:
        return None
    at.tell(say.separator_between_entries(at.span(found.start, found.end), found.word))
    return at.drop(found.end)


def semicolon_in_brackets(at: Recovery, found: Token) -> Resume | None:
    """`[a; b]`."""
    if found.word != ";" or not at.accepts("COMMA"):
        return None
    at.report(say.missing_comma(at.span(found.start, found.end), "`;`"))
    return at.replace(found, "COMMA", ",")


def colon(at: Recovery, found: Token) -> Resume | None:
    """`site: site.bj1`, `x := 3`, `x == 3`, `x => 3`."""
    if (
        found.word in ("==", ":")
        and at.accepts("EQUAL")
        and not at.accepts("OPERATOR")
        and at.symbol(0) not in DECLARING
    ):
        mark = ":=" if at.text.startswith(":=", found.start) else found.word
        end = found.start + len(mark)
        at.report(say.colon_for_equals(at.span(found.start, end), mark))
        rest = at.text[end : characters.line_end(at, end)].strip(" \t")
        if not rest or rest[0] == "#":
            return at.skip_entry(found, end)
        return at.replace(found, "EQUAL", "=", end)
    if found.word in (">", ">=") and at.symbol(0) == "EQUAL" and at.builder.end == found.start:
        at.report(say.colon_for_equals(at.span(found.start - 1, found.end), "=>"))
        return at.drop(found.end)
    return None


def equals_in_condition(at: Recovery, found: Token) -> Resume | None:
    """`if env = lab {`."""
    if found.kind not in ("EQUAL", "HANGING") or not (
        at.symbol(0) == "expr" or at.accepts("OPERATOR")
    ):
        return None
    for depth in range(len(at.states)):
        symbol = at.symbol(depth)
        if symbol in ("IF", "ASSERT", "REQUIRE", "EVERY", "SOME", "for_clause"):
            at.report(say.equals_in_condition(at.span(found.start, found.end)))
            at.reopen("operand", "expr")
            return at.replace(found, "OPERATOR", "==")
        if symbol in ("entries", "EQUAL", "ASSIGN", "HOLE"):
            return None
    return None


def value_is_next_key(at: Recovery, found: Token) -> Resume | None:
    """`vlan =  mtu = 9000`: the next entry's name was read as the value."""
    if found.kind not in ("EQUAL", "ASSIGN", "HANGING") or at.symbol(1) not in ("EQUAL", "ASSIGN"):
        return None
    value = at.value(0)
    if not isinstance(value, (ast.NameExpr, ast.LiteralExpr, tuple)):
        return None
    start = start_of(value)
    assert start is not None
    key = at.value(2)
    name = key[2] if isinstance(key, tuple) else key.span.text
    key_start = start_of(key) or 0
    at.report(say.missing_value(at.span(key_start, key_start + len(name)), name, hangs=False))
    at.pop()
    return at.skip_entry(found, start)


def missing_value(at: Recovery, found: Token) -> Resume | None:
    """`vlan = }`, `1 <` at the end of an entry."""
    is_operator = at.symbol(0) in _OPERATORS and not at.goes_to("operand")
    goal = (
        "operand" if is_operator else next((n for n in ("expr", "operand") if at.goes_to(n)), None)
    )
    if goal is None or at.symbol(0) in ("LSQB", "LPAR", "HOLE"):
        return None
    ends = found.kind in (*_CLOSERS, "COMMA", "THEN", "ELSE", "COLON", "EQUAL", "HANGING", END)
    if not (ends or at.declares(found) or at.is_new_entry(found)):
        return None
    broken = ast.BrokenExpr(at.span(at.builder.end, at.builder.end))
    if at.symbol(0) in ("EQUAL", "ASSIGN"):
        before = at.value(1)
        if isinstance(before, tuple) and isinstance(before[2], str):
            start, end, name = before
        else:
            start, end = at.value(0)[:2]
            name = at.text[at.line_start(start) : start].split("=")[-1].strip() or "="
            name = name.removeprefix("let ").removeprefix("param ")
        at.report(say.missing_value(at.span(start, end), name, hangs=False))
    elif at.symbol(0) in _OPERATORS:
        start, end, word = at.value(0)
        at.report(say.missing_operand(at.span(start, end), word))
        at.reopen("operator", at.symbol(0))
        if not at.goes_to(goal):
            return None
    else:
        at.report(say.unexpected(at.span(found.start, found.end), at.naming(found), "a value"))
    at.put(goal, broken)
    return at.again(found)


def missing_equals(at: Recovery, found: Token) -> Resume | None:
    """`count 6`, `let x 5`."""
    if (
        found.kind not in _LITERALS
        or not at.accepts("EQUAL", found.kind)
        or at.symbol(0) == "string"
    ):
        return None
    if at.line_of(found.start) != at.line_of(max(at.builder.end - 1, 0)) or at.accepts("OPERATOR"):
        return None
    top = at.value(0)
    if not isinstance(top, tuple):
        return None
    start, end, name = top
    at.report(say.missing_equals(at.span(start, end), name, found.word))
    return at.insert("EQUAL", "=")


def quantity_without_equals(at: Recovery, found: Token) -> Resume | None:
    """`memory 512 GiB`, read as the head of a block until no `{` came."""
    if at.symbol(0) not in ("QUANTITY", "UNKNOWN_UNIT") or at.symbol(1) != "NAME":
        return None
    start, end, name = at.value(1)
    written = at.value(0)
    if at.line_of(start) != at.line_of(written[0]):
        return None
    if at.line_of(found.start) == at.line_of(start) and (
        found.kind in ("EQUAL", "ASSIGN", "HANGING") or _TO_BRACE.match(at.text, found.start)
    ):
        return None
    at.report(say.missing_equals(at.span(start, end), name, written[2]))
    at.pop()
    return Resume(end, Token("EQUAL", end, end, "="))


def number_as_label(at: Recovery, found: Token) -> Resume | None:
    """`hugepages 1 gib {`, `disk 2 {`: a number is no name without its unit."""
    if found.kind != "NUMBER" or not at.accepts("PLAIN", "LBRACE") or at.symbol(0) != "NAME":
        return None
    label = _NUMBER_LABEL.match(at.text, found.start)
    if label is None:
        return None
    span = at.span(found.start, label.end())
    if label[1]:
        literals.unknown_unit(label[0], span, at.report)
    else:
        at.report(say.unexpected(span, at.naming(found), "a name"))
    return at.replace(found, "PLAIN", f'"{label[0]}"', label.end())


def missing_type(at: Recovery, found: Token) -> Resume | None:
    """`param n = 5`, `param n int`, `param n: = 5`."""
    broken = ast.BrokenType(at.span(found.start, found.start))
    if at.symbol(1) == "PARAM" and at.symbol(0) == "NAME" and found.kind != "COLON":
        start, end, name = at.value(0)
        if found.kind == "NAME":
            at.report(say.missing_type(at.span(start, end), name, found.word))
            return at.insert("COLON", ":")
        if (
            found.kind not in ("EQUAL", "HANGING")
            and not at.is_first(found.start)
            and found.kind != END
        ):
            return None
        at.report(say.missing_type(at.span(start, end), name, None))
        at.shift("COLON", (end, end, ":"))
        at.put("type", broken)
        return at.again(found)
    if (
        at.symbol(0) == "COLON"
        and at.goes_to("type")
        and found.kind in ("EQUAL", "HANGING", "RBRACE", END)
    ):
        start, end, name = at.value(1)
        at.report(say.missing_type(at.span(start, end), name, None))
        at.put("type", broken)
        return at.again(found)
    return None


def missing_word(at: Recovery, found: Token) -> Resume | None:
    """`for s sites {`, `use "x" fabric`, `if a b else c`."""
    for kind, word in _NEEDED:
        if kind == "AS" and at.symbol(1) != "USE":
            continue  # elsewhere `as` may begin an attribute of that name
        if at.accepts(kind, found.kind):
            if kind == "COLON" and at.is_new_entry(found):
                continue
            at.report(say.missing_word(at.span(found.start, found.end), [word], at.naming(found)))
            return at.insert(kind, word)
    if at.accepts("ELSE") and not at.accepts("RBRACE"):
        for depth in range(len(at.states)):
            if at.symbol(depth) == "IF":
                start, end, _ = at.value(depth)
                at.report(say.missing_else(at.span(start, end)))
                return at.insert("ELSE", "else")
    return None


def after_inserted_else(at: Recovery, found: Token) -> Resume | None:
    """The value after an `else` that was missing."""
    if at.symbol(0) != "ELSE" or at.value(0)[0] != at.value(0)[1] or not at.goes_to("expr"):
        return None
    at.put("expr", ast.BrokenExpr(at.span(found.start, found.start)))
    return at.again(found)


def block_after_value(at: Recovery, found: Token) -> Resume | None:
    """`cni = calico { … }`."""
    if found.kind != "LBRACE" or at.line_of(found.start) != at.line_of(max(at.builder.end - 1, 0)):
        return None
    for depth in range(len(at.states)):
        symbol = at.symbol(depth)
        if symbol in ("EQUAL", "ASSIGN"):
            key, value_start = at.value(depth + 1), at.value(depth)[1]
            name = key[2] if isinstance(key, tuple) and isinstance(key[2], str) else "kind"
            written = at.text[value_start : found.start].strip()
            value = written if re.fullmatch(r"[A-Za-z_]\w*", written) else "name"
            at.report(say.block_after_value(at.span(found.start, found.end), name, value))
            return at.drop(at.skip_block(found.start))
        if symbol in ("entries", "LSQB", "LPAR", "HOLE", "IF", "FOR"):
            return None
    return None
