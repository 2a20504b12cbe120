"""Which settings that rules read are written for any tool: what nobody writes is claimed and not enforced.

Every line of every artifact names the fields of the model that it comes from. A setting that no line names
reaches no tool, whatever a rule makes of it; the report marks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from blueprint.conform.verdicts import Evidence, Judgement
from blueprint.target import Deployment

#: The kinds whose attributes are settings; of the others a blueprint states facts.
_LAYERS = ("openstack.", "kubernetes.", "ceph.", "hosts.")
#: How evidence shows what is unset or empty: nothing that could be written.
_NOTHING = ("unset", "none")
_KEY = re.compile(r"\[[^\]]*\]")
#: A path that names no more than a declaration says nothing of what is in it.
_DECLARATION = 2


def paths_written(deployments: Iterable[Deployment]) -> frozenset[str]:
    """The fields that lines of artifacts come from, without keys of families, each with those around it."""
    found: set[str] = set()
    for deployment in deployments:
        for artifact in deployment.artifacts:
            for run in artifact.runs:
                for cause in run.causes:
                    if cause is not None:
                        found.update(cause.paths)
    return frozenset(_KEY.sub("", path) for path in found)


def marked(judgements: Iterable[Judgement], written: frozenset[str]) -> list[Judgement]:
    """The judgements with every setting marked that is written for no tool."""
    inside = {prefix for path in written for prefix in _prefixes(path)}
    return [_marked(judgement, written, inside) for judgement in judgements]


def _prefixes(path: str) -> Iterable[str]:
    parts = path.split(".")
    return (".".join(parts[:end]) for end in range(_DECLARATION + 1, len(parts) + 1))


def _marked(judged: Judgement, written: frozenset[str], inside: set[str]) -> Judgement:
    if judged.verdict not in ("pass", "declared"):
        return judged
    evidence = tuple(
        replace(each, is_unwritten=_is_unwritten(each, written, inside)) for each in judged.evidence
    )
    return replace(judged, evidence=evidence)


def _is_unwritten(value: Evidence, written: frozenset[str], inside: set[str]) -> bool:
    if value.is_derived or value.leads_on or value.value in _NOTHING:
        return False
    path = _KEY.sub("", value.subject)
    if not path.startswith(_LAYERS) or path.count(".") < _DECLARATION:
        return False
    return path not in inside and not any(prefix in written for prefix in _prefixes(path))


__all__ = ["marked", "paths_written"]
