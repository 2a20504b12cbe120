"""Variables of a module: `let`, `param`, and the aliases of modules in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields
from blueprint.evaluate.code import Code, Env, Stop, stopped
from blueprint.evaluate.convert import misfit
from blueprint.evaluate.scope import Scope
from blueprint.evaluate.weight import weighed
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


class Let:
    """A `let`: checked when first used or at the end, evaluated once unless loops around it vary."""

    def __init__(self, module: Module, decl: ast.LetDecl, scope: Scope) -> None:
        self.module = module
        self.decl = decl
        self.scope = scope
        self.name = decl.name
        self.span: Span | None = decl.name_span
        self._code: Code | None = None
        self._memo: dict[Any, tuple[Any, list[Any]]] = {}

    def elaborated(self) -> Code:
        """The code of the value, checked once."""
        if self._code is None:
            world = self.module.world
            name_span = self.decl.name_span
            try:
                with world.needing(self, self.name, name_span):
                    wanted = self.module.types.resolve(self.decl.type) if self.decl.type else ts.ANY
                    if self._code is None:
                        self._code = weighed(
                            self.module.elaborator.value(self.decl.value, self.scope, wanted),
                            world.spend,
                        )
                    if self.decl.type and not self._code.is_broken:
                        code = self._code
                        self._code = Code(
                            wanted,
                            self._fitting(code, wanted),
                            code.span,
                            code.binders,
                            code.sees_things,
                        )
            except Stop as stop:
                world.report(stop.diagnostic)
                self._code = Code(ts.BROKEN, stopped, name_span)
        return self._code

    def _fitting(self, code: Code, wanted: ts.Type) -> Callable[[Env], Any]:
        """The value held against the declared type, bounds and all."""
        run, span = code.run, self.decl.value.span

        def fitting(env: Env) -> Any:
            value = run(env)
            problem = misfit(value, wanted)
            if problem is not None:
                raise Stop(fields.out_of_bounds(span, span.text[:60], problem))
            return value

        return fitting

    def code(self, span: Span) -> Code:
        """A use of the variable."""
        code = self.elaborated()
        if code.is_broken:
            return Code(ts.BROKEN, stopped, span)
        return Code(
            code.type,
            self.value if not code.binders else self._traced(code),
            span,
            code.binders,
            code.sees_things,
        )

    def _traced(self, code: Code) -> Callable[[Env], Any]:
        trace = self.module.world.trace
        run = code.run

        def value(env: Env) -> Any:
            if trace.is_on:
                trace.add("let", self.decl.span, self.name)
            return run(env)

        return value

    def forget(self) -> None:
        """Lets the value be worked out anew: a rule's may differ from model to model."""
        self._memo.clear()

    def value(self, _env: Env) -> Any:
        """The value, worked out once; what stopped it the first time stops it again, silently."""
        found = self._memo.get(None)
        trace = self.module.world.trace
        if found is None:
            code = self.elaborated()
            world = self.module.world
            with trace.inner() as sites:
                trace.add("let", self.decl.span, self.name)
                try:
                    with world.needing(("value", self), self.name, self.decl.name_span):
                        found = (code.run({}), sites)
                except Stop as stop:
                    world.report(stop.diagnostic)
                    found = (stop, sites)
            self._memo[None] = found
        elif trace.is_on:
            trace.sites.extend(found[1])
        if isinstance(found[0], Stop):
            raise type(found[0])
        return found[0]


class Param:
    """A parameter: its value comes from outside, or is the default."""

    def __init__(self, module: Module, decl: ast.ParamDecl) -> None:
        self.module = module
        self.decl = decl
        self.name = decl.name
        self.span: Span | None = decl.name_span
        self._memo: tuple[Any, list[Any]] | None = None
        self._type: ts.Type | None = None

    @property
    def type(self) -> ts.Type:
        """The declared type."""
        if self._type is None:
            world = self.module.world
            try:
                with world.needing(("type", self), self.name, self.decl.name_span):
                    found = self.module.types.resolve(self.decl.type)
            except Stop as stop:
                world.report(stop.diagnostic)
                found = ts.ANY
            self._type = self._type or found
        return self._type

    def code(self, span: Span) -> Code:
        """A use of the parameter."""
        return Code(self.type, self.value, span)

    def value(self, _env: Env) -> Any:
        """The value, worked out once."""
        world = self.module.world
        if self._memo is None:
            with world.trace.inner() as sites:
                try:
                    with world.needing(("param", self), self.name, self.decl.name_span):
                        self._memo = (self.module.parameter(self), sites)
                except Stop as stop:
                    world.report(stop.diagnostic)
                    self._memo = (stop, sites)
        elif world.trace.is_on:
            world.trace.sites.extend(self._memo[1])
        if isinstance(self._memo[0], Stop):
            raise type(self._memo[0])
        return self._memo[0]


class Constant:
    """A variable of the language's own, such as `env`."""

    def __init__(self, name: str, type_: ts.Type, run: Callable[[Env], Any]) -> None:
        self.name = name
        self.span: Span | None = None
        self._type = type_
        self._run = run

    def code(self, span: Span) -> Code:
        """A use of the variable."""
        return Code(self._type, self._run, span)
