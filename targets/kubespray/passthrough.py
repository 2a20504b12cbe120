"""Checks what a blueprint passes through as Kubespray's own variables."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.source import Span
from blueprint.spans import Spans
from targets.kubespray import limits
from targets.kubespray.catalog import Variable
from targets.kubespray.cluster import Cluster
from targets.kubespray.derived import VARIABLES
from targets.kubespray.values import described, refused

TOOL = "kubespray"
#: Ends of the names of variables that hold secrets.
_SECRET = re.compile(
    r"(password|peerpass|_token|_secret|_secret_key|_ipsec_key|_certificate_key)$"
).search
_WANTED = {
    "bool": "`true` or `false`", "int": "a whole number", "float": "a number", "string": "a text",
    "list": "a list", "map": "a map",
}  # fmt: skip


def stated(cluster: Cluster) -> Mapping[str, Any]:
    """The variables that the blueprint passes through."""
    return cluster.layer.tool.get(TOOL, {})


def variables(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    """Variables that the tool does not know, takes otherwise, or is told of by the blueprint itself."""
    for tool, given in cluster.layer.tool.items():
        if tool != TOOL:
            yield limits.tool_not_chosen(spans.key(cluster.ref, "tool", tool), tool, TOOL)
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
        return limits.derived_variable(key, name, VARIABLES[name])
    if name in cluster.catalog.computed:
        return limits.variable_without_effect(key, name, release, "Kubespray works it out itself")
    if _SECRET(name) and (name not in known or known[name].type not in {"bool", "int", "list"}):
        return limits.variable_holds_secret(key, name)
    if name not in known:
        return limits.unknown_variable(key, name, release, known, VARIABLES)
    if not known[name].is_read:
        return limits.variable_without_effect(
            key, name, release, "nothing in it reads the variable"
        )
    reason = refused(value)
    if reason is not None:
        return limits.value_without_plain_form(span, name, reason)
    return _against(known[name], value, span)


def _against(variable: Variable, value: Any, span: Span) -> Diagnostic | None:
    if variable.type != "unknown" and not _fits(variable.type, value):
        wanted = _WANTED[variable.type]
        return limits.variable_of_wrong_type(span, variable.name, described(value), wanted)
    if variable.words and value not in variable.words:
        wanted = "one of " + ", ".join(f"`{word}`" for word in variable.words)
        return limits.variable_of_wrong_type(span, variable.name, described(value), wanted)
    return None


def _fits(wanted: str, value: Any) -> bool:
    if wanted == "bool":
        return isinstance(value, bool)
    if wanted == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == "float":
        return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if wanted == "list":
        return isinstance(value, (list, tuple))
    if wanted == "map":
        return isinstance(value, Mapping)
    addresses = (ipaddress._BaseAddress, ipaddress._BaseNetwork)  # noqa: SLF001 - the one name for both families
    return isinstance(value, (str, *addresses))
