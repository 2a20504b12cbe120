"""The value of an attribute: the last assignment, with the edits of `+=` and `-=` since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields
from blueprint.evaluate.code import Absent, Code, Env, Run, Stop
from blueprint.resolve.declarations import Assign, Member, Node
from blueprint.resolve.merge import node_of
from blueprint.shape import Field, fields_of
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


def attribute_value(member: Member, path: tuple[str, ...]) -> Any:
    """The value of an attribute of a member; its default where it is unset.

    Raises Absent where there is neither, Stop where the value is wrong.
    """
    node = node_of(member)
    found = node.at(path[:-1])
    name = path[-1]
    declaration = member.origin.owner
    trace = declaration.module.world.trace
    if found is None:
        if trace.is_on:
            trace.add("default", node.head, ".".join(path))
        return default_of(_spec_at(declaration.model, path))
    inner, bound = found
    assigns = inner.assigns.get(name)
    if inner.model is None or name in inner.maps or name in inner.broken:
        raise Stop
    spec = fields_of(inner.model).get(name)
    if spec is None:
        raise Stop
    if not assigns:
        if trace.is_on:
            trace.add("default", inner.head, f"{'.'.join(path)}")
        return default_of(spec)
    env = {**member.env, **bound}
    return run_assigns(assigns, spec.type, env, declaration.module)


def default_of(spec: Field | None) -> Any:
    """The default of a field. Raises Absent where it has none."""
    if spec is None or spec.is_required:
        raise Stop
    if spec.default is None or spec.form != "attribute":
        raise Absent
    return spec.default


def _spec_at(model: Any, path: tuple[str, ...]) -> Field | None:
    for name in path[:-1]:
        spec = fields_of(model).get(name)
        if spec is None or not spec.block:
            return None
        model = spec.block[0]
    return fields_of(model).get(path[-1])


def code_of(assign: Assign, wanted: ts.Type, module: Module) -> Code:
    """The checked code of an assignment."""
    if assign.code is None:
        type_ = _editing(wanted) if assign.operator != "=" else ts.OptionalOf(wanted)
        assign.code = module.code(assign.decl.value, assign.scope, type_)
    return assign.code


def _editing(wanted: ts.Type) -> ts.Type:
    """What `+=` takes: one more, or a list of more."""
    plain = ts.plain(wanted)
    if isinstance(plain, ts.ListOf):
        return ts.either((plain.element, plain))
    return wanted


def run_assigns(assigns: list[Assign], wanted: ts.Type, env: Env, module: Module) -> Any:
    """The value that a chain of assignments gives. Raises Stop where one is wrong."""
    value: Any = ()
    for assign in assigns:
        code = code_of(assign, wanted, module)
        if code.is_broken:
            raise Stop
        trace = module.world.trace
        if trace.is_on:
            trace.add(
                f"template {assign.layer}" if assign.layer else "attribute",
                assign.decl.span,
                assign.decl.name,
            )
        found = code.run(env)
        if assign.operator == "=":
            value = found
            continue
        if not isinstance(value, tuple | str) or not ts.takes_list(wanted):
            raise Stop(
                fields.edit_of_no_list(assign.decl.name_span, assign.operator, assign.decl.name)
            )
        held = value if isinstance(value, tuple) else (value,)
        more = found if isinstance(found, tuple) and not hasattr(found, "first") else (found,)
        if assign.operator == "+=":
            value = (*held, *(m for m in more if m not in held))
        else:
            value = tuple(v for v in held if v not in more)
    return value


def member_spans(assigns: list[Assign], wanted: ts.Type, env: Env, module: Module) -> list[Span]:
    """Where each member of a list stands that a chain of assignments gives. Raises Stop where one is wrong."""
    held: list[tuple[Any, Span]] = []
    for assign in assigns:
        found = code_of(assign, wanted, module).run(env)
        more = found if isinstance(found, tuple) and not hasattr(found, "first") else (found,)
        written = assign.decl.value
        items = written.items if isinstance(written, ast.ListExpr) else ()
        is_each = len(items) == len(more)
        new = [(m, items[i].span if is_each else written.span) for i, m in enumerate(more)]
        known = [m for m, _ in held]
        match assign.operator:
            case "=":
                held = new
            case "+=":
                held += [pair for pair in new if pair[0] not in known]
            case _:
                held = [pair for pair in held if pair[0] not in more]
    return [span for _, span in held]


def map_codes(node: Node, name: str, wanted: ts.Type, module: Module) -> list[Code]:
    """The checked codes of a map written as blocks: `labels { … }`."""
    element = wanted.element if isinstance(wanted, ts.MapOf) else ts.ANY
    return [module.map_code(body, scope, ts.MapOf(element)) for body, scope, _ in node.maps[name]]


def merged_maps(codes: list[Code]) -> Run:
    """One map of several, later ones over earlier ones."""
    runs = [code.run for code in codes]

    def merged(env: Env) -> dict[str, Any]:
        return {name: value for run in runs for name, value in run(env).items()}

    return merged
