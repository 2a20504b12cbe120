"""Checks names and types in text that makes nothing: unused templates and branches not taken.

A declaration is made from the text for the check alone; every expression in it is checked, none is
run, since nothing is bound for it.
"""

from __future__ import annotations

from blueprint import typesys as ts
from blueprint.evaluate.code import Stop
from blueprint.evaluate.scope import Scope
from blueprint.resolve.checking import check_codes
from blueprint.resolve.declarations import Declaration, Member, Origin, implicit_types
from blueprint.resolve.families import Made
from blueprint.resolve.merge import node_of
from blueprint.resolve.modules import Module
from blueprint.resolve.variables import Let
from blueprint.shape import KINDS
from blueprint.syntax import ast


def check_unused(module: Module) -> None:
    """Reports what is wrong in the templates that nothing is like, and in branches not taken."""
    used = {
        id(layer.block)
        for declaration in module.world.families.values()
        for member in declaration.members.values()
        for layer in member.origin.chain or ()
    }
    for outline in module.outlines.values():
        for block, _ in outline.blocks:
            if block.is_template and id(block) not in used:
                _check(module, block, module.scope)
    for text, scope in list(module.untaken):
        if isinstance(text, ast.BlockDecl):
            _check(module, text, scope)
        else:
            _check_text(module, text, scope)
    for name in module.types.declared:
        module.types.check(name)


def _check_text(module: Module, text: ast.Body | ast.IfDecl | None, scope: Scope) -> None:
    """Checks declarations that are not made."""
    if isinstance(text, ast.IfDecl):
        module.code(text.condition, scope, ts.BOOL)
        _check_text(module, text.body, scope)
        _check_text(module, text.otherwise, scope)
        return
    entries = text.entries if text is not None else ()
    lets = [entry for entry in entries if isinstance(entry, ast.LetDecl)]
    inner = module.scope_of(text, scope, lets) if text is not None and lets else scope
    for entry in entries:
        match entry:
            case ast.BlockDecl() if entry.kind in KINDS and entry.label is not None:
                if not entry.is_template:
                    _check(module, entry, inner)
            case ast.LetDecl():
                variable = inner.names.get(entry.name)
                if isinstance(variable, Let):
                    variable.elaborated()
            case ast.IfDecl():
                _check_text(module, entry, inner)
            case ast.ForDecl():
                loop = module.loop(entry.clause, inner)
                if loop is not None:
                    _check_text(module, entry.body, loop[1])
            case ast.AssertDecl():
                module.code(entry.condition, inner, ts.BOOL)


def _check(module: Module, block: ast.BlockDecl, scope: Scope) -> None:
    """Checks one block as the body of a declaration that may be any family."""
    label = block.label
    assert label is not None, block
    kind = KINDS[block.kind]
    declaration = Declaration(
        module,
        block.kind,
        label.name,
        kind,
        block.head,
        is_family=True,
        is_existing=False,
        doc=None,
    )
    made = Made([], ts.ANY, ts.ANY, scope)
    if isinstance(label.index, ast.ForClause):
        loop = module.loop(label.index, scope)
        if loop is None:
            return
        made.scope = loop[1]
    binders = implicit_types(ts.ANY, ts.ANY)
    inner = Scope(made.scope, owner=declaration, implicit=lambda name, _span: binders.get(name))
    origin = Origin(block, inner, declaration)
    member = Member(declaration.ref, None, 0, {}, origin, is_probe=True)
    declaration.members[None] = member
    try:
        check_codes(node_of(member), module)
    except (Stop, KeyError):
        # A condition that needs what a family binds: its branches are seen when an heir is made.
        return
