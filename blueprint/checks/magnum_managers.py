"""One region's Magnum makes clusters on one manager alone: its driver has one kubeconfig."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

TWO_MANAGERS = Rule("OIB5717", "managers-of-one-magnum")


def magnum_managers(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Clusters of a region that name another manager than the first one does."""
    first: dict[Ref, tuple[Ref, Ref]] = {}
    told: set[tuple[Ref, Ref]] = set()
    for ref, cluster in model.of(Kubernetes).items():
        on, manager = cluster.on, cluster.manager
        if ref in model.existing or cluster.tool_name != "magnum" or not on or not manager:
            continue
        before, named = first.setdefault(on, (ref, manager))
        if named != manager and (on, manager) not in told:
            told.add((on, manager))
            yield two_managers(spans.at(ref, "manager"), on, named, spans.at(before, "manager"))


def two_managers(span: Span, region: Ref, named: Ref, there: Span) -> Diagnostic:
    """A manager that Magnum's driver can't reach, since it has the access to another one."""
    return Diagnostic(
        TWO_MANAGERS,
        span,
        f"Magnum of `{region}` makes clusters on one manager, and another cluster names `{named}`",
        labels=(Label(there, "the other one"),),
        hint=f"name `{named}` here too, or let Cluster API make this cluster: `deployer = cluster_api`",
    )
