"""Plans what Neutron offers beside networks: QoS, trunks, VPNs, forwarding of ports, names of guests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.network_limits import VPN, vpn_not_offered
from targets.kolla_ansible.subject import Subject

#: Attribute of `neutron`, the variable, and what it is for people.
_FEATURES = (
    ("qos", "enable_neutron_qos", "whether bandwidth of ports can be limited"),
    ("trunk", "enable_neutron_trunk", "whether guests can tag VLANs on one port"),
    ("vpn", "enable_neutron_vpnaas", "whether users can have VPNs"),
    (
        "port_forwarding",
        "enable_neutron_port_forwarding",
        "whether ports of floating addresses can be forwarded",
    ),
    (
        "service_chaining",
        "enable_neutron_sfc",
        "whether traffic can be led through chains of guests",
    ),
)
#: The agent for VPNs on OVN; releases without it have none (roles/neutron/defaults/main.yml).
_OVN_VPN_GROUP = "neutron-ovn-vpn-agent"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+").fullmatch
_LONGEST_DOMAIN = 254


def is_domain(text: str) -> bool:
    """Whether a text is a name of the DNS with a final dot."""
    return _DOMAIN(text) is not None and len(text) <= _LONGEST_DOMAIN


def _variables(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    if "neutron" not in cloud.layer.services:
        return
    neutron, runs = cloud.layer.neutron, cloud.path("services")
    for name, variable, rule in _FEATURES:
        if getattr(neutron, name):
            yield (
                variable,
                Traced(value=True, cause=Cause(rule, (cloud.path("neutron", name), runs))),
            )
    fields = (cloud.path("neutron", "dns_domain"), runs)
    designate = cloud.layer.designate
    if neutron.dns_domain is not None:
        cause = Cause("the domain of guests' names", fields)
        yield "neutron_dns_domain", Traced(neutron.dns_domain, cause)
    elif "designate" in cloud.layer.services and designate is not None:
        rule = "guests' names are in the zone of the DNS service unless stated"
        paths = (*fields, cloud.path("designate", "zone"))
        yield "neutron_dns_domain", Traced(designate.zone, Cause(rule, paths))


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    neutron = cloud.layer.neutron
    wants_vpn = "neutron" in cloud.layer.services and neutron.vpn and neutron.plugin == "ovn"
    if wants_vpn and _OVN_VPN_GROUP not in cloud.catalog.groups:
        span = spans.at(cloud.ref, "neutron", "vpn")
        plugin = spans.at(cloud.ref, "neutron", "plugin")
        yield vpn_not_offered(span, cloud.layer.release, plugin)
    if neutron.dns_domain is not None and not is_domain(neutron.dns_domain):
        span = spans.at(cloud.ref, "neutron", "dns_domain")
        wanted = "a domain with a final dot, such as `cloud.example.`"
        yield unusable_text(span, "dns_domain", neutron.dns_domain, wanted)


SUBJECT = Subject(
    name="network_features",
    variables=_variables,
    check=_check,
    rules=(VPN,),
    derived_variables={
        **{variable: f"`neutron {{ {name} }}`" for name, variable, _ in _FEATURES},
        "neutron_dns_domain": "`neutron { dns_domain }`",
        "neutron_type_drivers": "`neutron { plugin }`",
        "neutron_dns_integration": "`services`: it is on with the DNS service",
    },
    config_files={
        "neutron": {
            "bgp_dragent.ini": "",
            "fwaas_driver.ini": "",
            "ironic_neutron_agent.ini": "",
            "metering_agent.ini": "",
            "neutron_taas.conf": "",
            "neutron_vpnaas.conf": "",
        }
    },
    derived_options={("neutron", "DEFAULT", "dns_domain"): "`neutron { dns_domain }`"},
)
