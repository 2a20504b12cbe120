"""Checks an expression where it stands and turns it into a closure.

One walk does names, types and code: each node gives a `Code`, its type and a function of an
environment. A node that is wrong is reported once and gives broken code, which is assignable to
anything, so that one mistake stays one error. Both sides of every branch are checked; only the one
taken is run.

Bare words of enumerations are known by the type that is wanted at their place; in a comparison the
other side supplies it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields, names
from blueprint.evaluate import operators
from blueprint.evaluate.code import Absent, Binder, Code, Env, Run, Stop, broken
from blueprint.evaluate.convert import example_of, text_of, type_of_value
from blueprint.evaluate.functions import FUNCTIONS, READERS, TEXT_LIMIT, Function, Impossible
from blueprint.evaluate.scope import IMPLICIT, Scope, Things
from blueprint.evaluate.weight import VALUES_MADE_A_ROUND, effort, weighed
from blueprint.evaluate.wording import article, expectation, found_as, short
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import FileRef, Range

Report = Callable[[Diagnostic], None]

#: Fill and alignment, sign, width of at most two digits, precision, presentation.
_FORMAT = re.compile(r"[<>^]?[+]?0?[0-9]{0,2}(\.[0-9]{1,2})?[dxXbosf]?")


class Elaborator:
    """The walk over expressions, with what it needs to know of the world around them."""

    def __init__(self, things: Things, report: Report) -> None:
        self.things = things
        self.report = report

    # ------------------------------------------------------------------------------------ entry points

    def value(self, expr: ast.Expr, scope: Scope, wanted: ts.Type) -> Code:
        """The code of an expression that must be of a type."""
        code = self.expr(expr, scope, wanted)
        if code.is_broken or ts.is_assignable(code.type, wanted):
            return self._as_text(code) if self._wants_text(code, wanted) else code
        if ts.plain(wanted) is ts.SECRET:
            return self.fail(fields.plaintext_secret(expr.span))
        if isinstance(code.type, ts.Family):
            return self.fail(names.family_needs_key(expr.span, expr.span.text, self._keys(code)))
        found = found_as(code.type, expr)
        return self.fail(
            fields.type_mismatch(expr.span, article(wanted), found, example_of(wanted))
        )

    def expr(self, expr: ast.Expr, scope: Scope, wanted: ts.Type = ts.ANY) -> Code:
        """The code of an expression; `wanted` only tells which words a bare name may be."""
        match expr:
            case ast.LiteralExpr():
                return self._literal(expr, wanted)
            case ast.NameExpr():
                return self._name(expr, scope, wanted)
            case ast.TextExpr():
                return self._text(expr, scope)
            case ast.MemberExpr() | ast.ElementExpr():
                return self._chain(expr, scope)
            case ast.CallExpr():
                return self._call(expr, scope, wanted)
            case ast.ListExpr():
                return weighed(self._list(expr, scope, wanted), self.things.spend)
            case ast.ComprehensionExpr():
                return weighed(self._comprehension(expr, scope, wanted), self.things.spend)
            case ast.MapExpr():
                return weighed(self._map(expr.body, scope, wanted), self.things.spend)
            case ast.UnaryExpr():
                return self._unary(expr, scope)
            case ast.BinaryExpr():
                return self._binary(expr, scope, wanted)
            case ast.ConditionalExpr():
                return self._conditional(expr, scope, wanted)
            case ast.QuantifiedExpr():
                return self._quantified(expr, scope)
        return broken(expr.span)

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
            if words and value not in words and ts.STRING not in _options(wanted):
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
        if words and ts.STRING not in _options(wanted):
            return self.fail(fields.unknown_word(expr.span, name, words, scope.known()))
        if self.things.is_kind(name):
            return self.things.path(expr, [], scope)
        known = [*words, *scope.known()]
        return self.fail(names.unknown_name(expr.span, name, known, expectation(wanted)))

    def _text(self, expr: ast.TextExpr, scope: Scope) -> Code:
        parts: list[tuple[str, Run | None, str | None, Span, ts.Type]] = []
        binders: frozenset[Binder] = frozenset()
        sees = False
        is_broken = False
        for part in expr.parts:
            if isinstance(part, str):
                parts.append((part, None, None, expr.span, ts.STRING))
                continue
            code = self.present(self.expr(part.value, scope))
            is_broken |= code.is_broken
            binders |= code.binders
            sees |= code.sees_things
            kind = ts.plain(code.type)
            if isinstance(kind, ts.ListOf | ts.MapOf | ts.Record | ts.Family):
                self.report(names.no_text(part.value.span, str(code.type)))
                is_broken = True
            if kind is ts.SECRET:
                self.report(names.no_text(part.value.span, "secret"))
                is_broken = True
            if part.format is not None and not _FORMAT.fullmatch(part.format):
                self.report(
                    names.no_text(part.span, f"{code.type} with the format `{part.format}`")
                )
                is_broken = True
            parts.append(("", code.run, part.format, part.span, code.type))
        if is_broken:
            return broken(expr.span)

        def run(env: Env) -> str:
            made = []
            length = 0
            for fixed, hole, format_, span, type_ in parts:
                if hole is None:
                    text: str | None = fixed
                else:
                    text = text_of(hole(env), format_)
                    if text is None:
                        shown = f"{type_}" + (f" with the format `{format_}`" if format_ else "")
                        raise Stop(names.no_text(span, shown))
                made.append(text)
                length += len(text or "")
            if length > TEXT_LIMIT:
                raise Stop(names.too_large(expr.span, "the text is too long", TEXT_LIMIT))
            return "".join(t for t in made if t is not None)

        return Code(ts.STRING, run, expr.span, binders, sees)

    def _list(self, expr: ast.ListExpr, scope: Scope, wanted: ts.Type) -> Code:
        element = _element_wanted(wanted)
        codes = [self.present(self.value(item, scope, element)) for item in expr.items]
        if any(code.is_broken for code in codes):
            return broken(expr.span)
        runs = [code.run for code in codes]
        type_ = ts.ListOf(ts.either(tuple(code.type for code in codes)) if codes else ts.ANY)
        return _joined(type_, lambda env: tuple([run(env) for run in runs]), expr.span, codes)

    def _map(self, body: ast.Body, scope: Scope, wanted: ts.Type) -> Code:
        plain = ts.plain(wanted)
        record = plain if isinstance(plain, ts.Record) else None
        element = plain.element if isinstance(plain, ts.MapOf) else ts.ANY
        seen: dict[str, Span] = {}
        entries: list[tuple[str, Code]] = []
        loops: list[tuple[str, Code]] = []
        is_broken = False
        for entry in body.entries:
            if isinstance(entry, ast.AttributeDecl) and entry.key is not None and not record:
                loops.append(("", self._named_entry(entry, entry.key, scope, element)))
            elif isinstance(entry, ast.AttributeDecl) and entry.operator == "=":
                if entry.name in seen:
                    self.report(
                        fields.duplicate_attribute(entry.name_span, entry.name, seen[entry.name])
                    )
                    is_broken = True
                seen[entry.name] = entry.name_span
                inner = record.fields.get(entry.name, ts.ANY) if record else element
                if record and entry.name not in record.fields:
                    self.report(
                        fields.unknown_attribute(
                            entry.name_span, entry.name, "the value", record.fields
                        )
                    )
                    is_broken = True
                entries.append(
                    (
                        entry.name,
                        self.value(entry.value, scope, inner)
                        if record
                        else self.expr(entry.value, scope, inner),
                    )
                )
            elif isinstance(entry, ast.BlockDecl) and entry.label is None and entry.like is None:
                entries.append((entry.kind, self._map(entry.body, scope, element)))
            elif isinstance(entry, ast.ForDecl):
                loops.append(("", self._map_loop(entry, scope, element)))
            else:
                self.report(
                    names.wrong_place(
                        entry.span,
                        "only `name = value` and `for` may stand in a map",
                        "write `name = value`",
                    )
                )
                is_broken = True
        codes = [code for _, code in (*entries, *loops)]
        if is_broken or any(code.is_broken for code in codes):
            return broken(body.span)
        if record:
            for name, type_ in record.fields.items():
                if name not in seen and not isinstance(type_, ts.OptionalOf):
                    return self.fail(
                        fields.missing_attribute(
                            body.span, name, "the value", f"{name} = {example_of(type_)}"
                        )
                    )
        pairs = [(name, code.run) for name, code in entries]
        more = [code.run for _, code in loops]

        def run(env: Env) -> dict[str, Any]:
            made = {name: value(env) for name, value in pairs}
            for each in more:
                made.update(each(env))
            return made

        values = [code.type for _, code in entries]
        values += [ts.plain(code.type).element for _, code in loops]  # type: ignore[union-attr]  # a map each
        type_ = record or ts.MapOf(ts.either(tuple(values)) if values else ts.ANY)
        if not record and entries and not loops and plain is ts.ANY:
            type_ = ts.inferred_record({name: code.type for name, code in entries})
        return _joined(type_, run, body.span, codes)

    def _named_entry(
        self, entry: ast.AttributeDecl, key: ast.TextExpr, scope: Scope, element: ts.Type
    ) -> Code:
        """`"${name}" = value`: a map of one entry."""
        name = self.value(key, scope, ts.STRING)
        value = self.expr(entry.value, scope, element)
        one, other = name.run, value.run
        return _joined(
            ts.MapOf(value.type), lambda env: {one(env): other(env)}, entry.span, [name, value]
        )

    def _map_loop(self, entry: ast.ForDecl, scope: Scope, element: ts.Type) -> Code:
        loop = self.loop(entry.clause, scope)
        if loop is None:
            return broken(entry.span)
        iterate, inner, parts = loop
        pairs: list[tuple[Code, Code]] = []
        for item in entry.body.entries:
            if not isinstance(item, ast.AttributeDecl):
                return self.fail(
                    names.wrong_place(
                        item.span, "only `name = value` may stand here", "write `name = value`"
                    )
                )
            name = (
                Code(ts.STRING, _constant(item.name), item.name_span)
                if item.key is None
                else self.value(item.key, inner, ts.STRING)
            )
            pairs.append((name, self.expr(item.value, inner, element)))
        if any(name.is_broken or value.is_broken for name, value in pairs):
            return broken(entry.span)

        def run(env: Env) -> dict[str, Any]:
            made: dict[str, Any] = {}
            for _ in iterate(env):
                for name, value in pairs:
                    at = name.run(env)
                    if at in made:
                        raise Stop(names.duplicate_key(name.span, at, None))
                    made[at] = value.run(env)
            return made

        made_type = ts.either(tuple(value.type for _, value in pairs)) if pairs else element
        codes = [*parts, *(code for pair in pairs for code in pair)]
        code = _joined(ts.MapOf(made_type), run, entry.span, codes)
        return _outside(code, inner)

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
            if variable is None:
                known = [*scope.known(), *(k for k in ("network", "hosts", "site", "hardware"))]
                return self.fail(names.unknown_name(root.span, root.name, known))
        code = self.expr(root, scope)
        if isinstance(root, ast.NameExpr) and self._hides_kind(code, root.name, steps[0]):
            return self.fail(names.kind_hidden(expr.span, root.name, scope.find(root.name)))
        while steps and not code.is_broken:
            if isinstance(ts.plain(code.type), ts.Thing | ts.Family):
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
            return self._field(base, step)
        assert isinstance(step, ast.ElementExpr), step
        return self._element(base, step, scope)

    def _field(self, base: Code, step: ast.MemberExpr) -> Code:
        kind = ts.plain(base.type)
        name = step.name
        run = base.run
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

            return Code(
                found,
                self.traced_cell(run, name, member),
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
                self.traced_cell(run, name, lookup),
                step.span,
                base.binders,
                base.sees_things,
            )
        return self.fail(
            names.unknown_member(step.name_span, name, f"a value of type {base.type}", ())
        )

    def traced_cell(self, row: Run, name: str, run: Run) -> Run:
        """The closure that reads a member; overridden where causes are traced."""
        return run

    def _element(self, base: Code, step: ast.ElementExpr, scope: Scope) -> Code:
        kind = ts.plain(base.type)
        run = base.run
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

            return _joined(element, by_name, step.span, [base, index])
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

            return _joined(ts.element_of(kind) or ts.ANY, by_position, step.span, [base, index])
        return self.fail(names.not_iterable(step.span, str(base.type)))

    def _call(self, expr: ast.CallExpr, scope: Scope, wanted: ts.Type) -> Code:
        if not isinstance(expr.function, ast.NameExpr):
            return self.fail(
                names.unknown_function(expr.function.span, short(expr.function.span), FUNCTIONS)
            )
        name = expr.function.name
        if name in READERS:
            return self.things.read(expr, name, scope, wanted)
        function = FUNCTIONS.get(name)
        if function is None:
            return self.fail(
                names.unknown_function(expr.function.span, name, [*FUNCTIONS, *READERS])
            )
        count = len(expr.arguments)
        if expr.named:
            return self.fail(
                names.wrong_arguments(
                    expr.named[0].name_span, name, function.signature, "takes no named arguments"
                )
            )
        if count < function.required or (
            count > len(function.arguments) and not function.is_variadic
        ):
            return self.fail(
                names.wrong_arguments(
                    expr.span,
                    name,
                    function.signature,
                    f"does not take {count} argument{'' if count == 1 else 's'}",
                )
            )
        codes = []
        for position, argument in enumerate(expr.arguments):
            type_ = function.arguments[min(position, len(function.arguments) - 1)]
            code = self.present(self.expr(argument, scope, type_))
            code = self._spread(code)
            if not code.is_broken and not ts.is_assignable(code.type, type_):
                code = self.fail(
                    names.wrong_arguments(
                        argument.span,
                        name,
                        function.signature,
                        f"expects {article(type_)} here, found {found_as(code.type, argument)}",
                    )
                )
            codes.append(code)
        if any(code.is_broken for code in codes):
            return broken(expr.span)
        return self._apply(function, expr, codes)

    def _apply(self, function: Function, expr: ast.CallExpr, codes: list[Code]) -> Code:
        run, runs, spend = function.run, [code.run for code in codes], self.things.spend
        is_deep = expr.function.span.text in ("unique", "flatten")

        def call(env: Env) -> Any:
            values = [each(env) for each in runs]
            work = sum([effort(value, is_deep=is_deep) for value in values])
            if work:
                spend(work, expr.span)
            try:
                found = run(*values)
            except Impossible as problem:
                raise Stop(names.arithmetic(expr.span, str(problem))) from None
            except (TypeError, AttributeError, ValueError):
                raise Stop(
                    names.wrong_arguments(
                        expr.span,
                        expr.function.span.text,
                        function.signature,
                        "can't be applied to these values",
                    )
                ) from None
            if isinstance(found, tuple) and len(found) > VALUES_MADE_A_ROUND:
                spend(len(found) // VALUES_MADE_A_ROUND, expr.span)
            return found

        return _joined(
            function.result_type(tuple(code.type for code in codes)), call, expr.span, codes
        )

    def _spread(self, code: Code) -> Code:
        """A family as the list of its members, for loops and functions over collections."""
        element = ts.member_of(code.type)
        if element is None or code.is_broken:
            return code
        members, run = self.things.members, code.run
        return Code(
            ts.ListOf(element),
            lambda env: members(run(env)),
            code.span,
            code.binders,
            sees_things=True,
        )

    # -------------------------------------------------------------------------------------------- loops

    def loop(
        self, clause: ast.ForClause, scope: Scope
    ) -> tuple[Callable[[Env], Any], Scope, list[Code]] | None:
        """A loop: a generator that binds its variables in the environment, the scope inside, its codes.

        Each round of the generator gives the member (of two variables, the first).
        """
        source = self.present(self.expr(clause.collection, scope))
        for name, span in clause.names:
            if name in IMPLICIT:
                self.report(names.reserved_name(span, name))
                return None
        if source.is_broken:
            return None
        source = self._spread(source)
        element = ts.element_of(source.type)
        if element is None:
            self.report(names.not_iterable(clause.collection.span, str(source.type)))
            return None
        inner = Scope(scope)
        first = Binder(clause.names[0][0], element, clause.names[0][1])
        inner.names[first.name] = first
        second: Binder | None = None
        if len(clause.names) > 1:
            plain = ts.plain(source.type)
            value_type = plain.element if isinstance(plain, ts.MapOf) else ts.ANY
            second = Binder(clause.names[1][0], value_type, clause.names[1][1])
            inner.names[second.name] = second
        condition: Code | None = None
        if clause.condition is not None:
            condition = self.value(clause.condition, inner, ts.BOOL)
            if condition.is_broken:
                return None
        run, spend, span = source.run, self.things.spend, clause.span
        test = condition.run if condition else None

        def iterate(env: Env) -> Any:
            try:
                collection = run(env)
                members = (
                    FUNCTIONS["reverse"].run(collection)[::-1]
                    if isinstance(collection, Range)
                    else collection
                )
            except Impossible as problem:
                raise Stop(names.arithmetic(clause.collection.span, str(problem))) from None
            if not isinstance(members, tuple | dict):
                raise Stop(names.not_iterable(clause.collection.span, str(type_of_value(members))))
            spend(len(members), span)
            for member in members:
                env[first] = member
                if second is not None:
                    env[first], env[second] = _pair(member, members, span)
                if test is None or test(env):
                    yield member

        return iterate, inner, [source, *([condition] if condition else [])]

    def _comprehension(self, expr: ast.ComprehensionExpr, scope: Scope, wanted: ts.Type) -> Code:
        loop = self.loop(expr.clause, scope)
        if loop is None:
            return broken(expr.span)
        iterate, inner, parts = loop
        value = self.present(self.value(expr.value, inner, _element_wanted(wanted)))
        if value.is_broken:
            return value
        run = value.run

        def collect(env: Env) -> tuple[Any, ...]:
            return tuple([run(env) for _ in iterate(env)])

        code = _joined(ts.ListOf(value.type), collect, expr.span, [*parts, value])
        return _outside(code, inner)

    def _quantified(self, expr: ast.QuantifiedExpr, scope: Scope) -> Code:
        clause = ast.ForClause(((expr.name, expr.name_span),), expr.collection, None, expr.span)
        loop = self.loop(clause, scope)
        if loop is None:
            return broken(expr.span)
        iterate, inner, parts = loop
        condition = self.value(expr.condition, inner, ts.BOOL)
        if condition.is_broken:
            return condition
        run = condition.run
        wanted = expr.quantifier == "some"

        def test(env: Env) -> bool:
            return any(run(env) == wanted for _ in iterate(env)) == wanted

        return _outside(_joined(ts.BOOL, test, expr.span, [*parts, condition]), inner)

    # ---------------------------------------------------------------------------------------- operators

    def _unary(self, expr: ast.UnaryExpr, scope: Scope) -> Code:
        if expr.operator == "not":
            code = self.value(expr.operand, scope, ts.BOOL)
            run = code.run
            return (
                code
                if code.is_broken
                else Code(
                    ts.BOOL, lambda env: not run(env), expr.span, code.binders, code.sees_things
                )
            )
        code = self.value(expr.operand, scope, ts.NUMBER)
        run = code.run
        return (
            code
            if code.is_broken
            else Code(
                ts.plain(code.type),
                lambda env: -run(env),
                expr.span,
                code.binders,
                code.sees_things,
            )
        )

    def _binary(self, expr: ast.BinaryExpr, scope: Scope, wanted: ts.Type) -> Code:
        if expr.operator == "??":
            return self._default(expr, scope, wanted)
        left, right = self._sides(expr, scope)
        if expr.operator in ("==", "!=") and isinstance(left.type, ts.OptionalOf):
            left = _with_absent(left)
        if expr.operator in ("in", "not in"):
            right = self._spread(right)
        if left.is_broken or right.is_broken:
            return broken(expr.span)
        type_ = operators.binary_type(expr.operator, left.type, right.type)
        if type_ is None:
            return self.fail(
                fields.operator_types(expr.span, expr.operator, str(left.type), str(right.type))
            )
        one, other = left.run, right.run
        if expr.operator == "and":
            return _joined(type_, lambda env: one(env) and other(env), expr.span, [left, right])
        if expr.operator == "or":
            return _joined(type_, lambda env: one(env) or other(env), expr.span, [left, right])
        run, spend = operators.RUNNERS[expr.operator], self.things.spend

        def operate(env: Env) -> Any:
            first, second = one(env), other(env)
            work = effort(first, is_deep=True) + effort(second, is_deep=True)
            if work:
                spend(work, expr.span)
            try:
                return operators.apply(run, first, second)
            except Impossible as problem:
                raise Stop(names.arithmetic(expr.span, str(problem))) from None

        return _joined(type_, operate, expr.span, [left, right])

    def _sides(self, expr: ast.BinaryExpr, scope: Scope) -> tuple[Code, Code]:
        """Both sides; a bare word on one of a comparison takes its list from the other."""
        if expr.operator in ("==", "!=", "in", "not in"):
            if (
                isinstance(expr.left, ast.NameExpr)
                and scope.find(expr.left.name) is None
                and expr.left.name not in IMPLICIT
            ):
                right = self.present(self.expr(expr.right, scope))
                return self.expr(expr.left, scope, right.type), right
            left = self.expr(expr.left, scope)
            if expr.operator in ("in", "not in"):
                left = self.present(left)
            wanted = left.type if expr.operator in ("==", "!=") else ts.ListOf(left.type)
            if not ts.words_in(wanted):
                wanted = ts.ANY
            return left, self.present(self.expr(expr.right, scope, wanted))
        left_wanted = ts.BOOL if expr.operator in ("and", "or") else ts.ANY
        return (
            self.present(self.expr(expr.left, scope, left_wanted)),
            self.present(self.expr(expr.right, scope, left_wanted)),
        )

    def _default(self, expr: ast.BinaryExpr, scope: Scope, wanted: ts.Type) -> Code:
        left = self.expr(expr.left, scope, wanted)
        beside = ts.Either((left.type, ts.STRING)) if ts.words_in(left.type) else left.type
        right = self.expr(expr.right, scope, wanted if wanted is not ts.ANY else beside)
        if left.is_broken or right.is_broken:
            return broken(expr.span)
        one, other = left.run, right.run

        def default(env: Env) -> Any:
            try:
                return one(env)
            except Absent:
                return other(env)

        return _joined(
            ts.either((ts.plain(left.type), right.type)), default, expr.span, [left, right]
        )

    def _conditional(self, expr: ast.ConditionalExpr, scope: Scope, wanted: ts.Type) -> Code:
        test = self.value(expr.condition, scope, ts.BOOL)
        value = self.value(expr.value, scope, wanted)
        otherwise = self.value(expr.otherwise, scope, wanted)
        if test.is_broken or value.is_broken or otherwise.is_broken:
            return broken(expr.span)
        condition, one, other = test.run, value.run, otherwise.run
        return _joined(
            ts.either((value.type, otherwise.type)),
            lambda env: one(env) if condition(env) else other(env),
            expr.span,
            [test, value, otherwise],
        )

    # ------------------------------------------------------------------------------------------ the rest

    def present(self, code: Code) -> Code:
        """Code whose value is there: an optional one is refused where it is used as if it were."""
        if isinstance(code.type, ts.OptionalOf):
            return self.fail(
                fields.type_mismatch(
                    code.span,
                    "a value",
                    "one that may be absent",
                    f"{short(code.span)} ?? {example_of(code.type.inner)}",
                )
            )
        return code

    def _wants_text(self, code: Code, wanted: ts.Type) -> bool:
        return (
            ts.plain(code.type) is ts.FILE
            and ts.FILE not in _options(wanted)
            and ts.STRING in _options(wanted)
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


ABSENT = object()


def _bound(binder: Binder, span: Span) -> Code:
    return Code(binder.type, lambda env: env[binder], span, frozenset((binder,)))


def _constant(value: Any) -> Run:
    return lambda _env: value


def _joined(type_: ts.Type, run: Run, span: Span, codes: list[Code]) -> Code:
    if any(code.is_broken for code in codes):
        return broken(span)
    binders = frozenset[Binder]().union(*(code.binders for code in codes))
    return Code(type_, run, span, binders, any(code.sees_things for code in codes))


def _with_absent(code: Code) -> Code:
    """Code of an optional value for a comparison: an absent one equals nothing."""
    run = code.run

    def value(env: Env) -> Any:
        try:
            return run(env)
        except Absent:
            return ABSENT

    return Code(ts.plain(code.type), value, code.span, code.binders, code.sees_things)


def _outside(code: Code, loop: Scope) -> Code:
    """The code of a whole loop, which binds the loop's own variables itself."""
    own = frozenset(v for v in loop.names.values() if isinstance(v, Binder))
    return Code(code.type, code.run, code.span, code.binders - own, code.sees_things)


def _pair(member: Any, members: Any, span: Span) -> tuple[Any, Any]:
    if isinstance(members, dict):
        return member, members[member]
    if isinstance(member, tuple) and len(member) == 2:
        return member[0], member[1]
    raise Stop(names.not_iterable(span, "a list without pairs"))


def _element_wanted(wanted: ts.Type) -> ts.Type:
    """What the members of a list must be, where a value of a type is wanted."""
    plain = ts.plain(wanted)
    if isinstance(plain, ts.Either):
        lists = [o for option in plain.options if isinstance(o := ts.plain(option), ts.ListOf)]
        return lists[0].element if len(lists) == 1 else ts.element_of(plain) or ts.ANY
    return ts.element_of(plain) or ts.ANY


def _options(wanted: ts.Type) -> tuple[ts.Type, ...]:
    plain = ts.plain(wanted)
    if isinstance(plain, ts.ListOf):
        return _options(plain.element)
    if isinstance(plain, ts.Either):
        return tuple(o for option in plain.options for o in _options(option))
    return (plain,)
