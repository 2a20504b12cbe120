"""A module in use: its variables, its parameters, and the declarations that its text makes.

The names of declarations are read off the text first, so that a reference can be checked wherever
it stands; the declarations themselves are made afterwards, by evaluating structure: `if`, `for`,
families and counts. Structure sees only parameters, `let`s and data.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields, names
from blueprint.evaluate.code import Absent, Binder, Code, Env, Stop
from blueprint.evaluate.convert import Unfit, example_of, misfit, reader_of
from blueprint.evaluate.documents import Node, read_map, typed
from blueprint.evaluate.elaborate import Elaborator
from blueprint.evaluate.scope import IMPLICIT, Scope
from blueprint.evaluate.wording import article
from blueprint.loader import LIBRARY, SOURCE_LIMIT, resolve_path
from blueprint.model import KINDS
from blueprint.resolve.declarations import Declaration, Member, Origin, implicit_types
from blueprint.resolve.families import FamilyScope, Made, counted, keys_of
from blueprint.resolve.things import References
from blueprint.resolve.types import Types
from blueprint.resolve.variables import Constant, Let, Param
from blueprint.resolve.world import World
from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse
from blueprint.values import Ref, keyed

#: How deeply modules use others.
MODULE_DEPTH = 16
HEADERS = ("blueprint", "module", "environment")


@dataclass
class Outline:
    """What the text says about one `kind name` before anything is evaluated."""

    blocks: list[tuple[ast.BlockDecl, bool]]
    is_family: bool
    #: Whether it could not be told if it is there; that has been reported.
    is_undecided: bool = False

    @property
    def is_template(self) -> bool:
        """Whether it is never instantiated."""
        return all(block.is_template for block, _ in self.blocks)

    @property
    def is_exported(self) -> bool:
        """Whether users of the module may name it."""
        return any(exported for _, exported in self.blocks)


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
        self.environments: dict[str, ast.BlockDecl] = {}
        self.exported: set[str] = set()
        self.declarations: dict[tuple[str, str], Declaration] = {}
        self.asserts: list[tuple[ast.AssertDecl, Scope, Env]] = []
        self.header: ast.BlockDecl | None = None
        #: Bodies of branches that are not taken: their names and types are checked all the same.
        self.untaken: list[tuple[ast.Body | ast.IfDecl | ast.BlockDecl, Scope]] = []
        self._scopes: dict[tuple[int, int], Scope] = {}
        self._families: dict[tuple[int, int], FamilyScope] = {}
        self._origins: dict[tuple[int, int], Origin] = {}
        self._loops: dict[tuple[int, int], Any] = {}
        self._set: dict[str, tuple[str, Any, Span | None]] = {}
        self._gather(file.body, self.scope, is_top=True)
        if user is None:
            words = ts.Words(tuple(self.environments))
            self.scope.names["env"] = Constant("env", ts.OptionalOf(words), self._environment)

    # ------------------------------------------------------------------------------------- reading text

    def _gather(self, body: ast.Body, scope: Scope, *, is_top: bool) -> None:
        """Notes the names that a body declares."""
        for entry in body.entries:
            self._note(entry, scope, is_top=is_top, is_exported=False)

    def _note(self, entry: ast.Entry, scope: Scope, *, is_top: bool, is_exported: bool) -> None:
        match entry:
            case ast.ExportDecl():
                if self.user is None:
                    self.world.report(
                        names.wrong_place(entry.span, "only a module exports", "delete `export`")
                    )
                self._note(entry.entry, scope, is_top=is_top, is_exported=True)
            case ast.LetDecl():
                if self._is_new(entry.name, entry.name_span, scope):
                    let = Let(self, entry, scope)
                    scope.names[entry.name] = let
                    self.lets.append(let)
                    if is_exported:
                        self.exported.add(entry.name)
            case ast.ParamDecl():
                if not is_top:
                    self.world.report(
                        names.wrong_place(
                            entry.span,
                            "a parameter stands at the top of a file",
                            "move it out of the block",
                        )
                    )
                elif self._is_new(entry.name, entry.name_span, scope):
                    self.params[entry.name] = Param(self, entry)
                    scope.names[entry.name] = self.params[entry.name]
            case ast.TypeDecl():
                if entry.name in self.types.declared:
                    self.world.report(
                        names.duplicate(
                            entry.name_span,
                            f"the type `{entry.name}`",
                            self.types.declared[entry.name].name_span,
                        )
                    )
                elif entry.name in ts.SCALARS or entry.name in KINDS:
                    self.world.report(
                        names.wrong_place(
                            entry.name_span,
                            f"`{entry.name}` is a type of the language",
                            "choose another name",
                        )
                    )
                else:
                    self.types.declared[entry.name] = entry
            case ast.UseDecl():
                if self._is_new(entry.alias, entry.alias_span, scope):
                    self.aliases[entry.alias] = Alias(self, entry, scope)
                    scope.names[entry.alias] = self.aliases[entry.alias]
            case ast.BlockDecl():
                self._note_block(entry, is_top=is_top, is_exported=is_exported)
            case ast.ForDecl():
                self._gather_inside(entry.body)
            case ast.IfDecl():
                self._gather_inside(entry.body)
                if isinstance(entry.otherwise, ast.IfDecl):
                    self._note(entry.otherwise, scope, is_top=False, is_exported=False)
                elif entry.otherwise is not None:
                    self._gather_inside(entry.otherwise)
            case ast.AttributeDecl():
                self.world.report(
                    names.wrong_place(
                        entry.name_span,
                        f"`{entry.name}` stands outside every block",
                        f"write `let {entry.name} = …`, or move it into a block",
                    )
                )
            case ast.RemoveDecl():
                self.world.report(
                    names.wrong_place(
                        entry.span,
                        "there is nothing to remove here",
                        "`remove` stands in a declaration that is `like` another",
                    )
                )

    def _gather_inside(self, body: ast.Body) -> None:
        """Notes the declarations of a body whose `let`s are its own."""
        for entry in body.entries:
            if isinstance(entry, ast.UseDecl | ast.TypeDecl | ast.ExportDecl):
                self.world.report(
                    names.wrong_place(
                        entry.span,
                        "this can't stand inside `for` or `if`",
                        'modules of a family are `use "…" as name[for x in xs]`'
                        if isinstance(entry, ast.UseDecl)
                        else "move it to the top of the file",
                    )
                )
            elif not isinstance(entry, ast.LetDecl):
                self._note(entry, self.scope, is_top=False, is_exported=False)

    def _is_new(self, name: str, span: Span, scope: Scope) -> bool:
        known = scope.names.get(name)
        if name in IMPLICIT:
            self.world.report(names.reserved_name(span, name))
            return False
        if known is not None:
            self.world.report(names.duplicate(span, f"`{name}`", known.span or span))
            return False
        return True

    def _note_block(self, entry: ast.BlockDecl, *, is_top: bool, is_exported: bool) -> None:
        if entry.kind in HEADERS and not entry.is_text:
            self._note_header(entry, is_top=is_top)
            return
        if entry.kind not in KINDS or entry.is_text:
            self.world.report(names.unknown_kind(entry.kind_span, entry.kind, [*KINDS, *HEADERS]))
            return
        if entry.label is None:
            self.world.report(fields.wrong_label(entry.head, entry.kind, needs_label=True))
            return
        key = (entry.kind, entry.label.name)
        is_family = entry.label.index is not None or self._count_of(entry, set()) is not None
        outline = self.outlines.setdefault(key, Outline([], is_family))
        outline.blocks.append((entry, is_exported))
        outline.is_family |= is_family

    def _note_header(self, entry: ast.BlockDecl, *, is_top: bool) -> None:
        if not is_top:
            self.world.report(
                names.wrong_place(
                    entry.head,
                    f"`{entry.kind}` stands at the top of a file",
                    "move it out of the block",
                )
            )
            return
        if entry.label is None:
            self.world.report(fields.wrong_label(entry.head, entry.kind, needs_label=True))
            return
        if entry.kind == "environment":
            known = self.environments.get(entry.label.name)
            if self.user is not None:
                self.world.report(
                    names.wrong_place(
                        entry.head,
                        "a module has no environments",
                        "set its parameters where it is used",
                    )
                )
            elif known is not None:
                self.world.report(
                    names.duplicate(entry.head, f"the environment `{entry.label.name}`", known.head)
                )
            else:
                self.environments[entry.label.name] = entry
            return
        wanted = "blueprint" if self.user is None else "module"
        if self.header is not None:
            self.world.report(names.second_header(entry.head, entry.kind, self.header.head))
            return
        if entry.kind != wanted:
            what = (
                "a blueprint can't be used as a module"
                if self.user
                else "a module can't be compiled on its own"
            )
            self.world.report(
                names.wrong_header(
                    entry.head, what, f"write `{wanted} {entry.label.name} {{ language = 1 }}`"
                )
            )
        self.header = entry

    def _count_of(self, entry: ast.BlockDecl, seen: set[str]) -> ast.AttributeDecl | None:
        """Where a block says how many members it has, itself or in what it is like."""
        structural = KINDS[entry.kind].structural
        for each in entry.body.entries:
            if isinstance(each, ast.AttributeDecl) and each.name in structural:
                return each
        if entry.like is None or ".".join(entry.like.parts) in seen or not structural:
            return None
        seen.add(".".join(entry.like.parts))
        outline = self.outlines.get((entry.kind, entry.like.parts[-1]))
        found = (self._count_of(b, seen) for b, _ in outline.blocks) if outline else ()
        return next((each for each in found if each is not None), None)

    # ------------------------------------------------------------------------------------------- header

    def check_header(self) -> tuple[str, str | None]:
        """The name and title of the file; reports what is wrong with its header."""
        kind = "blueprint" if self.user is None else "module"
        if self.header is None:
            self.world.report(
                names.wrong_header(
                    self._beginning(),
                    f"the file does not say that it is a {kind}",
                    f"begin with `{kind} name {{ language = 1 }}`",
                )
            )
            return "", None
        found: dict[str, Any] = {}
        allowed = {"language": ts.INT, "title": ts.STRING}
        for entry in self.header.body.entries:
            if not isinstance(entry, ast.AttributeDecl) or entry.name not in allowed:
                span = entry.name_span if isinstance(entry, ast.AttributeDecl) else entry.span
                name = entry.name if isinstance(entry, ast.AttributeDecl) else "this"
                self.world.report(fields.unknown_attribute(span, name, f"`{kind}`", allowed))
                continue
            code = self.elaborator.value(entry.value, self.scope, allowed[entry.name])
            if not code.is_broken:
                found[entry.name] = (self.world.attempt(lambda c=code: c.run({})), entry.value.span)
            else:
                found[entry.name] = (1, entry.value.span)
        if "language" not in found:
            self.world.report(
                fields.missing_attribute(self.header.head, "language", f"`{kind}`", "language = 1")
            )
        elif found["language"][0] != 1:
            self.world.report(
                names.unknown_language(found["language"][1], str(found["language"][0]))
            )
        name = self.header.label.name if self.header.label else ""
        title = found.get("title", (None, None))[0]
        return name, title

    def _beginning(self) -> Span:
        """The first word of the file."""
        source, entries = self.file.source, self.file.body.entries
        if not entries:
            return Span(source, 0, min(1, len(source.text)))
        start = entries[0].span.start
        word = re.match(r"\w+", source.text[start:])
        return Span(source, start, start + (len(word[0]) if word else 1))

    # --------------------------------------------------------------------------------------- parameters

    def take_options(self) -> None:
        """Holds what the command line and the environments say against the parameters."""
        options = self.world.options
        for path in options.params:
            source = self.world.loader.text(path, None, SOURCE_LIMIT)
            if isinstance(source, Diagnostic):
                self.world.report(source)
            else:
                self._take_file(source)
        for name, text in options.sets:
            if name not in self.params:
                self.world.report(names.unknown_parameter(None, name, "`--set`", self.params))
            else:
                self._set[name] = ("--set", text, None)
        if options.env is not None and options.env not in self.environments:
            self.world.report(names.unknown_environment(options.env, self.environments))

    def _take_file(self, source: Source) -> None:
        span = Span(source, 0, min(1, len(source.text)))
        is_json = source.path.endswith(".json")
        if not is_json and not source.path.endswith((".yaml", ".yml")):
            self.world.report(
                names.unreadable(None, source.path, "a parameter file ends in .json, .yaml or .yml")
            )
            return
        values = read_map(source, span, self.world.report, is_json=is_json)
        for name, node in (values or {}).items():
            if name not in self.params:
                where = f"`{source.path}`"
                self.world.report(names.unknown_parameter(node.span, name, where, self.params))
            else:
                self._set[name] = (source.path, node, node.span)

    def parameter(self, param: Param) -> Any:
        """The value of a parameter; raises Stop where it has none."""
        wanted = param.type
        chosen = self._chosen(param, wanted)
        for name, block in self.environments.items():
            if name != self.world.options.env:
                self._environment_value(block, param, wanted)
        if chosen is not None:
            return chosen[0]
        if param.decl.default is None:
            if isinstance(wanted, ts.OptionalOf):
                raise Absent
            raise Stop(self._missing(param, wanted))
        self.world.trace.add("default", param.decl.span, param.name)
        return self._evaluated(param.decl.default, self.scope, wanted, param)

    def _missing(self, param: Param, wanted: ts.Type) -> Diagnostic:
        assert param.span is not None, param
        if self.used_at is not None:
            return names.missing_argument(
                self.used_at, param.name, str(wanted), example_of(wanted), param.span
            )
        return names.missing_parameter(param.span, param.name, str(wanted))

    def _chosen(self, param: Param, wanted: ts.Type) -> tuple[Any] | None:
        if param.decl.default is not None:
            code = self.code(param.decl.default, self.scope, wanted)
            if code.sees_things:
                raise Stop(names.structure_sees_things(param.decl.default.span, "a parameter"))
        given = self.given.get(param.name)
        if given is not None:
            self.world.trace.add("module parameter", given[0], param.name)
            return (given[1](wanted),)
        set_value = self._set.get(param.name)
        if set_value is not None:
            where, value, span = set_value
            self.world.trace.add(where, span, param.name)
            return (self._from_outside(param, value, wanted),)
        chosen = self.environments.get(self.world.options.env or "")
        return self._environment_value(chosen, param, wanted, is_chosen=True) if chosen else None

    def _from_outside(self, param: Param, value: str | Node, wanted: ts.Type) -> Any:
        """The value that `--set` or a parameter file gives a parameter."""
        if isinstance(value, Node):
            found = typed(value, wanted, self.world.report)
            if found is None:
                raise Stop
            problem = misfit(found, wanted)
            if problem is not None:
                shown = value.span.text[:60]
                raise Stop(fields.out_of_bounds(value.span, shown, problem, param.decl.type.span))
            return found
        try:
            found = self._from_text(value, wanted)
        except Unfit as unfit:
            example = unfit.example or example_of(wanted)
            expected = unfit.wanted or article(wanted)
            raise Stop(
                names.bad_parameter_text(param.name, value[:60], expected, example, param.span)
            ) from None
        problem = misfit(found, wanted)
        if problem is not None:
            raise Stop(
                names.bad_parameter_text(
                    param.name, value[:60], problem.removeprefix("must be "), "", param.span
                )
            )
        return found

    def _from_text(self, text: str, wanted: ts.Type) -> Any:
        """The value that the text of `--set` spells: lists and maps as in a blueprint, the rest bare."""
        if not text.lstrip().startswith(("[", "{")):
            return reader_of(wanted)(text)
        outcome = parse(Source("--set", f"let value = {text}\n"))
        if outcome.value is None or outcome.diagnostics or len(outcome.value.body.entries) != 1:
            raise Unfit(str(wanted), example_of(wanted))
        entry = outcome.value.body.entries[0]
        assert isinstance(entry, ast.LetDecl), entry
        found: list[Diagnostic] = []
        code = Elaborator(self.references, found.append).value(
            entry.value, Scope(module=self), wanted
        )
        if code.is_broken:
            raise Unfit(str(wanted), example_of(wanted))
        return code.run({})

    def _environment_value(
        self, block: ast.BlockDecl, param: Param, wanted: ts.Type, *, is_chosen: bool = False
    ) -> tuple[Any] | None:
        for entry in block.body.entries:
            if isinstance(entry, ast.AttributeDecl) and entry.name == param.name:
                if is_chosen:
                    self.world.trace.add("environment", entry.span, param.name)
                    return (self._evaluated(entry.value, self.scope, wanted, param),)
                self.world.attempt(
                    lambda e=entry: self._evaluated(e.value, self.scope, wanted, param)
                )
        return None

    def _evaluated(self, expr: ast.Expr, scope: Scope, wanted: ts.Type, param: Param) -> Any:
        code = self.code(expr, scope, wanted)
        if code.is_broken:
            raise Stop
        value = code.run({})
        problem = misfit(value, wanted)
        if problem is not None:
            raise Stop(
                fields.out_of_bounds(expr.span, expr.span.text[:60], problem, param.decl.type.span)
            )
        return value

    def check_environments(self) -> None:
        """Reports names in environments and in `use` that are no parameters."""
        for name, block in self.environments.items():
            seen: dict[str, Span] = {}
            for entry in block.body.entries:
                if not isinstance(entry, ast.AttributeDecl):
                    self.world.report(
                        names.wrong_place(
                            entry.span,
                            "an environment sets parameters only",
                            "structural differences are `if env == … { … }`",
                        )
                    )
                elif entry.name not in self.params:
                    self.world.report(
                        names.unknown_parameter(
                            entry.name_span, entry.name, f"the environment `{name}`", self.params
                        )
                    )
                elif entry.name in seen:
                    self.world.report(
                        fields.duplicate_attribute(entry.name_span, entry.name, seen[entry.name])
                    )
                else:
                    seen[entry.name] = entry.name_span
        for name, (span, _) in self.given.items():
            if name not in self.params:
                self.world.report(names.unknown_parameter(span, name, "`use`", self.params))

    def _environment(self, _env: Env) -> Any:
        if self.world.options.env is None:
            raise Absent
        self.world.trace.add("--env", None, self.world.options.env)
        return self.world.options.env

    # --------------------------------------------------------------------------------- making of things

    def expand(self) -> None:
        """Makes the declarations, by evaluating structure."""
        self._expand(self.file.body, self.scope, {})
        for alias in self.aliases.values():
            for module in alias.modules().values():
                self.asserts.extend(module.asserts)

    def _expand(self, body: ast.Body, scope: Scope, env: Env) -> None:
        for entry in body.entries:
            inner = entry.entry if isinstance(entry, ast.ExportDecl) else entry
            try:
                self._expand_entry(inner, scope, env)
            except Stop as stop:
                self.world.report(stop.diagnostic)
                self._leave_undecided(inner)

    def _expand_entry(self, entry: ast.Entry, scope: Scope, env: Env) -> None:
        match entry:
            case ast.BlockDecl():
                if entry.kind in KINDS and entry.label is not None and not entry.is_text:
                    self._declare(entry, scope, env)
            case ast.IfDecl():
                self._expand_branch(entry, scope, env)
            case ast.ForDecl():
                self._expand_loop(entry, scope, env)
            case ast.AssertDecl():
                self.asserts.append((entry, scope, env))

    def _leave_undecided(self, entry: ast.Entry | ast.Body | None) -> None:
        """Notes what may be there or not, since an `if` or a `for` around it is wrong."""
        match entry:
            case ast.BlockDecl() if entry.label is not None:
                outline = self.outlines.get((entry.kind, entry.label.name))
                if outline is not None:
                    outline.is_undecided = True
            case ast.Body():
                for each in entry.entries:
                    self._leave_undecided(each)
            case ast.IfDecl():
                self._leave_undecided(entry.body)
                self._leave_undecided(entry.otherwise)
            case ast.ForDecl():
                self._leave_undecided(entry.body)

    def _expand_branch(self, entry: ast.IfDecl, scope: Scope, env: Env) -> None:
        code = self.code(entry.condition, scope, ts.BOOL)
        if code.is_broken:
            raise Stop
        if code.sees_things:
            raise Stop(
                names.structure_sees_things(entry.condition.span, "a condition around declarations")
            )
        outcome = code.run(env)
        taken, left = (entry.body, entry.otherwise) if outcome else (entry.otherwise, entry.body)
        if left is not None:
            self.untaken.append((left, scope))
        if isinstance(taken, ast.IfDecl):
            self._expand_branch(taken, scope, env)
        elif taken is not None:
            self._expand(taken, self._body_scope(taken, scope), env)

    def _expand_loop(self, entry: ast.ForDecl, scope: Scope, env: Env) -> None:
        loop = self.loop(entry.clause, scope)
        if loop is None:
            raise Stop
        iterate, inner, parts = loop
        if any(code.sees_things for code in parts):
            raise Stop(names.structure_sees_things(entry.clause.span, "a loop around declarations"))
        for block in entry.body.entries:
            if isinstance(block, ast.BlockDecl) and self._is_keyed(block):
                self._declaration(block)
        inside = self._body_scope(entry.body, inner)
        work = dict(env)
        is_empty = True
        for _ in iterate(work):
            is_empty = False
            self._expand(entry.body, inside, dict(work))
        if is_empty:
            self.untaken.append((entry.body, inner))

    def _body_scope(self, body: ast.Body, scope: Scope) -> Scope:
        lets = [e for e in body.entries if isinstance(e, ast.LetDecl)]
        return self.scope_of(body, scope, lets) if lets else scope

    def scope_of(self, body: ast.Body, scope: Scope, lets: list[ast.LetDecl]) -> Scope:
        """The scope of a body with `let`s of its own, made once."""
        found = self._scopes.get((id(body), id(scope)))
        if found is None:
            found = Scope(scope)
            self._scopes[id(body), id(scope)] = found
            for entry in lets:
                if self._is_new(entry.name, entry.name_span, found):
                    let = Let(self, entry, found)
                    found.names[entry.name] = let
                    self.lets.append(let)
        return found

    def _is_keyed(self, block: ast.BlockDecl) -> bool:
        label = block.label
        return (
            block.kind in KINDS
            and not block.is_template
            and label is not None
            and label.index is not None
            and not label.is_text
        )

    def _declaration(self, block: ast.BlockDecl) -> tuple[Declaration, bool]:
        """The declaration that a block belongs to, and whether it is new."""
        assert block.label is not None, block
        key = (block.kind, block.label.name)
        known = self.declarations.get(key)
        if known is not None:
            return known, False
        made = Declaration(
            self,
            block.kind,
            block.label.name,
            KINDS[block.kind],
            block.head,
            self.outlines[key].is_family,
            block.is_existing,
            block.doc,
        )
        self.declarations[key] = made
        self.world.families[str(made.ref)] = made
        return made, True

    def _declare(self, block: ast.BlockDecl, scope: Scope, env: Env) -> None:
        """Makes the members of one block."""
        label = block.label
        assert label is not None, block
        if block.is_template:
            return
        self._check_name(block)
        known, is_new = self._declaration(block)
        if not is_new and (not known.is_family or label.index is None):
            self.world.report(
                names.duplicate(block.head, f"`{block.kind} {label.name}`", known.span)
            )
            return
        if label.index is None:
            try:
                self._declare_plain(known, block, scope, env)
            except Stop:
                known.is_broken = True
                raise
            if not known.members:
                self.untaken.append((block, scope))
            return
        counted_at = self._count_of(block, set())
        if counted_at is not None:
            known.is_broken = True
            raise Stop(names.keyed_and_counted(counted_at.name_span, counted_at.name, block.head))
        made = keys_of(label.index, scope, env, self)
        if made is None:
            known.is_broken = True
            return
        family = self.family_scope(block, scope, made)
        self._enroll(known, block, family, made, env)
        if not made.members:
            self.untaken.append((block, scope))

    def _declare_plain(
        self, declaration: Declaration, block: ast.BlockDecl, scope: Scope, env: Env
    ) -> None:
        """A single thing, or hosts with a count."""
        if not declaration.is_family:
            body_scope = Scope(scope, owner=declaration, implicit=self._no_family_of(declaration))
            origin = Origin(block, body_scope, declaration)
            member = Member(declaration.ref, None, 0, env, origin)
            declaration.members[None] = member
            self.world.things[member.ref] = member
            return
        made_for_scope = counted(0, (), scope)
        family = self.family_scope(block, scope, made_for_scope)
        origin = Origin(block, family.scope, declaration)
        probe = Member(declaration.ref, None, 0, env, origin, is_probe=True)
        count = self.references.structural(probe, "count", ts.INT)
        without = self.references.structural(probe, "without", ts.ListOf(ts.INT)) or ()
        if count is None:
            declaration.is_broken = True
            return
        if count < 0 or any(w < 1 for w in without):
            raise Stop(
                fields.out_of_bounds(
                    block.head, str(count), "a count is not negative, and keys begin at 1"
                )
            )
        self.world.enroll(count, block.head)
        made = counted(count, without, scope)
        self._enroll(declaration, block, family, made, env)

    def _enroll(
        self,
        declaration: Declaration,
        block: ast.BlockDecl,
        family: FamilyScope,
        made: Made,
        env: Env,
    ) -> None:
        origin = self._origins.get((id(block), id(family.scope)))
        if origin is None:
            origin = Origin(block, family.scope, declaration)
            self._origins[id(block), id(family.scope)] = origin
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
        for position, (key, row, bound) in enumerate(made.members):
            at = len(declaration.members)
            folded = key.lower()
            if folded in declaration.folded:
                first = declaration.folded[folded][1]
                self.world.report(names.duplicate_key(block.head, key, first))
                return
            declaration.folded[folded] = (key, block.head)
            inner = {**env, **bound, key_b: values[position], n_b: at + 1, index_b: at}
            if row_b is not None:
                inner[row_b] = row
            ref = Ref(f"{base}[{key}]") if is_counted else keyed(base, key)
            member = Member(ref, key, at, inner, origin)
            declaration.members[key] = member
            self.world.things[ref] = member

    def _check_name(self, block: ast.BlockDecl) -> None:
        """Raises Stop where a name can't be part of a path."""
        label = block.label
        assert label is not None, block
        if label.is_text and label.name.isidentifier() and len(label.name) <= 63:
            raise Stop(names.quoted_name(label.span, block.kind, label.name))
        if label.is_text or len(label.name) > 63 or len(label.path) > 1:
            raise Stop(names.bad_key(label.span, label.name))

    def family_scope(self, block: ast.BlockDecl, scope: Scope, made: Made) -> FamilyScope:
        """The scope of a family's body, made once, and what it binds."""
        token = (id(block), id(made.scope))
        found = self._families.get(token)
        if found is None:
            binders = implicit_types(made.key_type, made.row_type)
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
            self._families[token] = found
        return found

    def _no_family(self, name: str, span: Span) -> Binder | None:
        self.world.report(names.no_family(span, name, "", None))
        return None

    def _no_family_of(self, declaration: Declaration) -> Callable[[str, Span], Binder | None]:
        def implicit(name: str, span: Span) -> Binder | None:
            is_elsewhere = (
                span.source is not declaration.span.source or span.start < declaration.span.start
            )
            place = declaration.span if is_elsewhere else None
            self.world.report(names.no_family(span, name, str(declaration.ref), place))
            return None

        return implicit

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
                code = Code(ts.BROKEN, _stopped, expr.span)
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

    def loop(self, clause: ast.ForClause, scope: Scope) -> Any:
        """A loop in a scope, checked once."""
        token = (id(clause), id(scope))
        if token not in self._loops:
            self._loops[token] = self.elaborator.loop(clause, scope)
        return self._loops[token]

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


def _stopped(_env: Env) -> Any:
    raise Stop


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
        return Code(ts.BROKEN, _stopped, span)

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
        module = Module(
            world, file, self.module.prefix + prefix, given, self.module, self.decl.path_span
        )
        module.check_header()
        module.check_environments()
        module.expand()
        return module


__all__ = ["Alias", "Module", "Outline"]
