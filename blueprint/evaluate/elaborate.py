"""Checks an expression where it stands and turns it into a closure.

One walk does names, types and code: each node gives a `Code`, its type and a function of an
environment. A node that is wrong is reported once and gives broken code, which is assignable to
anything, so that one mistake stays one error. Both sides of every branch are checked; only the one
taken is run.

Bare words of enumerations are known by the type that is wanted at their place; in a comparison the
other side supplies it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields, names
from blueprint.evaluate import calls, joins, loops, maps, meant, texts
from blueprint.evaluate.code import ABSENT, Absent, Binder, Code, Env, Stop, broken, joined
from blueprint.evaluate.convert import Unfit, example_of, reader_of, type_of_value
from blueprint.evaluate.functions import FUNCTIONS, Function, Impossible
from blueprint.evaluate.scope import IMPLICIT, Scope, Things
from blueprint.evaluate.weight import weighed
from blueprint.evaluate.wording import article, expectation, found_as, short
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import FileRef

Report = Callable[[Diagnostic], None]


class Elaborator:
    """The walk over expressions, with what it needs to know of the world around them."""

    def __init__(
        self, things: Things, report: Report, functions: Mapping[str, Function] = FUNCTIONS
    ) -> None:
        self.things = things
        self.report = report
        self.functions = functions

    # ------------------------------------------------------------------------------------ entry points

    def value(self, expr: ast.Expr, scope: Scope, wanted: ts.Type) -> Code:
        """The code of an expression that must be of a type."""
        code = self.expr(expr, scope, wanted)
        if wanted is not ts.ANY and not isinstance(wanted, ts.OptionalOf):
            code = self.present(code)
        if code.is_broken or ts.is_assignable(code.type, wanted):
            return self._as_text(code) if self._wants_text(code, wanted) else code
        if ts.plain(wanted) is ts.SECRET:
            return self.fail(fields.plaintext_secret(expr.span))
        if isinstance(code.type, ts.Family):
            return self.fail(names.family_needs_key(expr.span, expr.span.text, self._keys(code)))
        if isinstance(expr, ast.LiteralExpr) and isinstance(expr.value, str):
            return self.fail(self._text_instead(expr, wanted))
        found = found_as(code.type, expr)
        instead = meant.value_for(expr, wanted)
        return self.fail(
            fields.type_mismatch(expr.span, article(wanted), found, example_of(wanted), instead)
        )

    def _text_instead(self, expr: ast.LiteralExpr, wanted: ts.Type) -> Diagnostic:
        """What is wrong with text where a value of another type is wanted: perhaps only its quotes."""
        try:
            reader_of(ts.plain(wanted))(expr.value)
        except Unfit:
            is_read = False
        else:
            is_read = ts.BOOL not in ts.options_of(wanted) or expr.value in ("true", "false")
        if not is_read:
            instead = meant.value_for(expr, wanted)
            example = example_of(wanted)
            return fields.type_mismatch(expr.span, article(wanted), "text", example, instead)
        return fields.quoted_value(expr.span, article(wanted), expr.value)

    def expr(self, expr: ast.Expr, scope: Scope, wanted: ts.Type = ts.ANY) -> Code:
        """The code of an expression; `wanted` only tells which words a bare name may be."""
        match expr:
            case ast.LiteralExpr():
                return self._literal(expr, wanted)
            case ast.NameExpr():
                return self._name(expr, scope, wanted)
            case ast.TextExpr():
                return texts.text(self, expr, scope)
            case ast.MemberExpr() | ast.ElementExpr():
                return self._chain(expr, scope)
            case ast.CallExpr():
                return calls.call(self, expr, scope, wanted)
            case ast.ListExpr():
                return weighed(maps.list_of(self, expr, scope, wanted), self.things.spend)
            case ast.ComprehensionExpr():
                return weighed(loops.comprehension(self, expr, scope, wanted), self.things.spend)
            case ast.MapExpr():
                return weighed(maps.map_of(self, expr.body, scope, wanted), self.things.spend)
            case ast.UnaryExpr():
                return joins.unary(self, expr, scope)
            case ast.BinaryExpr():
                return joins.binary(self, expr, scope, wanted)
            case ast.ConditionalExpr():
                return joins.conditional(self, expr, scope, wanted)
            case ast.QuantifiedExpr():
                return loops.quantified(self, expr, scope)
        return broken(expr.span)

    def loop(self, clause: ast.ForClause, scope: Scope) -> loops.Loop | None:
        """A loop around declarations or blocks."""
        return loops.loop_of(self, clause, scope)

    def fail(self, diagnostic: Diagnostic) -> Code:
        """Reports, and gives broken code."""
        self.report(diagnostic)
        assert diagnostic.span is not None, diagnostic
        return broken(diagnostic.span)

    # ------------------------------------------------------------------------------------------- leaves

    def _literal(self, expr: ast.LiteralExpr, wanted: ts.Type) -> Code:
        value = expr.value
        if isinstance(value, str):
            words = ts.words_in(wanted)
            if words and value not in words and ts.STRING not in ts.options_of(wanted):
                return self.fail(fields.unknown_word(expr.span, value, words))
        return Code(type_of_value(value), lambda _env: value, expr.span)

    def _name(self, expr: ast.NameExpr, scope: Scope, wanted: ts.Type) -> Code:
        name = expr.name
        words = ts.words_in(wanted)
        if name in IMPLICIT:
            if name in words:
                return Code(ts.Words((name,)), lambda _env: name, expr.span)
            binder = scope.find_implicit(name, expr.span)
            return _bound(binder, expr.span) if binder is not None else broken(expr.span)
        variable = scope.find(name)
        if name in words:
            if variable is not None:
                return self.fail(names.word_clash(expr.span, name, variable.span))
            return Code(ts.Words((name,)), lambda _env: name, expr.span)
        if variable is not None:
            if isinstance(variable, Binder):
                return _bound(variable, expr.span)
            return variable.code(expr.span)
        if words and ts.STRING not in ts.options_of(wanted):
            return self.fail(fields.unknown_word(expr.span, name, words, scope.known()))
        if self.things.is_kind(name):
            return self.things.path(expr, [], scope)
        known = [*words, *scope.known()]
        hint = meant.hint_for(name, wanted, self.things.is_declared)
        return self.fail(names.unknown_name(expr.span, name, known, expectation(wanted), hint))

    # -------------------------------------------------------------------------------- members and calls

    def _chain(self, expr: ast.MemberExpr | ast.ElementExpr, scope: Scope) -> Code:
        steps: list[ast.Expr] = []
        root: ast.Expr = expr
        while isinstance(root, ast.MemberExpr | ast.ElementExpr):
            steps.append(root)
            root = root.object
        steps.reverse()
        if isinstance(root, ast.NameExpr) and root.name not in IMPLICIT:
            variable = scope.find(root.name)
            if variable is None and self.things.is_kind(root.name):
                return self.things.path(root, steps, scope)
            if variable is not None and hasattr(variable, "module_alias"):
                return self.things.alias(variable, root, steps, scope)
            if variable is None and self.things.is_misspelled(root.name):
                return broken(root.span)
            if variable is None:
                known = [*scope.known(), *(k for k in ("network", "hosts", "site", "hardware"))]
                return self.fail(names.unknown_name(root.span, root.name, known))
        code = self.expr(root, scope)
        if isinstance(root, ast.NameExpr) and self._hides_kind(code, root.name, steps[0]):
            return self.fail(names.kind_hidden(expr.span, root.name, scope.find(root.name)))
        while steps and not code.is_broken:
            if self.things.follows(code.type):
                return self.things.follow(self.present(code), steps, scope)
            step = steps.pop(0)
            code = self.member(code, step, scope)
        return code

    def _hides_kind(self, code: Code, name: str, step: ast.Expr) -> bool:
        """Whether a variable without members stands where `kind.name` was meant."""
        is_plain = isinstance(ts.plain(code.type), ts.Scalar | ts.Words | ts.ListOf)
        if code.is_broken or ts.plain(code.type) is ts.ANY or not is_plain:
            return False
        return isinstance(step, ast.MemberExpr) and self.things.is_kind(name)

    def member(self, base: Code, step: ast.Expr, scope: Scope) -> Code:
        """The code of one `.name` or `[index]` on a plain value."""
        base = self.present(base)
        if base.is_broken:
            return base
        if isinstance(step, ast.MemberExpr):
            return self._field(base, step, scope)
        assert isinstance(step, ast.ElementExpr), step
        return self._element(base, step, scope)

    def _field(self, base: Code, step: ast.MemberExpr, scope: Scope) -> Code:
        kind = ts.plain(base.type)
        name = step.name
        run = base.run
        self.things.reads_column(step, base, scope)
        if isinstance(kind, ts.Record):
            if name not in kind.fields:
                return self.fail(
                    names.unknown_member(step.name_span, name, f"`{short(base.span)}`", kind.fields)
                )
            found = kind.fields[name]

            def member(env: Env) -> Any:
                value = run(env).get(name, ABSENT)
                if value is ABSENT:
                    raise Absent
                return value

            if found is ts.BROKEN:
                return broken(step.span)
            return Code(
                found,
                self.things.traced_cell(run, name, member),
                step.span,
                base.binders,
                base.sees_things,
            )
        if isinstance(kind, ts.RangeOf) and name in ("first", "last"):
            return Code(
                kind.element,
                lambda env: getattr(run(env), name),
                step.span,
                base.binders,
                base.sees_things,
            )
        if kind is ts.ANY or isinstance(kind, ts.MapOf):
            element = kind.element if isinstance(kind, ts.MapOf) else ts.ANY

            def lookup(env: Env) -> Any:
                value = run(env)
                if not isinstance(value, dict) or name not in value:
                    known = value if isinstance(value, dict) else ()
                    raise Stop(
                        names.unknown_member(step.name_span, name, f"`{short(base.span)}`", known)
                    )
                return value[name]

            return Code(
                element,
                self.things.traced_cell(run, name, lookup),
                step.span,
                base.binders,
                base.sees_things,
            )
        return self.fail(
            names.unknown_member(step.name_span, name, f"a value of type {base.type}", ())
        )

    def _element(self, base: Code, step: ast.ElementExpr, scope: Scope) -> Code:
        kind = ts.plain(base.type)
        run = base.run
        self.things.reads_whole(kind)
        if isinstance(kind, ts.MapOf | ts.Record):
            index = self.value(step.index, scope, ts.STRING)
            element = kind.element if isinstance(kind, ts.MapOf) else ts.ANY

            def by_name(env: Env) -> Any:
                value, name = run(env), index.run(env)
                if name not in value:
                    raise Stop(
                        names.unknown_key(
                            step.index.span, short(base.span), str(name), [str(k) for k in value]
                        )
                    )
                return value[name]

            return joined(element, by_name, step.span, [base, index])
        if isinstance(kind, ts.ListOf | ts.RangeOf) or kind is ts.ANY:
            index = self.value(step.index, scope, ts.ANY if kind is ts.ANY else ts.INT)
            if index.is_broken:
                return index

            def by_position(env: Env) -> Any:
                value, at = run(env), index.run(env)
                if isinstance(value, dict):
                    if at not in value:
                        raise Stop(
                            names.unknown_key(
                                step.index.span, short(base.span), str(at), [str(k) for k in value]
                            )
                        )
                    return value[at]
                try:
                    return FUNCTIONS["nth"].run(value, at)
                except (Impossible, TypeError) as problem:
                    raise Stop(names.arithmetic(step.index.span, str(problem))) from None

            return joined(ts.element_of(kind) or ts.ANY, by_position, step.span, [base, index])
        return self.fail(names.not_iterable(step.span, str(base.type)))

    # -------------------------------------------------------------------------------------------- loops

    # ---------------------------------------------------------------------------------------- operators

    # ------------------------------------------------------------------------------------------ the rest

    def present(self, code: Code) -> Code:
        """Code whose value is there: an optional one is refused where it is used as if it were."""
        if isinstance(code.type, ts.OptionalOf):
            return self.fail(
                fields.may_be_absent(code.span, short(code.span), example_of(code.type.inner))
            )
        return code

    def _wants_text(self, code: Code, wanted: ts.Type) -> bool:
        return (
            ts.plain(code.type) is ts.FILE
            and ts.FILE not in ts.options_of(wanted)
            and ts.STRING in ts.options_of(wanted)
        )

    def _as_text(self, code: Code) -> Code:
        run, read, span = code.run, self.things.file_text, code.span

        def text(env: Env) -> Any:
            value = run(env)
            return read(value, span) if isinstance(value, FileRef) else value

        return Code(ts.STRING, text, code.span, code.binders, code.sees_things)

    def _keys(self, code: Code) -> list[str]:
        try:
            return [member.key or "" for member in self.things.members(code.run({}))][:1]
        except (Stop, KeyError, AttributeError):
            return []


def _bound(binder: Binder, span: Span) -> Code:
    return Code(binder.type, lambda env: env[binder], span, frozenset((binder,)))
