"""A merged body as data for pydantic: what is equal for all members once, what differs apart.

`Shape` is made once for each merged body. Its fixed part is evaluated once; its varying part is a
list of (path, code) that is run for each member. So a group of ten thousand hosts costs one
evaluation of everything that is alike, and a few closures a host.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate.code import Absent, Binder, Env, Run, Stop
from blueprint.evaluate.convert import misfit
from blueprint.evaluate.weight import weigh
from blueprint.lower.cells import with_cell
from blueprint.resolve.declarations import Assign, Member, Node
from blueprint.resolve.values import code_of, map_codes, member_spans, merged_maps, run_assigns
from blueprint.shape import Field, fields_of
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module

Path = tuple[str, ...]
#: Values inside what passes through to tools, in one declaration.
OPEN_LIMIT = 50_000


@dataclass(slots=True)
class Varying:
    """An attribute that differs between members: where it goes and how it is worked out."""

    path: Path
    assigns: list[Assign]
    spec: Field | None
    bound: Env
    needs_check: bool
    #: What states it, for messages; and of a map written as a block, what makes it.
    expr: ast.Expr
    run: Run | None = None


@dataclass(slots=True)
class Shape:
    """The data of a merged body. `broken` are paths whose value could not be had."""

    fixed: dict[str, Any] = field(default_factory=dict)
    varying: list[Varying] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)


class Shaper:
    """Makes the shape of one merged body and notes the spans in it."""

    def __init__(self, module: Module, member: Member, spans: dict[Path, Span]) -> None:
        self.module = module
        self.world = module.world
        self.member = member
        self.env: Env = member.env
        self.spans = spans
        self.shape = Shape()
        self.count = 0

    def run(self, node: Node) -> Shape:
        """The shape of the body."""
        self.spans[()] = node.head
        self.block(node, (), self.shape.fixed, {})
        return self.shape

    def block(self, node: Node, path: Path, into: dict[str, Any], bound: Env) -> None:
        """Collects the entries of one block into a dictionary."""
        bound = {**bound, **node.bound}
        known = fields_of(node.model) if node.model is not None else None
        for name in (*node.broken, *node.meant):
            self.shape.broken.add((*path, name))
        for name, assigns in node.assigns.items():
            spec = known.get(name) if known is not None else None
            self.attribute((*path, name), assigns, spec, into, bound)
        for name in node.maps:
            spec = known.get(name) if known is not None else None
            self.map_block((*path, name), node, name, spec, into, bound)
        for name, inner in node.blocks.items():
            self.spans[*path, name] = inner.head
            self.block(inner, (*path, name), into.setdefault(name, {}), bound)
        for name, (word, inner) in node.choices.items():
            self.spans[*path, name] = inner.head
            into[name] = {"choice": word}
            self.block(inner, (*path, name), into[name], bound)
        for name, table in node.labelled.items():
            labelled = into.setdefault(name, {})
            for label, inner in table.items():
                self.spans[*path, name, label] = inner.head
                self.block(inner, (*path, name, label), labelled.setdefault(label, {}), bound)

    def attribute(
        self,
        path: Path,
        assigns: list[Assign],
        spec: Field | None,
        into: dict[str, Any],
        bound: Env,
    ) -> None:
        """Evaluates an attribute now, or puts it among the varying ones."""
        wanted = self.wanted(spec)
        codes = [code_of(assign, wanted, self.module) for assign in assigns]
        self.note_spans(path, assigns)
        if any(code.is_broken for code in codes):
            self.shape.broken.add(path)
            return
        own: frozenset[Binder] = frozenset(bound)
        if any(code.binders - own for code in codes):
            needs_check = any(not _is_exact(code.type) for code in codes)
            self.shape.varying.append(
                Varying(path, assigns, spec, bound, needs_check, assigns[-1].decl.value)
            )
            return
        value = self.evaluated(
            path, lambda: run_assigns(assigns, wanted, {**self.env, **bound}, self.module)
        )
        if value is not _NOTHING:
            into[path[-1]] = self.shaped(value, spec, path)
        if len(assigns) > 1 and value is not _NOTHING:
            places = member_spans(assigns, wanted, {**self.env, **bound}, self.module)
            for position, span in enumerate(places):
                self.spans[*path, str(position)] = span

    def map_block(
        self,
        path: Path,
        node: Node,
        name: str,
        spec: Field | None,
        into: dict[str, Any],
        bound: Env,
    ) -> None:
        """Evaluates a map that is written as a block."""
        wanted = ts.plain(self.wanted(spec))
        self.spans[path] = node.maps[name][-1][2]
        for body, _, _ in node.maps[name]:
            for entry in body.entries:
                self.note_entry(path, entry)
        codes = map_codes(node, name, wanted, self.module)
        if any(code.is_broken for code in codes):
            self.shape.broken.add(path)
            return
        if any(code.binders - frozenset(bound) for code in codes):
            run = merged_maps(codes)
            expr = ast.MapExpr(node.maps[name][-1][0], self.spans[path])
            varying = Varying(path, [], spec, bound, needs_check=True, expr=expr, run=run)
            self.shape.varying.append(varying)
            return
        value = self.evaluated(path, lambda: merged_maps(codes)({**self.env, **bound}))
        if value is not _NOTHING:
            into[name] = value

    def wanted(self, spec: Field | None) -> ts.Type:
        """The type of an attribute; of a choice, its words."""
        return ts.ANY if spec is None else spec.value_type

    def evaluated(self, path: Path, run: Any) -> Any:
        """The result of an evaluation; what is absent or wrong leaves the attribute unset."""
        try:
            return run()
        except Absent:
            return _NOTHING
        except Stop as stop:
            self.world.report(stop.diagnostic)
            self.shape.broken.add(path)
            return _NOTHING

    def shaped(self, value: Any, spec: Field | None, path: Path) -> Any:
        """A value as the model takes it."""
        if spec is not None and spec.form == "choice":
            return {"choice": value}
        if spec is None:
            self.count += weigh(value, OPEN_LIMIT)[0]
            if self.count > OPEN_LIMIT:
                self.world.report(
                    names.too_large(
                        self.spans[path], "the options hold too many values", OPEN_LIMIT
                    )
                )
                self.shape.broken.add(path)
                return None
        return value

    def note_spans(self, path: Path, assigns: list[Assign]) -> None:
        """Notes where an attribute stands, and the members of its list."""
        last = assigns[-1].decl
        self.spans[path] = last.value.span
        if isinstance(last.value, ast.ListExpr) and len(assigns) == 1:
            for position, item in enumerate(last.value.items):
                self.spans[*path, str(position)] = item.span
        if isinstance(last.value, ast.MapExpr):
            for entry in last.value.body.entries:
                self.note_entry(path, entry)

    def note_entry(self, path: Path, entry: ast.Entry) -> None:
        """Notes where an entry of a map stands, and those of maps inside it."""
        if isinstance(entry, ast.AttributeDecl):
            self.spans[*path, entry.name] = entry.value.span
            if isinstance(entry.value, ast.MapExpr):
                for inner in entry.value.body.entries:
                    self.note_entry((*path, entry.name), inner)


def vary(
    shape: Shape, member: Member, module: Module
) -> tuple[list[tuple[Path, Any, Field | None]], set[Path]]:
    """The values that differ for a member, and the paths of those that could not be had."""
    found: list[tuple[Path, Any, Field | None]] = []
    failed: set[Path] = set()
    env = member.env
    for each in shape.varying:
        spec = each.spec
        is_choice = spec is not None and spec.form == "choice"
        wanted = ts.ANY if spec is None else spec.value_type
        try:
            here = {**env, **each.bound} if each.bound else env
            assigns = each.assigns
            trace = module.world.trace
            if each.run is not None:
                value = each.run(here)
            elif len(assigns) == 1 and not trace.is_on and assigns[0].code is not None:
                value = assigns[0].code.run(here)
            else:
                value = run_assigns(assigns, wanted, here, module)
            if each.needs_check:
                problem = misfit(value, wanted)
                if problem is not None:
                    fault = fields.out_of_bounds(each.expr.span, str(value)[:60], problem)
                    raise Stop(fault)  # noqa: TRY301  # one way out for all that is wrong
        except Absent:
            continue
        except Stop as stop:
            module.world.report(with_cell(stop.diagnostic, each.expr, env, member.ref))
            failed.add(each.path)
            continue
        found.append((each.path, {"choice": value} if is_choice else value, spec))
    return found, failed


def _is_exact(type_: ts.Type) -> bool:
    plain = ts.plain(type_)
    return isinstance(plain, ts.Scalar | ts.Thing) and plain is not ts.ANY


_NOTHING = object()

__all__ = ["Path", "Shape", "Shaper", "Varying", "vary"]
