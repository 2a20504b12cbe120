"""Verdicts as JSON: a list of objects, one a requirement."""

from __future__ import annotations

from typing import Any

from blueprint.conform.pack import Pack, Requirement
from blueprint.conform.verdicts import Conformance, Evidence, Finding, Judgement
from blueprint.source import Span


def place(span: Span | None) -> dict[str, Any] | None:
    """Where something stands."""
    if span is None:
        return None
    line, column = span.source.position(span.start)
    return {"file": span.source.path, "line": line, "column": column, "text": span.text[:400]}


def listed(pack: Pack, requirement: Requirement) -> dict[str, Any]:
    """A requirement as `--list` tells it."""
    return {
        "id": requirement.id,
        "pack": requirement.pack,
        "pack_version": pack.version,
        "level": requirement.level,
        "title": requirement.title,
        "class": requirement.verdict_class,
        "chapter": requirement.chapter,
        "profiles": list(requirement.profile),
        "aliases": list(requirement.aliases),
        "source": requirement.source or pack.source,
        "because": requirement.because,
        "suite": requirement.suite,
        "note": requirement.note,
    }


def judged(found: Conformance) -> list[dict[str, Any]]:
    """Every judgement."""
    packs = {pack.name: pack for pack in found.packs}
    return [
        {
            **_judgement(packs[j.requirement.pack], j),
            "of": list(found.scopes.get(j.requirement.pack, ())),
        }
        for j in found.judgements
    ]


def _judgement(pack: Pack, judgement: Judgement) -> dict[str, Any]:
    shown = listed(pack, judgement.requirement)
    shown["verdict"] = judgement.verdict
    shown["reason"] = judgement.note
    shown["checked"] = judgement.checked
    shown["failures"] = judgement.count
    shown["findings"] = [_finding(f) for f in judgement.findings]
    shown["evidence"] = [_evidence(e) for e in judgement.evidence]
    shown["waiver"] = _waiver(judgement)
    return shown


def _waiver(judgement: Judgement) -> dict[str, Any] | None:
    waiver = judgement.waiver
    if waiver is None:
        return None
    return {
        "because": waiver.because,
        "until": waiver.until.isoformat() if waiver.until else None,
        "only": list(waiver.only),
        "place": place(waiver.span),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "subject": finding.offender,
        "message": finding.message,
        "evidence": [_evidence(e) for e in finding.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "subject": evidence.subject,
        "value": evidence.value,
        "alike": evidence.alike,
        "written": not evidence.is_unwritten,
        "place": None if evidence.is_derived else place(evidence.span),
    }
