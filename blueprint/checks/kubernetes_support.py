"""Versions of Kubernetes that get no fixes any more: judged on the day of the facts, since a compile reads no clock.

`kubernetes_support.json` says when each minor version ends and on which day that was read
(`targets/_derivation/kubernetes_releases.py` writes it). What ended by that day is told; what ends later is not, so
that a blueprint gives the same diagnostics today and next year.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Rule, Severity
from blueprint.model import Kubernetes
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

UNSUPPORTED = Rule("OIB5715", "kubernetes-out-of-support", Severity.WARNING)
_FACTS = Path(__file__).with_suffix(".json")


class Support(NamedTuple):
    """The day of the facts, and the last day of each minor version; days as ISO 8601 writes them."""

    as_of: str
    end_of_life: Mapping[str, str]

    def ended(self, version: str) -> str | None:
        """The day on which fixes for a version ended, where it lies not behind that of the facts."""
        end = self.end_of_life.get(".".join(version.split(".")[:2]))
        return end if end is not None and end <= self.as_of else None

    def supported(self) -> tuple[str, ...]:
        """The minor versions that still get fixes, oldest first."""
        alive = (minor for minor, end in self.end_of_life.items() if end > self.as_of)
        return tuple(sorted(alive, key=lambda minor: tuple(map(int, minor.split(".")))))


@cache
def support() -> Support:
    """The committed facts."""
    facts = json.loads(_FACTS.read_text(encoding="utf-8"))
    return Support(facts["as_of"], facts["end_of_life"])


def out_of_fixes(ref: Ref, cluster: Kubernetes, spans: Spans) -> Diagnostic | None:
    """A cluster, or else the first of its pools, in a version without fixes: one warning a cluster."""
    stated: list[tuple[tuple[str, ...], str]] = [(("version",), cluster.version)]
    stated += [
        (("pool", label, "version"), pool.version)
        for label, pool in cluster.pool.items()
        if pool.version is not None
    ]
    for path, version in stated:
        end = support().ended(version)
        if end is not None:
            return out_of_support(spans.at(ref, *path), version, end)
    return None


def out_of_support(span: Span, version: str, end: str) -> Diagnostic:
    """A version whose faults nobody mends."""
    known = support()
    alive = known.supported()
    offered = ", ".join(f"{minor} until {known.end_of_life[minor]}" for minor in alive)
    return Diagnostic(
        UNSUPPORTED,
        span,
        f"Kubernetes {version} gets no fixes any more: its last day was {end}",
        notes=(f"on {known.as_of}, the day of these facts, fixes are made for {offered}",),
        hint=f"take {alive[0]} or a newer one that the tools make; a cluster that runs goes one minor version "
        "at a time",
    )
