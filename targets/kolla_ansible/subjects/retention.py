"""How long measurements and logs are kept."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause
from blueprint.values import Duration
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.limits import VARIABLES
from targets.kolla_ansible.subject import Subject, Variables

NOT_SAYABLE = Rule("OIB6133", "retention-not-sayable")

_SECOND = 10**9
_DAY = 86400 * _SECOND
#: Prometheus' units of time, longest first, in seconds.
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
#: Days after which an index is closed, though not yet deleted (roles/opensearch/defaults/main.yml).
_CLOSED_AFTER = 30
_EXTRAS = "prometheus_cmdline_extras"


def _variables(cloud: Cloud) -> Variables:
    kept = cloud.layer.prometheus.retention
    if "prometheus" in cloud.layer.services and kept is not None:
        field = cloud.path("prometheus", "retention")
        text = f"--storage.tsdb.retention.time={_in_units(int(kept) // _SECOND)}"
        yield _EXTRAS, Traced(text, Cause("how long measurements are kept", (field,)))
    kept = cloud.layer.opensearch.retention
    if "opensearch" in cloud.layer.services and kept is not None:
        days = int(kept) // _DAY
        cause = Cause("how long logs are kept, in days", (cloud.path("opensearch", "retention"),))
        yield "opensearch_soft_retention_period_days", Traced(min(days, _CLOSED_AFTER), cause)
        yield "opensearch_hard_retention_period_days", Traced(days, cause)


def _in_units(seconds: int) -> str:
    unit, length = next((name, size) for name, size in _UNITS if seconds % size == 0)
    return f"{seconds // length}{unit}"


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    for service, least, wanted in (
        ("prometheus", _SECOND, "whole seconds, at least one"),
        ("opensearch", _DAY, "whole days, at least one"),
    ):
        kept: Duration | None = getattr(cloud.layer, service).retention
        if service not in cloud.layer.services or kept is None:
            continue
        if int(kept) < least or int(kept) % least:
            span = spans.at(cloud.ref, service, "retention")
            yield _not_sayable(span, service, str(kept), wanted)
        elif service == "prometheus" and _EXTRAS in cloud.layer.tool.get("kolla_ansible", {}):
            span = spans.at(cloud.ref, "tool", "kolla_ansible", _EXTRAS)
            yield VARIABLES.derived_variable(span, _EXTRAS, "`prometheus { retention }`")


def _not_sayable(span: Span, service: str, stated: str, wanted: str) -> Diagnostic:
    """A time that the service counts in other units."""
    return Diagnostic(
        NOT_SAYABLE, span, f"`{service}` can't keep anything for {stated}", hint=f"write {wanted}"
    )


SUBJECT = Subject(
    name="retention",
    variables=_variables,
    check=_check,
    rules=(NOT_SAYABLE,),
    derived_variables=dict.fromkeys(
        ("opensearch_hard_retention_period_days", "opensearch_soft_retention_period_days"),
        "`opensearch { retention }`",
    ),
)
