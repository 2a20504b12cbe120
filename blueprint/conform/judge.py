"""Judges a model by packs: each rule is run once, and some of its conditions once more to know why.

The run asks only for the verdict, and keeps what the loops were at where a condition failed. There it is
run again, noting which fields it reads, so that a failure can point at what decided it and a pass can be
explained.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, zip_longest

from blueprint.conform.pack import Pack, Reached, Require, Requirement
from blueprint.conform.statements import holds
from blueprint.conform.subject import READS, Located, Subject, is_of
from blueprint.conform.unseen import to_render
from blueprint.conform.verdicts import Evidence, Finding, Judgement, Waiver
from blueprint.diagnostics import Diagnostic
from blueprint.evaluate.code import Env, Stop
from blueprint.resolve.world import Site
from blueprint.source import Span
from blueprint.values import Ref

#: So many findings of a rule are told one by one, and so many values of one finding.
FINDINGS = 50
VALUES = 8
#: Rounds of loops that one rule may take, and all rules of a run.
RULE_WORK = 1_000_000
RUN_WORK = 10_000_000

Report = Callable[[Diagnostic], None]


@dataclass
class _Places:
    """What the loops of a rule were at where conditions failed, and at so many places where they held."""

    wanted: int
    failed: list[tuple[Require, Env]] = field(default_factory=list)
    held: list[tuple[Require, Env]] = field(default_factory=list)
    #: Of failures that are counted only: the things that they are of.
    beyond: set[Ref | None] = field(default_factory=set)


class Judge:
    """Judges one subject by the packs given."""

    def __init__(
        self,
        packs: Sequence[Pack],
        subject: Subject,
        report: Report,
        as_of: date | None = None,
        rule_work: int = RULE_WORK,
        scopes: Mapping[str, tuple[Ref, ...]] | None = None,
    ) -> None:
        """`scopes` says by a pack's name what alone it judges, it and what it extends."""
        self.rule_work = rule_work
        self.as_of = as_of
        self.subject = subject
        self.report = report
        self.spent = 0
        self.packs: list[Pack] = []
        self.requirements: list[tuple[Pack, Requirement]] = []
        seen: set[str] = set()
        for pack in packs:
            for holder, requirement in pack.all():
                if holder not in self.packs:
                    self.packs.append(holder)
                    holder.things.scope = (scopes or {}).get(pack.name, ())
                if requirement.full_id not in seen:
                    seen.add(requirement.full_id)
                    self.requirements.append((holder, requirement))

    @contextmanager
    def _facing(self) -> Iterator[None]:
        """The packs look at the subject; what they remember of another one is forgotten."""
        for pack in self.packs:
            pack.things.subject = self.subject
            pack.module.world.trace = self.subject.trace
            forget(pack)
        try:
            yield
        finally:
            for pack in self.packs:
                del pack.things.subject

    def verdicts(
        self,
        profiles: Iterable[str] = (),
        waivers: Iterable[Waiver] = (),
        *,
        wants_evidence: bool = False,
    ) -> list[Judgement]:
        """A judgement for each requirement, in the order of the packs."""
        wanted = frozenset(profiles)
        by_rule: dict[tuple[str, str], list[Waiver]] = {}
        for waiver in waivers:
            by_rule.setdefault((waiver.pack, waiver.rule), []).append(waiver)
        places = [_Places(FINDINGS if wants_evidence else 0) for _ in self.requirements]
        with self._facing():
            found = [
                self._judged(pack, each, wanted, kept)
                for (pack, each), kept in zip(self.requirements, places, strict=True)
            ]
        if any(kept.failed or kept.held for kept in places):
            self.subject.trace.is_on = self.subject.is_watched = True
            try:
                with self._facing():
                    for i, kept in enumerate(places):
                        found[i] = self._with_evidence(found[i], self.requirements[i][0], kept)
            finally:
                self.subject.trace.is_on = self.subject.is_watched = False
        return [
            self._waived(j, by_rule.get((j.requirement.pack, j.requirement.id), ()), kept.beyond)
            for j, kept in zip(found, places, strict=True)
        ]

    # ------------------------------------------------------------------------------------- one rule

    def _judged(
        self, pack: Pack, requirement: Requirement, profiles: frozenset[str], kept: _Places
    ) -> Judgement:
        if requirement.verdict_class == "not_checkable":
            return Judgement(requirement, "not_checkable", note=requirement.because)
        if profiles and requirement.profile and not profiles & set(requirement.profile):
            shown = " and ".join(requirement.profile)
            return Judgement(requirement, "not_applicable", note=f"only for the profile {shown}")
        subject = self.subject
        run = self._counted(pack, requirement, kept.wanted)
        if subject.unseen:
            run = self._of_what_is_seen(run, pack, requirement)
            if not run.count:
                return Judgement(requirement, "not_checkable", note=to_render(subject.unseen))
        findings, count, checked = run.findings, run.count, run.checked
        kept.failed += run.failed
        kept.beyond |= run.beyond
        kept.held += run.held[: kept.wanted]
        if not checked:
            return Judgement(
                requirement, "not_applicable", note="nothing that it speaks of is in the blueprint"
            )
        if count:
            return Judgement(requirement, "fail", tuple(findings), count, checked)
        if requirement.verdict_class == "declared":
            return Judgement(requirement, "declared", checked=checked, note=requirement.because)
        return Judgement(requirement, "pass", checked=checked)

    def _counted(self, pack: Pack, requirement: Requirement, wanted: int = 0) -> _Run:
        """Runs a rule once, and counts what is required and what does not hold.

        What does not hold because objects can't be seen is not counted.
        """
        run, subject = _Run(), self.subject
        subject.unseen.clear()
        if subject.has_unseen:  # a `let` that has been worked out would hide what it could not see
            forget(pack)

        def reached(require: Require, env: Env) -> None:
            run.checked += 1
            before = subject.unseen_reads
            if holds(require.condition.run, env):
                if len(run.held) < wanted:
                    run.held.append((require, dict(env)))
                return
            if subject.unseen_reads != before:
                return
            run.count += 1
            if len(run.findings) < FINDINGS:
                run.failed.append((require, dict(env)))
                run.findings.append(_finding(require, env))
            else:
                run.beyond.add(_offender(require, env))

        stopped = self._run(pack, requirement, reached)
        if stopped is not None:
            run.findings.append(stopped)
            run.count += 1
            run.checked += 1
        return run

    def _of_what_is_seen(self, whole: _Run, pack: Pack, requirement: Requirement) -> _Run:
        """What certainly fails where charts are not rendered: without them, and what is no matter of their objects."""
        unseen = dict(self.subject.unseen)
        with self._without_unrendered(pack):
            run = self._counted(pack, requirement)
        self.subject.unseen.update(unseen)
        known = {_identity(f) for f in run.findings}
        more = [f for f in whole.findings if _identity(f) not in known]
        pairs = [
            (finding, place)
            for each in (whole, run)
            for finding, place in zip_longest(each.findings, each.failed)
            if each is run or finding in more
        ]
        pairs.sort(key=lambda pair: pair[1] is None)  # what stopped a rule has no place
        return _Run(
            [finding for finding, _ in pairs], [place for _, place in pairs if place is not None], [],
            run.count + len(more), max(run.checked, whole.checked), whole.beyond | run.beyond,
        )  # fmt: skip

    @contextmanager
    def _without_unrendered(self, pack: Pack) -> Iterator[None]:
        self.subject.hides_unrendered = True
        forget(pack)
        try:
            yield
        finally:
            self.subject.hides_unrendered = False
            forget(pack)

    def _run(self, pack: Pack, requirement: Requirement, reached: Reached) -> Finding | None:
        """Runs a rule; what stopped it is a finding, since a rule that can't be judged is not passed."""
        world = pack.module.world
        world.work, world.work_limit = 0, max(0, min(self.rule_work, RUN_WORK - self.spent))
        try:
            requirement.statements({}, reached)
        except Stop as stop:
            if stop.diagnostic is not None:
                self.report(stop.diagnostic)
                return Finding(None, stop.diagnostic.message, requirement.decl.head)
            return Finding(
                None,
                "it could not be judged: a value that it needs is missing",
                requirement.decl.head,
            )
        finally:
            self.spent += world.work
        return None

    # -------------------------------------------------------------------------------------- evidence

    def _with_evidence(self, judged: Judgement, pack: Pack, kept: _Places) -> Judgement:
        if judged.verdict == "fail":
            read = self._read_at(pack, kept.failed)
            told = [
                replace(finding, evidence=_ordered(values, finding.offender))
                for finding, values in zip(judged.findings, read, strict=False)
            ]
            return replace(judged, findings=(*told, *judged.findings[len(told) :]))
        passing: dict[tuple[str, str], Evidence] = {}
        for values in self._read_at(pack, kept.held):
            for each in values:
                passing.setdefault((each.subject, each.value), each)
            if len(passing) >= VALUES:
                break
        return replace(judged, evidence=tuple(passing.values())[:VALUES])

    def _read_at(
        self, pack: Pack, places: Iterable[tuple[Require, Env]]
    ) -> Iterator[list[Evidence]]:
        """What conditions read at some places, as far as the work goes that a run may be."""
        world, trace = pack.module.world, self.subject.trace
        for require, env in places:
            world.work, world.work_limit = 0, max(0, min(self.rule_work, RUN_WORK - self.spent))
            trace.sites.clear()
            try:
                with trace.inner() as sites:
                    holds(require.condition.run, env)
            except Stop:
                return
            finally:
                self.spent += world.work
                trace.sites.clear()
            yield self._values(sites)

    def _values(self, sites: Iterable[Site]) -> list[Evidence]:
        """What was read, each once; what has one value from one place is told once and counted."""
        read: dict[str, Evidence] = {}
        seen: set[str] = set()
        first: dict[tuple[str, Span | None, str], str] = {}
        for site in islice((s for s in sites if s.role == "read"), READS):
            thing, name, derived, leads_on, value = site.name.split("\0", 4)
            subject = f"{thing}.{name}"
            if name in ("name", "ref") or subject in seen:
                continue
            seen.add(subject)
            span = site.span
            alike = first.setdefault((name, span, value), subject)
            if alike != subject and span is not None:
                read[alike] = replace(read[alike], alike=read[alike].alike + 1)
                continue
            read[subject] = Evidence(subject, value, span, derived == "1", leads_on == "1")
        found = list(read.values())
        return [e for e in found if not e.leads_on] + [e for e in found if e.leads_on]

    # --------------------------------------------------------------------------------------- waivers

    def _waived(
        self, judged: Judgement, waivers: Sequence[Waiver], beyond: Collection[Ref | None]
    ) -> Judgement:
        if not waivers:
            return judged
        if judged.verdict != "fail":
            return replace(judged, waiver=waivers[0], note=judged.note)
        covering = [w for w in waivers if not w.is_past(self.as_of)]
        if not covering:
            ended = waivers[0]
            return replace(judged, waiver=ended, note=f"its waiver ended on {ended.until}")
        left = [f for f in judged.findings if not any(_covers(w, f.offender) for w in covering)]
        if left or not all(any(_covers(w, thing) for w in covering) for thing in beyond):
            count = judged.count - (len(judged.findings) - len(left)) if left else judged.count
            return replace(judged, findings=tuple(left) or judged.findings, count=count,
                           waiver=covering[0], note="its waiver does not cover all that fails")  # fmt: skip
        return replace(judged, verdict="waived", waiver=covering[0], note=covering[0].because)


def _finding(require: Require, env: Env) -> Finding:
    offender = _offender(require, env)
    text = ""
    if require.message is not None and not require.message.is_broken:
        try:
            text = str(require.message.run(env))
        except Stop:
            text = ""
    if not text:
        condition = " ".join(require.decl.condition.span.text.split())
        text = f"`{offender}`: " if offender is not None else ""
        text += f"`{condition[:160]}` does not hold"
    return Finding(offender, text[:2000], require.decl.span)


@dataclass
class _Run:
    """What one run of a rule came to."""

    findings: list[Finding] = field(default_factory=list)
    failed: list[tuple[Require, Env]] = field(default_factory=list)
    held: list[tuple[Require, Env]] = field(default_factory=list)
    count: int = 0
    checked: int = 0
    beyond: set[Ref | None] = field(default_factory=set)


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.offender, finding.message, finding.require


def _offender(require: Require, env: Env) -> Ref | None:
    """The thing that the innermost loop is at."""
    for binder in reversed(require.around):
        if isinstance(env.get(binder), Located):
            found: Located = env[binder]
            return found
    return None


def _ordered(values: list[Evidence], offender: Ref | None) -> tuple[Evidence, ...]:
    """What was read of the offender first, of what it leads to next; they come with references last."""
    if offender is None:
        return tuple(values[:VALUES])
    plain = [v for v in values if not v.leads_on]
    own = [v for v in plain if v.subject.startswith(f"{offender}.")]
    rest = [v for v in plain if v not in own]
    return tuple([*own, *rest, *(v for v in values if v.leads_on)][:VALUES])


def _covers(waiver: Waiver, offender: Ref | None) -> bool:
    if not waiver.only:
        return True
    return offender is not None and is_of(offender, waiver.only)


def forget(pack: Pack) -> None:
    """Lets the `let`s of a pack be worked out anew."""
    for let in pack.module.lets:
        let.forget()


__all__ = ["Judge", "forget"]
