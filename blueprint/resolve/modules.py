"""A module in use: its variables, its parameters, and the declarations that its text makes.

The names of declarations are read off the text first, so that a reference can be checked wherever
it stands; the declarations themselves are made afterwards, by evaluating structure: `if`, `for`,
families and counts. Structure sees only parameters, `let`s and data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Binder, Code, Env, Stop, stopped
from blueprint.evaluate.elaborate import Elaborator
from blueprint.evaluate.loops import Loop
from blueprint.evaluate.scope import Scope
from blueprint.resolve import expansion, outline, settings
from blueprint.resolve.aliases import Alias
from blueprint.resolve.declarations import Declaration, Origin, implicit_types
from blueprint.resolve.families import FamilyScope, Made
from blueprint.resolve.outline import Outline
from blueprint.resolve.things import References
from blueprint.resolve.types import Types
from blueprint.resolve.variables import Constant, Let, Param
from blueprint.resolve.world import World
from blueprint.source import Span
from blueprint.syntax import ast


class Module:
    """One use of a file: the root blueprint, or a module with its parameters."""

    def __init__(
        self,
        world: World,
        file: ast.File,
        prefix: str,
        given: Mapping[str, tuple[Span, Callable[[ts.Type], Any]]],
        user: Module | None,
        used_at: Span | None = None,
    ) -> None:
        self.world = world
        self.used_at = used_at
        self.file = file
        self.prefix = prefix
        self.given = given
        self.user = user
        self.path = file.source.path
        self.types = Types(self)
        self.references = References(self)
        self.elaborator = Elaborator(self.references, world.report)
        self.scope = Scope(module=self, implicit=self._no_family)
        self.lets: list[Let] = []
        self.params: dict[str, Param] = {}
        self.aliases: dict[str, Alias] = {}
        self.outlines: dict[tuple[str, str], Outline] = {}
        #: Kinds that do not exist but were written, and what their declarations were most likely meant to be.
        self.misspelled: set[str] = set()
        self.meant: set[tuple[str, str]] = set()
        self.environments: dict[str, ast.BlockDecl] = {}
        self.exported: set[str] = set()
        self.declarations: dict[tuple[str, str], Declaration] = {}
        self.asserts: list[tuple[ast.AssertDecl, Scope, Env]] = []
        self.header: ast.BlockDecl | None = None
        #: What the blueprint says that it conforms to.
        self.conforms: list[ast.BlockDecl] = []
        #: Bodies of branches that are not taken: their names and types are checked all the same.
        self.untaken: list[tuple[ast.Body | ast.IfDecl | ast.BlockDecl, Scope]] = []
        self.scopes: dict[tuple[int, int], Scope] = {}
        self.family_scopes: dict[tuple[int, int], FamilyScope] = {}
        self.origins: dict[tuple[int, int], Origin] = {}
        self.loops: dict[tuple[int, int], tuple[Scope, Loop | None]] = {}
        self.settings: dict[str, tuple[str, Any, Span | None]] = {}
        outline.gather(self, file.body, self.scope, is_top=True)
        if user is None:
            words = ts.Words(tuple(self.environments))
            self.scope.names["env"] = Constant(
                "env", ts.OptionalOf(words), partial(settings.environment, self)
            )

    def check_header(self) -> tuple[str, str | None]:
        """The name and title of the file; reports what is wrong with its header."""
        return outline.check_header(self)

    def take_options(self) -> None:
        """Holds what the command line and the environments say against the parameters."""
        settings.take_options(self)

    def check_environments(self) -> None:
        """Reports names in environments and in `use` that are no parameters."""
        settings.check_environments(self)

    def parameter(self, param: Param) -> Any:
        """The value of a parameter; raises Stop where it has none."""
        return settings.parameter(self, param)

    def expand(self) -> None:
        """Makes the declarations, by evaluating structure."""
        expansion.expand(self)

    def scope_of(self, body: ast.Body, scope: Scope, lets: list[ast.LetDecl]) -> Scope:
        """The scope of a body with `let`s of its own, made once."""
        found = self.scopes.get((id(body), id(scope)))
        if found is None:
            found = Scope(scope)
            self.scopes[id(body), id(scope)] = found
            for entry in lets:
                if outline.is_new(self, entry.name, entry.name_span, found):
                    let = Let(self, entry, found)
                    found.names[entry.name] = let
                    self.lets.append(let)
        return found

    def family_scope(self, block: ast.BlockDecl, made: Made) -> FamilyScope:
        """The scope of a family's body, made once, and what it binds."""
        token = (id(block), id(made.scope))
        found = self.family_scopes.get(token)
        if found is None:
            binders = implicit_types(made.key_type, made.row_type)
            if "row" in binders:
                self.world.rows.stand_for_rows((binders["row"],))
            owner = self.declarations.get((block.kind, block.label.name)) if block.label else None

            def implicit(name: str, span: Span) -> Binder | None:
                binder = binders.get(name)
                if binder is None:
                    title = f"{block.kind}.{block.label.name}" if block.label else block.kind
                    self.world.report(
                        names.no_family(
                            span,
                            name,
                            title,
                            block.head
                            if block.head.source is not span.source
                            or not block.span.start <= span.start < block.span.end
                            else None,
                        )
                    )
                return binder

            inner = Scope(made.scope, owner=owner, implicit=implicit)
            found = FamilyScope(inner, binders)
            self.family_scopes[token] = found
        return found

    def _no_family(self, name: str, span: Span) -> Binder | None:
        self.world.report(names.no_family(span, name, "", None))
        return None

    # ------------------------------------------------------------------------------------------- lookup

    def code(self, expr: ast.Expr, scope: Scope, wanted: ts.Type) -> Code:
        """The code of an expression in a scope, checked once however many members share it."""
        token = (id(expr), id(scope), str(wanted))
        found = self.world.codes.get(token)
        if found is None:
            try:
                code = self.elaborator.value(expr, scope, wanted)
            except Stop as stop:
                self.world.report(stop.diagnostic)
                code = Code(ts.BROKEN, stopped, expr.span)
            found = (expr, scope, code)
            self.world.codes[token] = found
        return found[2]

    def map_code(self, body: ast.Body, scope: Scope, wanted: ts.Type) -> Code:
        """The code of a map that is written as a block, checked once."""
        token = (id(body), id(scope), str(wanted))
        found = self.world.codes.get(token)
        if found is None:
            code = self.elaborator.expr(ast.MapExpr(body, body.span), scope, wanted)
            found = (body, scope, code)
            self.world.codes[token] = found
        return found[2]

    def loop(self, clause: ast.ForClause, scope: Scope) -> Loop | None:
        """A loop in a scope, checked once."""
        token = (id(clause), id(scope))
        if token not in self.loops:
            self.loops[token] = (scope, self.elaborator.loop(clause, scope))
        return self.loops[token][1]

    def find_template(self, like: ast.Path, kind: str) -> tuple[ast.BlockDecl, Module] | None:
        """The block that `like kind.name` or `like alias.kind.name` names, and its module."""
        parts = like.parts
        if len(parts) == 3 and parts[0] in self.aliases:
            module = self.aliases[parts[0]].single()
            if module is None:
                return None
            outline = module.outlines.get((parts[1], parts[2]))
            if outline is None or parts[1] != kind or not outline.is_exported:
                return None
            return outline.blocks[0][0], module
        if len(parts) != 2 or parts[0] != kind:
            return None
        outline = self.outlines.get((kind, parts[1]))
        return (outline.blocks[0][0], self) if outline else None

    def templates_of(self, kind: str) -> Iterator[str]:
        """What a declaration of a kind may be like."""
        return (f"{k}.{name}" for k, name in self.outlines if k == kind)

    def modules(self) -> Iterator[Module]:
        """This module and all that it uses, in the order of the text."""
        yield self
        for alias in self.aliases.values():
            for module in alias.modules().values():
                yield from module.modules()


__all__ = ["Alias", "Module", "Outline"]
