"""Plans SR-IOV: which ports of computes have virtual functions, and the physical networks they lead to.

The variables are those of groups of hosts: the agent runs where there are virtual functions, and
`enable_neutron_sriov` on control hosts makes Neutron bind ports to them. What Nova is told of the
devices is in `pci.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model.links import Link
from blueprint.spans import Spans
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.network_limits import FUNCTIONS_PHYSNET, functions_without_physnet
from targets.kolla_ansible.subject import Subject


def function_links(cloud: Cloud, hosts: HostClass) -> tuple[Link, ...]:
    """The ports of a class of computes that have virtual functions."""
    if "neutron" not in cloud.layer.services or not cloud.has_role(hosts, "compute"):
        return ()
    return tuple(link for link in hosts.links if link.sriov is not None)


def classes_with_functions(cloud: Cloud) -> tuple[HostClass, ...]:
    """The classes of computes that have virtual functions."""
    return tuple(each for each in cloud.classes_of("compute") if function_links(cloud, each))


def _class_variables(cloud: Cloud, hosts: HostClass) -> Iterator[tuple[str, Traced]]:
    givers = classes_with_functions(cloud)
    own = function_links(cloud, hosts)
    is_control = cloud.has_role(hosts, "control")
    if not givers or not (own or is_control):
        return
    blocks = tuple(
        _field(each, link, "sriov") for each in givers for link in function_links(cloud, each)
    )
    roles = tuple(role for role in ("control", "compute") if cloud.has_role(hosts, role))
    named = dict.fromkeys((*map(cloud.field_of, roles), cloud.field_of("compute")))
    fields = (*named, cloud.path("services"))
    rule = "where virtual functions are, and where Neutron's server gives them out"
    yield "enable_neutron_sriov", Traced(value=True, cause=Cause(rule, (*blocks, *fields)))
    paths = tuple(path for link in own for path in _paths(hosts, link)) or blocks
    found = [
        (cloud.physnets[link.functions_physnet], link) for link in own if link.functions_physnet
    ]
    mapped: dict[str, str] = {}
    for physnet, link in found:
        mapped.setdefault(physnet, link.name)
    cause = Cause("the port behind each physical network", (*paths, *fields))
    yield "neutron_sriov_physnet_mappings", Traced(mapped, cause)
    if len(found) > len(mapped):
        listed = ",".join(f"{physnet}:{link.name}" for physnet, link in found)
        rule = "the ports behind each physical network"
        yield "neutron_sriov_physnets", Traced(listed, Cause(rule, (*paths, *fields)))


def _field(hosts: HostClass, link: Link, *below: str) -> str:
    return ".".join((str(hosts.group), *link.field, *below))


def _paths(hosts: HostClass, link: Link) -> tuple[str, ...]:
    cards = dict.fromkeys(port.ref.family for port in link.ports)
    return (
        _field(hosts, link, "sriov"),
        _field(hosts, link, "physnet"),
        *(f"{hosts.spec.hardware}.{card}.names" for card in cards),
        str(link.functions_physnet),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    reported: set[tuple[str, ...]] = set()
    for each in classes_with_functions(cloud):
        for link in function_links(cloud, each):
            place = (each.group, *link.field)
            if link.functions_physnet is None and place not in reported:
                reported.add(place)
                yield functions_without_physnet(spans.at(*place, "sriov"), link.field[1])


SUBJECT = Subject(
    name="virtual_functions",
    class_variables=_class_variables,
    check=_check,
    rules=(FUNCTIONS_PHYSNET,),
    derived_variables=dict.fromkeys(
        (
            "enable_neutron_sriov",
            "neutron_sriov_physnet_mappings",
            "neutron_sriov_physnets",
        ),
        "`sriov` of the hosts' ports",
    ),
    config_files={"neutron": {"sriov_agent.ini": ""}},
)
