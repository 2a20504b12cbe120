"""Networks of both families, where Kolla-Ansible takes one: it knows a single family for each kind of traffic."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.network_limits import DUAL_STACK, dual_stack_network
from targets.kolla_ansible.subject import Subject

_KINDS = (
    ("the overlay", "tenant"),
    ("migration", "migration"),
    ("storage", "storage"),
    ("names", "dns"),
)


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """One for each network, at the first field that uses it so."""
    used: dict[Ref, list[tuple[str, tuple[str, ...]]]] = {}
    api = cloud.layer.api
    used.setdefault(api.internal.network, []).append(
        ("the internal API", ("api", "internal", "network"))
    )
    if api.public is not None:
        used.setdefault(api.public.network, []).append(
            ("the public API", ("api", "public", "network"))
        )
    for kind, name in _KINDS:
        network = getattr(cloud.layer.networks, name)
        if network is not None:
            used.setdefault(network, []).append((kind, ("networks", name)))
    if "octavia" in cloud.layer.services and cloud.layer.octavia.network is not None:
        used.setdefault(cloud.layer.octavia.network, []).append(
            ("load balancers", ("octavia", "network"))
        )
    for network, uses in used.items():
        declared = cloud.networks.get(network)
        if declared is not None and declared.cidr6 is not None:
            kinds = [kind for kind, _ in uses]
            field = spans.at(cloud.ref, *uses[0][1])
            yield dual_stack_network(spans.at(network, "cidr6"), network, kinds, field)


SUBJECT = Subject(name="address_families", check=_check, rules=(DUAL_STACK,))
