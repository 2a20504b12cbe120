"""References to nested things, `nic.ocp[0]` and `rack.r[1]`: in the declaration around, then in what its scopes name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, names
from blueprint.evaluate.code import Absent, Binder, Code, Env, Stop
from blueprint.evaluate.scope import Scope
from blueprint.resolve.declarations import Declaration, Member
from blueprint.resolve.merge import node_of
from blueprint.resolve.values import attribute_value, code_of
from blueprint.shape import KINDS, Shape, fields_of
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Ref, keyed, labelled

if TYPE_CHECKING:
    from blueprint.resolve.things import References

#: Parts of hardware, named relative to it; all other nested things have absolute addresses.
PARTS = frozenset({"nic", "disk", "gpu", "device"})


@lru_cache(maxsize=1)
def nested_kinds() -> Mapping[str, tuple[str, Shape]]:
    """Labelled blocks that can be referred to, with the kind that holds them and their model."""
    found: dict[str, tuple[str, Shape]] = {}
    for kind, model in KINDS.items():
        for name, spec in fields_of(model).items():
            if spec.form == "labelled" and name not in KINDS:
                found.setdefault(name, (kind, spec.block[0]))
    return found


def nested(refs: References, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
    """`nic.ocp[0]`, `rack.r[1]`: in the declaration around, then in what its scopes name."""
    kind = root.name
    owner: Declaration | None = scope.nearest_owner()
    by_text = bool(steps) and isinstance(steps[0], ast.ElementExpr) and kind not in PARTS
    if not steps or not (by_text or isinstance(steps[0], ast.MemberExpr)):
        return refs.fail(
            names.wrong_place(
                root.span,
                f"`{kind}` is a kind; a thing of it is wanted",
                f"name one: `{kind}.name`",
            )
        )
    first = steps[0]
    rest = steps[1:]
    index: Code | None = None
    last: ast.Expr = first
    element = first if by_text else rest[0] if rest else None
    if isinstance(element, ast.ElementExpr):
        last = element
        index = refs.module.elaborator.expr(element.index, scope)
        if index.is_broken:
            return index
        rest = rest if by_text else rest[1:]
    if owner is None or owner.first is None:
        return _outside(refs, root, kind)
    if rest:
        return refs.fail(
            names.unknown_member(
                rest[0].span,
                rest[0].span.text.rpartition(".")[2],
                f"`{last.span.text}`",
                (),
            )
        )
    binders = index.binders if index else frozenset()
    if kind in PARTS and isinstance(first, ast.MemberExpr):
        home = _home_with(refs, owner.first, kind, first.name)
        labels = node_of(home).labelled.get(kind, {}) if home else {}
        if (
            home is not None
            and first.name not in labels
            and not _is_misled(refs, owner.first, kind)
        ):
            return refs.fail(no_label(first.span, kind, first.name, labels))
        name = first.name
        if index is None:
            part = Ref(f"{kind}.{name}")
            return Code(ts.Thing((kind,)), lambda _env: part, last.span, binders, sees_things=True)
        position = index.run
        return Code(
            ts.Thing((kind,)),
            lambda env: Ref(f"{kind}.{name}[{position(env)}]"),
            last.span,
            binders,
            sees_things=True,
        )
    text = _label(first, index)
    span = last.span
    key = scope.owner_key(span) if owner.is_family else None
    member_in = _member_in(owner, key)

    def found(env: Env) -> Ref:
        label = text(env)
        home = _home_with(refs, member_in(env), kind, label)
        known = node_of(home).labelled.get(kind, {}) if home else {}
        if home is None or label not in known:
            if home is not None and kind in node_of(home).broken:
                raise Stop  # it may be the one whose label is wrong
            if _is_misled(refs, member_in(env), kind):
                raise Stop  # it may be in what a misspelt attribute names
            raise Stop(no_label(span, kind, label, known))
        return labelled(home.ref, kind, label)

    if key is not None:
        binders |= {key}
    return Code(ts.Thing((kind,)), found, span, binders, sees_things=True)


def _label(first: ast.Expr, index: Code | None) -> Callable[[Env], str]:
    """The label that is meant: `.name`, `.name[key]`, or `["any text"]`."""
    if isinstance(first, ast.MemberExpr):
        name = first.name
        return label_with(name, index) if index else lambda _env: name
    assert index is not None, first
    run = index.run
    return lambda env: str(run(env))


def _outside(refs: References, root: ast.NameExpr, kind: str) -> Code:
    """`rack.r` where no declaration is around it."""
    home = nested_kinds()[kind][0]
    named = next((n for k, n in refs.module.outlines if k == home), "name")
    example = f"{home}.{named}.{kind}.…"
    return refs.fail(names.nested_outside(root.span, kind, home, example))


def _member_in(owner: Declaration, key: Binder | None) -> Callable[[Env], Member]:
    """The member whose body is evaluated; any one where all have the same things around them."""
    is_shared: bool | None = None

    def member(env: Env) -> Member:
        nonlocal is_shared
        first = owner.first
        assert first is not None, owner
        if is_shared is None:
            is_shared = key is None or _share_scopes(owner)
        return first if is_shared or key is None else owner.members[str(env[key])]

    return member


def _share_scopes(owner: Declaration) -> bool:
    """Whether the attributes that name the things around a family are alike for its members."""
    first = owner.first
    if first is None or any(m.origin is not first.origin for m in owner.members.values()):
        return False
    node = node_of(first)
    if first.origin.varies or any("." in name for name in owner.model.scopes):
        return False
    known = fields_of(owner.model)
    return not any(
        code_of(assign, known[name].type, owner.module).binders
        for name in owner.model.scopes
        for assign in node.assigns.get(name, ())
    )


def _home_with(refs: References, member: Member, kind: str, label: str) -> Member | None:
    """The thing whose labelled block is meant from inside a member: the first that has it, or the first at all."""
    first: Member | None = None
    for home in _homes_of(refs, member, kind, set()):
        if label in node_of(home).labelled.get(kind, {}):
            return home
        first = first or home
    return first


def _is_misled(refs: References, member: Member, kind: str) -> bool:
    """Whether an attribute on the way to the things around a member is misspelt."""
    seen: set[str] = set()
    for _ in _homes_of(refs, member, kind, seen):
        pass
    passed = (each for ref in seen if (each := refs.world.things.get(Ref(ref))) is not None)
    return any(
        name.partition(".")[0] in node_of(each).meant
        for each in passed
        for name in each.origin.owner.model.scopes
    )


def _homes_of(refs: References, member: Member, kind: str, seen: set[str]) -> Iterator[Member]:
    """The things that hold labelled blocks of a kind, nearest first."""
    if member.ref in seen:
        return
    seen.add(member.ref)
    declaration = member.origin.owner
    own = fields_of(declaration.model).get(kind)
    if own is not None and own.form == "labelled":
        yield member
        return
    for name in declaration.model.scopes:
        for ref in _scope_refs(refs, member, name):
            inner = refs.world.things.get(ref)
            if inner is None and ref in refs.world.families:
                inner = refs.world.families[ref].first
            if inner is not None:
                yield from _homes_of(refs, inner, kind, seen)


def _scope_refs(refs: References, member: Member, name: str) -> tuple[Ref, ...]:
    """What an attribute of a member names: `on`, `control.hosts`, or `pool.hosts` of all pools."""
    found: tuple[Ref, ...] = ()
    for path in _paths(member, name.split(".")):
        try:
            if member.is_probe:
                value = _of_probe(member, path)
            else:
                value = refs.field(member.ref, path, member.origin.block.head)
        except Stop as stop:
            refs.world.report(stop.diagnostic)
            value = None
        except Absent:
            value = None
        if isinstance(value, Ref):
            found = (*found, value)
        elif isinstance(value, tuple):
            found = (*found, *(v for v in value if isinstance(v, Ref)))
    if not found and name == "site":
        sites = [d for d in refs.world.families.values() if d.kind == "site"]
        return (sites[0].ref,) if len(sites) == 1 else ()
    return found


def _of_probe(member: Member, path: tuple[str, ...]) -> Any:
    """What the text of an empty family says of an attribute; None where that differs between members."""
    try:
        return attribute_value(member, path)
    except KeyError:
        return None


def _paths(member: Member, steps: list[str]) -> Iterator[tuple[str, ...]]:
    """The paths that the steps to an attribute stand for: one for each label of a labelled block."""
    spec = fields_of(member.origin.owner.model)[steps[0]]
    if spec.form == "labelled":
        for label in node_of(member).labelled.get(steps[0], {}):
            yield (steps[0], label, *steps[1:])
    else:
        yield tuple(steps)


def no_label(span: Span, kind: str, label: str, known: Iterable[str]) -> Diagnostic:
    """What is wrong where a nested block of that label does not exist."""
    keys = [Ref(f"{kind}.{k}").key or "" for k in known if k.startswith(f"{label}[")]
    if keys:
        return names.family_needs_key(span, f"{kind}.{label}", keys)
    return names.unknown_thing(span, kind, label, known)


def label_with(name: str, index: Code) -> Callable[[Env], str]:
    """The label of a member of a family of nested blocks."""
    run = index.run
    return lambda env: str(keyed(name, str(run(env))))
