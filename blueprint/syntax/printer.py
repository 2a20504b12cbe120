"""The one layout of a blueprint, which `oib fmt` writes.

One entry a line, indented by two spaces. Entries that stand on one line in the source stay together, two spaces apart,
where they fit into the width; so does a block that was written on one line. A list, a call or a map that does not fit, or
that the source breaks after its opening bracket, has one item a line. Blank lines are kept, at most one in a row.
Literals keep their spelling, with one space before a unit and hexadecimal digits of addresses in lower case.

Each node has a flat form, or none where it has to be broken (a comment inside, documentation, a line end in
the source); it is made once. The layout takes the flat form where it fits and else breaks the outermost node
that can be broken. Comments are found by their places: those between entries, fields or items stay there,
those inside an expression move above the entry. None is lost, and printing what was printed changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.syntax.expressions import Expressions

WIDTH: Final = 100
_STEP: Final = 2


def print_file(file: ast.File) -> str:
    """The text of a syntax tree in the one layout."""
    printer = _Printer(file)
    lines = printer.body_lines(file.body, 0)
    return "\n".join(lines) + "\n" if lines else ""


class _Item(NamedTuple):
    """Something that has a line of its own: an entry, a field, an item of a list, or a comment."""

    span: Span
    node: Any


class _Printer:
    def __init__(self, file: ast.File) -> None:
        self.text = file.source.text
        self.comments = file.comments
        self.starts = [comment.start for comment in file.comments]
        self.printed: set[int] = set()
        self.flat = Expressions(self.text, self.has_comment)

    # ------------------------------------------------------------------------------------------ comments

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment lies between two places."""
        return bisect_left(self.starts, start) < bisect_left(self.starts, end)

    def _between(self, start: int, end: int) -> Sequence[Span]:
        """The comments between two places that are not printed yet."""
        found = self.comments[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return [comment for comment in found if comment.start not in self.printed]

    def _comment(self, comment: Span) -> str:
        self.printed.add(comment.start)
        text = comment.text.rstrip()
        # documentation of nothing would be that of whatever comes to stand below it
        return text[1:] if text.startswith("##") and not text.startswith("###") else text

    def _same_line(self, end: int, start: int) -> bool:
        return "\n" not in self.text[end:start]

    # -------------------------------------------------------------------------------------------- bodies

    def body_lines(self, body: ast.Body, indent: int, *, after: int | None = None) -> list[str]:
        """The lines of a body; `after` is where its `{` ends."""
        return self._lines(
            [_Item(entry.span, entry) for entry in body.entries],
            body.span.start if after is None else after,
            body.span.end,
            indent,
            self._entry,
        )

    def _lines(
        self,
        items: Sequence[_Item],
        start: int,
        end: int,
        indent: int,
        lay: Callable[[Any, int], str],
        joint: str = "  ",
    ) -> list[str]:
        """The lines of items and of the comments between them; `joint` stands between items of one line."""
        lines: list[str] = []
        at = start
        index = 0
        alone = 0  # items before this index stand on a line that does not fit: one a line
        while index < len(items) or self._between(at, end):
            item = items[index] if index < len(items) else None
            before = self._between(at, item.span.start if item else end)
            if before:
                comment = before[0]
                self._blank(lines, at, comment.start)
                self._above(lines, [self._comment(comment)], indent)
                at = comment.end
                continue
            assert item is not None
            group = 1
            if index >= alone:
                count = self._group(items, index)
                if self._fits(items[index : index + count], indent, joint):
                    group = count
                alone = index + count
            self._blank(lines, at, item.span.start)
            inside = (item.span.start, items[index + group - 1].span.end)
            if group > 1:
                flats = [self.flat(item.node) or "" for item in items[index : index + group]]
                laid = joint.join(flats) + joint.rstrip()
            else:
                laid = lay(item.node, indent)
            at = inside[1]
            index += group
            # what found no place inside goes above, and what followed a line that is broken now
            self._above(lines, [self._comment(c) for c in self._between(*inside)], indent)
            if "\n" in laid and self._same_line(*inside):
                at = self._trailing(lines, at, end, indent)
            self._above(lines, self.flat.documentation(item.node), indent)
            lines.append(" " * indent + laid)
            at = self._trailing(lines, at, end)
        return lines

    def _group(self, items: Sequence[_Item], index: int) -> int:
        """How many items from `index` on the source has on one line."""
        count = 1
        while index + count < len(items) and self._same_line(
            items[index + count - 1].span.end, items[index + count].span.start
        ):
            count += 1
        return count

    def _fits(self, group: Sequence[_Item], indent: int, joint: str) -> bool:
        """Whether items can stand on one line."""
        flats = [self.flat(item.node) for item in group]
        width = indent + sum(len(flat or "") for flat in flats) + len(joint) * len(flats)
        return None not in flats and width - (not joint.rstrip()) * len(joint) <= WIDTH

    def _trailing(self, lines: list[str], at: int, end: int, above: int | None = None) -> int:
        """Put a comment that follows on the same line there, or on its own; where reading goes on."""
        for comment in self._between(at, end)[:1]:
            if self._same_line(at, comment.start) and not self.text[at : comment.start].strip(
                " \t,"
            ):
                if above is None:
                    lines[-1] += "  " + self._comment(comment)
                else:
                    lines.append(" " * above + self._comment(comment))
                return comment.end
        return at

    def _blank(self, lines: list[str], at: int, start: int) -> None:
        gap = self.text[at:start].split("\n")
        if lines and lines[-1] and any(not line.strip() for line in gap[1:-1]):
            lines.append("")

    def _above(self, lines: list[str], texts: Sequence[str], indent: int) -> None:
        lines += [" " * indent + text for text in texts]

    # ------------------------------------------------------------------------------------------- entries

    def _entry(self, entry: ast.Entry, indent: int) -> str:
        """An entry: flat where it fits, else broken."""
        flat = self.flat(entry)
        if flat is not None and indent + len(flat) <= WIDTH:
            return flat
        match entry:
            case ast.BlockDecl() | ast.ForDecl():
                return self._headed(self.flat.head(entry), entry.body, indent)
            case ast.IfDecl():
                return self._if(entry, indent)
            case ast.UseDecl(body=ast.Body() as body):
                return self._headed(self.flat.head(entry), body, indent)
            case ast.ExportDecl():
                return "export " + self._entry(entry.entry, indent)
            case ast.AttributeDecl() | ast.LetDecl() | ast.AssertDecl():
                head, value, rest = self.flat.parts(entry)
                text = head + self._value(value, indent)
                if isinstance(entry, ast.AssertDecl) and rest:
                    return self._with_message(text, rest, indent)
                return text + rest
            case ast.ParamDecl() | ast.TypeDecl():
                return self._typed(entry, indent)
            case _:
                return flat or self.flat.verbatim(entry.span)

    def _with_message(self, text: str, rest: str, indent: int) -> str:
        """An assertion with its message, which goes onto a line of its own where both are too long."""
        last = text.rpartition("\n")[2]
        if indent * ("\n" not in text) + len(last) + len(rest) <= WIDTH or "\n" in rest:
            return text + rest
        return f"{text},\n{' ' * (indent + 2)}{rest.removeprefix(', ')}"

    def _headed(self, head: str, body: ast.Body, indent: int) -> str:
        return f"{head} {self._braces(body, indent, len(head) + 1 + indent)}"

    def _braces(self, body: ast.Body, indent: int, column: int) -> str:
        flat = self.flat(body)
        if flat == "{}":
            return flat
        if flat is not None and column + len(flat) <= WIDTH:
            return flat
        opening = ["{"]
        start = self._trailing(opening, body.span.start + 1, body.span.end)
        lines = self.body_lines(body, indent + _STEP, after=start)
        return "\n".join([*opening, *lines, " " * indent + "}"])

    def _if(self, entry: ast.IfDecl, indent: int) -> str:
        text = self._headed(self.flat.head(entry), entry.body, indent)
        otherwise = entry.otherwise
        while isinstance(otherwise, ast.IfDecl):
            text += " else " + self._headed(self.flat.head(otherwise), otherwise.body, indent)
            otherwise = otherwise.otherwise
        if otherwise is not None:
            text += " else " + self._braces(otherwise, indent, WIDTH if "\n" in text else len(text))
        return text

    def _typed(self, entry: ast.ParamDecl | ast.TypeDecl, indent: int) -> str:
        head = self.flat.head(entry)
        text = head + self._type(entry.type, indent, indent + len(head))
        if isinstance(entry, ast.ParamDecl) and entry.default is not None:
            text += " = " + self._value(entry.default, indent)
        return text

    # ------------------------------------------------------------------------------ values that are broken

    def _value(self, node: ast.Expr, indent: int) -> str:
        """A value that does not fit on its line, or has a comment inside."""
        match node:
            case ast.ListExpr(items=items) if items:
                return self._bracketed(
                    "[", [_Item(i.span, i) for i in items], "]", node.span, indent
                )
            case ast.MapExpr() if node.body.entries or self.flat(node) is None:
                return self._braces(node.body, indent, WIDTH)
            case ast.CallExpr():
                return self._call(node, indent)
            case ast.LiteralExpr() | ast.TextExpr():
                return self.flat.text_value(node, indent + _STEP)
            case ast.BinaryExpr() | ast.UnaryExpr() | ast.ConditionalExpr():
                return self.flat.assembled(node, lambda child: self._part(child, indent))
            case (
                ast.MemberExpr()
                | ast.ElementExpr()
                | ast.ComprehensionExpr()
                | ast.QuantifiedExpr()
            ):
                return self.flat.assembled(node, lambda child: self._part(child, indent))
            case _:
                return self.flat(node) or self.flat.assembled(node, lambda c: self._part(c, indent))

    def _part(self, node: Any, indent: int) -> str:
        """A part of an expression: broken only where it must be."""
        return self.flat(node) or self._value(node, indent)

    def _call(self, node: ast.CallExpr, indent: int) -> str:
        function = self.flat.assembled_function(node, lambda child: self._part(child, indent))
        arguments = [_Item(a.span, a) for a in node.arguments]
        arguments += [
            _Item(Span(a.name_span.source, a.name_span.start, a.value.span.end), a)
            for a in node.named
        ]
        if not arguments:
            return f"{function}()"
        span = Span(node.span.source, node.function.span.end, node.span.end)
        return self._bracketed(function + "(", arguments, ")", span, indent)

    def _bracketed(
        self, opening: str, items: Sequence[_Item], closing: str, span: Span, indent: int
    ) -> str:
        """`[` or `f(`, one item a line, and the bracket that closes."""
        head = [opening]
        first = self.text.find(opening[-1], span.start, items[0].span.start) + 1
        start = self._trailing(head, first, items[0].span.start)
        lines = self._lines(items, start, span.end, indent + _STEP, self._item, ", ")
        return "\n".join([*head, *lines, " " * indent + closing])

    def _item(self, node: Any, indent: int) -> str:
        flat = self.flat(node)
        if flat is None or indent + len(flat) + 1 > WIDTH:
            if isinstance(node, ast.NamedArgument):
                return f"{node.name} = {self._value(node.value, indent)},"
            return self._value(node, indent) + ","
        return flat + ","

    def _type(self, node: ast.TypeExpr, indent: int, column: int) -> str:
        flat = self.flat.type(node)
        if flat is not None and column + len(flat) <= WIDTH:
            return flat
        return self.flat.assembled_type(node, lambda record: self._record(record, indent))

    def _record(self, node: ast.RecordType, indent: int) -> str:
        head = ["{"]
        start = self._trailing(head, node.span.start + 1, node.span.end)
        items = [
            _Item(Span(f.name_span.source, f.name_span.start, f.type.span.end), f)
            for f in node.fields
        ]
        lines = self._lines(items, start, node.span.end - 1, indent + _STEP, self._field)
        return "\n".join([*head, *lines, " " * indent + "}"])

    def _field(self, field: ast.TypeField, indent: int) -> str:
        return (
            self.flat(field)
            or f"{field.name}: {self._type(field.type, indent, indent + len(field.name) + 2)}"
        )
