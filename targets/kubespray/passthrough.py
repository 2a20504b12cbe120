"""Checks what a blueprint passes through as Kubespray's own variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from targets._passthrough.values import described, refused
from targets._passthrough.variables import wanted
from targets.kubespray import limits
from targets.kubespray.cluster import Cluster
from targets.kubespray.derived import VARIABLES

TOOL = "kubespray"
#: Ends of the names of variables that hold secrets.
_SECRET = re.compile(
    r"(password|peerpass|_token|_secret|_secret_key|_ipsec_key|_certificate_key)$"
).search


def stated(cluster: Cluster) -> Mapping[str, Any]:
    """The variables that the blueprint passes through."""
    return cluster.layer.tool.get(TOOL, {})


def variables(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    """Variables that the tool does not know, takes otherwise, or is told of by the blueprint itself."""
    for tool, given in cluster.layer.tool.items():
        if tool != TOOL:
            yield limits.VARIABLES.tool_not_chosen(spans.key(cluster.ref, "tool", tool), tool)
            continue
        for name, value in given.items():
            found = _variable(cluster, spans, name, value)
            if found is not None:
                yield found


def _variable(cluster: Cluster, spans: Spans, name: str, value: Any) -> Diagnostic | None:
    key = spans.key(cluster.ref, "tool", TOOL, name)
    span = spans.at(cluster.ref, "tool", TOOL, name)
    known, release = cluster.catalog.variables, cluster.catalog.release
    if name in VARIABLES:
        return limits.VARIABLES.derived_variable(key, name, VARIABLES[name])
    if name in cluster.catalog.computed:
        return limits.variable_without_effect(key, name, release, "Kubespray works it out itself")
    if _SECRET(name) and (name not in known or known[name].type not in {"bool", "int", "list"}):
        return limits.VARIABLES.variable_holds_secret(key, name)
    if name not in known:
        return limits.VARIABLES.unknown_variable(key, name, release, known, VARIABLES)
    if not known[name].is_read:
        return limits.variable_without_effect(
            key, name, release, "nothing in it reads the variable"
        )
    reason = refused(value)
    if reason is not None:
        return limits.VARIABLES.value_without_plain_form(span, name, reason)
    takes = wanted(known[name], value)
    if takes is not None:
        return limits.VARIABLES.variable_of_wrong_type(span, name, described(value), takes)
    return None
