"""Reports for programs and reviewers, by the word that asks for each."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from blueprint import __version__
from blueprint.conform.render_json import listed
from blueprint.conform.render_text import told
from blueprint.conform.verdicts import Conformance, Judgement
from blueprint.diagnostics.render_sarif import location

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: Characters that XML 1.0 has no place for.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SARIF_LEVELS = {"must": "error", "should": "warning", "may": "note"}
_COLUMNS = (
    "pack", "id", "level", "verdict", "title", "chapter", "profiles", "reason", "findings", "evidence",
    "waived_because", "waived_until", "source",
)  # fmt: skip


def render(found: Conformance, form: str) -> str:
    """The report in a form: `junit`, `sarif`, `csv` or `html`."""
    match form:
        case "junit":
            return junit(found)
        case "sarif":
            return json.dumps(sarif(found), indent=2, ensure_ascii=False) + "\n"
        case "csv":
            return table(found)
    from blueprint.conform.render_html import page

    return page(found)


def reasons(judged: Judgement) -> list[str]:
    """Why a judgement is what it is, a sentence each."""
    found = [finding.message for finding in judged.findings]
    if judged.count > len(found):
        found.append(f"and {judged.count - len(found):,} more")
    if judged.note:
        found.append(judged.note)
    return found


# ------------------------------------------------------------------------------------------------ JUnit


def junit(found: Conformance) -> str:
    """JUnit's XML: a suite a pack, a case a requirement; what can't be judged is skipped."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    counts = _junit_counts(list(found.judgements))
    lines.append(f"<testsuites name={_attribute(found.blueprint)} {counts}>")
    for pack in found.packs:
        own = [j for j in found.judgements if j.requirement.pack == pack.name]
        if not own:
            continue
        scope = ", ".join(found.scopes.get(pack.name, ()))
        lines.append(f"  <testsuite name={_attribute(pack.name)} {_junit_counts(own)}>")
        lines.append("    <properties>")
        lines.append(f'      <property name="title" value={_attribute(pack.title)}/>')
        lines.append(f'      <property name="version" value={_attribute(pack.version)}/>')
        if scope:
            lines.append(f'      <property name="of" value={_attribute(scope)}/>')
        lines.append("    </properties>")
        for judged in own:
            lines.extend(_junit_case(pack.name, judged))
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _junit_counts(judged: list[Judgement]) -> str:
    failures = sum(j.verdict == "fail" for j in judged)
    skipped = sum(_is_skipped(j) for j in judged)
    return f'tests="{len(judged)}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'


def _is_skipped(judged: Judgement) -> bool:
    return judged.verdict in ("waived", "not_applicable", "not_checkable")


def _junit_case(pack: str, judged: Judgement) -> list[str]:
    requirement = judged.requirement
    name = f"{requirement.id}: {requirement.title}"
    head = f'    <testcase classname={_attribute(pack)} name={_attribute(name)} time="0"'
    if judged.verdict == "fail":
        why = reasons(judged)
        values = [told(v) for finding in judged.findings for v in finding.evidence]
        text = escape(_clean("\n".join([*why, *dict.fromkeys(values)])))
        first = _attribute(why[0] if why else "")
        return [
            f"{head}>",
            f"      <failure type={_attribute(requirement.level)} message={first}>{text}</failure>",
            "    </testcase>",
        ]
    if _is_skipped(judged):
        words = f"{judged.verdict.replace('_', ' ')}: {judged.note}"
        return [f"{head}>", f"      <skipped message={_attribute(words)}/>", "    </testcase>"]
    return [f"{head}/>"]


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


# ------------------------------------------------------------------------------------------------ SARIF


def sarif(found: Conformance) -> dict[str, Any]:
    """SARIF 2.1.0: each requirement is a rule; findings stand where the deciding values do."""
    packs = {pack.name: pack for pack in found.packs}
    ids = {j.requirement.full_id: at for at, j in enumerate(found.judgements)}
    results = [each for j in found.judgements for each in _sarif_results(found, j, ids)]
    rules = [
        {
            "id": j.requirement.full_id,
            "shortDescription": {"text": j.requirement.title},
            "defaultConfiguration": {"level": _SARIF_LEVELS[j.requirement.level]},
            "properties": listed(packs[j.requirement.pack], j.requirement),
        }
        for j in found.judgements
    ]
    run = {
        "tool": {"driver": {"name": "oib", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _sarif_results(
    found: Conformance, judged: Judgement, ids: dict[str, int]
) -> list[dict[str, Any]]:
    requirement = judged.requirement
    base: dict[str, Any] = {
        "ruleId": requirement.full_id,
        "ruleIndex": ids[requirement.full_id],
        "level": _SARIF_LEVELS[requirement.level],
    }
    if judged.verdict in ("fail", "waived"):
        results = []
        for finding in judged.findings:
            spans = [e.span for e in finding.evidence if e.span is not None]
            result = {**base, "kind": "fail", "message": {"text": finding.message}}
            prefix = f"{found.prefix}/" if found.prefix else ""
            result["locations"] = [{"physicalLocation": location(s, prefix)} for s in spans[:1]]
            result["relatedLocations"] = [
                {"id": n, "physicalLocation": location(s, prefix)}
                for n, s in enumerate(spans[1:], start=1)
            ]
            if judged.verdict == "waived":
                result["suppressions"] = [{"kind": "inSource", "justification": judged.note}]
            results.append(result)
        return results
    kinds = {"pass": "pass", "declared": "review", "not_checkable": "open"}
    kind = kinds.get(judged.verdict, "notApplicable")
    text = "; ".join(reasons(judged)) or requirement.title
    return [{**base, "level": "none", "kind": kind, "message": {"text": text}}]


# -------------------------------------------------------------------------------------------------- CSV


def table(found: Conformance) -> str:
    """A table with a line for each requirement."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    packs = {pack.name: pack for pack in found.packs}
    for judged in found.judgements:
        requirement, waiver = judged.requirement, judged.waiver
        findings = "; ".join(f.message for f in judged.findings)
        values = [*judged.evidence, *(e for f in judged.findings for e in f.evidence)]
        until = waiver.until.isoformat() if waiver and waiver.until else ""
        row = (
            requirement.pack, requirement.id, requirement.level, judged.verdict, requirement.title,
            requirement.chapter, " ".join(requirement.profile), judged.note, findings,
            "; ".join(dict.fromkeys(told(v) for v in values)), waiver.because if waiver else "", until,
            requirement.source or packs[requirement.pack].source,
        )  # fmt: skip
        writer.writerow([_cell(text) for text in row])
    return out.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


__all__ = ["junit", "reasons", "render", "sarif", "table"]
