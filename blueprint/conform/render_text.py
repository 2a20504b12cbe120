"""Verdicts as text: what fails first, with what decided it; then each requirement on a line, by chapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.conform.verdicts import Conformance, Evidence, Finding, Judgement, Verdict, counted
from blueprint.diagnostics.display import escaped
from blueprint.diagnostics.render_text import Look

WORDS: dict[Verdict, str] = {
    "pass": "pass",
    "fail": "FAIL",
    "waived": "waived",
    "declared": "declared",
    "not_applicable": "n/a",
    "not_checkable": "unchecked",
}
_COLOURS = {"fail": "error", "waived": "warning", "pass": "hint", "declared": "hint"}
#: So many findings of one `require` are shown; the rest is counted.
_ALIKE = 3


def render_text(found: Conformance, look: Look, *, is_short: bool = False) -> Iterator[str]:
    """The lines of a report; `is_short` leaves out what does not fail."""
    for pack in found.packs:
        own = [j for j in found.judgements if j.requirement.pack == pack.name]
        scope = "".join(f", {ref}" for ref in found.scopes.get(pack.name, ()))
        of = f"  (of {escaped(scope[2:])})" if scope else ""
        yield look.paint("strong", f"{pack.name} {pack.version}  {escaped(pack.title)}{of}")
        yield from _chapters(own, look, is_short=is_short)
        yield ""
    yield look.paint("strong", summary(found.judgements))
    waived = [j for j in found.judgements if j.waiver is not None]
    for judged in waived:
        yield from _waiver(judged)


def _chapters(judgements: list[Judgement], look: Look, *, is_short: bool) -> Iterator[str]:
    chapter: str | None = None
    width = max((len(j.requirement.id) for j in judgements), default=0)
    for judged in judgements:
        if is_short and judged.verdict not in ("fail", "waived"):
            continue
        if judged.requirement.chapter != chapter:
            chapter = judged.requirement.chapter
            if chapter:
                yield f"  {escaped(chapter)}"
        yield from _requirement(judged, width, look)


def _requirement(judged: Judgement, width: int, look: Look) -> Iterator[str]:
    requirement = judged.requirement
    word = look.paint(_COLOURS.get(judged.verdict, "note"), f"{WORDS[judged.verdict]:<9}")
    title = escaped(requirement.title)
    yield f"  {word} {requirement.id:<{width}}  {requirement.level:<6}  {title}"
    if judged.verdict in ("fail", "waived"):
        yield from _findings(judged)
    elif judged.note:
        suite = f" (covered by {escaped(requirement.suite)})" if requirement.suite else ""
        yield f"{' ' * (width + 22)}{escaped(judged.note)}{suite}"


def _findings(judged: Judgement) -> Iterator[str]:
    shown: dict[int, int] = {}
    for finding in judged.findings:
        seen = shown[finding.require.start] = shown.get(finding.require.start, 0) + 1
        if seen <= _ALIKE:
            yield from _finding(finding)
    told = sum(min(n, _ALIKE) for n in shown.values())
    if judged.count > told:
        yield f"            … and {judged.count - told:,} more like these"
    if judged.note and judged.verdict == "fail":
        yield f"            {escaped(judged.note)}"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"            - {escaped(finding.message)}"
    for value in finding.evidence[:4]:
        yield f"                {told(value)}"


def told(value: Evidence) -> str:
    """A value that decided, with its place: `network.oam.mtu = 1500 (main.oib:12)`."""
    place = ""
    if value.span is not None and not value.is_derived:
        line, _ = value.span.source.position(value.span.start)
        place = f"  ({value.span.source.path}:{line})"
    more = f", {value.alike:,} more alike" if value.alike else ""
    return f"{escaped(value.subject)} = {escaped(value.value)}{more}{place}"


def _waiver(judged: Judgement) -> Iterator[str]:
    waiver = judged.waiver
    assert waiver is not None, judged
    until = f" until {waiver.until}" if waiver.until else ""
    needed = "" if judged.verdict in ("waived", "fail") else "; not needed"
    yield f"  waiver of {judged.requirement.id}{until}: {escaped(waiver.because)}{needed}"


def summary(judgements: Iterable[Judgement]) -> str:
    """How many there are of each verdict, in one line."""
    words = {
        "fail": "fail", "waived": "waived", "pass": "pass", "declared": "declared",
        "not_applicable": "not applicable", "not_checkable": "not checkable",
    }  # fmt: skip
    counts = counted(judgements)
    total = sum(counts.values())
    shown = ", ".join(f"{n} {words[v]}" for v, n in counts.items() if n)
    return f"{total} requirements: {shown}"
