"""Identifiers of the overlay against the networks that projects may have: each tenant network takes one."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.subject import Subject

TOO_FEW = Rule("OIB6040", "too-few-network-identifiers")

#: `vni_ranges` for VXLAN (1:1000) and Geneve (1001:2000), as roles/neutron/templates/ml2_conf.ini.j2
#: has them in every release: this many networks where the blueprint states no `vni`.
OWN_RANGE = 1000


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if "neutron" not in cloud.layer.services:
        return
    allowed = {
        name: project.quota.networks
        for name, project in cloud.layer.project.items()
        if project.quota.networks is not None and project.quota.networks > 0
    }
    vni = cloud.layer.neutron.vni
    offered = OWN_RANGE if vni is None else int(vni.last) - int(vni.first) + 1
    if sum(allowed.values()) <= offered:
        return
    largest = max(allowed, key=lambda name: allowed[name])
    span = spans.at(cloud.ref, "project", largest, "quota", "networks")
    stated = spans.written(cloud.ref, "neutron", "vni")
    yield too_few(span, sum(allowed.values()), len(allowed), offered, stated)


def too_few(
    span: Span, wanted: int, projects: int, offered: int, stated: Span | None
) -> Diagnostic:
    """Quotas that promise more networks than the overlay can tell apart."""
    who = "this project" if projects == 1 else f"{projects} projects"
    whose = "`vni` has" if stated is not None else "Kolla-Ansible's own range has"
    return Diagnostic(
        TOO_FEW,
        span,
        f"{who} may have {wanted:,} networks, but the overlay has {offered:,} identifiers",
        labels=() if stated is None else (Label(stated, f"{whose} {offered:,}"),),
        notes=() if stated is not None else (f"{whose} {offered:,} where `vni` is unset",),
        hint=f"set `neutron {{ vni = 1..{max(65_535, wanted):,} }}`".replace(",", "")
        + " or more, up to 16,777,215, or lower the quota",
    )


SUBJECT = Subject(name="network_identifiers", check=_check, rules=(TOO_FEW,))
