"""Makes the declarations of a module, by evaluating structure: `if`, `for`, families and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate.code import Binder, Env, Stop
from blueprint.evaluate.scope import Scope
from blueprint.resolve import outline
from blueprint.resolve.declarations import Declaration, Member, Origin
from blueprint.resolve.families import FamilyScope, Made, counted, keys_of
from blueprint.shape import KINDS
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Ref, keyed

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


def expand(module: Module) -> None:
    """Makes the declarations, by evaluating structure."""
    _expand(module, module.file.body, module.scope, {})
    for alias in module.aliases.values():
        for used in alias.modules().values():
            module.asserts.extend(used.asserts)


def _expand(module: Module, body: ast.Body, scope: Scope, env: Env) -> None:
    for entry in body.entries:
        inner = entry.entry if isinstance(entry, ast.ExportDecl) else entry
        try:
            _expand_entry(module, inner, scope, env)
        except Stop as stop:
            module.world.report(stop.diagnostic)
            _leave_undecided(module, inner)


def _expand_entry(module: Module, entry: ast.Entry, scope: Scope, env: Env) -> None:
    match entry:
        case ast.BlockDecl():
            if entry.kind in KINDS and entry.label is not None and not entry.is_text:
                _declare(module, entry, scope, env)
        case ast.IfDecl():
            _expand_branch(module, entry, scope, env)
        case ast.ForDecl():
            _expand_loop(module, entry, scope, env)
        case ast.AssertDecl():
            module.asserts.append((entry, scope, env))


def _leave_undecided(module: Module, entry: ast.Entry | ast.Body | None) -> None:
    """Notes what may be there or not, since an `if` or a `for` around it is wrong."""
    match entry:
        case ast.BlockDecl() if entry.label is not None:
            outline = module.outlines.get((entry.kind, entry.label.name))
            if outline is not None:
                outline.is_undecided = True
        case ast.Body():
            for each in entry.entries:
                _leave_undecided(module, each)
        case ast.IfDecl():
            _leave_undecided(module, entry.body)
            _leave_undecided(module, entry.otherwise)
        case ast.ForDecl():
            _leave_undecided(module, entry.body)


def _expand_branch(module: Module, entry: ast.IfDecl, scope: Scope, env: Env) -> None:
    code = module.code(entry.condition, scope, ts.BOOL)
    if code.is_broken:
        raise Stop
    if code.sees_things:
        raise Stop(
            names.structure_sees_things(entry.condition.span, "a condition around declarations")
        )
    outcome = code.run(env)
    taken, left = (entry.body, entry.otherwise) if outcome else (entry.otherwise, entry.body)
    if left is not None:
        module.untaken.append((left, scope))
    if isinstance(taken, ast.IfDecl):
        _expand_branch(module, taken, scope, env)
    elif taken is not None:
        _expand(module, taken, _body_scope(module, taken, scope), env)


def _expand_loop(module: Module, entry: ast.ForDecl, scope: Scope, env: Env) -> None:
    loop = module.loop(entry.clause, scope)
    if loop is None:
        raise Stop
    iterate, inner, parts = loop
    module.world.rows.stand_for_rows(inner.names.values())
    if any(code.sees_things for code in parts):
        raise Stop(names.structure_sees_things(entry.clause.span, "a loop around declarations"))
    for block in entry.body.entries:
        if isinstance(block, ast.BlockDecl) and _is_keyed(block):
            _declaration(module, block)
    inside = _body_scope(module, entry.body, inner)
    work = dict(env)
    is_empty = True
    for _ in iterate(work):
        is_empty = False
        if module.world.rows.leaves_out(work):
            continue
        _expand(module, entry.body, inside, dict(work))
    if is_empty:
        module.untaken.append((entry.body, inner))


def _body_scope(module: Module, body: ast.Body, scope: Scope) -> Scope:
    lets = [e for e in body.entries if isinstance(e, ast.LetDecl)]
    return module.scope_of(body, scope, lets) if lets else scope


def _is_keyed(block: ast.BlockDecl) -> bool:
    label = block.label
    return (
        block.kind in KINDS
        and not block.is_template
        and label is not None
        and label.index is not None
        and not label.is_text
    )


def _declaration(module: Module, block: ast.BlockDecl) -> tuple[Declaration, bool]:
    """The declaration that a block belongs to, and whether it is new."""
    assert block.label is not None, block
    key = (block.kind, block.label.name)
    known = module.declarations.get(key)
    if known is not None:
        return known, False
    made = Declaration(
        module,
        block.kind,
        block.label.name,
        KINDS[block.kind],
        block.head,
        module.outlines[key].is_family,
        block.is_existing,
        block.doc,
    )
    module.declarations[key] = made
    module.world.families[str(made.ref)] = made
    return made, True


def _declare(module: Module, block: ast.BlockDecl, scope: Scope, env: Env) -> None:
    """Makes the members of one block."""
    label = block.label
    assert label is not None, block
    if block.is_template:
        return
    _check_name(block)
    known, is_new = _declaration(module, block)
    if not is_new and (not known.is_family or label.index is None):
        known.is_broken = True
        module.world.report(names.duplicate(block.head, f"`{block.kind} {label.name}`", known.span))
        return
    if label.index is None:
        try:
            _declare_plain(module, known, block, scope, env)
        except Stop:
            known.is_broken = True
            raise
        if not known.members:
            module.untaken.append((block, scope))
        return
    counted_at = outline.count_of(module, block, set())
    if counted_at is not None:
        known.is_broken = True
        raise Stop(names.keyed_and_counted(counted_at.name_span, counted_at.name, block.head))
    made = keys_of(label.index, scope, env, module)
    if made is None:
        known.is_broken = True
        return
    family = module.family_scope(block, made)
    _enroll(module, known, block, family, made, env)
    if not made.members:
        module.untaken.append((block, scope))


def _declare_plain(
    module: Module, declaration: Declaration, block: ast.BlockDecl, scope: Scope, env: Env
) -> None:
    """A single thing, or hosts with a count."""
    if not declaration.is_family:
        body_scope = Scope(scope, owner=declaration, implicit=_no_family_of(module, declaration))
        origin = Origin(block, body_scope, declaration)
        member = Member(declaration.ref, None, 0, env, origin)
        declaration.members[None] = member
        module.world.things[member.ref] = member
        return
    made_for_scope = counted(0, (), scope)
    family = module.family_scope(block, made_for_scope)
    origin = Origin(block, family.scope, declaration)
    probe = Member(declaration.ref, None, 0, env, origin, is_probe=True)
    count = module.references.structural(probe, "count", ts.INT)
    without = module.references.structural(probe, "without", ts.ListOf(ts.INT)) or ()
    if count is None:
        declaration.is_broken = True
        return
    if count < 0 or any(w < 1 for w in without):
        raise Stop(
            fields.out_of_bounds(
                block.head, str(count), "a count is not negative, and keys begin at 1"
            )
        )
    module.world.enroll(count, block.head)
    made = counted(count, without, scope)
    _enroll(module, declaration, block, family, made, env)


def _enroll(
    module: Module,
    declaration: Declaration,
    block: ast.BlockDecl,
    family: FamilyScope,
    made: Made,
    env: Env,
) -> None:
    origin = module.origins.get((id(block), id(family.scope)))
    if origin is None:
        origin = Origin(block, family.scope, declaration)
        module.origins[id(block), id(family.scope)] = origin
    binders = family.binders
    key_b, n_b, index_b, row_b = (
        binders["key"],
        binders["n"],
        binders["index"],
        binders.get("row"),
    )
    base = str(declaration.ref)
    label = block.label
    is_counted = label is not None and label.index is None
    values = made.values
    places = module.world.rows.positions
    for position, (key, row, bound) in enumerate(made.members):
        ref = Ref(f"{base}[{key}]") if is_counted else keyed(base, key)
        at = places.get(ref, len(declaration.members)) if places else len(declaration.members)
        folded = key.lower()
        if folded in declaration.folded:
            first = declaration.folded[folded][1]
            module.world.report(names.duplicate_key(block.head, key, first))
            return
        declaration.folded[folded] = (key, block.head)
        inner = {**env, **bound, key_b: values[position], n_b: at + 1, index_b: at}
        if row_b is not None:
            inner[row_b] = row
        member = Member(ref, key, at, inner, origin)
        declaration.members[key] = member
        module.world.things[ref] = member


def _check_name(block: ast.BlockDecl) -> None:
    """Raises Stop where a name can't be part of a path."""
    label = block.label
    assert label is not None, block
    if label.is_text and label.name.isidentifier() and len(label.name) <= 63:
        raise Stop(names.quoted_name(label.span, block.kind, label.name))
    if label.is_text or len(label.name) > 63 or len(label.path) > 1:
        raise Stop(names.bad_key(label.span, label.name))


def _no_family_of(module: Module, declaration: Declaration) -> Callable[[str, Span], Binder | None]:
    def implicit(name: str, span: Span) -> Binder | None:
        is_elsewhere = (
            span.source is not declaration.span.source or span.start < declaration.span.start
        )
        place = declaration.span if is_elsewhere else None
        module.world.report(names.no_family(span, name, str(declaration.ref), place))
        return None

    return implicit
