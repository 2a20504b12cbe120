"""Plans availability zones: the compute hosts of each, in a file that the run-book reads.

Kolla-Ansible has no notion of Nova's zones: they are host aggregates, made after the deployment.
"""

from __future__ import annotations

from blueprint.model import Host
from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Page
from targets.kolla_ansible.cloud import Cloud


def zones(cloud: Cloud) -> dict[Ref, str]:
    """The zones that compute hosts are in, with their names."""
    found = {host.zone for each in cloud.classes_of("compute") for host in each.hosts}
    return {ref: name for ref, name in cloud.zones.items() if ref in found}


def zone_file(name: str) -> str:
    """The file that lists the hosts of a zone, below the target's folder."""
    return f"zones/{name}.txt"


def zone_files(cloud: Cloud, header: str) -> tuple[Artifact, ...]:
    """The compute hosts of each zone, one a line."""
    if "nova" not in cloud.layer.services:
        return ()
    return tuple(_file(cloud, ref, name, header) for ref, name in zones(cloud).items())


def _file(cloud: Cloud, zone: Ref, name: str, header: str) -> Artifact:
    page = Page()
    page.line(f"# {header}")
    for each in cloud.classes_of("compute"):
        hosts: list[Host] = [host for host in each.hosts if host.zone == zone]
        cause = Cause(
            "a compute host in a rack of the zone", (f"{each.path}.rack", f"{zone}.racks")
        )
        text = "".join([f"{host.name}\n" for host in hosts])
        page.block(text, (cause,), tuple([host.ref for host in hosts]))
    return page.artifact(f"kolla_ansible/{zone_file(name)}")
