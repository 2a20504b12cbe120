"""Tasks that put the network files in place, in such a way that a host that is cut off finds back by itself.

netplan: the new file is judged by `netplan generate` away from the system; a timer is started that
brings the old files back; then the new one is applied. Only when the host answers at its address is the
timer stopped. NMState has such a timer of its own: what is applied is not kept until it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets.host_preparation.inventory import boot_ports
from targets.host_preparation.layer import Preparation
from targets.host_preparation.ports import namings
from targets.host_preparation.tasks import STATE, Task, about, needed, task

FALLBACK_SECONDS = 300
_FOLDER = f"{STATE}/network"
_TRIAL = f"{_FOLDER}/trial"
_FILE = "/etc/netplan/90-oib.yaml"
#: What Debian's installer leaves, and would go on configuring ports.
_IFUPDOWN = "/etc/network/interfaces"
_DEBIAN = "ansible_facts.os_family == 'Debian'"
_REDHAT = "ansible_facts.os_family == 'RedHat'"
_REAL = "not ansible_check_mode"


def port_tasks(layer: Preparation) -> Iterator[Task]:
    """Names of ports whose names the hardware does not state; the host restarts with them."""
    if not needed(layer, lambda each: any(namings(each))):
        return
    cause = about(
        layer, "ports are named by their place where the hardware states no names", "port"
    )
    yield task(
        "Name ports by their PCI addresses",
        "ansible.builtin.template",
        {
            "src": "port.link.j2",
            "dest": "/etc/systemd/network/10-oib-{{ oib_link.name }}.link",
            "mode": "0644",
        },
        cause,
        loop="{{ oib_named_ports }}",
        loop_control={"loop_var": "oib_link"},
        register="oib_links",
    )
    for each in layer.classes:
        for port in boot_ports(each):
            yield task(
                f"Name the boot port {port} by its address",
                "ansible.builtin.template",
                {
                    "src": "port.link.j2",
                    "dest": f"/etc/systemd/network/10-oib-{port}.link",
                    "mode": "0644",
                },
                cause,
                when=f"oib_class == '{each.inventory_group}'",
                vars={
                    "oib_link": {"name": port, "match": "PermanentMACAddress={{ oib_boot_mac }}"}
                },
                register="oib_boot_link",
            )
    yield task(
        "Restart the host so that its ports get their names",
        "ansible.builtin.reboot",
        {"reboot_timeout": 1800},
        cause,
        when="oib_links is changed or oib_boot_link | default({}) is changed",
    )
    yield task(
        "Learn the names of the ports",
        "ansible.builtin.setup",
        {"gather_subset": ["network"]},
        cause,
    )


def network_tasks(layer: Preparation) -> Iterator[Task]:
    """The network of the hosts, by the tool of each family."""
    cause = about(layer, "the network of the hosts", "bond", "port")
    if needed(layer, lambda each: each.family == "debian"):
        yield from _netplan(cause)
    if needed(layer, lambda each: each.family == "redhat"):
        yield from _nmstate(cause)


def _netplan(cause: Cause) -> Iterator[Task]:
    source = "{{ playbook_dir }}/netplan/{{ inventory_hostname }}.yaml"
    yield task(
        "Compare the network with the one in use",
        "ansible.builtin.copy",
        {"src": source, "dest": _FILE, "mode": "0600"},
        cause,
        when=_DEBIAN,
        check_mode=True,
        register="oib_network",
        ignore_errors="{{ ansible_check_mode }}",
    )
    yield task(
        "Look for other files that netplan reads",
        "ansible.builtin.find",
        {"paths": "/etc/netplan", "patterns": "*.yaml", "excludes": "90-oib.yaml"},
        cause,
        when=_DEBIAN,
        register="oib_other_files",
    )
    steps = [
        _folder(_TRIAL, "absent", cause, "Clear the place where the network is tried"),
        _folder(f"{_TRIAL}/etc/netplan", "directory", cause, "Make a place to try the network in"),
        task(
            "Put the network there",
            "ansible.builtin.copy",
            {"src": source, "dest": f"{_TRIAL}/etc/netplan/90-oib.yaml", "mode": "0600"},
            cause,
        ),
        _command("Let netplan judge it", ["netplan", "generate", "--root-dir", _TRIAL], cause, changed=False),
        _folder(f"{_FOLDER}/before", "absent", cause, "Forget what was kept earlier"),
        _folder(f"{_FOLDER}/interfaces", "absent", cause, "Forget what was kept of ifupdown"),
        _folder(f"{_FOLDER}/before", "directory", cause, "Make a place for the network in use"),
        _command(
            "Keep the network in use",
            ["cp", "--archive", "/etc/netplan/.", f"{_FOLDER}/before/"],
            cause,
        ),
        task(
            "Look for a network of ifupdown",
            "ansible.builtin.stat",
            {"path": _IFUPDOWN},
            cause,
            register="oib_ifupdown",
        ),
        task(
            "Keep the network of ifupdown",
            "ansible.builtin.copy",
            {
                "src": _IFUPDOWN,
                "dest": f"{_FOLDER}/interfaces",
                "remote_src": True,
                "mode": "0600",
            },
            cause,
            when="oib_ifupdown.stat.exists",
        ),
        task(
            "Put the way back in place",
            "ansible.builtin.copy",
            {"src": "network-fallback.sh", "dest": f"{_FOLDER}/fallback.sh", "mode": "0755"},
            cause,
        ),
        _command(
            "Start the timer of the way back",
            [
                "systemd-run", "--collect", "--unit=oib-network-fallback", f"--on-active={FALLBACK_SECONDS}",
                f"{_FOLDER}/fallback.sh",
            ],
            cause,
        ),
        task(
            "Take other files away from netplan",
            "ansible.builtin.file",
            {"path": "{{ item.path }}", "state": "absent"},
            cause,
            loop="{{ oib_other_files.files }}",
            loop_control={"label": "{{ item.path }}"},
        ),
        task(
            "Take the network away from ifupdown",
            "ansible.builtin.file",
            {"path": _IFUPDOWN, "state": "absent"},
            cause,
        ),
        task(
            "Put the network in place",
            "ansible.builtin.copy",
            {"src": source, "dest": _FILE, "mode": "0600"},
            cause,
        ),
        task(
            "Let systemd keep the network and the names",
            "ansible.builtin.systemd_service",
            {"name": "{{ item }}", "enabled": True, "state": "started"},
            cause,
            loop=["systemd-networkd", "systemd-resolved"],
        ),
        _applied(["netplan", "apply"], cause),
        *_reached(cause),
        task(
            "Stop the timer of the way back",
            "ansible.builtin.systemd_service",
            {"name": "oib-network-fallback.timer", "state": "stopped"},
            cause,
        ),
    ]  # fmt: skip
    yield task(
        "Change the network",
        "block",
        steps,
        cause,
        when=[_DEBIAN, _REAL, "oib_network is changed or oib_other_files.matched > 0"],
    )


def _nmstate(cause: Cause) -> Iterator[Task]:
    source = "{{ playbook_dir }}/nmstate/{{ inventory_hostname }}.yml"
    kept, new = f"{STATE}/network.yml", f"{STATE}/network-new.yml"
    yield task(
        "Compare the network with the one that was applied",
        "ansible.builtin.copy",
        {"src": source, "dest": kept, "mode": "0600"},
        cause,
        when=_REDHAT,
        check_mode=True,
        register="oib_state",
        ignore_errors="{{ ansible_check_mode }}",
    )
    steps = [
        task(
            "Put the network beside it",
            "ansible.builtin.copy",
            {"src": source, "dest": new, "mode": "0600"},
            cause,
        ),
        task(
            "Let NetworkManager keep the network",
            "ansible.builtin.systemd_service",
            {"name": "NetworkManager", "enabled": True, "state": "started"},
            cause,
        ),
        _applied(
            ["nmstatectl", "apply", "--no-commit", "--timeout", str(FALLBACK_SECONDS), new], cause
        ),
        *_reached(cause),
        _command("Commit the network", ["nmstatectl", "commit"], cause),
        task(
            "Keep what was applied",
            "ansible.builtin.copy",
            {"src": source, "dest": kept, "mode": "0600"},
            cause,
        ),
    ]
    yield task(
        "Change the network by NMState",
        "block",
        steps,
        cause,
        when=[_REDHAT, _REAL, "oib_state is changed"],
    )


def _applied(words: list[str], cause: Cause) -> Task:
    """A command that goes on while the connection may be lost."""
    return task(
        "Apply the network",
        "ansible.builtin.command",
        {"argv": words},
        cause,
        changed_when=True,
        async_=FALLBACK_SECONDS - 60,
        poll=0,
        register="oib_applying",
    )


def _reached(cause: Cause) -> Iterator[Task]:
    """The host answers at its address, and the command has ended well."""
    yield task(
        "Speak to the host at its address from now on",
        "ansible.builtin.set_fact",
        {"ansible_host": "{{ oib_address }}"},
        cause,
    )
    yield task("Let go of the connection", "ansible.builtin.meta", "reset_connection", cause)
    yield task(
        "Wait until the host answers",
        "ansible.builtin.wait_for_connection",
        {"delay": 10, "timeout": FALLBACK_SECONDS - 120},
        cause,
    )
    yield task(
        "See that the network was applied",
        "ansible.builtin.async_status",
        {"jid": "{{ oib_applying.ansible_job_id }}"},
        cause,
        register="oib_applied",
        until="oib_applied is finished",
        retries=20,
        delay=3,
    )


def _folder(path: str, state: str, cause: Cause, name: str) -> Task:
    arguments: dict[str, Any] = {"path": path, "state": state}
    return task(
        name,
        "ansible.builtin.file",
        arguments | ({"mode": "0700"} if state == "directory" else {}),
        cause,
    )


def _command(name: str, words: list[str], cause: Cause, *, changed: bool = True) -> Task:
    return task(name, "ansible.builtin.command", {"argv": words}, cause, changed_when=changed)
