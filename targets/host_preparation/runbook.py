"""The steps that prepare hosts: exact commands, what they need, what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import Network
from blueprint.target import Step
from blueprint.values import Ref
from targets.host_preparation.inventory import boot_ports
from targets.host_preparation.kernel import kernel_arguments
from targets.host_preparation.layer import HostClass, Preparation
from targets.host_preparation.network import Wiring, wirings
from targets.host_preparation.storage import shares, volume_groups
from targets.host_preparation.timekeeping import keeps_time

#: The release of the `ansible` package that the playbook's modules are taken from.
ANSIBLE = "12.3.0"
#: Bytes that the headers of IP and ICMP take of a frame's payload.
_HEADERS = {4: 28, 6: 48}


def steps(layer: Preparation) -> tuple[Step, ...]:
    """The steps in their order."""
    return tuple(step for part in (_tool, _look, _prepare) for step in part(layer))


def _tool(_: Preparation) -> Iterator[Step]:
    yield Step(
        title="Install Ansible for the hosts",
        needs=("Python 3.11 or later with `venv`, on the host on which you read this",),
        commands=(
            "python3 -m venv ~/oib-venv",
            ". ~/oib-venv/bin/activate",
            f"pip install 'ansible=={ANSIBLE}'",
        ),
        checks=("ansible-galaxy collection list community.general",),
        gives=("`ansible-playbook` in `~/oib-venv`, which the steps below expect to be active",),
        is_for_machine=True,
    )


def _look(layer: Preparation) -> Iterator[Step]:
    yield Step(
        title="See what would change",
        needs=tuple(_reachable(layer)),
        commands=(
            "ansible -i inventory all -m ping",
            "ansible-playbook -i inventory playbook.yml --check --diff",
        ),
    )


def _reachable(layer: Preparation) -> Iterator[str]:
    systems = dict.fromkeys(each.spec.os.name for each in layer.classes)
    yield f"the hosts run {' or '.join(f'`{name}`' for name in systems)}, and their packages can be installed"
    users = dict.fromkeys(each.spec.user for each in layer.classes)
    yield f"SSH without a password as {' or '.join(f'`{user}`' for user in users)}, with `sudo`"
    yield (
        "hosts answer at their addresses in `inventory/hosts.yml`; where one has another address until its "
        "network is made, a second inventory says which, as `ansible_host` of the host: `-i inventory -i first.yml`"
    )
    if any(boot_ports(each) for each in layer.classes):
        yield "ports without stated names are told by the boot port's address, and hosts restart to name them"


def _prepare(layer: Preparation) -> Iterator[Step]:
    yield Step(
        title="Prepare the hosts",
        needs=tuple(_before(layer)),
        commands=("ansible-playbook -i inventory playbook.yml",),
        checks=tuple(_checks(layer)),
        on_failure=tuple(_failures(layer)),
        gives=tuple(_gives(layer)),
    )


def _failures(layer: Preparation) -> Iterator[str]:
    yield (
        "the task that failed and its host stand above `PLAY RECAP`; run this step again once the cause is put right: "
        "what is done already stays"
    )
    folders = {"debian": "netplan", "redhat": "nmstate"}
    found = dict.fromkeys(folders[each.family] for each in layer.classes if each.family in folders)
    yield (
        "a host that no longer answers has its former network again after five minutes: before you run this step again, hold "
        f"its file in {' or '.join(f'`{folder}`' for folder in found)} against its cabling and its switches"
    )


def _before(layer: Preparation) -> Iterator[str]:
    yield (
        "a console of each host out of band: a host that its new network cuts off brings the old one back after "
        "five minutes, and the playbook stops"
    )
    if any(each.keeps_quorum for each in layer.classes):
        yield (
            "hosts go one at a time, since they keep quorums; before anything runs on them, all may go at "
            "once: `-e oib_at_once=100%`"
        )
    else:
        yield "a quarter of the hosts goes at a time; `-e oib_at_once=1` is for hosts that carry guests already"
    yield (
        "hosts restart where their kernel runs with other arguments: move guests away first, or restart them "
        "yourself after `-e oib_restart=false`"
    )
    mounted = {each.inventory_group: list(shares(layer, each)) for each in layer.classes}
    for share in dict.fromkeys(m.value["share"] for found in mounted.values() for m in found):
        yield f"`{share}` is exported to these hosts, whose root may write (`no_root_squash`)"
    if any(any(volume_groups(layer, each)) for each in layer.classes):
        yield "the disks for volumes are empty: no partitions, no file system"


def _checks(layer: Preparation) -> Iterator[str]:
    for each in layer.classes:
        on_hosts = f"ansible -i inventory {each.inventory_group} -b -m command -a"
        for target in dict.fromkeys(_targets(layer, each)):
            yield f"{on_hosts} {shlex.quote(target)}"
        if keeps_time(layer, each):
            yield f"{on_hosts} 'chronyc -n tracking'"
        if any(True for _ in kernel_arguments(each)):
            yield f"{on_hosts} 'cat /proc/cmdline'"
        if each.spec.nested_virtualization and each.hardware.arch == "x86_64":
            module = "kvm_amd" if "svm" in each.hardware.cpu.features else "kvm_intel"
            yield f"{on_hosts} 'cat /sys/module/{module}/parameters/nested'"


def _targets(layer: Preparation, each: HostClass) -> Iterator[str]:
    """A ping with the largest frame on each network: to the router, or to another of the hosts."""
    for wiring in wirings(layer, each)[:1]:
        for ref in wiring.carried:
            network = layer.networks[ref]
            target = _target(layer, each, wiring, ref)
            if target is not None:
                yield f"ping -c 3 -M do -s {_payload(network)} {target}"


def _target(layer: Preparation, each: HostClass, wiring: Wiring, network: Ref) -> str | None:
    router = wiring.gateway(network, layer.networks[network].cidr.version)[0]
    if router is not None and not layer.networks[network].segment:
        return str(router)
    return layer.model.addresses.text(each.hosts[-1].ref, network)


def _payload(network: Network) -> int:
    return network.mtu - _HEADERS[network.cidr.version]


def _gives(layer: Preparation) -> Iterator[str]:
    yield "hosts with their names, networks, time and kernel, also after each restart"
    for each in layer.classes:
        if any(link.datapath == "dpdk" for link in each.links):
            yield "ports for DPDK are left to the virtual switch, which binds them when it is deployed"
            return
