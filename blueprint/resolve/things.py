"""References to declared things: `network.oam`, `hosts.compute[3].name`, `nic.ocp[0]`, `alias.kind.name`.

What a reference may name and of which type its members are is read off the outline and the schema,
before anything is evaluated; the values are fetched when the closure runs. Nested kinds (`nic.x`,
`disk.x`, `rack.x`, `zone.x`, …) resolve in the declaration whose body the reference stands in, then
in the things that its `scopes` attributes name: a host's hardware and site, a Ceph's OSD hosts.

Longer than most modules: each form of reference is a short method, and all follow the same steps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, names
from blueprint.evaluate.code import Absent, Binder, Code, Env, Run, Stop, broken
from blueprint.evaluate.data import Row
from blueprint.evaluate.scope import Scope
from blueprint.resolve import files, nested, reading
from blueprint.resolve.declarations import Declaration, Member
from blueprint.resolve.merge import node_of
from blueprint.resolve.nested import label_with, nested_kinds
from blueprint.resolve.rows import EVERYTHING
from blueprint.shape import KINDS, Field, Shape, fields_of
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Range, Ref, SecretRef, is_secret_name, labelled

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


class References:
    """The references of one module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.world = module.world

    # ------------------------------------------------------------------------------- what they may name

    def is_kind(self, name: str) -> bool:
        """Whether a name is a kind, top-level or nested."""
        return name in KINDS or name in nested_kinds()

    def is_declared(self, kind: str, name: str) -> bool:
        """Whether a thing of a kind has a name."""
        return (kind, name) in self.module.outlines

    def is_misspelled(self, name: str) -> bool:
        """Whether a name was written as a kind, which has been reported."""
        return name in self.module.misspelled

    def reads_column(self, step: ast.MemberExpr, base: Code, scope: Scope) -> None:
        """Notes that a column of a row is read."""
        self.world.rows.member(step, base, scope)

    def reads_whole(self, *types: ts.Type) -> None:
        """Notes that values of some types are read as wholes."""
        self.world.rows.whole(*types)

    def traced_cell(self, row: Run, name: str, run: Run) -> Run:
        """A member of a row, noted as a cause where causes are collected."""
        trace = self.world.trace

        def read(env: Env) -> Any:
            value = run(env)
            if trace.is_on:
                holder = row(env)
                if isinstance(holder, Row):
                    trace.add("cell", partial(holder.table.cell_span, holder.number, name), name)
            return value

        return read

    def spend(self, amount: int, span: Span) -> None:
        """Counts work."""
        self.world.spend(amount, span)

    def fail(self, diagnostic: Diagnostic) -> Code:
        """Reports, and gives broken code."""
        self.world.report(diagnostic)
        assert diagnostic.span is not None, diagnostic
        return broken(diagnostic.span)

    def path(self, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `kind.name…`."""
        module = scope.nearest_module() or self.module
        if root.name in KINDS:
            return self._top(root, steps, scope, module, only_exported=False)
        return nested.nested(self, root, steps, scope)

    def alias(self, alias: Any, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `alias.…`."""
        steps = list(steps)
        module = alias.single()
        if module is None:
            return broken(root.span)
        key: Code | None = None
        if alias.is_family:
            step = steps[0] if steps else None
            if not isinstance(step, ast.ElementExpr):
                return self.fail(
                    names.family_needs_key(root.span, root.name, [str(k) for k in alias.modules()])
                )
            steps.pop(0)
            key = self.module.elaborator.expr(step.index, scope)
            if key.is_broken:
                return key
        if not steps or not isinstance(steps[0], ast.MemberExpr):
            code: Code = alias.code(root.span)
            return code
        member = steps[0]
        pick = self._picker(alias, key)
        if member.name in KINDS:
            as_name = ast.NameExpr(member.name, member.name_span)
            return self._top(as_name, steps[1:], scope, module, only_exported=True, pick=pick)
        variable = module.scope.names.get(member.name)
        if variable is None or member.name not in module.exported:
            if variable is not None and variable.span is not None and hasattr(variable, "decl"):
                return self.fail(
                    names.not_exported(member.name_span, member.name, root.name, variable.span)
                )
            return self.fail(
                names.unknown_member(
                    member.name_span,
                    member.name,
                    f"the module `{root.name}`",
                    [*module.exported, *KINDS],
                )
            )
        exported = variable.code(member.span)

        def value(env: Env) -> Any:
            chosen = pick(env)
            return chosen.scope.names[member.name].code(member.span).run({})

        code = Code(
            exported.type,
            value,
            member.span,
            key.binders if key else frozenset(),
            exported.sees_things,
        )
        for position, step in enumerate(steps[1:], start=1):
            if isinstance(ts.plain(code.type), ts.Thing | ts.Family):
                return self.follow(code, steps[position:], scope)
            code = self.module.elaborator.member(code, step, scope)
        return code

    def _picker(self, alias: Any, key: Code | None) -> Callable[[Env], Any]:
        def pick(env: Env) -> Any:
            modules = alias.modules()
            wanted = str(key.run(env)) if key is not None else None
            if wanted not in modules:
                assert key is not None, alias
                raise Stop(
                    names.unknown_key(key.span, alias.name, str(wanted), [str(k) for k in modules])
                )
            return modules[wanted]

        return pick

    def _top(
        self,
        root: ast.NameExpr,
        steps: list[ast.Expr],
        scope: Scope,
        module: Module,
        *,
        only_exported: bool,
        pick: Callable[[Env], Any] | None = None,
    ) -> Code:
        """A declaration of a module, and what follows it."""
        kind = root.name
        if not steps or not isinstance(steps[0], ast.MemberExpr):
            declared = [f"{k}.{n}" for k, n in module.outlines if k == kind]
            return self.fail(
                names.wrong_place(
                    root.span,
                    f"`{kind}` is a kind; a thing of it is wanted",
                    f"name one: {', '.join(f'`{d}`' for d in declared[:5]) or f'`{kind}.name`'}",
                )
            )
        first = steps[0]
        outline = module.outlines.get((kind, first.name))
        if outline is not None and outline.is_template:
            return self.fail(names.template_named(first.span, kind, first.name))
        if outline is None and (kind, first.name) in module.meant:
            return broken(first.span)
        if outline is None:
            known = [n for (k, n), o in module.outlines.items() if k == kind and not o.is_template]
            return self.fail(names.unknown_thing(first.span, kind, first.name, known))
        if only_exported and not outline.is_exported:
            return self.fail(
                names.not_exported(
                    first.span,
                    f"{kind}.{first.name}",
                    module.prefix.rstrip("."),
                    outline.blocks[0][0].head,
                )
            )
        name = first.name
        if pick is None:
            ref = Ref(f"{module.prefix}{kind}.{name}")
            run: Callable[[Env], Any] = lambda _env: ref  # noqa: E731  # a constant closure
        else:
            chosen = pick
            run = lambda env: Ref(f"{chosen(env).prefix}{kind}.{name}")  # noqa: E731  # same
        type_: ts.Type = ts.Family(kind) if outline.is_family else ts.Thing((kind,))
        named, families = run, self.world.families

        def there(env: Env) -> Any:
            ref = named(env)
            if ref not in families:
                if outline.is_undecided:
                    raise Stop
                raise Stop(names.not_taken(first.span, ref, outline.blocks[0][0].head))
            return ref

        base = Code(type_, there, first.span, frozenset(), sees_things=True)
        return self.follow(base, steps[1:], scope) if len(steps) > 1 else base

    # ---------------------------------------------------------------------------------- members of things

    def follows(self, type_: ts.Type) -> bool:
        """Whether members of a value of this type are members of things."""
        return isinstance(ts.plain(type_), ts.Thing | ts.Family)

    def follow(self, base: Code, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `.member` and `[key]` on a thing or a family."""
        kind = ts.plain(base.type)
        step, rest = steps[0], steps[1:]
        if isinstance(kind, ts.Family):
            if isinstance(step, ast.ElementExpr):
                code = self._element(base, kind, step, scope)
                return self.follow(code, rest, scope) if rest and not code.is_broken else code
            return self._over_family(base, kind, steps, scope)
        assert isinstance(kind, ts.Thing), kind
        if isinstance(step, ast.ElementExpr):
            if kind.kinds == ("secrets",):
                return self._secret(base, step, scope)
            return self.fail(
                names.unknown_key(step.index.span, base.span.text, step.index.span.text, ())
            )
        assert isinstance(step, ast.MemberExpr), step
        models = [
            m
            for k in kind.kinds
            if (m := KINDS.get(k) or nested_kinds().get(k, (None, None))[1]) is not None
        ]
        if not models:
            return self.fail(
                names.unknown_member(step.name_span, step.name, f"`{base.span.text}`", ())
            )
        return self._member(base, models[0], kind.kinds[0], steps, scope)

    def _secret(self, base: Code, step: ast.ElementExpr, scope: Scope) -> Code:
        name = self.module.elaborator.value(step.index, scope, ts.STRING)
        if name.is_broken:
            return name
        run, key, span = base.run, name.run, step.index.span

        def secret(env: Env) -> SecretRef:
            text = key(env)
            if not is_secret_name(text):
                raise Stop(names.secret_name(span, text, "the name of a secret"))
            return SecretRef.of(run(env), text)

        return Code(ts.SECRET, secret, step.span, name.binders, sees_things=False)

    def _element(self, base: Code, kind: ts.Family, step: ast.ElementExpr, scope: Scope) -> Code:
        index = self.module.elaborator.expr(step.index, scope)
        if index.is_broken:
            return index
        run, key, families = base.run, index.run, self.world.families

        def member(env: Env) -> Any:
            family = run(env)
            declaration: Declaration | None = families.get(family)
            wanted = key(env)
            known = declaration.members if declaration else {}
            if declaration is not None and declaration.is_broken:
                raise Stop
            if isinstance(wanted, Range):
                found = [
                    m.ref
                    for k, m in known.items()
                    if k is not None and k.isdigit() and int(k) in wanted
                ]
                if len(found) != wanted.size:
                    missing = next(
                        str(i) for i in range(wanted.first, wanted.last + 1) if str(i) not in known
                    )
                    raise Stop(
                        names.unknown_key(
                            step.index.span, str(family), missing, [str(k) for k in known]
                        )
                    )
                return tuple(found)
            found_member = known.get(str(wanted))
            if found_member is None:
                raise Stop(
                    names.unknown_key(
                        step.index.span, str(family), str(wanted), [str(k) for k in known]
                    )
                )
            return found_member.ref

        element: ts.Type = ts.Thing((kind.kind,))
        if isinstance(ts.plain(index.type), ts.RangeOf):
            element = ts.ListOf(element)
        return Code(element, member, step.span, index.binders, sees_things=True)

    def _over_family(
        self, base: Code, kind: ts.Family, steps: list[ast.Expr], scope: Scope
    ) -> Code:
        """`hosts.compute.name`: the attribute of each member, as a list."""
        binder = Binder("member", ts.Thing((kind.kind,)), None)
        one = Code(
            binder.type, lambda env: env[binder], base.span, frozenset((binder,)), sees_things=True
        )
        code = self.follow(one, steps, scope)
        if code.is_broken:
            return code
        members, run, family = self.members, code.run, base.run

        def values(env: Env) -> tuple[Any, ...]:
            found = []
            for ref in members(family(env)):
                env[binder] = ref
                try:
                    found.append(run(env))
                except Absent:
                    raise Stop(names.absent_in_member(code.span, ref)) from None
            return tuple(found)

        return Code(
            ts.ListOf(ts.plain(code.type)),
            values,
            code.span,
            code.binders - {binder},
            sees_things=True,
        )

    def _member(
        self, base: Code, model: Shape, kind: str, steps: list[ast.Expr], scope: Scope
    ) -> Code:
        """A field of a thing: an attribute, or a nested block and what is in it."""
        path: list[str | Code] = []
        title = f"`{base.span.text}`"
        current: Shape | None = model
        rest = list(steps)
        last: ast.Expr = steps[0]
        spec: Field | None = None
        while rest:
            step = rest.pop(0)
            last = step
            if not isinstance(step, ast.MemberExpr) or current is None:
                break
            if kind == "hosts" and not path and step.name == "addresses":
                return self._address(base, rest, scope, step)
            if kind == "hosts" and not path and step.name == "key":
                return self._key(base, step)
            known = fields_of(current)
            spec = known.get(step.name)
            if spec is None:
                return self.fail(
                    names.unknown_member(
                        step.name_span,
                        step.name,
                        title,
                        [*known, "addresses", "key"] if kind == "hosts" else known,
                    )
                )
            path.append(step.name)
            if spec.form == "labelled":
                if not rest:
                    return self._labels(base, spec, step)
                label = rest.pop(0)
                if isinstance(label, ast.ElementExpr):
                    whole = self.module.elaborator.expr(label.index, scope, ts.STRING)
                    if whole.is_broken:
                        return whole
                    path.append(whole)
                    last = label
                elif not isinstance(label, ast.MemberExpr):
                    return self.fail(names.unknown_member(label.span, label.span.text, title, ()))
                else:
                    path.append(label.name)
                element = rest[0] if rest else None
                if isinstance(element, ast.ElementExpr) and isinstance(label, ast.MemberExpr):
                    rest.pop(0)
                    index = self.module.elaborator.expr(element.index, scope)
                    if index.is_broken:
                        return index
                    path[-1] = Code(
                        ts.STRING,
                        label_with(label.name, index),
                        label.span,
                        index.binders,
                        index.sees_things,
                    )
                    last = element
                else:
                    last = label
                current = spec.block[0]
                if not rest:
                    return self._thing_inside(base, path, step.name, last)
                continue
            current = spec.block[0] if spec.form == "block" else None
            if spec.form == "attribute":
                break
        assert spec is not None, steps
        if spec.form != "attribute":
            return self.fail(names.unknown_member(last.span, spec.name, title, ()))
        code = self._field_code(base, path, spec, last)
        for position, step in enumerate(rest):
            if isinstance(ts.plain(code.type), ts.Thing | ts.Family):
                return self.follow(code, rest[position:], scope)
            code = self.module.elaborator.member(code, step, scope)
        return code

    def _key(self, base: Code, step: ast.MemberExpr) -> Code:
        """`h.key`: the key of a member of a family of hosts."""
        run = base.run
        return Code(
            ts.STRING,
            lambda env: Ref(run(env)).key or "",
            step.span,
            base.binders,
            sees_things=True,
        )

    def _field_code(self, base: Code, path: list[str | Code], spec: Field, last: ast.Expr) -> Code:
        run = base.run
        pieces = [p if isinstance(p, str) else p.run for p in path]
        binders = base.binders.union(*(p.binders for p in path if isinstance(p, Code)))
        span = last.span

        def value(env: Env) -> Any:
            names_ = tuple(p if isinstance(p, str) else p(env) for p in pieces)
            ref = run(env)
            self.world.rows.field(env, ref, self.world.things)
            return self.field(ref, names_, span)

        type_ = spec.type
        is_name = base.type == ts.Thing(("hosts",)) and path == ["name"]
        is_optional = spec.default is None and not spec.is_required and not is_name
        return Code(
            ts.OptionalOf(type_) if is_optional else type_, value, span, binders, sees_things=True
        )

    def _labels(self, base: Code, spec: Field, step: ast.Expr) -> Code:
        """`site.bj1.zone`: all labelled blocks of a name, as a list of things."""
        run, name = base.run, spec.name

        def found(env: Env) -> tuple[Ref, ...]:
            owner = run(env)
            member = self.world.things.get(owner)
            if member is None:
                raise Stop
            return tuple(
                labelled(owner, name, label) for label in node_of(member).labelled.get(name, ())
            )

        return Code(ts.ListOf(ts.Thing((name,))), found, step.span, base.binders, sees_things=True)

    def _thing_inside(self, base: Code, path: list[str | Code], kind: str, last: ast.Expr) -> Code:
        """`site.bj1.rack.r[1]`: a labelled block of a thing, by its address."""
        run = base.run
        label = path[-1]
        binders = base.binders | (label.binders if isinstance(label, Code) else frozenset())

        def found(env: Env) -> Ref:
            owner = run(env)
            text = label if isinstance(label, str) else label.run(env)
            member = self.world.things.get(owner)
            if member is None:
                raise Stop
            known = node_of(member).labelled.get(kind, {})
            if text not in known:
                if kind in node_of(member).broken:
                    raise Stop  # it may be the one whose label is wrong
                raise Stop(names.unknown_thing(last.span, kind, text, known))
            return labelled(owner, kind, text)

        return Code(ts.Thing((kind,)), found, last.span, binders, sees_things=True)

    def _address(
        self, base: Code, rest: list[ast.Expr], scope: Scope, step: ast.MemberExpr
    ) -> Code:
        """`h.addresses.oam`: an address that is allotted."""
        module = scope.nearest_module() or self.module
        if len(rest) != 1 or not isinstance(rest[0], ast.MemberExpr):
            return self.fail(names.unknown_member(step.name_span, "addresses", "a value", ()))
        self.world.rows.crossed.add(
            EVERYTHING
        )  # whose address it is turns on all that are allotted
        run, network, span = base.run, rest[0].name, rest[0].span
        if ("network", network) not in module.outlines:
            known = [n for k, n in module.outlines if k == "network"]
            return self.fail(names.unknown_thing(rest[0].name_span, "network", network, known))

        def value(env: Env) -> Any:
            assert self.world.address_of is not None, "structure never reads addresses"
            return self.world.address_of(run(env), f"{module.prefix}network.{network}", span)

        return Code(ts.IP, value, span, base.binders, sees_things=True)

    # --------------------------------------------------------------------------------------- run time

    def members(self, ref: str) -> tuple[Any, ...]:
        """The members of a family or of several, or what is given where it is none."""
        return reading.members(self, ref)

    def field(self, ref: str, path: tuple[str, ...], span: Span) -> Any:
        """The value of a field of a thing; the default where it is unset. Raises Stop, or Absent."""
        return reading.field(self, ref, path, span)

    def structural(self, member: Member, name: str, wanted: ts.Type) -> Any:
        """The value of an attribute that shapes a family (`count`), seen before there are things."""
        return reading.structural(self, member, name, wanted)

    def read(self, call: ast.CallExpr, function: str, scope: Scope, wanted: ts.Type | None) -> Code:
        """The code of a call that reads a file."""
        return files.read(self, call, function, scope, wanted)

    def file_text(self, path: str, span: Span) -> str:
        """The text of a file."""
        return files.file_text(self, path, span)


__all__ = ["References", "nested_kinds"]
