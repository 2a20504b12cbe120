"""The step that looks whether names lead where they should: nothing here writes them into the DNS."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.target import Step
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import on_hosts
from targets.kolla_ansible.regions import identity_of
from targets.kolla_ansible.words import is_host_name


def names_steps(cloud: Cloud) -> Iterator[Step]:
    """The names of the APIs, of this region and of the one whose identity service it shares."""
    names = _names(cloud)
    if not names:
        return
    looked_up = [
        f"getent ahosts {name} | cut -d ' ' -f 1 | grep -Fxq {address}"
        for name, address in names.items()
    ]
    everywhere = f"{on_hosts(cloud, 'baremetal')} -m shell -a"
    yield Step(
        title="Look up the names of the APIs",
        needs=tuple(
            f"`{name}` leads to `{address}` in the DNS, put there by you"
            for name, address in names.items()
        ),
        commands=(),
        checks=(*looked_up, *(f"{everywhere} {shlex.quote(command)}" for command in looked_up)),
    )


def _names(cloud: Cloud) -> dict[str, str]:
    other = identity_of(cloud)
    endpoints = [cloud.internal, cloud.public]
    if other is not None:
        endpoints += [other.internal, other.public]
    return {
        each.fqdn: str(each.vip)
        for each in endpoints
        if each.fqdn is not None and is_host_name(each.fqdn)
    }
