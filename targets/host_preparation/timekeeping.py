"""What keeps the time of a class of hosts: chrony with the site's servers, and a PTP clock where one is asked for.

A hardware clock of a network card follows PTP (`ptp4l`); `phc2sys` offers it to chrony through shared
memory, and chrony keeps the system's clock by it, by the site's servers where PTP is lost. One program
alone steers the clock, and services that look for a time daemon find one.
"""

from __future__ import annotations

from blueprint.model.links import PortUse
from blueprint.target import Cause
from targets._formats.page import Page, Traced
from targets.host_preparation.layer import HostClass, Preparation

#: Where each family keeps chrony's configuration and its drift.
_FOLDERS = {"debian": "/etc/chrony/chrony.conf", "redhat": "/etc/chrony.conf"}
SERVICES = {"debian": "chrony", "redhat": "chronyd"}


def clock_port(hosts: HostClass) -> PortUse | None:
    """The first port in use that has a hardware clock and is the kernel's."""
    for link in hosts.links:
        for port in link.ports:
            if link.datapath == "kernel" and hosts.hardware.nic[port.ref.name].ptp:
                return port
    return None


def keeps_time(layer: Preparation, hosts: HostClass) -> bool:
    """Whether the blueprint says what keeps the time."""
    found = layer.site(hosts)
    return hosts.spec.clock == "ptp" or (found is not None and bool(found[1].ntp))


def chrony_path(hosts: HostClass) -> str:
    """Where chrony's configuration lies."""
    return _FOLDERS[hosts.family]


def chrony(layer: Preparation, hosts: HostClass, page: Page) -> None:
    """The lines of chrony's configuration."""
    found = layer.site(hosts)
    always = Cause("the time service of the hosts", (hosts.field("clock"), hosts.field("site")))
    if found is not None:
        ref, site = found
        servers = Cause("the time servers of the site", (f"{ref}.ntp", hosts.field("site")))
        proof = " nts" if site.nts else ""
        if site.nts:
            proven = (f"{ref}.ntp", f"{ref}.nts", hosts.field("site"))
            servers = Cause("the time servers of the site, which prove who they are", proven)
        for server in site.ntp:
            page.line(f"server {server} iburst{proof}", servers)
        if site.nts:
            page.line("ntsdumpdir /var/lib/chrony", servers)
    if hosts.spec.clock == "ptp":
        ptp = Cause("the clock of a network card, kept by PTP", (hosts.field("clock"),))
        page.line("refclock SHM 0 refid PTP poll 2 dpoll -2 prefer", ptp)
    for line in (
        "driftfile /var/lib/chrony/drift",
        "makestep 1.0 3",
        "rtcsync",
        "logdir /var/log/chrony",
    ):
        page.line(line, always)


def ptp_units(hosts: HostClass, port: PortUse) -> dict[str, Traced]:
    """The commands of the two services, by name."""
    card = hosts.hardware.nic[port.ref.name]
    nic = f"{hosts.spec.hardware}.{port.ref.family}"
    blocks = (hosts.field("clock"), hosts.field("bond"), hosts.field("port"))
    cause = Cause("the first port with a hardware clock", (*blocks, f"{nic}.ptp", f"{nic}.names"))
    assert card.ptp, port
    name = port.interface
    return {
        "oib-ptp4l": Traced(f"/usr/sbin/ptp4l -2 -s -i {name}", cause),
        "oib-phc2sys": Traced(f"/usr/sbin/phc2sys -s {name} -w -E ntpshm -M 0", cause),
    }
