"""Plans Designate: its name servers with BIND, the network where they answer, the zone of floating addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kolla_ansible import network_limits as limits
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.subject import Subject
from targets.kolla_ansible.subjects.network_features import is_domain

_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*").fullmatch


def _runs(cloud: Cloud) -> bool:
    return "designate" in cloud.layer.services and cloud.layer.designate is not None


def _network(cloud: Cloud) -> tuple[Ref, tuple[str, ...]]:
    """Where names are asked for, and the field of the layer that says so."""
    stated = cloud.layer.networks.dns
    if stated is not None:
        return stated, ("networks", "dns")
    side = "internal" if cloud.layer.api.public is None else "public"
    return cloud.public.network, ("api", side, "network")


def _variables(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    designate, runs = cloud.layer.designate, cloud.path("services")
    if not _runs(cloud) or designate is None:
        return
    yield "enable_designate", Traced(value=True, cause=Cause("runs if it is listed", (runs,)))
    yield (
        "designate_backend",
        Traced("bind9", Cause("what answers: BIND, beside the service", (runs,))),
    )
    names = [server.removesuffix(".") for server in designate.nameservers]
    fields = (cloud.path("designate", "nameservers"), runs)
    cause = Cause("names of the servers that answer for the zone", fields)
    yield "designate_ns_record", Traced(names, cause)
    network, field = _network(cloud)
    if network in cloud.networks and cloud.networks[network].cidr.version == 6:
        family = Cause(
            "the family of the network's addresses", (f"{network}.cidr", cloud.path(*field))
        )
        yield "dns_address_family", Traced("ipv6", family)


def _class_variables(cloud: Cloud, hosts: HostClass) -> Iterator[tuple[str, Traced]]:
    roles = [role for role in ("control", "network") if cloud.has_role(hosts, role)]
    if not _runs(cloud) or not roles:
        return
    network, field = _network(cloud)
    link = hosts.link(network)
    if link is not None:
        named = dict.fromkeys(cloud.field_of(role) for role in roles)
        stated = (cloud.path("networks", "dns"), cloud.path(*field))
        paths = (*dict.fromkeys(stated), *named, *hosts.link_paths(link), f"{network}.vlan")
        cause = Cause(
            "the interface where the DNS service answers", (*paths, cloud.path("services"))
        )
        yield "dns_interface", Traced(link.networks[network], cause)


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    designate = cloud.layer.designate
    if "designate" not in cloud.layer.services:
        return
    if designate is None:
        position = cloud.layer.services.index("designate")
        yield limits.dns_service_without_zone(spans.at(cloud.ref, "services", position))
        return
    if not is_domain(designate.zone):
        wanted = "a domain with a final dot, such as `cloud.example.`"
        yield unusable_text(
            spans.at(cloud.ref, "designate", "zone"), "zone", designate.zone, wanted
        )
    for position, server in enumerate(designate.nameservers):
        if not is_domain(server.removesuffix(".") + "."):
            span = spans.at(cloud.ref, "designate", "nameservers", position)
            yield unusable_text(span, "nameservers", server, "a name of the DNS")
    if designate.email is not None and not _EMAIL(designate.email):
        span = spans.at(cloud.ref, "designate", "email")
        yield unusable_text(span, "email", designate.email, "an address of mail")
    network, field = _network(cloud)
    reported: set[Ref] = set()
    for role in ("control", "network"):
        for each in cloud.classes_of(role):
            if each.link(network) is None and each.group not in reported:
                reported.add(each.group)
                where = spans.at(cloud.ref, *field)
                yield limits.name_servers_off_network(
                    spans.at(each.group), each.group, network, where
                )


SUBJECT = Subject(
    name="designate",
    variables=_variables,
    class_variables=_class_variables,
    check=_check,
    rules=(limits.NAME_SERVERS_OFF, limits.NO_ZONE),
    config_files={
        "designate": {
            "designate.conf": "",
            "designate-api.conf": "designate.conf",
            "designate-central.conf": "designate.conf",
            "designate-mdns.conf": "designate.conf",
            "designate-producer.conf": "designate.conf",
            "designate-sink.conf": "designate.conf",
            "designate-worker.conf": "designate.conf",
        }
    },
    derived_variables={
        "enable_designate": "`services`",
        "designate_backend": "`services`: BIND answers",
        "designate_ns_record": "`designate { nameservers }`",
        "dns_interface": "`networks { dns }`",
        "dns_address_family": "`cidr` of the network in `networks { dns }`",
    },
)
