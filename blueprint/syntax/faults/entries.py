"""Rows of the table of faults about names, heads of blocks and whole entries; the last row of all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from blueprint.diagnostics import syntax as say
from blueprint.syntax import ast
from blueprint.syntax.recover import DECLARING, start_of
from blueprint.syntax.tables import END

if TYPE_CHECKING:
    from blueprint.syntax.recover import Recovery
    from blueprint.syntax.tokens import Resume, Token

_WORDS: Final = DECLARING | {
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
_PATH: Final = re.compile(r"[^\s\"]+")
_NAME_THEN_EQUAL: Final = re.compile(r"[A-Za-z_]\w*[ \t]*[+-]?=(?!=)")
_DOTTED_HEAD: Final = re.compile(r"\.([A-Za-z_]\w*)(?=\[|[ \t]*\{|[ \t]+like\b)")
_TO_BRACE: Final = re.compile(r"[^\n{}#]*(?=\{)")
_SIGNS: Final = {
    "NAME": "a name", "MEMBER": "a name", "EQUAL": "`=`", "LBRACE": "`{`", "RSQB": "`]`", "RPAR": "`)`",
    "COMMA": "`,`", "COLON": "`:`", "IN": "`in`", "AS": "`as`", "PLAIN": "a text",
}  # fmt: skip


def reserved_word(at: Recovery, found: Token) -> Resume | None:
    """`let type = 3`, `mode = use`: read as a name."""
    if found.kind not in _WORDS or not at.accepts("NAME") or at.symbol(0) == "entries":
        return None
    if at.is_first(found.start) or (found.kind in DECLARING and at.is_new_entry(found)):
        return None
    if found.kind == "IN" and at.symbol(0) in ("FOR", "EVERY", "SOME"):
        return None
    after = re.compile(r"\.(\w+)").match(at.text, found.end)
    meant = after[1] if after and found.kind in ("PARAM", "LET") else None
    at.report(say.reserved_word(at.span(found.start, found.end), found.word, meant))
    return at.replace(found, "NAME")


def missing_name(at: Recovery, found: Token) -> Resume | None:
    """`let = 3`, `use "x" as {`."""
    word = at.symbol(0)
    if (
        word not in DECLARING | {"AS", "LIKE", "EVERY", "SOME"}
        or at.goes_to("expr")
        or not at.accepts("NAME")
    ):
        return None
    if word in ("EXPORT", "TEMPLATE", "EXISTING"):
        return None
    start, end, text = at.value(0)
    at.report(say.missing_name(at.span(start, end), text, at.naming(found)))
    return at.fall_back(found)


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
    """`site.dns = […]`, `nic.ocp[0] { … }` without a kind; `site.here { … }` is read as `site here { … }`."""
    if (
        found.kind not in ("DOT", "LSQB")
        or at.symbol(0) != "NAME"
        or at.symbol(1) not in ("entries", "LBRACE")
    ):
        return None
    start = at.value(0)[0]
    head = _DOTTED_HEAD.match(at.text, found.start)
    if (
        head is not None and start == at.text.rfind("\n", 0, start) + 1
    ):  # a declaration, no path into it
        kind = at.text[start : found.start]
        at.report(
            say.not_an_entry(
                at.span(start, head.end()), at.text[start : head.end()], f"{kind} {head[1]}"
            )
        )
        return at.drop(found.end)
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
    if found.kind == "EQUAL" and depth and re.compile(r"=[ \t]*\{").match(at.text, found.start):
        at.report(say.unexpected(at.span(found.start, found.end), at.naming(found), "`{`"))
        return at.drop(found.end)
    if found.kind in ("EQUAL", "ASSIGN", "HANGING") and depth:
        last = at.value(depth - 1) if depth == 1 else at.value(0)
        place = start_of(last) if not isinstance(last, ast.Label) else last.span.start
        assert place is not None
        shown = at.text[start:place].rstrip()
        at.report(say.not_an_entry(at.span(start, start + len(shown)), shown.split("\n")[0]))
        if at.symbol(0) in ("QUANTITY", "UNKNOWN_UNIT"):  # no key, so nothing to go on with
            return at.skip_entry(found)
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
    names: list[Any] = next((at.value(d) for d in range(depth) if at.symbol(d) == "names"), [])
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
    signs = [sign for kind, sign in _SIGNS.items() if at.accepts(kind)]
    return " or ".join(dict.fromkeys(signs)) if 0 < len(signs) <= 4 else None
