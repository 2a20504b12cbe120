"""Writes what a layer of hosts is prepared with, each line with its causes."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Artifact
from targets._formats.page import Page
from targets._formats.yaml import ansible_string, yaml_artifact, yaml_sequence
from targets.host_preparation.class_files import FOLDER, class_files
from targets.host_preparation.host_files import NOTICE, network_files
from targets.host_preparation.inventory import class_variables, plan_hosts
from targets.host_preparation.layer import Preparation
from targets.host_preparation.playbook import plays
from targets.host_preparation.ports import namings
from targets.host_preparation.tasks import about

_ROOT = "host_preparation"

_FALLBACK = """#!/bin/sh
# Brings back the network that was in use before the last change, which left this host out of reach.
set -eu
rm -f /etc/netplan/*.yaml
cp --archive /var/lib/oib/network/before/. /etc/netplan/
netplan apply
if test -e /var/lib/oib/network/interfaces; then
  mv /var/lib/oib/network/interfaces /etc/network/interfaces
  systemctl restart networking
fi
"""
_CLOUD_INIT = """network:
  config: disabled
preserve_hostname: true
manage_etc_hosts: false
"""
_LINK = """[Match]
{{ oib_link.match }}

[Link]
Name={{ oib_link.name }}
"""


def emit(layer: Preparation) -> tuple[Artifact, ...]:
    """The artifacts of a layer, by path."""
    return tuple(sorted(_artifacts(layer), key=lambda artifact: artifact.path))


def _artifacts(layer: Preparation) -> Iterator[Artifact]:
    header = (NOTICE,)
    yield yaml_artifact(f"{_ROOT}/inventory/hosts.yml", plan_hosts(layer), header, ansible_string)
    for each in layer.classes:
        path = f"{_ROOT}/inventory/group_vars/{each.inventory_group}.yml"
        yield yaml_artifact(path, class_variables(layer, each), header, ansible_string)
        yield from class_files(layer, each)
    yield yaml_sequence(f"{_ROOT}/playbook.yml", plays(layer), header)
    yield _fixed(
        layer, f"{FOLDER}/cloud-init.cfg", _CLOUD_INIT, "cloud-init leaves the hosts alone"
    )
    if any(each.family == "debian" for each in layer.classes):
        rule = "hosts that are cut off find back"
        yield _fixed(layer, f"{FOLDER}/network-fallback.sh", _FALLBACK, rule)
    if any(any(namings(each)) for each in layer.classes):
        rule = "ports are named by their place where the hardware states no names"
        yield _fixed(layer, f"{_ROOT}/templates/port.link.j2", _LINK, rule)
    yield from network_files(layer)


def _fixed(layer: Preparation, path: str, text: str, rule: str) -> Artifact:
    """A file whose text is ours, there because the layer has such hosts."""
    page = Page()
    for line in text.splitlines():
        page.line(line, about(layer, rule, "os"))
    return page.artifact(path)
