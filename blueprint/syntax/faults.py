"""The table of faults: situations in which people go wrong, what is said then, and how reading goes on.

Each row is a function that gets the parser's stack and the terminal for which there is no action. It returns None
where the situation is another one; else it reports, mends the stack, and says where to go on. The first row that
fits is taken, so the special ones stand before the general ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from blueprint.diagnostics import syntax as say
from blueprint.syntax import ast
from blueprint.syntax import fault_characters as characters
from blueprint.syntax.recover import Row, start_of
from blueprint.syntax.tables import END
from blueprint.syntax.tokens import RestartError

if TYPE_CHECKING:
    from blueprint.syntax.recover import Recovery
    from blueprint.syntax.tokens import Resume, Token

_LITERALS: Final = frozenset(
    {"NUMBER", "QUANTITY", "UNKNOWN_UNIT", "DOTTED", "COLONED", "DATE", "PLAIN", "QUOTE", "TEXT_QUOTE", "TRUE", "FALSE", "LSQB"}
)  # fmt: skip
_CLOSERS: Final = {"RBRACE": "}", "RSQB": "]", "RPAR": ")"}
_OPENERS: Final = {"LSQB": "RSQB", "LPAR": "RPAR", "HOLE": "RBRACE"}
_OPERATORS: Final = frozenset({"OPERATOR", "MINUS", "IN", "NOT_IN", "RANGE", "NOT", "operator"})
_DECLARING: Final = frozenset(
    {"LET", "PARAM", "TYPE", "USE", "EXPORT", "TEMPLATE", "EXISTING", "REMOVE", "ASSERT", "REQUIRE", "FOR", "IF"}
)  # fmt: skip
_WORDS: Final = _DECLARING | {
    "AS",
    "LIKE",
    "THEN",
    "ELSE",
    "IN",
    "NOT",
    "EVERY",
    "SOME",
    "TRUE",
    "FALSE",
}
_NEEDED: Final = (("IN", "in"), ("AS", "as"), ("THEN", "then"), ("COLON", ":"))
_PATH: Final = re.compile(r"[^\s\"]+")
_NAME_THEN_EQUAL: Final = re.compile(r"[A-Za-z_]\w*[ \t]*[+-]?=(?!=)")
_TO_BRACE: Final = re.compile(r"[^\n{}#]*(?=\{)")


# ---------------------------------------------------------------------------------------------- the end


def end_in_text(at: Recovery, found: Token) -> Resume | None:
    """The file ends inside a text."""
    if found.kind != END:
        return None
    if at.accepts("UNCLOSED"):
        return at.insert("UNCLOSED")
    if not at.accepts("TEXT_CHARS"):
        return None
    depth = next(d for d in range(len(at.states)) if at.symbol(d) == "TEXT_QUOTE")
    start, end, _ = at.value(depth)
    at.report(say.unclosed_string(at.span(start, end)))
    at.text_is_open = True
    return at.insert("TEXT_QUOTE", '"""')


def end_in_block(at: Recovery, found: Token) -> Resume | None:
    """The file ends inside a block that could end here."""
    if found.kind != END or not at.accepts("RBRACE"):
        return None
    symbol, opener = at.opener()
    if symbol == "HOLE" and opener:
        at.report(say.unclosed_hole(at.span(opener.start, opener.end)))
        return at.insert("RBRACE", "}")
    blocks = at.open_blocks()
    if not blocks:
        return None
    if not at.text_is_open:
        if not at.by_indent:
            raise RestartError
        if not any(b.start in at.reported_openers for b in blocks):
            at.report_unclosed(blocks[-1], found)
        at.reported_openers.update(b.start for b in blocks)
    return at.insert("RBRACE", "}")


# --------------------------------------------------------------------------------- separators and operators


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
    if found.word in ("==", ":") and at.accepts("EQUAL") and not at.accepts("OPERATOR"):
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


# --------------------------------------------------------------------------------------------- brackets


def extra_closer(at: Recovery, found: Token) -> Resume | None:
    """A closing bracket without its opening one."""
    if found.kind not in _CLOSERS:
        return None
    symbol, opener = at.opener()
    if found.kind == "RBRACE":
        if symbol == "HOLE" or at.open_blocks():
            return None
    elif opener is not None and symbol in _OPENERS:
        wanted = _OPENERS[symbol]
        if wanted == found.kind or not at.accepts(wanted):
            return None
        at.report(
            say.unclosed_bracket(
                at.span(opener.start, opener.end), at.naming(found), at.span(found.start, found.end)
            )
        )
        at.reported_openers.add(opener.start)
        return at.replace(found, wanted)
    if at.goes_to("expr") and at.symbol(0) in ("EQUAL", "ASSIGN"):
        return missing_value(at, found) if found.kind == "RBRACE" else _missing_and_drop(at, found)
    if found.kind == "RBRACE" and not at.accepts(END):
        return None
    at.report(say.unmatched_bracket(at.span(found.start, found.end), found.word))
    return at.drop(found.end)


def _missing_and_drop(at: Recovery, found: Token) -> Resume:
    resume = missing_value(at, found)
    assert resume
    return at.drop(found.end)


def hole(at: Recovery, found: Token) -> Resume | None:
    """`${}`, and `${name"`."""
    symbol, opener = at.opener()
    if symbol != "HOLE" or opener is None:
        return None
    if found.kind == "RBRACE" and at.symbol(0) == "HOLE":
        at.report(say.empty_hole(at.span(opener.start, found.end)))
        at.put("expr", ast.BrokenExpr(at.span(opener.start, found.end)))
        return at.again(found)
    if found.word[:1] == '"' or at.line_of(found.start) != at.line_of(opener.start):
        at.report(say.unclosed_hole(at.span(opener.start, opener.end)))
        if at.goes_to("expr"):
            at.put("expr", ast.BrokenExpr(at.span(opener.start, opener.end)))
        if at.accepts("RBRACE"):
            return at.insert("RBRACE", "}")
    return None


def unclosed_bracket(at: Recovery, found: Token) -> Resume | None:
    """A list or a call that the next entry, or the end of the block, interrupts."""
    symbol, opener = at.opener()
    if symbol not in ("LSQB", "LPAR") or opener is None:
        return None
    ends = found.kind in ("RBRACE", "HANGING", END) or found.kind in _DECLARING - {"IF", "FOR"}
    is_key = (
        symbol == "LSQB"
        and found.kind == "NAME"
        and bool(_NAME_THEN_EQUAL.match(at.text, found.start))
    )
    if found.kind == "EQUAL" and at.symbol(0) in ("NAME", "expr"):
        start = start_of(at.value(0))
        is_key = bool(
            start is not None and at.is_first(start) and _NAME_THEN_EQUAL.match(at.text, start)
        )
        ends = False
        if not is_key:
            return None
    if not (ends or is_key or at.is_new_entry(found)):
        return None
    if opener.start not in at.reported_openers:
        at.reported_openers.add(opener.start)
        at.report(
            say.unclosed_bracket(
                at.span(opener.start, opener.end), at.naming(found), at.span(found.start, found.end)
            )
        )
    if found.kind == "EQUAL":
        return at.skip_entry(found, start_of(at.value(0)))
    closer = _OPENERS[symbol]
    if at.goes_to("expr") and not at.accepts(closer):
        at.put("expr", ast.BrokenExpr(at.span(found.start, found.start)))
    if at.accepts(closer):
        return at.insert(closer, _CLOSERS[closer])
    return at.skip_entry(found, found.start)


def missing_comma(at: Recovery, found: Token) -> Resume | None:
    """`[nova neutron]`."""
    symbol, opener = at.opener()
    if symbol not in ("LSQB", "LPAR") or opener is None or not at.accepts("COMMA", found.kind):
        return None
    if opener.start not in at.reported_openers:
        at.reported_openers.add(opener.start)
        at.report(say.missing_comma(at.span(found.start, found.end), at.naming(found)))
    return at.insert("COMMA", ",")


# ---------------------------------------------------------------------------------------- values and names


def missing_value(at: Recovery, found: Token) -> Resume | None:
    """`vlan = }`, `1 <` at the end of an entry."""
    is_operator = at.symbol(0) in _OPERATORS and not at.goes_to("operand")
    goal = (
        "operand" if is_operator else next((n for n in ("expr", "operand") if at.goes_to(n)), None)
    )
    if goal is None or at.symbol(0) in ("LSQB", "LPAR", "HOLE"):
        return None
    ends = found.kind in (*_CLOSERS, "COMMA", "THEN", "ELSE", "COLON", "EQUAL", "HANGING", END)
    if not (ends or found.kind in _DECLARING or at.is_new_entry(found)):
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


def reserved_word(at: Recovery, found: Token) -> Resume | None:
    """`let type = 3`, `mode = use`: read as a name."""
    if found.kind not in _WORDS or not at.accepts("NAME") or at.symbol(0) == "entries":
        return None
    if at.is_first(found.start) or (found.kind in _DECLARING and at.is_new_entry(found)):
        return None
    if found.kind == "IN" and at.symbol(0) in ("FOR", "EVERY", "SOME"):
        return None
    at.report(say.reserved_word(at.span(found.start, found.end), found.word))
    return at.replace(found, "NAME")


def missing_name(at: Recovery, found: Token) -> Resume | None:
    """`let = 3`, `use "x" as {`."""
    word = at.symbol(0)
    if (
        word not in _DECLARING | {"AS", "LIKE", "EVERY", "SOME"}
        or at.goes_to("expr")
        or not at.accepts("NAME")
    ):
        return None
    if word in ("EXPORT", "TEMPLATE", "EXISTING"):
        return None
    start, end, text = at.value(0)
    at.report(say.missing_name(at.span(start, end), text, at.naming(found)))
    return at.fall_back(found)


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


# --------------------------------------------------------------------------------------------- entries


def path_without_quotes(at: Recovery, found: Token) -> Resume | None:
    """`use ./modules/leaf.oib as fabric`."""
    path = _PATH.match(at.text, found.start)
    if at.symbol(0) != "USE" or path is None or at.is_first(found.start):
        return None
    at.report(say.unquoted_path(at.span(found.start, path.end()), path[0]))
    word = re.sub(r"[\\$]", "_", path[0])
    return at.replace(found, "PLAIN", f'"{word}"', path.end())


def export_of_attribute(at: Recovery, found: Token) -> Resume | None:
    """`export x = 1`: read as `export let`."""
    if found.kind != "EQUAL" or at.symbol(0) != "NAME" or at.symbol(1) != "EXPORT":
        return None
    name = at.value(0)
    at.report(say.export_of_attribute(at.span(at.value(1)[0], name[1]), name[2]))
    at.pop()
    at.shift("LET", (name[0], name[0], "let"))
    at.shift("NAME", name)
    return at.again(found)


def else_without_if(at: Recovery, found: Token) -> Resume | None:
    """`else { … }` after nothing: read as an `if` of an unknown condition."""
    if found.kind != "ELSE" or not at.accepts("IF"):
        return None
    at.report(say.else_without_if(at.span(found.start, found.end)))
    if re.compile(r"else[ \t]*(?:\{|if\b)").match(at.text, found.start) is None:
        return at.fall_back(found)
    if re.compile(r"else[ \t]+if\b").match(at.text, found.start):
        return at.drop(found.end)
    at.shift("IF", (found.start, found.start, "if"))
    at.put("expr", ast.BrokenExpr(at.span(found.start, found.end)))
    return at.drop(found.end)


def stray_text(at: Recovery, found: Token) -> Resume | None:
    """`assert x >= 3 "three"`, or a text that stands alone."""
    if at.symbol(0) != "string" or found.kind in ("EQUAL", "LBRACE") or at.symbol(1) != "entries":
        return None
    text = at.value(0)
    before = at.value(1)[-1] if at.value(1) else None
    if isinstance(before, ast.AssertDecl) and before.message is None:
        at.report(say.missing_comma(text.span, "the message"))
    else:
        at.report(say.not_an_entry(text.span, text.span.text.split("\n")[0]))
    at.pop()
    return at.again(found)


def dotted_key(at: Recovery, found: Token) -> Resume | None:
    """`site.dns = […]`, `nic.ocp[0] { … }` without a kind."""
    if (
        found.kind not in ("DOT", "LSQB")
        or at.symbol(0) != "NAME"
        or at.symbol(1) not in ("entries", "LBRACE")
    ):
        return None
    start = at.value(0)[0]
    rest = re.compile(r"(?:\.\w+|\[[^\]\n]*\])+").match(at.text, found.start)
    if rest is None:
        return None
    at.report(say.not_an_entry(at.span(start, rest.end()), at.text[start : rest.end()]))
    return at.drop(rest.end())


def head_of_block(at: Recovery, found: Token) -> Resume | None:
    """A kind and a name, and then no `{`."""
    if not at.accepts("LBRACE") or at.accepts("OPERATOR"):
        return None
    head = _head(at)
    if head is None:
        return None
    depth, start = head
    end = at.builder.end
    text = at.text[start:end]
    same_line = at.line_of(found.start) == at.line_of(max(end - 1, 0))
    parts = text.split()
    if found.kind in ("EQUAL", "ASSIGN", "HANGING") and depth:
        last = at.value(depth - 1) if depth == 1 else at.value(0)
        place = start_of(last) if not isinstance(last, ast.Label) else last.span.start
        assert place is not None
        shown = at.text[start:place].rstrip()
        at.report(say.not_an_entry(at.span(start, start + len(shown)), shown.split("\n")[0]))
        at.pop(depth + 1)
        return at.drop(place)
    if (
        same_line
        and found.kind == "NAME"
        and depth
        and _NAME_THEN_EQUAL.match(at.text, found.start)
    ):
        at.report(say.missing_brace(at.span(start, end), text))
        return at.insert("LBRACE", "{")
    to_brace = _TO_BRACE.match(at.text, found.start)
    if same_line and to_brace and depth:
        shown = to_brace[0].strip()
        span = at.span(found.start, found.start + len(shown))
        if found.kind in ("PLAIN", "NAME", "QUOTE"):
            at.report(say.second_label(span, parts[0], shown))
        else:
            at.report(say.unexpected(at.span(found.start, found.end), at.naming(found), "`{`"))
        return at.drop(to_brace.end())
    if depth == 1 and at.symbol(0) in ("string", "label") and '"' in text and "\n" not in text:
        at.report(
            say.missing_equals(
                at.span(start, start + len(parts[0])), parts[0], text[len(parts[0]) :].strip()
            )
        )
        return at.skip_entry(found, found.start if not same_line else None)
    if (
        not same_line
        and depth
        and at.is_new_entry(found)
        and at.indent(found.start) > at.indent(start)
    ):
        at.report(say.missing_brace(at.span(start, end), text))
        return at.insert("LBRACE", "{")
    if depth and "\n" not in text and not same_line:
        at.report(say.missing_brace(at.span(start, end), text))
        return at.skip_entry(found, found.start)
    if not same_line or found.kind in ("RBRACE", END):
        at.report(say.not_an_entry(at.span(start, end), text.split("\n")[0]))
        return at.skip_entry(found, found.start if found.kind != END else None)
    return None


def _head(at: Recovery) -> tuple[int, int] | None:
    """How deep the kind of the block lies on the stack, and where it begins."""
    for depth in range(min(4, len(at.states) - 1)):
        if at.symbol(depth) == "NAME" and at.symbol(depth + 1) in (
            "entries",
            "TEMPLATE",
            "EXISTING",
            "EXPORT",
            "LBRACE",
        ):
            return depth, at.value(depth)[0]
        if at.symbol(depth) == "entries":
            return None
    return None


def header(at: Recovery, found: Token) -> Resume | None:
    """`for …` and `if …` whose head cannot be read, but whose body can."""
    for depth in range(len(at.states)):
        symbol = at.symbol(depth)
        if symbol in ("FOR", "IF") and at.symbol(depth + 1) == "entries":
            break
        if symbol in ("entries", "LSQB", "LPAR", "HOLE"):
            return None
    else:
        return None
    to_brace = _TO_BRACE.match(at.text, found.start)
    if to_brace is None:
        return None
    at.report(say.unexpected(at.span(found.start, found.end), at.naming(found), wanted(at)))
    word = at.value(depth)
    names = next((at.value(d) for d in range(depth) if at.symbol(d) == "names"), [])
    at.pop(depth + 1)
    broken = ast.BrokenExpr(at.span(found.start, to_brace.end()))
    if symbol == "FOR":
        clause = at.builder.for_clause(word, names, word, broken, None, None)
        at.put("for_clause", clause)
    else:
        at.shift("IF", word)
        at.put("expr", broken)
    return at.drop(to_brace.end())


def anything(at: Recovery, found: Token) -> Resume | None:
    """Whatever else: what was found, and what might stand there."""
    at.report(say.unexpected(at.span(found.start, found.end), at.naming(found), wanted(at)))
    return at.fall_back(found)


def wanted(at: Recovery) -> str | None:
    """What might stand where the parser stopped, in the words of the language."""
    if at.goes_to("expr") or at.goes_to("operand"):
        return "a value"
    if at.goes_to("type"):
        return "a type"
    if at.accepts("REMOVE", "NAME"):
        return "an entry: `name = value` or `kind name { … }`"
    signs = [
        (kind, sign)
        for kind, sign in (
            ("NAME", "a name"),
            ("MEMBER", "a name"),
            ("EQUAL", "`=`"),
            ("LBRACE", "`{`"),
            ("RSQB", "`]`"),
            ("RPAR", "`)`"),
            ("COMMA", "`,`"),
            ("COLON", "`:`"),
            ("IN", "`in`"),
            ("AS", "`as`"),
            ("PLAIN", "a text"),
        )  # fmt: skip
        if at.accepts(kind)
    ]
    names = list(dict.fromkeys(sign for _, sign in signs))
    return " or ".join(names) if 0 < len(names) <= 3 else None


ROWS: Final[tuple[Row, ...]] = (
    end_in_text,
    characters.foreign_name,
    characters.quotes,
    characters.comment,
    separator,
    semicolon_in_brackets,
    characters.lookalike,
    colon,
    hole,
    characters.logic,
    characters.modulo,
    characters.question,
    characters.hole,
    characters.hyphen,
    characters.other_character,
    equals_in_condition,
    value_is_next_key,
    after_inserted_else,
    extra_closer,
    unclosed_bracket,
    missing_type,
    missing_value,
    end_in_block,
    path_without_quotes,
    export_of_attribute,
    else_without_if,
    missing_comma,
    missing_equals,
    missing_word,
    reserved_word,
    missing_name,
    block_after_value,
    stray_text,
    dotted_key,
    head_of_block,
    header,
    anything,
)
