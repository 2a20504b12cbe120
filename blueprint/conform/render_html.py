"""One self-contained page for reviewers: it reads on a screen and on paper, and is searched without a network.

Everything that comes from a blueprint or a pack is escaped where it enters the page. The page holds no time
and no name of a machine, so that the same sources give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from blueprint.conform.pack import Pack
from blueprint.conform.verdicts import (
    VERDICTS,
    Conformance,
    Evidence,
    Finding,
    Judgement,
    Verdict,
    counted,
)
from blueprint.source import Span

WORDS: dict[Verdict, str] = {
    "fail": "fail",
    "waived": "waived",
    "pass": "pass",
    "declared": "declared",
    "not_applicable": "not applicable",
    "not_checkable": "not checkable",
}
_MEANINGS: dict[Verdict, str] = {
    "fail": "the blueprint states otherwise",
    "waived": "it fails, and the blueprint grants itself an exception",
    "pass": "the blueprint states it, and oib writes it",
    "declared": "the blueprint states it; only a run-time test could prove it",
    "not_applicable": "nothing that the rule speaks of is in the blueprint",
    "not_checkable": "nothing in a blueprint could show it; the reason and the test that covers it are named",
}
_LEVELS = ("must", "should", "may")
#: The page may use its own style and script, and nothing else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
#: Lines of source that one value shows at most.
_EXCERPT = 4


def page(found: Conformance) -> str:
    """The page."""
    title = found.title or found.blueprint
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_t(title)}: conformance</title>",
        f"<style>{_asset('page.css')}</style></head><body>",
        *_head(found, title),
        *_summary(found),
        *_search(),
        "<main>",
        *(line for pack in found.packs for line in _pack(found, pack)),
        "</main>",
        *_waivers(found),
        *_judged(found),
        f"<script>{_asset('page.js')}</script>",
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _asset(name: str) -> str:
    return (files("blueprint.conform") / name).read_text(encoding="utf-8").strip()


def _t(text: object) -> str:
    return escape(str(text), quote=True)


def _prose(text: str) -> str:
    """A sentence with what stands in backticks as code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return _t(text)
    return "".join(
        f"<code>{_t(piece)}</code>" if at % 2 else _t(piece) for at, piece in enumerate(pieces)
    )


# ------------------------------------------------------------------------------------------ the head


def _scope(found: Conformance, pack: Pack) -> str:
    refs = found.scopes.get(pack.name, ())
    return f" of {', '.join(f'<code>{_t(ref)}</code>' for ref in refs)}" if refs else ""


def _head(found: Conformance, title: str) -> Iterator[str]:
    failing = [j for j in found.judgements if j.verdict == "fail"]
    by_level = {level: sum(j.requirement.level == level for j in failing) for level in _LEVELS}
    waived = [j for j in found.judgements if j.verdict == "waived"]
    or_waived = " or waived" if waived else ""
    if by_level["must"]:
        verdict, state = f"{by_level['must']} MUST not met", "fail"
    elif failing:
        verdict, state = f"every MUST that could be checked is met{or_waived}", "waived"
    else:
        state = "waived" if waived else "pass"
        verdict = f"everything that could be checked is met{or_waived}"
    also = ", ".join(
        f"{by_level[level]} {level.upper()}" for level in ("should", "may") if by_level[level]
    )
    names = ", ".join(f"{_t(p.title)} ({_t(p.version)}){_scope(found, p)}" for p in found.packs)
    yield '<header><div class="words">'
    yield '<p class="kind">Conformance report</p>'
    yield f"<h1>{_t(title)}</h1>"
    yield f'<p class="what"><code>{_t(found.blueprint)}</code> judged by {names}</p>'
    facts = []
    if found.profiles:
        facts.append(f"profiles: {_t(', '.join(found.profiles))}")
    if found.as_of:
        facts.append(f"waivers judged as of {_t(found.as_of)}")
    elif any(j.waiver for j in found.judgements):
        facts.append("waivers listed with their dates, not judged by them")
    if facts:
        yield f'<p class="what">{"; ".join(facts)}</p>'
    yield "</div>"
    extra = f"<small>and {also} not met</small>" if also else ""
    yield f'<p class="outcome {state}">{verdict}{extra}</p></header>'


def _summary(found: Conformance) -> Iterator[str]:
    counts = counted(found.judgements)
    yield '<section class="summary"><ul class="tiles">'
    for verdict in VERDICTS:
        yield (
            f'<li class="{verdict}" title="{_t(_MEANINGS[verdict])}"><b>{counts[verdict]}</b>'
            f"<span>{WORDS[verdict]}</span></li>"
        )
    yield "</ul>"
    yield '<table class="chapters"><thead><tr><th>Chapter</th>'
    yield "".join(f'<th class="n">{WORDS[v]}</th>' for v in VERDICTS)
    yield '<th class="bar"></th></tr></thead><tbody>'
    for pack in found.packs:
        own = [j for j in found.judgements if j.requirement.pack == pack.name]
        if not own:
            continue
        yield _row(pack.title, f"pack-{pack.name}", own, "pack")
        for chapter in dict.fromkeys(j.requirement.chapter for j in own):
            if chapter:
                inside = [j for j in own if j.requirement.chapter == chapter]
                yield _row(chapter, _anchor(pack, chapter), inside, "chapter")
    yield "</tbody></table></section>"


def _row(title: str, anchor: str, judged: list[Judgement], kind: str) -> str:
    counts = counted(judged)
    cells = "".join(
        f'<td class="n {v if counts[v] else "zero"}">{counts[v] or "–"}</td>' for v in VERDICTS
    )
    total = max(len(judged), 1)
    bar = "".join(
        f'<i class="{v}" style="width:{100 * counts[v] / total:.2f}%"></i>'
        for v in VERDICTS
        if counts[v]
    )
    link = f'<a href="#{_t(anchor)}">{_t(title)}</a>'
    return f'<tr class="{kind}"><th>{link}</th>{cells}<td class="bar"><span>{bar}</span></td></tr>'


def _anchor(pack: Pack, chapter: str) -> str:
    word = "".join(c if c.isalnum() else "-" for c in chapter.lower())
    return f"{pack.name}-{word}"


def _search() -> Iterator[str]:
    yield '<nav class="tools" hidden>'
    yield '<input id="q" type="search" placeholder="Search: id, title, host, network, value …" aria-label="Search">'
    yield '<span class="chips" role="group" aria-label="Verdicts">'
    for verdict in VERDICTS:
        yield (
            f'<label class="{verdict}"><input type="checkbox" value="{verdict}" checked>'
            f"{WORDS[verdict]}</label>"
        )
    yield '</span><span class="chips" role="group" aria-label="Levels">'
    for level in _LEVELS:
        yield (
            f'<label><input type="checkbox" value="level-{level}" checked>{level.upper()}</label>'
        )
    yield '</span><button type="button" id="open">open all</button><output id="shown"></output></nav>'


# ---------------------------------------------------------------------------------- the requirements


def _pack(found: Conformance, pack: Pack) -> Iterator[str]:
    own = [j for j in found.judgements if j.requirement.pack == pack.name]
    if not own:
        return
    yield f'<section class="pack" id="pack-{_t(pack.name)}"><h2>{_t(pack.title)}</h2>'
    source = f" · {_t(pack.source)}" if pack.source else ""
    yield f'<p class="what"><code>{_t(pack.name)}</code> version {_t(pack.version)}{source}</p>'
    for chapter in dict.fromkeys(j.requirement.chapter for j in own):
        anchor = _anchor(pack, chapter) if chapter else f"{pack.name}-all"
        yield f'<section class="chapter" id="{_t(anchor)}">'
        if chapter:
            yield f"<h3>{_t(chapter)}</h3>"
        for judged in own:
            if judged.requirement.chapter == chapter:
                yield from _requirement(found, judged)
        yield "</section>"
    yield "</section>"


def _requirement(found: Conformance, judged: Judgement) -> Iterator[str]:
    requirement = judged.requirement
    is_open = " open" if judged.verdict == "fail" else ""
    anchor = f"{requirement.pack}:{requirement.id}"
    yield (
        f'<details class="req {judged.verdict} level-{requirement.level}" id="{_t(anchor)}"{is_open}>'
    )
    yield (
        f'<summary><span class="badge {judged.verdict}">{WORDS[judged.verdict]}</span>'
        f'<code class="id">{_t(requirement.id)}</code>'
        f'<span class="level">{requirement.level.upper()}</span>'
        f'<span class="title">{_prose(requirement.title)}</span></summary><div class="body">'
    )
    if judged.findings:
        yield '<ul class="findings">'
        shown: set[Span] = set()
        for finding in judged.findings:
            yield from _finding(found, finding, shown)
        if judged.count > len(judged.findings):
            yield f"<li>and {judged.count - len(judged.findings):,} more</li>"
        yield "</ul>"
    if judged.verdict in ("pass", "declared"):
        times = "once" if judged.checked == 1 else f"{judged.checked:,} times"
        yield f'<p class="held">Checked {times}, and it held each time.</p>'
    if judged.evidence:
        yield from _values(found, judged.evidence, set())
    yield from _facts(judged)
    yield "</div></details>"


def _finding(found: Conformance, finding: Finding, shown: set[Span]) -> Iterator[str]:
    yield f"<li><p>{_prose(finding.message)}</p>"
    if finding.evidence:
        yield from _values(found, finding.evidence, shown)
    yield "</li>"


def _values(found: Conformance, evidence: Iterable[Evidence], shown: set[Span]) -> Iterator[str]:
    """Values with the lines that state them; lines that stand above already are named only."""
    yield '<dl class="values">'
    for value in evidence:
        words = f"<code>{_t(value.subject)}</code> = <code>{_t(value.value)}</code>"
        if value.alike:
            words += f' <span class="place">and {value.alike:,} more alike</span>'
        if value.is_unwritten:
            words += ' <span class="unwritten">stated, and written for no tool</span>'
        span = None if value.is_derived else value.span
        if span is None or span in shown:
            place = (
                f' <span class="place">{_t(found.path(span))}:{span.line}</span>' if span else ""
            )
            yield f"<dt>{words}{place}</dt>"
            continue
        shown.add(span)
        yield f"<dt>{words}</dt><dd>{_excerpt(found, span)}</dd>"
    yield "</dl>"


def _excerpt(found: Conformance, span: Span) -> str:
    """The lines of source that a value stands in, the value itself marked."""
    source = span.source
    first = source.position(span.start).line
    last = min(source.position(max(span.start, span.end - 1)).line, first + _EXCERPT - 1)
    lines = []
    for number in range(first, last + 1):
        start = source.line_starts[number - 1]
        text = source.line(number)
        begin = max(span.start - start, 0)
        end = min(span.end - start, len(text))
        marked = f"{_t(text[:begin])}<mark>{_t(text[begin:end])}</mark>{_t(text[end:])}"
        lines.append(f"<i>{number}</i>{marked}")
    place = f"{found.path(span)}:{first}"
    return f'<pre title="{_t(place)}"><b>{_t(place)}</b>\n' + "\n".join(lines) + "</pre>"


def _facts(judged: Judgement) -> Iterator[str]:
    requirement, waiver = judged.requirement, judged.waiver
    facts: list[tuple[str, str]] = []
    if waiver is not None:
        until = f", until {waiver.until}" if waiver.until else ""
        only = f", only of {', '.join(waiver.only)}" if waiver.only else ""
        facts.append(("Waiver", f"{waiver.because}{until}{only}"))
    if judged.note and not (waiver is not None and judged.note == waiver.because):
        facts.append(("Reason", judged.note))
    if requirement.suite:
        facts.append(("Covered by", requirement.suite))
    if requirement.note:
        facts.append(("Note", requirement.note))
    if requirement.profile:
        facts.append(("Profiles", ", ".join(requirement.profile)))
    if requirement.aliases:
        facts.append(("Also known as", ", ".join(requirement.aliases)))
    if requirement.source:
        facts.append(("Source", requirement.source))
    if requirement.doc:
        facts.append(("About", requirement.doc))
    if facts:
        rows = "".join(f"<dt>{_t(name)}</dt><dd>{_prose(text)}</dd>" for name, text in facts)
        yield f'<dl class="facts">{rows}</dl>'


# ------------------------------------------------------------------------------------------- the foot


def _waivers(found: Conformance) -> Iterator[str]:
    waived = [(j, j.waiver) for j in found.judgements if j.waiver is not None]
    if not waived:
        return
    yield '<section class="waivers"><h2>Waivers</h2><table><thead><tr><th>Requirement</th><th>Because</th>'
    yield "<th>Until</th><th>Only of</th><th>Stated at</th><th>Verdict</th></tr></thead><tbody>"
    for judged, waiver in waived:
        requirement = judged.requirement
        place = f"{found.path(waiver.span)}:{waiver.span.line}"
        link = f'<a href="#{_t(requirement.pack)}:{_t(requirement.id)}"><code>{_t(requirement.id)}</code></a>'
        yield (
            f"<tr><td>{link}</td><td>{_prose(waiver.because)}</td><td>{_t(waiver.until or '–')}</td>"
            f"<td>{_t(', '.join(waiver.only) or 'everything')}</td><td><code>{_t(place)}</code></td>"
            f'<td><span class="badge {judged.verdict}">{WORDS[judged.verdict]}</span></td></tr>'
        )
    yield "</tbody></table></section>"


def _judged(found: Conformance) -> Iterator[str]:
    yield '<section class="judged"><h2>What was judged, and by what</h2>'
    yield "<table><tbody>"
    for name, version in found.versions:
        yield f"<tr><th>{_t(name)}</th><td><code>{_t(version)}</code></td></tr>"
    for path, digest in found.inputs:
        yield f"<tr><th>{_t(path)}</th><td><code>sha256 {_t(digest)}</code></td></tr>"
    yield "</tbody></table>"
    yield '<dl class="legend">'
    for verdict in VERDICTS:
        yield (
            f'<dt><span class="badge {verdict}">{WORDS[verdict]}</span></dt>'
            f"<dd>{_t(_MEANINGS[verdict])}</dd>"
        )
    yield "</dl></section>"


__all__ = ["page"]
