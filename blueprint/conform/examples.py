"""Runs the examples of a pack: whether each rule passes and fails where it says, and fails nothing else.

A rule passes its own base or an example of its own, and fails each of its failing examples. A failing
example may fail other rules too, as long as they read a fact that the rule reads and the edit changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.checks import run_checks
from blueprint.conform.fragments import edited
from blueprint.conform.judge import Judge
from blueprint.conform.pack import Example, Pack, Requirement
from blueprint.conform.subject import Subject
from blueprint.conform.verdicts import Judgement, Verdict
from blueprint.diagnostics import Diagnostic, conform
from blueprint.evaluate.code import Stop
from blueprint.front import Opened, addressed
from blueprint.loader import LIBRARY, MemoryLoader
from blueprint.model import Model
from blueprint.resolve.modules import Module
from blueprint.resolve.world import Enough, Options, World
from blueprint.source import Span
from blueprint.syntax import ast

#: Rounds of loops that a rule may take on an example, which is small.
_WORK = 100_000

Facts = Mapping[tuple[str, ...], Any]


class _Fragments(MemoryLoader):
    """Reads nothing; files that a fragment only names, such as a key, are taken to be there."""

    def obstacle(self, path: str) -> str | None:
        """What has a name is there."""
        return None if path else "it has no name"

    def exists(self, path: str) -> bool:
        """Whether something lies beside a fragment, such as a lock: only the library does."""
        return path.startswith(LIBRARY) and super().exists(path)


@dataclass
class Tested:
    """What testing a pack came to."""

    pack: str
    rules: int = 0
    examples: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)
    #: Rules that no example fails, with those that need none left out.
    never_failing: list[str] = field(default_factory=list)


def pack_tested(pack: Pack, *, wanted: Iterable[str] = ()) -> Tested:
    """Runs the examples of a pack's own rules; of those named only, where any are."""
    return _Testing(pack).run(frozenset(wanted))


def bases_of(pack: Pack) -> Iterator[tuple[str, Opened]]:
    """The bases that a pack's examples change, by file and name: blueprints, so they must deploy."""
    return _Testing(pack).each_base()


class _Testing:
    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.found = Tested(pack.name)
        self.bases: dict[tuple[int, str], ast.Body | None] = {}
        self.judged: dict[int, tuple[Subject, dict[str, Judgement]] | None] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        self.found.diagnostics.append(diagnostic)

    def run(self, wanted: frozenset[str]) -> Tested:
        for rule in self.pack.requirements:
            if rule.verdict_class == "not_checkable" or (wanted and rule.id not in wanted):
                continue
            self.found.rules += 1
            self._rule(rule)
        return self.found

    def _rule(self, rule: Requirement) -> None:
        failing = [e for e in rule.examples if e.expected == "fail"]
        passing = [e for e in rule.examples if e.expected == "pass"]
        for example in passing:
            self._passing(rule, example)
        if not passing:
            verdict = self._on_base(rule)
            if verdict is not None and verdict not in ("pass", "declared"):
                self.report(conform.never_passes(rule.decl.head, rule.id, verdict))
        has_failed = False
        for example in failing:
            has_failed |= self._failing(rule, example)
        if not has_failed:
            self.found.never_failing.append(rule.id)
        if not failing:
            self.report(conform.never_fails(rule.decl.head, rule.id))

    def _on_base(self, rule: Requirement) -> Verdict | None:
        found = self._base_judged(rule.file, "", rule.decl.head)
        return found[1][rule.id].verdict if found is not None else None

    def _passing(self, rule: Requirement, example: Example) -> None:
        subject = self._subject(rule, example)
        if subject is None:
            return
        found = self._judge(subject, rule)[rule.id]
        if found.verdict not in ("pass", "declared"):
            message = found.findings[0].message if found.findings else found.note
            self.report(conform.example_fails(example.span, rule.id, found.verdict, message))

    def _failing(self, rule: Requirement, example: Example) -> bool:
        subject = self._subject(rule, example)
        if subject is None:
            return False
        after = self._judge(subject)
        found = after[rule.id]
        if found.verdict != "fail":
            self.report(conform.example_passes(example.span, rule.id, found.verdict))
            return False
        before = self._base_judged(rule.file, example.base, example.span)
        if before is None:
            return True
        news = [
            r for r in self.pack.requirements
            if r.id != rule.id and after[r.id].verdict == "fail" and before[1][r.id].verdict != "fail"
        ]  # fmt: skip
        if news:
            changed = self._changed(before[0], subject, rule)
            others = [r.id for r in news if not changed & self._changed(before[0], subject, r)]
            if others:
                self.report(conform.fails_more(example.span, rule.id, others))
        return True

    def _changed(self, before: Subject, after: Subject, rule: Requirement) -> set[tuple[str, ...]]:
        """The facts that a rule reads and that differ between two models."""
        one, other = self._facts(before, rule), self._facts(after, rule)
        return {key for key in (*one, *other) if one.get(key, _NONE) != other.get(key, _NONE)}

    def _facts(self, subject: Subject, rule: Requirement) -> Facts:
        subject.facts, subject.is_watched = {}, True
        try:
            self._judge(subject, rule)
            return subject.facts
        finally:
            subject.facts, subject.is_watched = None, False

    def _judge(self, subject: Subject, rule: Requirement | None = None) -> dict[str, Judgement]:
        judge = Judge([self.pack], subject, self.report, rule_work=_WORK)
        judge.requirements = [
            (p, r)
            for p, r in judge.requirements
            if p is self.pack and (rule is None or r.id == rule.id)
        ]
        return {j.requirement.id: j for j in judge.verdicts()}

    # ----------------------------------------------------------------------------------------- subjects

    def _subject(self, rule: Requirement, example: Example) -> Subject | None:
        base = self._base(rule.file, example.base, example.span)
        if base is None:
            return None
        self.found.examples += 1
        return self._model(edited(base, example.body, self.report))

    def _base_judged(
        self, file: int, name: str, span: Span
    ) -> tuple[Subject, dict[str, Judgement]] | None:
        base = self._base(file, name, span)
        if base is None:
            return None
        token = id(base)
        if token not in self.judged:
            subject = self._model(base, is_base=True)
            self.judged[token] = (subject, self._judge(subject)) if subject is not None else None
        return self.judged[token]

    def _base(self, file: int, name: str, span: Span) -> ast.Body | None:
        """The base of a file: its own one laid over that of the pack; a named one over what it is like."""
        if not name and not any(b[0] == file and not b[1] for b in self.pack.bases):
            file = -1  # without a base of its own, it has that of the pack
        token = (file, name)
        if token not in self.bases:
            self.bases[token] = self._made(file, name, span, frozenset())
        return self.bases[token]

    def _made(self, file: int, name: str, span: Span, seen: frozenset[str]) -> ast.Body | None:
        known = self.pack.bases
        shared = [b for b in known if b[1] == "" and b[0] != file and self._is_shared(b[0])]
        if not name:
            own = [b for b in known if b[1] == "" and b[0] == file]
            body: ast.Body | None = None
            for _, _, _, each in (*shared, *own):
                body = each if body is None else edited(body, each, self.report)
            return body if body is not None else ast.Body((), span)
        found = next((b for b in known if b[1] == name and b[0] == file), None)
        found = found or next((b for b in known if b[1] == name), None)
        if found is None or name in seen:
            self.report(conform.unknown_base(span, name, [b[1] for b in known if b[1]]))
            return None
        _, _, like, body = found
        if like is None:
            return body
        below = self._made(file, "" if like == "base" else like, span, seen | {name})
        return None if below is None else edited(below, body, self.report)

    def _is_shared(self, file: int) -> bool:
        """Whether a file holds what is meant for the whole pack: the one with its header."""
        return self.pack.sources[file] is self.pack.span.source

    def each_base(self) -> Iterator[tuple[str, Opened]]:
        """Each base that examples change, by its file and its name, as a blueprint that was read."""
        known: set[int] = set()
        for rule in self.pack.requirements:
            heads = [("", rule.decl.head), *((e.base, e.span) for e in rule.examples)]
            for name, span in heads:
                body = self._base(rule.file, name, span)
                if body is None or id(body) in known:
                    continue
                known.add(id(body))
                structure = self._opened(body)
                structure.root.expand()
                yield f"{self.pack.sources[rule.file].path} {name}".strip(), structure

    def _opened(self, body: ast.Body) -> Opened:
        world = World(_Fragments({}), Options())
        root = Module(world, ast.File(body.span.source, body, ()), "", {}, None)
        return Opened(world, root, self.pack.name, None)

    def _model(self, body: ast.Body, *, is_base: bool = False) -> Subject | None:
        """The model of a fragment; None where it is wrong, which is reported.

        A base must fit together as any blueprint; an edit of it may be wrong in just that.
        """
        structure = self._opened(body)
        world = structure.world
        made: tuple[Model, Any] | None = None
        try:
            structure.root.expand()
            lowered, spans, allotment, _ = addressed(structure)
            model = Model(
                self.pack.name, None, lowered.things, lowered.groups, allotment.addresses,
                frozenset(lowered.existing), {}, not world.has_errors,
            )  # fmt: skip
            made = (model, spans)
        except (Enough, Stop):
            made = None
        wrong = [d for d in world.diagnostics if d.is_error]
        if made is not None and is_base and not wrong:
            wrong = [d for d in run_checks(*made) if d.is_error]
        for diagnostic in wrong:
            self.report(diagnostic)
        return (
            Subject(*made, self.pack.module.world.trace) if made is not None and not wrong else None
        )


_NONE = object()

__all__ = ["Tested", "bases_of", "pack_tested"]
