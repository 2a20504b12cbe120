"""What each production of the grammar makes: one method a callback, called by the parser with the kept symbols.

A terminal arrives as `(start, end, text)`, everything else as the node that its production made. A method never
raises for bad input: it reports, and returns a node. `end` is the end of the last terminal read, which
is the end of whatever is being made, closing brackets included.

Longer than most modules: the grammar has as many productions as there are methods here.
"""

# ruff: noqa: D102, FBT003  # a method is named like its production; nodes are made by position, which is faster

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import literals as say_literal
from blueprint.diagnostics import syntax as say
from blueprint.source import Source, Span
from blueprint.syntax import ast, literals
from blueprint.syntax.precedence import fold
from blueprint.syntax.text import block_parts, line_parts, unescape

Terminal = tuple[int, int, str]
Trailer = tuple[str, int, Any]
_new = tuple.__new__  # a Span without the detour through its own constructor


class Builder:
    """Makes the nodes of one source."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.end = 0
        self.longest_chain = 0
        self.diagnostics: list[Diagnostic] = []
        self.report = self.diagnostics.append
        self.docs: dict[int, list[Span]] = {}

    def span(self, start: int, end: int) -> Span:
        """A stretch of the source."""
        return _new(Span, (self.source, start, end))

    def doc(self, start: int) -> str | None:
        """The documentation that stands above what begins at `start`."""
        lines = self.docs.pop(start, None)
        if lines is None:
            return None
        return "\n".join(self._doc_line(line) for line in lines)

    def _doc_line(self, line: Span) -> str:
        return self.text[line.start + 2 : line.end].removeprefix(" ").rstrip()

    # ------------------------------------------------------------------------------------------- lists

    def none(self) -> list[Any]:
        return []

    def one(self, first: Any) -> list[Any]:
        return [first]

    def two(self, first: Any, second: Any) -> list[Any]:
        return [first, second]

    def more(self, items: list[Any], item: Any) -> list[Any]:
        items.append(item)
        return items

    # ----------------------------------------------------------------------------------------- entries

    def start(self, entries: list[ast.Entry]) -> ast.Body:
        return ast.Body(tuple(entries), self.span(0, len(self.source.text)))

    def body(self, opening: Terminal, entries: list[ast.Entry], _closing: Terminal) -> ast.Body:
        return ast.Body(tuple(entries), _new(Span, (self.source, opening[0], self.end)))

    def attribute(
        self, key: Terminal | ast.LiteralExpr | ast.TextExpr, operator: Terminal, value: ast.Expr
    ) -> ast.AttributeDecl:
        source = self.source
        computed = None
        if type(key) is tuple:
            start, end, name = key
        else:
            assert not isinstance(key, tuple)
            _, start, end = key.span
            if isinstance(key, ast.TextExpr):
                computed, name = key, self.text[start + 1 : end - 1]
            else:
                name = self.plain_text(key, "a name")
        return ast.AttributeDecl(
            name,
            _new(Span, (source, start, end)),
            operator[2],
            value,
            self.doc(start) if self.docs else None,
            _new(Span, (source, start, self.end)),
            computed,
        )

    def hanging_attribute(self, key: Any, operator: Terminal) -> ast.AttributeDecl:
        return self.attribute(key, operator, self.missing_value(operator, self._key_text(key)))

    def _key_text(self, key: Any) -> str:
        return str(key[2] if isinstance(key, tuple) else key.span.text)

    def missing_value(self, operator: Terminal, name: str) -> ast.BrokenExpr:
        """Report an `=` with nothing on its line."""
        span = self.span(operator[0], operator[1])
        self.report(say.missing_value(span, name, hangs=True))
        return ast.BrokenExpr(span)

    def block(
        self, kind: Terminal, label: ast.Label | None, like: ast.Path | None, body: ast.Body
    ) -> ast.BlockDecl:
        source = self.source
        start, end, name = kind
        return ast.BlockDecl(
            name,
            _new(Span, (source, start, end)),
            label,
            like,
            body,
            False,
            False,
            False,
            self.doc(start) if self.docs else None,
            _new(Span, (source, start, end if label is None else label.span.end)),
            _new(Span, (source, start, self.end)),
        )

    def text_block(self, kind: ast.Expr, body: ast.Body) -> ast.BlockDecl:
        span = kind.span
        name = self.plain_text(kind, "the name of a block")
        return ast.BlockDecl(
            name, span, None, None, body, True, False, False, self.doc(span.start), span,
            self.span(span.start, self.end),
        )  # fmt: skip

    def plain_text(self, text: ast.Expr, what: str) -> str:
        """The characters of a string that must not have holes."""
        if isinstance(text, ast.LiteralExpr):
            return str(text.value)
        if isinstance(text, ast.TextExpr):
            hole = next(part for part in text.parts if isinstance(part, ast.Hole))
            self.report(say_literal.computed_text(hole.span, what))
        return text.span.text.strip('"')

    def path_label(self, parts: list[Terminal]) -> ast.Label:
        return self._label(parts, None)

    def keyed_label(self, parts: list[Terminal], index: ast.Expr | ast.ForClause) -> ast.Label:
        return self._label(parts, index)

    def _label(self, parts: list[Terminal], index: ast.Expr | ast.ForClause | None) -> ast.Label:
        path = tuple([part[2] for part in parts])
        return ast.Label(
            ".".join(path), path, index, False, _new(Span, (self.source, parts[0][0], self.end))
        )

    def text_label(self, text: ast.Expr) -> ast.Label:
        name = self.plain_text(text, "the name of a block")
        return ast.Label(name, (name,), None, True, text.span)

    def quantity_label(self, word: Terminal) -> ast.Label:
        span = self.span(word[0], word[1])
        return self._literal_label(literals.quantity(word[2], span, self.report), word[2])

    def unknown_unit_label(self, word: Terminal) -> ast.Label:
        span = self.span(word[0], word[1])
        return self._literal_label(literals.unknown_unit(word[2], span, self.report), word[2])

    def _literal_label(self, value: ast.Expr, text: str) -> ast.Label:
        """A quantity as a label is the text that it prints as; a broken one what was written."""
        name = str(value.value) if isinstance(value, ast.LiteralExpr) else text
        return ast.Label(name, (name,), None, True, value.span)

    def like(self, _word: Terminal, path: ast.Path) -> ast.Path:
        return path

    def path(self, parts: list[Terminal], index: ast.Expr | None) -> ast.Path:
        return ast.Path(tuple([p[2] for p in parts]), index, self.span(parts[0][0], self.end))

    def template(self, word: Terminal, block: ast.BlockDecl) -> ast.BlockDecl:
        return replace(
            block,
            is_template=True,
            doc=self.doc(word[0]) or block.doc,
            span=self.span(word[0], self.end),
        )

    def existing(self, word: Terminal, block: ast.BlockDecl) -> ast.BlockDecl:
        return replace(
            block,
            is_existing=True,
            doc=self.doc(word[0]) or block.doc,
            span=self.span(word[0], self.end),
        )

    def export(self, word: Terminal, entry: Any) -> ast.ExportDecl:
        doc = self.doc(word[0])
        if doc is not None:
            entry = replace(entry, doc=doc)
        return ast.ExportDecl(entry, self.span(word[0], self.end))

    def remove(self, word: Terminal, path: ast.Path) -> ast.RemoveDecl:
        return ast.RemoveDecl(path, self.span(word[0], self.end))

    def let(
        self,
        word: Terminal,
        name: Terminal,
        type_: ast.TypeExpr | None,
        _eq: Terminal,
        value: ast.Expr,
    ) -> ast.LetDecl:
        return ast.LetDecl(
            name[2],
            self.span(name[0], name[1]),
            type_,
            value,
            self.doc(word[0]),
            self.span(word[0], self.end),
        )

    def hanging_let(
        self, word: Terminal, name: Terminal, type_: ast.TypeExpr | None, operator: Terminal
    ) -> ast.LetDecl:
        return self.let(word, name, type_, operator, self.missing_value(operator, name[2]))

    def param(
        self,
        word: Terminal,
        name: Terminal,
        type_: ast.TypeExpr,
        _eq: Terminal | None,
        default: ast.Expr | None,
    ) -> ast.ParamDecl:
        return ast.ParamDecl(
            name[2],
            self.span(name[0], name[1]),
            type_,
            default,
            self.doc(word[0]),
            self.span(word[0], self.end),
        )

    def type_decl(
        self, word: Terminal, name: Terminal, _eq: Terminal, type_: ast.TypeExpr
    ) -> ast.TypeDecl:
        return ast.TypeDecl(
            name[2],
            self.span(name[0], name[1]),
            type_,
            self.doc(word[0]),
            self.span(word[0], self.end),
        )

    def hanging_param(
        self, word: Terminal, name: Terminal, type_: ast.TypeExpr, operator: Terminal
    ) -> ast.ParamDecl:
        return self.param(word, name, type_, operator, self.missing_value(operator, name[2]))

    def hanging_type(self, word: Terminal, name: Terminal, operator: Terminal) -> ast.TypeDecl:
        broken = self.missing_value(operator, name[2])
        return self.type_decl(word, name, operator, ast.BrokenType(broken.span))

    def use(
        self,
        word: Terminal,
        path: ast.Expr,
        alias: Terminal,
        index: ast.Expr | ast.ForClause | None,
        body: ast.Body | None,
    ) -> ast.UseDecl:
        return ast.UseDecl(
            self.plain_text(path, "the path of a module"),
            path.span,
            alias[2],
            self.span(alias[0], alias[1]),
            index,
            body,
            self.doc(word[0]),
            self.span(word[0], self.end),
        )

    def for_clause(
        self,
        word: Terminal,
        names: list[Terminal],
        _in: Terminal,
        collection: ast.Expr,
        _if: Terminal | None,
        condition: ast.Expr | None,
    ) -> ast.ForClause:
        return ast.ForClause(
            tuple((name[2], self.span(name[0], name[1])) for name in names),
            collection,
            condition,
            self.span(word[0], self.end),
        )

    def for_group(self, clause: ast.ForClause, body: ast.Body) -> ast.ForDecl:
        return ast.ForDecl(clause, body, self.span(clause.span.start, self.end))

    def if_group(self, word: Terminal, condition: ast.Expr, body: ast.Body) -> ast.IfDecl:
        return ast.IfDecl(condition, body, None, self.span(word[0], self.end))

    def if_else(
        self, word: Terminal, condition: ast.Expr, body: ast.Body, otherwise: ast.Body | ast.IfDecl
    ) -> ast.IfDecl:
        return ast.IfDecl(condition, body, otherwise, self.span(word[0], self.end))

    def assertion(
        self, word: Terminal, condition: ast.Expr, message: ast.Expr | None
    ) -> ast.AssertDecl:
        return ast.AssertDecl(word[2], condition, message, self.span(word[0], self.end))

    # ------------------------------------------------------------------------------------------- types

    def named_type(self, name: Terminal) -> ast.NamedType:
        return ast.NamedType(name[2], self.span(name[0], name[1]))

    def bounded_type(self, inner: ast.TypeExpr, _in: Terminal, bounds: ast.Expr) -> ast.BoundedType:
        return ast.BoundedType(inner, bounds, self.span(inner.span.start, self.end))

    def optional_type(self, inner: ast.TypeExpr, _mark: Terminal) -> ast.OptionalType:
        return ast.OptionalType(inner, self.span(inner.span.start, self.end))

    def generic_type(self, name: Terminal, argument: ast.TypeExpr) -> ast.GenericType:
        return ast.GenericType(
            name[2], self.span(name[0], name[1]), argument, self.span(name[0], self.end)
        )

    def word_type(self, words: list[Terminal]) -> ast.WordType:
        return ast.WordType(
            tuple((self._word(w), self.span(w[0], w[1])) for w in words),
            self.span(words[0][0], self.end),
        )

    def _word(self, word: Terminal) -> str:
        start, _, text = word
        return unescape(text[1:-1], self.source, start + 1, self.report) if text[0] == '"' else text

    def record_type(
        self, opening: Terminal, fields: list[ast.TypeField], _closing: Terminal
    ) -> ast.RecordType:
        return ast.RecordType(tuple(fields), self.span(opening[0], self.end))

    def parenthesised_type(self, inner: ast.TypeExpr) -> ast.TypeExpr:
        return inner

    def field(self, name: Terminal, type_: ast.TypeExpr) -> ast.TypeField:
        return ast.TypeField(name[2], self.span(name[0], name[1]), type_, self.doc(name[0]))

    # -------------------------------------------------------------------------------------- expressions

    def name(self, word: Terminal) -> ast.NameExpr:
        start, end, text = word
        return ast.NameExpr(text, _new(Span, (self.source, start, end)))

    def true(self, word: Terminal) -> ast.LiteralExpr:
        return ast.LiteralExpr(True, self.span(word[0], word[1]))

    def false(self, word: Terminal) -> ast.LiteralExpr:
        return ast.LiteralExpr(False, self.span(word[0], word[1]))

    def number(self, word: Terminal) -> ast.Expr:
        return literals.number(word[2], _new(Span, (self.source, word[0], word[1])), self.report)

    def quantity(self, word: Terminal) -> ast.Expr:
        return literals.quantity(word[2], self.span(word[0], word[1]), self.report)

    def unknown_unit(self, word: Terminal) -> ast.Expr:
        return literals.unknown_unit(word[2], self.span(word[0], word[1]), self.report)

    def dotted_literal(self, word: Terminal) -> ast.Expr:
        return literals.dotted(word[2], self.span(word[0], word[1]), self.report)

    def coloned_literal(self, word: Terminal) -> ast.Expr:
        return literals.coloned(word[2], self.span(word[0], word[1]), self.report)

    def date(self, word: Terminal) -> ast.Expr:
        return literals.day(word[2], self.span(word[0], word[1]), self.report)

    def plain(self, word: Terminal) -> ast.LiteralExpr:
        start, end, raw = word
        value = raw[1:-1]
        if "\\" in value:
            value = unescape(value, self.source, start + 1, self.report)
        return ast.LiteralExpr(value, _new(Span, (self.source, start, end)))

    def interpolated(self, opening: Terminal, pieces: list[Any], _closing: Terminal) -> ast.Expr:
        return self._string(opening, line_parts(pieces, self.source, self.report))

    def indented(self, opening: Terminal, pieces: list[Any], _closing: Terminal) -> ast.Expr:
        return self._string(opening, block_parts(pieces, self.source, self.report))

    def _string(self, opening: Terminal, parts: tuple[str | ast.Hole, ...]) -> ast.Expr:
        span = self.span(opening[0], self.end)
        if any(isinstance(part, ast.Hole) for part in parts):
            return ast.TextExpr(parts, span)
        return ast.LiteralExpr("".join(str(part) for part in parts), span)

    def unclosed(self, opening: Terminal, pieces: Sequence[Any], _closing: Terminal) -> ast.Expr:
        del pieces
        self.report(say_literal.unclosed_string(self.span(opening[0], opening[1])))
        self.end -= _closing[1] - _closing[0]  # the line end that closed it is no part of it
        return ast.BrokenExpr(self.span(opening[0], self.end))

    def hole(
        self, opening: Terminal, value: ast.Expr, format_: Terminal | None, _closing: Terminal
    ) -> ast.Hole:
        return ast.Hole(value, format_ and format_[2][1:], self.span(opening[0], self.end))

    def map_value(self, body: ast.Body) -> ast.MapExpr:
        return ast.MapExpr(body, body.span)

    def parenthesised(self, opening: Terminal, inner: ast.Expr, closing: Terminal) -> ast.Expr:
        if isinstance(
            inner, (ast.BinaryExpr, ast.ConditionalExpr, ast.QuantifiedExpr, ast.UnaryExpr)
        ):
            return replace(inner, span=self.span(opening[0], closing[1]))
        return inner

    def empty_list(self, opening: Terminal, _closing: Terminal) -> ast.ListExpr:
        return ast.ListExpr((), self.span(opening[0], self.end))

    def listing(self, opening: Terminal, items: list[ast.Expr], _closing: Terminal) -> ast.ListExpr:
        return ast.ListExpr(tuple(items), self.span(opening[0], self.end))

    def comprehension(
        self, opening: Terminal, clause: ast.ForClause, value: ast.Expr, _closing: Terminal
    ) -> ast.ComprehensionExpr:
        return ast.ComprehensionExpr(clause, value, self.span(opening[0], self.end))

    def member(self, name: Terminal) -> Trailer:
        return ("member", self.end, name)

    def element(self, _opening: Terminal, index: ast.Expr, _closing: Terminal) -> Trailer:
        return ("element", self.end, index)

    def no_arguments(self, _opening: Terminal, _closing: Terminal) -> Trailer:
        return ("call", self.end, ())

    def call(self, _opening: Terminal, arguments: Sequence[Any], _closing: Terminal) -> Trailer:
        return ("call", self.end, arguments)

    def named_argument(self, name: Terminal, _eq: Terminal, value: ast.Expr) -> ast.NamedArgument:
        return ast.NamedArgument(name[2], self.span(name[0], name[1]), value)

    def trailed(self, atom: ast.Expr, trailers: Sequence[Trailer]) -> ast.Expr:
        source, start, _ = atom.span
        node = atom
        self.longest_chain = max(self.longest_chain, len(trailers))
        for what, end, detail in trailers:
            span = _new(Span, (source, start, end))
            if what == "member":
                name_start, name_end, name = detail
                node = ast.MemberExpr(node, name, _new(Span, (source, name_start, name_end)), span)
            elif what == "element":
                node = ast.ElementExpr(node, detail, span)
            else:
                node = self._call(node, detail, span)
        return node

    def _call(self, function: ast.Expr, arguments: Sequence[Any], span: Span) -> ast.CallExpr:
        positional: list[ast.Expr] = []
        named: list[ast.NamedArgument] = []
        for argument in arguments:
            if isinstance(argument, ast.NamedArgument):
                named.append(argument)
            else:
                if named:
                    self.report(say.positional_after_named(argument.span, named[-1].name))
                positional.append(argument)
        return ast.CallExpr(function, tuple(positional), tuple(named), span)

    def chain_two(self, left: ast.Expr, operator: Terminal, right: ast.Expr) -> list[Any]:
        return [left, operator, right]

    def chain_more(self, chain: list[Any], operator: Terminal, right: ast.Expr) -> list[Any]:
        chain += (operator, right)
        return chain

    def folded(self, chain: list[Any]) -> ast.Expr:
        self.longest_chain = max(self.longest_chain, len(chain))
        return fold(self, chain)

    def unary(self, operator: Terminal, operand: ast.Expr) -> ast.UnaryExpr:
        return ast.UnaryExpr(operator[2], operand, self.span(operator[0], self.end))

    def conditional(
        self, word: Terminal, condition: ast.Expr, value: ast.Expr, otherwise: ast.Expr
    ) -> ast.ConditionalExpr:
        return ast.ConditionalExpr(condition, value, otherwise, self.span(word[0], self.end))

    def quantified(
        self,
        word: Terminal,
        name: Terminal,
        _in: Terminal,
        collection: ast.Expr,
        condition: ast.Expr,
    ) -> ast.QuantifiedExpr:
        return ast.QuantifiedExpr(
            word[2],
            name[2],
            self.span(name[0], name[1]),
            collection,
            condition,
            self.span(word[0], self.end),
        )
