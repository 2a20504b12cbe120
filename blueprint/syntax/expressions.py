"""The flat form of every node: on one line, as `fmt` writes it, or None where it has to be broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.syntax.precedence import LEVELS, NOT_LEVEL, UNARY_LEVEL, UNCHAINED

_ATOM_LEVEL: Final = 10
_LOOSE_LEVEL: Final = 0
_QUANTITY: Final = re.compile(r"([0-9][0-9_]*(?:\.[0-9]+)?)[ \t]*([A-Za-z%]+)")
_DURATION: Final = re.compile(r"[0-9][ \t]?(?:B|W|ns|us|ms|s|min|h|days?)$")
_TIGHT: Final = (
    ast.LiteralExpr,
    ast.NameExpr,
    ast.MemberExpr,
    ast.ElementExpr,
    ast.CallExpr,
    ast.UnaryExpr,
)

Lay = Callable[[Any], str]


class _MustBreakError(Exception):
    """A part has no flat form. Never leaves this module."""


class Expressions:
    """The flat forms of the nodes of one text, each made once."""

    def __init__(self, text: str, has_comment: Callable[[int, int], bool]) -> None:
        self.text = text
        self.has_comment = has_comment
        self._made: dict[int, tuple[Any, str | None]] = {}

    def __call__(self, node: Any) -> str | None:
        """The flat form of an entry, a field, an argument or an expression."""
        kept = self._made.get(id(node))
        if kept is not None:
            return kept[1]
        try:
            flat: str | None = self._form(node)
        except _MustBreakError:
            flat = None
        if flat is not None and "\n" in flat:
            flat = None
        self._made[id(node)] = (node, flat)
        return flat

    def _need(self, node: Any) -> str:
        flat = self(node)
        if flat is None:
            raise _MustBreakError
        return flat

    def verbatim(self, span: Span) -> str:
        """What the source says."""
        return self.text[span.start : span.end]

    def documentation(self, node: Any) -> list[str]:
        """The `##` lines above an entry or a field."""
        if isinstance(node, ast.ExportDecl):
            node = node.entry
        doc = getattr(node, "doc", None)
        return [] if doc is None else [f"## {line}".rstrip() for line in doc.split("\n")]

    # --------------------------------------------------------------------------------------------- entries

    def _form(self, node: Any) -> str:
        if isinstance(node, (ast.ListExpr, ast.CallExpr)):
            self._stays_together(node)
        elif isinstance(node, ast.Body):
            self._stays_on_one_line(node)
        return self.assembled(node, self._need)

    def _entry(self, node: Any, lay: Lay) -> str:
        """An entry, a field or an argument out of its parts, each laid out by `lay`."""
        match node:
            case ast.AttributeDecl() | ast.LetDecl() | ast.AssertDecl():
                head, value, rest = self.parts(node)
                return head + lay(value) + rest
            case ast.BlockDecl() | ast.ForDecl():
                return f"{self.head(node)} {lay(node.body)}"
            case ast.IfDecl():
                text = f"{self.head(node)} {lay(node.body)}"
                return text if node.otherwise is None else f"{text} else {lay(node.otherwise)}"
            case ast.UseDecl():
                return self.head(node) + ("" if node.body is None else f" {lay(node.body)}")
            case ast.ExportDecl():
                return f"export {lay(node.entry)}"
            case ast.RemoveDecl():
                return f"remove {self._path(node.path)}"
            case ast.ParamDecl():
                default = "" if node.default is None else f" = {lay(node.default)}"
                return self.head(node) + self._type_for(node.type, lay) + default
            case ast.TypeDecl():
                return self.head(node) + self._type_for(node.type, lay)
            case ast.TypeField():
                return f"{node.name}: {self._type_for(node.type, lay)}"
        raise AssertionError(node)

    def _type_for(self, node: ast.TypeExpr, lay: Lay) -> str:
        return self.assembled_type(node, self._flat_record if lay == self._need else self._record)

    def parts(
        self, entry: ast.AttributeDecl | ast.LetDecl | ast.AssertDecl
    ) -> tuple[str, ast.Expr, str]:
        """What stands before the value of an entry, the value, and what stands after it."""
        match entry:
            case ast.AttributeDecl():
                return f"{self.verbatim(entry.name_span)} {entry.operator} ", entry.value, ""
            case ast.LetDecl():
                type_ = (
                    ""
                    if entry.type is None
                    else f": {self.assembled_type(entry.type, self._record)}"
                )
                return f"let {entry.name}{type_} = ", entry.value, ""
            case ast.AssertDecl():
                rest = "" if entry.message is None else f", {self.assembled_any(entry.message)}"
                return f"{entry.keyword} ", entry.condition, rest

    def head(self, node: Any) -> str:
        """What stands before the braces of an entry, or before its type."""
        match node:
            case ast.BlockDecl():
                return self._block_head(node)
            case ast.ForDecl():
                return self._for(node.clause)
            case ast.IfDecl():
                return f"if {self.assembled_any(node.condition)}"
            case ast.UseDecl():
                index = "" if node.index is None else f"[{self._index(node.index)}]"
                return f"use {self.verbatim(node.path_span)} as {node.alias}{index}"
            case ast.ParamDecl():
                return f"param {node.name}: "
            case ast.TypeDecl():
                return f"type {node.name} = "
        raise AssertionError(node)

    def _block_head(self, node: ast.BlockDecl) -> str:
        words = ["template"] if node.is_template else ["existing"] if node.is_existing else []
        words.append(self.verbatim(node.kind_span))
        if node.label is not None:
            label = node.label
            name = self._literal(label.span) if label.is_text else ".".join(label.path)
            words.append(name if label.index is None else f"{name}[{self._index(label.index)}]")
        if node.like is not None:
            words.append(f"like {self._path(node.like)}")
        return " ".join(words)

    def _path(self, path: ast.Path) -> str:
        index = "" if path.index is None else f"[{self.assembled_any(path.index)}]"
        return ".".join(path.parts) + index

    def _index(self, index: ast.Expr | ast.ForClause) -> str:
        return self._for(index) if isinstance(index, ast.ForClause) else self.assembled_any(index)

    def _for(self, clause: ast.ForClause) -> str:
        names = ", ".join(name for name, _ in clause.names)
        condition = (
            "" if clause.condition is None else f" if {self.assembled_any(clause.condition)}"
        )
        return f"for {names} in {self.assembled_any(clause.collection)}{condition}"

    def _stays_on_one_line(self, body: ast.Body) -> None:
        """Break what has a comment inside, documentation, or a line end in the source."""
        _, start, end = body.span
        is_broken = "\n" in self.text[start:end] or any(map(self.documentation, body.entries))
        if self.has_comment(start, end) or (body.entries and is_broken):
            raise _MustBreakError

    def _stays_together(self, node: ast.ListExpr | ast.CallExpr) -> None:
        """Break what has a comment inside, or what the source breaks after its opening bracket."""
        start = node.span.start if isinstance(node, ast.ListExpr) else node.function.span.end
        parts: Sequence[Any] = (
            node.items if isinstance(node, ast.ListExpr) else (*node.arguments, *node.named)
        )
        if self.has_comment(start, node.span.end):
            raise _MustBreakError
        if parts and re.compile(r"\)*\s*[\[(][ \t]*\n").match(self.text, start):
            raise _MustBreakError

    # ----------------------------------------------------------------------------------------- expressions

    def assembled_any(self, node: Any) -> str:
        """A node on one line whatever the source does; its comments move elsewhere."""
        return self(node) or self.assembled(node, self.assembled_any)

    def assembled(self, node: Any, lay: Lay) -> str:
        """An expression out of its parts, each laid out by `lay`."""
        match node:
            case ast.Body():
                return self._body(node, lay)
            case ast.MapExpr():
                return lay(node.body)
            case ast.LiteralExpr():
                return self._literal(node.span)
            case ast.TextExpr() | ast.BrokenExpr():
                return self.verbatim(node.span)
            case ast.NameExpr():
                return node.name
            case ast.MemberExpr():
                return f"{self._object(node.object, lay)}.{node.name}"
            case ast.ElementExpr():
                return f"{self._object(node.object, lay)}[{lay(node.index)}]"
            case ast.CallExpr():
                named = [f"{a.name} = {lay(a.value)}" for a in node.named]
                arguments = ", ".join([*(lay(a) for a in node.arguments), *named])
                return f"{self.assembled_function(node, lay)}({arguments})"
            case ast.ListExpr():
                return "[" + ", ".join(lay(item) for item in node.items) + "]"
            case ast.ComprehensionExpr():
                return f"[{_with_colon(self._for(node.clause))} {lay(node.value)}]"
            case ast.UnaryExpr():
                return self._unary(node, lay)
            case ast.BinaryExpr():
                return self._binary(node, lay)
            case ast.ConditionalExpr():
                parts = (lay(node.condition), lay(node.value), lay(node.otherwise))
                return "if {} then {} else {}".format(*parts)
            case ast.QuantifiedExpr():
                head = f"{node.quantifier} {node.name} in {lay(node.collection)}"
                return f"{_with_colon(head)} {lay(node.condition)}"
            case ast.NamedArgument():
                return f"{node.name} = {lay(node.value)}"
        return self._entry(node, lay)

    def _body(self, body: ast.Body, lay: Lay) -> str:
        entries = ["\n".join([*self.documentation(e), lay(e)]) for e in body.entries]
        if not entries:
            return "{}"
        if any("\n" in entry for entry in entries):
            return "{\n" + "\n".join(entries) + "\n}"
        return "{ " + "  ".join(entries) + " }"

    def assembled_function(self, node: ast.CallExpr, lay: Lay) -> str:
        """What is called."""
        return self._object(node.function, lay)

    def _object(self, node: ast.Expr, lay: Lay) -> str:
        text = lay(node)
        # `1 .2` and `::1 .a` would be read as other literals without parentheses
        is_bare = isinstance(node, ast.LiteralExpr) and text[0] not in '"tf'
        return f"({text})" if level(node) < _ATOM_LEVEL or is_bare else text

    def _unary(self, node: ast.UnaryExpr, lay: Lay) -> str:
        text = lay(node.operand)
        if node.operator == "not":
            return f"not {text}" if level(node.operand) >= NOT_LEVEL else f"not ({text})"
        return f"-{text}" if level(node.operand) >= UNARY_LEVEL else f"-({text})"

    def _binary(self, node: ast.BinaryExpr, lay: Lay) -> str:
        own = LEVELS[node.operator]
        left, right = lay(node.left), lay(node.right)
        left_level = level(node.left)
        if left_level < own or (left_level == own and own in UNCHAINED):
            left = f"({left})"
        if level(node.right) <= own:
            right = f"({right})"
        if (
            node.operator == ".."
            and isinstance(node.left, _TIGHT)
            and isinstance(node.right, _TIGHT)
        ):
            return f"{left}..{right}"
        return f"{left} {node.operator} {right}"

    def _literal(self, span: Span) -> str:
        """A literal, also one that is a label."""
        text = self.verbatim(span)
        if text[0] == '"':
            return text
        quantity = _QUANTITY.fullmatch(text)
        if quantity and not text.startswith(("0x", "0X")):
            return f"{quantity[1]} {quantity[2]}"
        if ":" in text:
            return text.lower()
        return "0x" + text[2:] if text.startswith("0X") else text

    def text_value(self, node: ast.LiteralExpr | ast.TextExpr, indent: int) -> str:
        """A text; the lines of a `\"\"\"` text are moved to an indentation, which its value does not notice."""
        text = (
            self.verbatim(node.span) if isinstance(node, ast.TextExpr) else self._literal(node.span)
        )
        lines = text.split("\n")
        if len(lines) == 1 or lines[0].rstrip(" \t") != '"""' or _has_long_hole(node):
            return text
        rest = lines[1:]
        shared = min(
            (len(line) - len(line.lstrip(" \t")) for line in rest if line.strip(" \t")), default=0
        )
        moved = [" " * indent + line[shared:] if line.strip(" \t") else "" for line in rest]
        return "\n".join([lines[0].rstrip(" \t"), *moved])

    # ----------------------------------------------------------------------------------------------- types

    def type(self, node: ast.TypeExpr) -> str | None:
        """The flat form of a type."""
        try:
            return self._need_type(node)
        except _MustBreakError:
            return None

    def _need_type(self, node: ast.TypeExpr) -> str:
        return self.assembled_type(node, self._flat_record)

    def _flat_record(self, node: ast.RecordType) -> str:
        _, start, end = node.span
        is_documented = any(field.doc is not None for field in node.fields)
        if self.has_comment(start, end) or is_documented or "\n" in self.text[start:end]:
            raise _MustBreakError
        return self._record(node)

    def _record(self, node: ast.RecordType) -> str:
        fields = "  ".join(
            f"{f.name}: {self.assembled_type(f.type, self._record)}" for f in node.fields
        )
        return f"{{ {fields} }}" if fields else "{}"

    def assembled_type(self, node: ast.TypeExpr, record: Callable[[ast.RecordType], str]) -> str:
        """A type whose record types are laid out by `record`."""
        match node:
            case ast.NamedType():
                return node.name
            case ast.WordType():
                return " | ".join(self.verbatim(span) for _, span in node.words)
            case ast.GenericType():
                return f"{node.name}({self.assembled_type(node.argument, record)})"
            case ast.OptionalType():
                inner = self.assembled_type(node.inner, record)
                is_loose = isinstance(node.inner, (ast.WordType, ast.BoundedType, ast.OptionalType))
                return f"({inner})?" if is_loose else f"{inner}?"
            case ast.BoundedType():
                inner = self.assembled_type(node.inner, record)
                if isinstance(node.inner, ast.BoundedType):
                    inner = f"({inner})"
                return f"{inner} in {self._bounds(node.bounds)}"
            case ast.RecordType():
                return record(node)
            case ast.BrokenType():
                return self.verbatim(node.span)

    def _bounds(self, node: ast.Expr) -> str:
        text = self.assembled_any(node)
        # before the `=` of a default, `5 min` would be a number and the name of the next attribute
        is_range = isinstance(node, ast.BinaryExpr) and node.operator == ".."
        return f"({text})" if _DURATION.search(text) and not is_range else text


def level(node: Any) -> int:
    """How tightly an expression binds, as the precedence of its outermost operator."""
    if isinstance(node, ast.BinaryExpr):
        return LEVELS[node.operator]
    if isinstance(node, ast.UnaryExpr):
        return NOT_LEVEL if node.operator == "not" else UNARY_LEVEL
    if isinstance(node, (ast.ConditionalExpr, ast.QuantifiedExpr)):
        return _LOOSE_LEVEL
    return _ATOM_LEVEL


def _with_colon(text: str) -> str:
    """A text and a colon that is not read as a part of an address before it."""
    return f"{text} :" if text.endswith(":") else f"{text}:"


def _has_long_hole(node: Any) -> bool:
    parts = node.parts if isinstance(node, ast.TextExpr) else ()
    return any(isinstance(part, ast.Hole) and "\n" in part.span.text for part in parts)
