"""The list of addresses: what each host's interfaces must carry before Kolla-Ansible begins.

Kolla-Ansible finds addresses on the hosts, so no variable of it holds them; whoever sets up the
hosts' network needs all of them. One line for each address that a host has on a network, for people and for scripts.
"""

from __future__ import annotations

from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Page
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.dpdk import interface_of

#: The file, below the target's folder.
ADDRESSES = "addresses.csv"


def address_list(cloud: Cloud) -> Artifact:
    """Host, interface, network, VLAN (empty where untagged), MTU and address with its prefix length."""
    page = Page()
    columns = Cause("the columns of the list of addresses", (str(cloud.ref),))
    page.line("host,interface,network,vlan,mtu,address", columns)
    for each in cloud.every_class():
        for link in each.links:
            for network, interface in link.networks.items():
                _lines(page, cloud, each, network, interface)
    return page.artifact(f"kolla_ansible/{ADDRESSES}")


def _lines(page: Page, cloud: Cloud, each: HostClass, network: Ref, interface: str) -> None:
    declared = cloud.networks[network]
    has = cloud.model.addresses
    link = each.link(network)
    vlan = "" if link is None or link.native == network else declared.vlan or ""
    interface = interface_of(cloud, each, network, interface)
    middle = f"{interface},{network},{vlan},{declared.mtu}"
    rows, refs = [], []
    for tables, text in ((has.tables, has.text), (has.tables6, has.text6)):
        table = tables.get(network, {})
        for ref, name in zip(each.refs, each.names, strict=True):
            found = table.get(ref)
            if found is not None:
                rows.append(f"{name},{middle},{text(ref, network)}/{found.subnet.prefixlen}\n")
                refs.append(ref)
    paths = (
        f"{each.path}.address.{network}",
        f"{each.path}.name",
        *(each.link_paths(link) if link is not None else ()),
        f"{network}.vlan",
        f"{network}.mtu",
        f"{network}.segment",
    )
    page.block(
        "".join(rows), (Cause("the host's address on a network that it is on", paths),), refs
    )
