"""Type expressions to types: built-in names, kinds, and the `type` declarations of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate.code import Stop
from blueprint.shape import KINDS
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Range

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module

GENERICS = ("list", "map")


class Types:
    """The types that a module knows."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.declared: dict[str, ast.TypeDecl] = {}
        self._resolved: dict[str, ts.Type] = {}

    def resolve(self, expr: ast.TypeExpr) -> ts.Type:
        """The type that an expression names; what is wrong is reported, and nothing is said of its values."""
        match expr:
            case ast.NamedType():
                return self._named(expr)
            case ast.OptionalType():
                return ts.OptionalOf(self.resolve(expr.inner))
            case ast.WordType():
                return ts.Words(tuple(word for word, _ in expr.words))
            case ast.GenericType():
                inner = self.resolve(expr.argument)
                if expr.name == "list":
                    return ts.ListOf(inner)
                if expr.name == "map":
                    return ts.MapOf(inner)
                self.module.world.report(fields.unknown_type(expr.name_span, expr.name, GENERICS))
                return ts.BROKEN
            case ast.RecordType():
                return self._record(expr)
            case ast.BoundedType():
                return self._bounded(expr)
        return ts.BROKEN

    def check(self, name: str) -> None:
        """Reports what is wrong in a declared type that nothing may have used."""
        decl = self.declared[name]
        self._named(ast.NamedType(name, decl.name_span))

    def _named(self, expr: ast.NamedType) -> ts.Type:
        name = expr.name
        found = self._resolved.get(name)
        if found is not None:
            return found
        if name in self.declared:
            decl = self.declared[name]
            try:
                with self.module.world.needing(("type", self, name), name, decl.name_span):
                    found = self.resolve(decl.type)
            except Stop as stop:
                self.module.world.report(stop.diagnostic)
                found = ts.BROKEN
            if isinstance(found, ts.Record):
                found = ts.Record(found.fields, found.optional, name)
            self._resolved[name] = found
            return found
        if name in ts.SCALARS:
            return ts.SCALARS[name]
        if name == "vlan":
            return ts.Bounded(ts.INT, Range(1, 4094))
        if name == "range":
            return ts.RangeOf(ts.ANY)
        if name in KINDS:
            return ts.Thing((name,), whole_families=True)
        known = [*self.declared, *ts.SCALARS, "vlan", "range", *GENERICS, *KINDS]
        self.module.world.report(fields.unknown_type(expr.span, name, known))
        return ts.BROKEN

    def _record(self, expr: ast.RecordType) -> ts.Type:
        found: dict[str, ts.Type] = {}
        first: dict[str, Span] = {}
        for field in expr.fields:
            if field.name in found:
                self.module.world.report(
                    names.duplicate(field.name_span, f"the field `{field.name}`", first[field.name])
                )
            first[field.name] = field.name_span
            found[field.name] = self.resolve(field.type)
        return ts.Record(found)

    def _bounded(self, expr: ast.BoundedType) -> ts.Type:
        inner = self.resolve(expr.inner)
        element = ts.plain(inner)
        wanted = ts.Either((ts.RangeOf(element), ts.ListOf(element)))
        if isinstance(element, ts.RangeOf):
            wanted = ts.Either((ts.RangeOf(ts.ANY), ts.ListOf(ts.ANY)))
        if isinstance(element, ts.ListOf):
            wanted = ts.Either((ts.RangeOf(ts.ANY), ts.ListOf(ts.ANY)))
        if element is ts.CIDR:
            wanted = ts.Either((ts.CIDR, *wanted.options))
        if element is ts.IP:
            wanted = ts.Either((ts.CIDR, *wanted.options))
        code = self.module.elaborator.value(expr.bounds, self.module.scope, wanted)
        if code.is_broken:
            return inner
        if code.sees_things:
            self.module.world.report(names.structure_sees_things(expr.bounds.span, "a bound"))
            return inner
        bounds = self.module.world.attempt(lambda: code.run({}))
        return inner if bounds is None else ts.Bounded(inner, bounds)
