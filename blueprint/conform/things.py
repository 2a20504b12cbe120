"""References in rules: a kind's name stands for all of it, and members are read from the model.

It takes the place of the blueprint's own references in the elaborator, so that expressions, types and
messages are the same in rules as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprint import typesys as ts
from blueprint.conform.members import Member, Part, classes_of_type, members_of
from blueprint.conform.subject import UNREAD, Located, Subject, is_of
from blueprint.diagnostics import names
from blueprint.evaluate.code import Absent, Binder, Code, Env
from blueprint.evaluate.scope import Scope
from blueprint.evaluate.wording import short
from blueprint.model import KINDS
from blueprint.resolve.things import References
from blueprint.syntax import ast
from blueprint.values import Ref


class RuleThings(References):
    """The references of a pack."""

    #: What is being judged, while a judge runs the rules; they are checked without it.
    subject: Subject
    #: What alone is seen of the kinds that are named here.
    scope: tuple[Ref, ...] = ()

    # ------------------------------------------------------------------------------- what they may name

    def is_kind(self, name: str) -> bool:
        """Whether a name is a top-level kind: inner ones are reached through what holds them."""
        return name in KINDS

    def is_declared(self, kind: str, name: str) -> bool:
        """Nothing is declared where rules stand."""
        del kind, name
        return False

    def path(self, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
        """`hosts`, `network.mtu`: everything of a kind, and a member of each."""
        kind = root.name
        base = Code(
            ts.ListOf(ts.Thing((kind,))),
            lambda _env: self._everything(kind),
            root.span,
            sees_things=True,
        )
        return self._steps(base, steps, scope)

    def _everything(self, kind: str) -> tuple[Located, ...]:
        found = self.subject.of(kind)
        return tuple(t for t in found if is_of(t, self.scope)) or found if self.scope else found

    def alias(self, alias: Any, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
        """Packs use no modules."""
        del alias, steps, scope
        return self.fail(names.unknown_name(root.span, root.name, ()))

    def read(self, call: ast.CallExpr, function: str, scope: Scope, wanted: ts.Type | None) -> Code:
        """Rules read no files: what they look at is the blueprint."""
        del scope, wanted
        return self.fail(
            names.wrong_place(
                call.function.span,
                f"a rule reads no files, so `{function}` can't stand here",
                "write the values into the pack, or make them a `param`",
            )
        )

    def members(self, ref: Any) -> tuple[Any, ...]:
        """The members of a collection, or what is given where it is none."""
        return tuple(ref) if isinstance(ref, tuple) else (ref,)

    # ------------------------------------------------------------------------------------------ members

    def follows(self, type_: ts.Type) -> bool:
        """Whether members are those of things: of lists of things too, each member's."""
        plain = ts.plain(type_)
        if isinstance(plain, ts.ListOf):
            plain = ts.plain(plain.element)
        return isinstance(plain, ts.Thing)

    def follow(self, base: Code, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `.member` and `[label]` on a thing."""
        return self._steps(base, steps, scope)

    def _steps(self, code: Code, steps: list[ast.Expr], scope: Scope) -> Code:
        rest = list(steps)
        while rest and not code.is_broken:
            kind = ts.plain(code.type)
            if isinstance(kind, ts.Thing):
                code = self._of_thing(code, kind, rest, scope)
            elif isinstance(kind, ts.ListOf) and isinstance(ts.plain(kind.element), ts.Thing):
                code = self._of_list(code, kind, rest, scope)
            else:
                code = self.module.elaborator.member(code, rest.pop(0), scope)
        return code

    def _of_list(self, base: Code, kind: ts.ListOf, steps: list[ast.Expr], scope: Scope) -> Code:
        """`hosts.name`: the member of each, as a list; `pool["volumes"]`: the block with that label."""
        step = steps[0]
        if isinstance(step, ast.ElementExpr):
            steps.pop(0)
            return self._labelled(base, kind, step, scope)
        binder = Binder("member", kind.element, None)
        one = Code(
            kind.element, lambda env: env[binder], base.span, frozenset((binder,)), sees_things=True
        )
        inner = self._of_thing(one, _thing(kind.element), steps, scope)
        if inner.is_broken:
            return inner
        run, many = inner.run, base.run
        is_flat = isinstance(ts.plain(inner.type), ts.ListOf)

        def values(env: Env) -> tuple[Any, ...]:
            found: list[Any] = []
            for thing in many(env):
                env[binder] = thing
                try:
                    value = run(env)
                except Absent:
                    continue
                found.extend(value) if is_flat else found.append(value)
            return tuple(found)

        inside = ts.plain(inner.type)
        element = inside.element if isinstance(inside, ts.ListOf) else inside
        return Code(
            ts.ListOf(element),
            values,
            inner.span,
            (base.binders | inner.binders) - {binder},
            sees_things=True,
        )

    def _labelled(self, base: Code, kind: ts.ListOf, step: ast.ElementExpr, scope: Scope) -> Code:
        index = self.module.elaborator.value(step.index, scope, ts.STRING)
        if index.is_broken:
            return index
        run, label = base.run, index.run

        def found(env: Env) -> Any:
            wanted = label(env)
            for thing in run(env):
                if (thing.path[-1] if thing.path else thing.name) == wanted:
                    return thing
            raise Absent

        binders = base.binders | index.binders
        return Code(ts.OptionalOf(kind.element), found, step.span, binders, sees_things=True)

    def _of_thing(self, base: Code, kind: ts.Thing, steps: list[ast.Expr], scope: Scope) -> Code:
        """One member of a thing; takes from `steps` what it has used."""
        step = steps.pop(0)
        if not isinstance(step, ast.MemberExpr):
            return self.module.elaborator.member(Code(ts.STRING, base.run, base.span), step, scope)
        classes = classes_of_type(kind)
        tables = [members_of(model) for model in classes]
        having = [table[step.name] for table in tables if step.name in table]
        if not having:
            known: dict[str, Member] = {name: m for table in tables for name, m in table.items()}
            return self.fail(
                names.unknown_member(step.name_span, step.name, f"`{short(base.span)}`", known)
            )
        is_optional = (
            isinstance(base.type, ts.OptionalOf)
            or len(having) < len(tables)
            or any(member.is_optional for member in having)
        )
        if having[0].form == "choice" and steps and isinstance(steps[0], ast.MemberExpr):
            return self._option(base, having, step, steps.pop(0))
        type_ = _joined(having)
        run, name = base.run, step.name

        def value(env: Env) -> Any:
            thing, subject = run(env), self.subject
            found = thing.values.get(name, UNREAD)
            if found is UNREAD or found is None or subject.is_watched:
                return subject.read(thing, name)
            return found

        return Code(
            ts.OptionalOf(type_) if is_optional else type_,
            value,
            step.span,
            base.binders,
            sees_things=True,
        )

    def _option(
        self, base: Code, having: list[Member], step: ast.MemberExpr, inner: ast.Expr
    ) -> Code:
        """`cni.encapsulation`: an option of what is chosen; absent where the choice has no such option."""
        assert isinstance(inner, ast.MemberExpr), inner
        tables = [members_of(block) for member in having for block in member.blocks]
        found = [table[inner.name] for table in tables if inner.name in table]
        if not found:
            known: Mapping[str, Member] = {n: m for table in tables for n, m in table.items()}
            return self.fail(
                names.unknown_member(inner.name_span, inner.name, f"`{short(step.span)}`", known)
            )
        run, outer, name = base.run, step.name, inner.name

        def value(env: Env) -> Any:
            return self.subject.read(self.subject.options(run(env), outer), name)

        is_certain = len(found) == len(tables) and not any(m.is_optional for m in (*having, *found))
        type_ = _joined(found)
        is_sure = is_certain and not isinstance(base.type, ts.OptionalOf)
        return Code(
            type_ if is_sure else ts.OptionalOf(type_),
            value,
            inner.span,
            base.binders,
            sees_things=True,
        )


def _thing(type_: ts.Type) -> ts.Thing:
    plain = ts.plain(type_)
    assert isinstance(plain, ts.Thing), plain
    return plain


def _joined(members: list[Member]) -> ts.Type:
    """The type of a member that several classes have."""
    types = [member.type for member in members]
    parts = [t for t in types if isinstance(t, Part)]
    elements = [t.element for t in types if isinstance(t, ts.ListOf)]
    lists = [t for t in elements if isinstance(t, Part)]
    if len(lists) == len(types) and lists:
        return ts.ListOf(
            Part((lists[0].kinds[0], *dict.fromkeys(k for t in lists for k in t.kinds[1:])))
        )
    if len(parts) == len(types) and parts:
        return Part((parts[0].kinds[0], *(k for part in parts for k in part.kinds[1:])))
    return ts.either(tuple(types))


__all__ = ["RuleThings"]
