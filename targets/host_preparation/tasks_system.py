"""Tasks for what is in each host: that it is the one described, its name, packages, time, disks, shares."""

from __future__ import annotations

from collections.abc import Iterator

from targets.host_preparation.layer import Preparation
from targets.host_preparation.storage import shares, volume_groups
from targets.host_preparation.tasks import STATE, Task, about, needed, task
from targets.host_preparation.timekeeping import SERVICES, chrony_path, keeps_time


def description_tasks(layer: Preparation) -> Iterator[Task]:
    """The host runs the system that the blueprint says: nothing here fits another."""
    yield task(
        "Hold the host against its description",
        "ansible.builtin.assert",
        {
            "that": "ansible_facts.os_family == oib_os_family",
            "fail_msg": (
                "The blueprint describes a system of the family {{ oib_os_family }}; "
                "this host runs {{ ansible_facts.distribution }}."
            ),
            "quiet": True,
        },
        about(layer, "hosts must be what the blueprint says before anything is changed", "os"),
    )


def interface_tasks(layer: Preparation) -> Iterator[Task]:
    """The host has the ports that the blueprint names."""
    yield task(
        "Hold the ports of the host against its description",
        "ansible.builtin.assert",
        {
            "that": "oib_interfaces | difference(ansible_facts.interfaces) | length == 0",
            "fail_msg": (
                "The blueprint names the ports {{ oib_interfaces | join(', ') }}; this host has "
                "{{ ansible_facts.interfaces | join(', ') }}."
            ),
            "quiet": True,
        },
        about(layer, "hosts must have the ports that the blueprint names", "hardware"),
    )


def identity_tasks(layer: Preparation) -> Iterator[Task]:
    """The host bears its name."""
    name = about(layer, "hosts bear the names that the blueprint gives them", "name")
    yield task(
        "Give the host its name",
        "ansible.builtin.hostname",
        {"name": "{{ inventory_hostname }}", "use": "systemd"},
        name,
    )
    yield task(
        "Look for cloud-init",
        "ansible.builtin.stat",
        {"path": "/etc/cloud/cloud.cfg.d"},
        name,
        register="oib_cloud_init",
    )
    yield task(
        "Let cloud-init leave name and network alone",
        "ansible.builtin.copy",
        {"src": "cloud-init.cfg", "dest": "/etc/cloud/cloud.cfg.d/99-oib.cfg", "mode": "0644"},
        name,
        when="oib_cloud_init.stat.exists",
    )
    yield task(
        "Take the host's name from the loopback",
        "ansible.builtin.lineinfile",
        {"path": "/etc/hosts", "regexp": "^127\\.0\\.1\\.1\\s", "state": "absent"},
        name,
    )
    yield task(
        "Let the host's name mean its address",
        "ansible.builtin.blockinfile",
        {
            "path": "/etc/hosts",
            "marker": "# {mark} made by oib",
            "block": (
                "{{ oib_address }} "
                "{{ [inventory_hostname, inventory_hostname.split('.')[0]] | unique | join(' ') }}"
            ),
        },
        name,
    )
    yield task(
        "Tell programs of the proxy",
        "ansible.builtin.blockinfile",
        {
            "path": "/etc/environment",
            "create": True,
            "mode": "0644",
            "marker": "# {mark} made by oib",
            "block": (
                "{{ lookup('ansible.builtin.file', oib_class ~ '/environment') "
                "if oib_environment else '' }}"
            ),
        },
        about(layer, "the proxy between hosts and the outside"),
    )


def package_tasks(layer: Preparation) -> Iterator[Task]:
    """Packages, by the manager of each family."""
    cause = about(layer, "packages of the hosts", "os")
    if needed(layer, lambda each: each.family == "debian"):
        yield task(
            "Install packages",
            "ansible.builtin.apt",
            {"name": "{{ oib_packages }}", "update_cache": True, "cache_valid_time": 3600},
            cause,
            when="ansible_facts.os_family == 'Debian'",
        )
    if needed(layer, lambda each: each.family == "redhat"):
        yield task(
            "Install packages of the Red Hat family",
            "ansible.builtin.dnf",
            {"name": "{{ oib_packages }}"},
            cause,
            when="ansible_facts.os_family == 'RedHat'",
        )
    yield task(
        "Make a place for what oib keeps on the host",
        "ansible.builtin.file",
        {"path": STATE, "state": "directory", "mode": "0755"},
        cause,
    )


def time_tasks(layer: Preparation) -> Iterator[Task]:
    """The time zone, and what keeps the time."""
    zone = about(layer, "the time zone of the site", "site")
    if needed(layer, lambda each: each.site is not None):
        yield task(
            "Set the time zone",
            "community.general.timezone",
            {"name": "{{ oib_timezone }}"},
            zone,
            when="oib_timezone is defined",
        )
    for family in ("debian", "redhat"):
        kept = [e for e in layer.classes if e.family == family and keeps_time(layer, e)]
        if kept:
            yield from _chrony(layer, family, chrony_path(kept[0]))
    if needed(layer, lambda each: each.spec.clock == "ptp"):
        yield from _ptp(layer)


def _chrony(layer: Preparation, family: str, path: str) -> Iterator[Task]:
    cause = about(layer, "the time service of the hosts", "clock", "site")
    fact = {"debian": "Debian", "redhat": "RedHat"}[family]
    when = f"ansible_facts.os_family == '{fact}'"
    service = SERVICES[family]
    yield task(
        f"Configure {service}",
        "ansible.builtin.copy",
        {"src": "{{ oib_class }}/chrony.conf", "dest": path, "mode": "0644"},
        cause,
        when=when,
        notify=f"Restart {service}",
    )
    yield task(
        f"Start {service} with the system",
        "ansible.builtin.systemd_service",
        {"name": service, "enabled": True, "state": "started"},
        cause,
        when=when,
    )


def _ptp(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "the clock of a network card, kept by PTP", "clock")
    services = ["oib-ptp4l", "oib-phc2sys"]
    yield task(
        "Put the services of the PTP clock in place",
        "ansible.builtin.copy",
        {
            "src": "{{ oib_class }}/{{ item }}.service",
            "dest": "/etc/systemd/system/{{ item }}.service",
            "mode": "0644",
        },
        cause,
        loop=services,
        notify="Restart the PTP clock",
    )
    yield task(
        "Start the PTP clock with the system",
        "ansible.builtin.systemd_service",
        {"name": "{{ item }}", "enabled": True, "daemon_reload": True, "state": "started"},
        cause,
        loop=services,
    )


def storage_tasks(layer: Preparation) -> Iterator[Task]:
    """Volume groups and shares."""
    if needed(layer, lambda each: any(volume_groups(layer, each))):
        yield task(
            "Make the volume groups",
            "community.general.lvg",
            {"vg": "{{ item.name }}", "pvs": "{{ item.devices }}"},
            about(layer, "the disks that volumes are kept on"),
            loop="{{ oib_volume_groups }}",
        )
    if needed(layer, lambda each: any(shares(layer, each))):
        yield task(
            "Mount the shares",
            "ansible.posix.mount",
            {
                "src": "{{ item.share }}",
                "path": "{{ item.path }}",
                "fstype": "nfs",
                "opts": "_netdev,x-systemd.before=docker.service,x-systemd.before=podman.service",
                "state": "mounted",
            },
            about(layer, "shares that services of the hosts keep files on"),
            loop="{{ oib_shares }}",
        )


def system_handlers(layer: Preparation) -> Iterator[Task]:
    """What is restarted when its files changed."""
    cause = about(layer, "the time service of the hosts", "clock", "site")
    families = {e.family for e in layer.classes if keeps_time(layer, e)}
    for family in sorted(families):
        service = SERVICES[family]
        yield task(
            f"Restart {service}",
            "ansible.builtin.systemd_service",
            {"name": service, "state": "restarted"},
            cause,
        )
    if needed(layer, lambda each: each.spec.clock == "ptp"):
        yield task(
            "Restart the PTP clock",
            "ansible.builtin.systemd_service",
            {"name": "{{ item }}", "daemon_reload": True, "state": "restarted"},
            about(layer, "the clock of a network card, kept by PTP", "clock"),
            loop=["oib-ptp4l", "oib-phc2sys"],
        )
