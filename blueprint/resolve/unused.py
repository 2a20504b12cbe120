"""Checks names and types in text that makes nothing: unused templates and branches not taken.

A declaration is made from the text for the check alone; every expression in it is checked, none is
run, since nothing is bound for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint import typesys as ts
from blueprint.evaluate.code import Stop
from blueprint.evaluate.scope import Scope
from blueprint.model import KINDS
from blueprint.model.schema import Block, fields_of
from blueprint.resolve.declarations import Declaration, Member, Node, Origin, implicit_types
from blueprint.resolve.families import Made
from blueprint.resolve.merge import node_of
from blueprint.resolve.modules import Module
from blueprint.resolve.values import code_of
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
    for body, scope in module.untaken:
        inner = module.scope_of(
            body, scope, [e for e in body.entries if isinstance(e, ast.LetDecl)]
        )
        for block in _blocks(body):
            if not block.is_template:
                _check(module, block, inner)


def _blocks(body: ast.Body) -> Iterator[ast.BlockDecl]:
    for entry in body.entries:
        if isinstance(entry, ast.BlockDecl) and entry.kind in KINDS and entry.label is not None:
            yield entry
        elif isinstance(entry, ast.IfDecl):
            yield from _blocks(entry.body)


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
    member = Member(declaration.ref, None, 0, {}, origin)
    declaration.members[None] = member
    try:
        _check_codes(node_of(member), module)
    except (Stop, KeyError):
        # A condition that needs what a family binds: its branches are seen when an heir is made.
        return


def _check_codes(node: Node, module: Module) -> None:
    for _, inner in node.walk():
        known = (
            fields_of(inner.model)
            if isinstance(inner.model, type) and issubclass(inner.model, Block)
            else {}
        )
        for name, assigns in inner.assigns.items():
            spec = known.get(name)
            wanted = ts.ANY if spec is None or spec.form == "choice" else spec.type
            for assign in assigns:
                code_of(assign, wanted, module)
