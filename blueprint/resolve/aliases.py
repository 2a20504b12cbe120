"""The modules that a blueprint uses, one for each `use` or one for each key of it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields, names
from blueprint.evaluate.code import Code, Env, Stop, stopped
from blueprint.evaluate.convert import misfit
from blueprint.evaluate.scope import Scope
from blueprint.loader import LIBRARY, SOURCE_LIMIT, resolve_path
from blueprint.resolve.declarations import implicit_types
from blueprint.resolve.families import keys_of
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse
from blueprint.values import keyed

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module

#: How deeply modules use others.
MODULE_DEPTH = 16


class Alias:
    """A `use`: the modules that it makes, one, or one for each key."""

    module_alias = True

    def __init__(self, module: Module, decl: ast.UseDecl, scope: Scope) -> None:
        self.module = module
        self.decl = decl
        self.scope = scope
        self.name = decl.alias
        self.span: Span | None = decl.alias_span
        self._modules: dict[str | None, Module] | None = None

    @property
    def is_family(self) -> bool:
        """Whether there is one module for each key."""
        return self.decl.index is not None

    def code(self, span: Span) -> Code:
        """A bare use of the alias, which is no value."""
        self.module.world.report(
            names.wrong_place(
                span,
                f"`{self.name}` is a module, not a value",
                f"name something that it exports: `{self.name}.…`",
            )
        )
        return Code(ts.BROKEN, stopped, span)

    def single(self) -> Module | None:
        """The module, or any one of them."""
        return next(iter(self.modules().values()), None)

    def modules(self) -> dict[str | None, Module]:
        """The modules, made when first asked for."""
        if self._modules is None:
            self._modules = {}
            world = self.module.world
            try:
                with world.needing(self, f"use {self.decl.path}", self.decl.path_span):
                    self._modules.update(self._made())
            except Stop as stop:
                world.report(stop.diagnostic)
        return self._modules

    def _made(self) -> Iterator[tuple[str | None, Module]]:
        file = self._file()
        if file is None:
            return
        if self.decl.index is None:
            self.module.world.use(1, self.decl.path_span)
            yield None, self._module(file, f"{self.name}.", self.scope, {})
            return
        made = keys_of(self.decl.index, self.scope, {}, self.module)
        if made is None:
            return
        self.module.world.use(len(made.members), self.decl.path_span)
        binders = implicit_types(made.key_type, made.row_type)
        inner = Scope(made.scope, implicit=lambda name, _span: binders.get(name))
        for position, (key, row, bound) in enumerate(made.members):
            env = {
                **bound,
                binders["key"]: made.key_value(key, position),
                binders["n"]: position + 1,
                binders["index"]: position,
            }
            if "row" in binders:
                env[binders["row"]] = row
            yield key, self._module(file, f"{keyed(self.name, key)}.", inner, env)

    def _file(self) -> ast.File | None:
        world = self.module.world
        written, span = self.decl.path, self.decl.path_span
        chain, user = [self.module.path], self.module.user
        while user is not None:
            chain.append(user.path)
            user = user.user
        path = resolve_path(self.module.path, written)
        if written.startswith("std/") and path is not None:
            path = LIBRARY + posixpath.normpath(written[4:])
        if path is None:
            world.report(names.escapes(span, written))
            return None
        if path in chain:
            world.report(
                names.module_cycle(span, [*reversed(chain[: chain.index(path) + 1]), path])
            )
            return None
        if len(chain) > MODULE_DEPTH:
            world.report(names.too_large(span, "modules use each other too deeply", MODULE_DEPTH))
            return None
        source = world.loader.text(path, span, SOURCE_LIMIT)
        if isinstance(source, Diagnostic):
            world.report(source)
            return None
        outcome = parse(source)
        for diagnostic in outcome.diagnostics:
            world.report(diagnostic)
        return outcome.value

    def _module(self, file: ast.File, prefix: str, scope: Scope, env: Env) -> Module:
        given: dict[str, tuple[Span, Callable[[ts.Type], Any]]] = {}
        world = self.module.world
        for entry in self.decl.body.entries if self.decl.body else ():
            if not isinstance(entry, ast.AttributeDecl) or entry.operator != "=":
                world.report(
                    names.wrong_place(
                        entry.span,
                        "only `name = value` may stand here",
                        "a module takes parameters only",
                    )
                )
                continue
            if entry.name in given:
                world.report(
                    fields.duplicate_attribute(entry.name_span, entry.name, given[entry.name][0])
                )
                continue

            def value(wanted: ts.Type, e: ast.AttributeDecl = entry) -> Any:
                code = self.module.code(e.value, scope, wanted)
                if code.is_broken:
                    raise Stop
                found = code.run(dict(env))
                problem = misfit(found, wanted)
                if problem is not None:
                    raise Stop(fields.out_of_bounds(e.value.span, e.value.span.text[:60], problem))
                return found

            given[entry.name] = (entry.name_span, value)
        make = type(self.module)
        module = make(
            world, file, self.module.prefix + prefix, given, self.module, self.decl.path_span
        )
        module.check_header()
        module.check_environments()
        module.expand()
        return module


__all__ = ["Alias"]
