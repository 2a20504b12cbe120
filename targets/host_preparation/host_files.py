"""The network file of each host: written once for all that share a plan, then filled with each one's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from blueprint.model import Host
from blueprint.target import Artifact, Run
from blueprint.values import Ref
from targets._formats.yaml import plain_string, yaml_artifact
from targets.host_preparation.layer import Preparation
from targets.host_preparation.netplan import netplan
from targets.host_preparation.network import Wiring, wirings
from targets.host_preparation.nmstate import nmstate

_SLOT = re.compile("\ufdd0([a-z0-9]+) ([^\ufdd1]*)\ufdd1")
NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."


def network_files(layer: Preparation) -> Iterator[Artifact]:
    """A file for each host: `netplan/HOST.yaml`, or `nmstate/HOST.yml`."""
    for hosts in layer.classes:
        for wiring in wirings(layer, hosts):
            is_netplan = hosts.family == "debian"
            document = netplan(wiring) if is_netplan else nmstate(wiring)
            folder, ending = ("netplan", "yaml") if is_netplan else ("nmstate", "yml")
            template = yaml_artifact("", document, (), _raw_slots)
            yield from _filled(layer, wiring, template, f"host_preparation/{folder}/", ending)


def _filled(
    layer: Preparation, wiring: Wiring, template: Artifact, folder: str, ending: str
) -> Iterator[Artifact]:
    """The file of each host of a plan; hosts share the causes of their lines."""
    notice = wiring.cause("a file for each host", wiring.hosts.field("os"))
    text = f"# {NOTICE}\n{template.text}"
    pieces = _SLOT.split(text)
    literals, columns = pieces[::3], _columns(layer, wiring.members, pieces)
    values = zip(*columns, strict=True) if columns else iter([()] * len(wiring.members))
    (run,) = template.runs
    causes = (notice, *(cause or notice for cause in run.causes))
    is_family = wiring.hosts.path.endswith("[*]")
    whole = (Run(1, causes),)
    for host, own in zip(wiring.members, values, strict=True):
        parts = [literals[0]]
        for value, literal in zip(own, literals[1:], strict=True):
            parts += (value, literal)
        runs = (Run(1, causes, (host.ref,)),) if is_family else whole
        yield Artifact(f"{folder}{host.name}.{ending}", "".join(parts), runs)


def _columns(layer: Preparation, members: Sequence[Host], pieces: Sequence[str]) -> list[list[str]]:
    """What fills each slot, for all hosts."""
    kinds: dict[str, Callable[[Host, Ref], str]] = {
        "address": lambda host, network: layer.model.addresses.text(host.ref, network) or "",
        "address6": lambda host, network: layer.model.addresses.text6(host.ref, network) or "",
    }
    return [
        [kinds[kind](host, Ref(network)) for host in members]
        for kind, network in zip(pieces[1::3], pieces[2::3], strict=True)
    ]


def _raw_slots(text: str) -> str:
    return text if "\ufdd0" in text else plain_string(text)


__all__ = ["NOTICE", "network_files"]
