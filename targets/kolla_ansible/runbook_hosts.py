"""Steps that make hosts ready: reachable, in time, with a container engine that may pull images."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import Hardware, Registry
from blueprint.target import Step
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.commands import folder_of, kolla, on_hosts
from targets.kolla_ansible.runbook_supplies import certificate_steps


def hosts_steps(cloud: Cloud) -> Iterator[Step]:
    """Hosts, the registry's authority, guests within guests, then certificates."""
    yield from _bootstrap(cloud)
    yield from _registry(cloud)
    yield from _nested(cloud)
    yield from certificate_steps(cloud)


def _bootstrap(cloud: Cloud) -> Iterator[Step]:
    yield Step(
        title="Make the hosts ready",
        needs=(*_host_needs(cloud),),
        commands=(kolla(cloud, "bootstrap-servers"),),
        checks=(
            f"{on_hosts(cloud, 'baremetal')} -m ping",
            f"{on_hosts(cloud, 'baremetal')} -m command -a hostname",
        ),
        gives=(f"{cloud.layer.kolla_ansible.container_engine.capitalize()} on every host",),
    )


def _host_needs(cloud: Cloud) -> Iterator[str]:
    """What the hosts' own layers bring about, and what is asked of hosts that stand already."""
    existing = cloud.model.existing
    prepared = [ref for ref, classes in cloud.classes.items() if classes and ref not in existing]
    if prepared:
        listed = ", ".join(f"`{ref}`" for ref in prepared)
        yield (
            f"{listed}: prepared, as the steps of their own layers say, so that they have their names, their "
            "networks with the addresses in `addresses.csv`, their time and their kernel"
        )
    users = dict.fromkeys(each.spec.user for each in cloud.every_class())
    yield f"SSH without a password as {' or '.join(f'`{user}`' for user in users)}, with `sudo`"
    standing = [each for each in cloud.every_class() if each.group in existing]
    if standing:
        yield from _needs_of_standing(cloud, standing)


def _needs_of_standing(cloud: Cloud, hosts: list[HostClass]) -> Iterator[str]:
    """What nothing here does for hosts that stand already."""
    groups = ", ".join(dict.fromkeys(f"`{each.group}`" for each in hosts))
    systems = dict.fromkeys(each.spec.os.name for each in hosts)
    yield (
        f"{groups}: each host runs {' or '.join(f'`{name}`' for name in systems)}, with its name as host name; bonds "
        "and VLAN interfaces are up with the addresses in `addresses.csv`"
    )
    if cloud.site is not None:
        _, site = cloud.site
        if site.ntp:
            servers = ", ".join(f"`{server}`" for server in site.ntp)
            yield f"{groups}: a time service that is in step with {servers}"
        if site.dns:
            servers = ", ".join(f"`{server}`" for server in site.dns)
            yield f"{groups}: names are resolved by {servers}"
        yield f"{groups}: the time zone is `{site.timezone}`"


def _registry(cloud: Cloud) -> Iterator[Step]:
    ref = cloud.layer.registry
    if ref is None:
        return
    registry = cloud.model.at(ref, Registry)
    if registry.ca is None:
        return
    folder = folder_of(cloud)
    base = (
        "/etc/docker"
        if cloud.layer.kolla_ansible.container_engine == "docker"
        else "/etc/containers"
    )
    place = f"{base}/certs.d/{registry.url}"
    everywhere = f"{on_hosts(cloud, 'baremetal')} -b"
    yield Step(
        title="Let the hosts trust the registry",
        needs=(
            (
                f"`{cloud.configuration_folder}/registry-ca.crt`: the registry's authority, which is "
                f"`{registry.ca}` beside the blueprint"
            ),
        ),
        commands=(
            f"{everywhere} -m file -a {shlex.quote(f'path={place} state=directory mode=0755')}",
            f"{everywhere} -m copy -a "
            + shlex.quote(
                f"src={cloud.configuration_folder}/registry-ca.crt dest={place}/ca.crt mode=0644"
            ),
        ),
        checks=(f"openssl x509 -noout -subject -in {folder}/registry-ca.crt",),
    )


def _nested(cloud: Cloud) -> Iterator[Step]:
    """KVM within guests, on hosts that stand already: the host's kernel module decides."""
    commands, checks = [], []
    for each in cloud.classes_of("compute"):
        if not each.spec.nested_virtualization or each.group not in cloud.model.existing:
            continue
        features = cloud.model.at(each.spec.hardware, Hardware).cpu.features
        module = "kvm_amd" if "svm" in features else "kvm_intel"
        there = f"{on_hosts(cloud, each.inventory_group)} -b"
        line = f"content='options {module} nested=1' dest=/etc/modprobe.d/oib-nested.conf mode=0644"
        commands.append(f"{there} -m copy -a {shlex.quote(line)}")
        checks.append(f"{there} -m command -a 'cat /sys/module/{module}/parameters/nested'")
    if commands:
        yield Step(
            title="Let guests run guests of their own",
            commands=tuple(commands),
            checks=tuple(checks),
            gives=("KVM in guests; a host that shows `N` or `0` takes it up when it starts next",),
        )
