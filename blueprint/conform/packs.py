"""Reads packs: the files of a pack, its header, its shared `let`s and bases, and its rules.

A pack is one file, or a folder whose files are one pack: exactly one begins with `pack NAME { … }`, each
of the others with `chapter NAME { … }`. All share their `let`s, parameters and types. Packs of the
library are named, `anuket.ra2`; others are paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from blueprint import typesys as ts
from blueprint.conform.functions import functions
from blueprint.conform.pack import LEVELS, Class, Example, Level, Pack, Requirement
from blueprint.conform.statements import statements_of
from blueprint.conform.things import RuleThings
from blueprint.diagnostics import Diagnostic, conform, fields, names
from blueprint.evaluate.elaborate import Elaborator
from blueprint.evaluate.scope import Scope
from blueprint.loader import LIBRARY, SOURCE_LIMIT, Loader
from blueprint.resolve import outline
from blueprint.resolve.modules import Module
from blueprint.resolve.stated import Attributes
from blueprint.resolve.world import Enough, World
from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse

SHELF = f"{LIBRARY}packs/"
_LEVELS = ts.Words(LEVELS)
_CLASSES = ts.Words(("checked", "declared", "not_checkable"))
_TEXT = ts.STRING
#: The words that begin entries of a pack.
_ENTRIES = ("pack", "chapter", "rule", "base")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
#: So many rules has a pack at most.
_RULES = 5_000

Given = Mapping[str, tuple[Span, Callable[[ts.Type], Any]]]


class PackModule(Module):
    """The module that a pack's expressions are checked in: kinds stand for all their things."""

    def __init__(self, world: World, source: Source, given: Given) -> None:
        empty = ast.File(source, ast.Body((), Span(source, 0, 0)), ())
        super().__init__(world, empty, "", given, None)
        del self.scope.names["env"]
        things = RuleThings(self)
        self.references = things
        self.rule_things = things
        self.elaborator = Elaborator(things, world.report, functions(lambda: things.subject))


@dataclass
class Shelf:
    """Where packs are looked for: the library, and what a loader reaches. Reads each once."""

    loader: Loader
    world: World

    def __post_init__(self) -> None:
        self._open: list[str] = []
        self._read: dict[tuple[str, tuple[str, ...]], Pack | None] = {}

    def pack(
        self, name: str, span: Span | None, base: str = "", given: Given | None = None
    ) -> Pack | None:
        """The pack of a name or a path; what is wrong with it is reported."""
        given = given or {}
        paths = self._paths(name, base)
        if not paths:
            self.world.report(conform.unknown_pack(span, name, library_packs(self.loader)))
            return None
        if paths[0] in self._open:
            assert span is not None, name
            loop = [*self._open[self._open.index(paths[0]) :], paths[0]]
            self.world.report(conform.pack_loop(span, loop))
            return None
        token = (paths[0], tuple(f"{n}:{s.source.path}:{s.start}" for n, (s, _) in given.items()))
        if token not in self._read:
            self._open.append(paths[0])
            try:
                self._read[token] = self._from(paths, span, given)
            except Enough:
                self._read[token] = None
            finally:
                self._open.pop()
        return self._read[token]

    def _paths(self, name: str, base: str) -> list[str]:
        if is_path(name):
            from blueprint.loader import resolve_path

            path = resolve_path(base, name) if base else name
            if path is None:
                return []
            return [path] if path.endswith(".oib") else self.loader.listing(path)
        inside = f"{SHELF}{name.replace('.', '/')}"
        return self.loader.listing(inside) or (
            [f"{inside}.oib"] if self.loader.exists(f"{inside}.oib") else []
        )

    def _from(self, paths: list[str], span: Span | None, given: Given) -> Pack | None:
        files: list[ast.File] = []
        for path in paths:
            source = self.loader.text(path, span, SOURCE_LIMIT)
            if isinstance(source, Diagnostic):
                self.world.report(source)
                continue
            outcome = parse(source)
            for diagnostic in outcome.diagnostics:
                self.world.report(diagnostic)
            if outcome.value is not None:
                files.append(outcome.value)
        return _Reading(self, files, given).pack() if files else None


def is_path(name: str) -> bool:
    """Whether what names a pack is a path and no name of the library."""
    return "/" in name or name.endswith(".oib") or name in (".", "..")


def library_packs(loader: Loader) -> list[str]:
    """The packs of the library, by name."""
    found = []
    for path in loader.listing(SHELF, is_deep=True):
        inside = path.removeprefix(SHELF)
        folder, _, file = inside.rpartition("/")
        if file == "pack.oib":
            found.append(folder.replace("/", "."))
    return sorted(found)


class _Reading:
    """One pack while it is read."""

    def __init__(self, shelf: Shelf, files: list[ast.File], given: Given) -> None:
        self.shelf = shelf
        self.world = shelf.world
        self.files = files
        self.head, self.headers = self._find_headers()
        self.module = PackModule(self.world, self.files[0].source, given)
        self.rules: dict[str, ast.BlockDecl] = {}
        self.bases: list[tuple[int, str, str | None, ast.Body]] = []

    def _find_headers(self) -> tuple[ast.BlockDecl | None, list[ast.BlockDecl | None]]:
        head: ast.BlockDecl | None = None
        chapters: list[ast.BlockDecl | None] = []
        for file in self.files:
            chapter = None
            for entry in file.body.entries:
                if not isinstance(entry, ast.BlockDecl) or entry.kind not in ("pack", "chapter"):
                    continue
                if entry.kind == "pack":
                    if head is not None:
                        self.world.report(names.second_header(entry.head, "pack", head.head))
                    head = head or entry
                elif chapter is not None:
                    self.world.report(names.second_header(entry.head, "chapter", chapter.head))
                else:
                    chapter = entry
            chapters.append(chapter)
        return head, chapters

    def pack(self) -> Pack | None:
        """The pack; None where it has no header."""
        first = self.files[0]
        if self.head is None or self.head.label is None:
            at = (
                self.head.head
                if self.head
                else Span(first.source, 0, min(1, len(first.source.text)))
            )
            self.world.report(
                names.wrong_header(
                    at,
                    "the file does not say which pack it is",
                    'begin with `pack name { title = "…"  version = "1" }`',
                )
            )
            return None
        name = self.head.label.name
        header = Attributes(
            self.module, self.head, "pack",
            {"title": _TEXT, "version": _TEXT, "source": _TEXT}, ("title", "version"),
            words=("profiles",), blocks=("extends",),
        )  # fmt: skip
        for file in self.files:
            for entry in file.body.entries:
                self._note(entry)
        self._check_given()
        extends = self._extends(header)
        for let in list(self.module.lets):
            let.elaborated()
        for declared in self.module.types.declared:
            self.module.types.check(declared)
        profiles = header.listed("profiles")
        requirements = tuple(self._requirements(name, profiles))
        return Pack(
            name, header.text("title"), header.text("version"), header.text("source"), profiles,
            requirements, extends, tuple(self._bases()), self.module, self.module.rule_things,
            tuple(file.source for file in self.files), self.head.head,
        )  # fmt: skip

    def _note(self, entry: ast.Entry) -> None:
        match entry:
            case ast.LetDecl() | ast.ParamDecl() | ast.TypeDecl():
                span = Span(self.files[0].source, 0, 0)
                body = ast.Body((entry,), span)
                outline.gather(self.module, body, self.module.scope, is_top=True)
            case ast.BlockDecl() if entry.kind in _ENTRIES and not entry.is_text:
                pass
            case _:
                span = entry.head if isinstance(entry, ast.BlockDecl) else entry.span
                if isinstance(entry, ast.BlockDecl):
                    self.world.report(names.unknown_kind(entry.kind_span, entry.kind, _ENTRIES))
                    return
                self.world.report(
                    names.wrong_place(
                        span,
                        "this can't stand in a pack",
                        "a pack holds `let`, `param`, `type`, `base` and `rule`",
                    )
                )

    def _check_given(self) -> None:
        for name, (span, _) in self.module.given.items():
            if name not in self.module.params:
                self.world.report(
                    names.unknown_parameter(span, name, "`extends`", self.module.params)
                )
        for param in self.module.params.values():
            self.world.attempt(partial(param.value, {}))

    def _extends(self, header: Attributes) -> tuple[Pack, ...]:
        found = []
        for block in header.inner("extends"):
            if block.label is None:
                self.world.report(fields.wrong_label(block.head, "extends", needs_label=True))
                continue
            given: dict[str, tuple[Span, Callable[[ts.Type], Any]]] = {}
            for entry in block.body.entries:
                if isinstance(entry, ast.AttributeDecl):
                    given[entry.name] = (entry.name_span, partial(self._value, entry.value))
                else:
                    self.world.report(
                        names.wrong_place(entry.span, "`extends` sets parameters only", "delete it")
                    )
            base = self.files[0].source.path
            pack = self.shelf.pack(block.label.name, block.label.span, base, given)
            if pack is not None:
                found.append(pack)
        return tuple(found)

    def _value(self, expr: ast.Expr, wanted: ts.Type) -> Any:
        return self.module.code(expr, self.module.scope, wanted).run({})

    def _bases(self) -> Iterable[tuple[int, str, str | None, ast.Body]]:
        seen: dict[tuple[int, str], Span] = {}
        for number, file in enumerate(self.files):
            for entry in file.body.entries:
                if isinstance(entry, ast.BlockDecl) and entry.kind == "base":
                    label = entry.label.name if entry.label else ""
                    first = seen.setdefault((number, label), entry.head)
                    if first is not entry.head:
                        self.world.report(names.duplicate(entry.head, "the base", first))
                    like = entry.like.parts[-1] if entry.like else None
                    yield number, label, like, entry.body

    # ------------------------------------------------------------------------------------------- rules

    def _requirements(self, pack: str, profiles: tuple[str, ...]) -> Iterable[Requirement]:
        seen: dict[str, Span] = {}
        for number, file in enumerate(self.files):
            chapter = self._chapter(number)
            for entry in file.body.entries:
                if not isinstance(entry, ast.BlockDecl) or entry.kind != "rule":
                    continue
                label = entry.label
                if label is None or label.index is not None or not _ID.fullmatch(label.name):
                    self.world.report(fields.wrong_label(entry.head, "rule", needs_label=True))
                    continue
                first = seen.setdefault(label.name.lower(), entry.head)
                if first is not entry.head or len(seen) > _RULES:
                    self.world.report(
                        names.duplicate(entry.head, f"the rule `{label.name}`", first)
                    )
                    continue
                yield self._requirement(pack, profiles, number, chapter, entry, label.name)

    def _chapter(self, number: int) -> str:
        head = self.headers[number]
        if head is None:
            return ""
        known = Attributes(self.module, head, "chapter", {"title": _TEXT}, ("title",))
        return known.text("title")

    def _requirement(
        self, pack: str, profiles: tuple[str, ...], number: int, chapter: str,
        entry: ast.BlockDecl, name: str,
    ) -> Requirement:  # fmt: skip
        known = Attributes(
            self.module, entry, "rule",
            {
                "level": _LEVELS, "title": _TEXT, "source": _TEXT, "class": _CLASSES,
                "because": _TEXT, "suite": _TEXT, "note": _TEXT,
            },
            ("level", "title"), words=("profile", "aliases"), blocks=("pass", "fail"), is_open=True,
        )  # fmt: skip
        for word, span in known.words_of("profile"):
            if word not in profiles:
                self.world.report(fields.unknown_word(span, word, profiles))
        class_: Class = known.value("class", "checked")
        level: Level = known.value("level", "must")
        steps = [e for e in entry.body.entries if not known.is_known(e)]
        if class_ == "not_checkable":
            for step in steps:
                self.world.report(
                    names.wrong_place(
                        step.span,
                        "a rule that can't be checked requires nothing",
                        "delete it, or delete `class = not_checkable`",
                    )
                )
        elif not any(_requires(step) for step in steps):
            self.world.report(conform.empty_rule(entry.head, name))
        if class_ != "checked" and not known.text("because"):
            self.world.report(
                fields.missing_attribute(entry.head, "because", "`rule`", 'because = "…"')
            )
        statements = statements_of(self.module, steps, Scope(self.module.scope))
        examples = tuple(
            Example(
                "pass" if block.kind == "pass" else "fail",
                block.label.name if block.label else "",
                block.like.parts[-1] if block.like else "",
                block.body,
                block.head,
            )
            for block in (*known.inner("pass"), *known.inner("fail"))
        )
        return Requirement(
            pack, name, level, known.text("title"), known.text("source"), chapter,
            known.listed("profile"), known.listed("aliases"), class_, known.text("because"),
            known.text("suite"), known.text("note"), entry.doc or "", statements, examples, entry, number,
        )  # fmt: skip


def _requires(entry: ast.Entry) -> bool:
    match entry:
        case ast.AssertDecl():
            return True
        case ast.ForDecl():
            return any(_requires(e) for e in entry.body.entries)
        case ast.IfDecl():
            otherwise = entry.otherwise
            inside = otherwise.entries if isinstance(otherwise, ast.Body) else (otherwise,)
            return any(_requires(e) for e in (*entry.body.entries, *inside) if e is not None)
    return False


__all__ = ["SHELF", "PackModule", "Shelf", "is_path", "library_packs"]
