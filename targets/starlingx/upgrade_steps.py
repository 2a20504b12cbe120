"""The steps that take a system to the next release: its hosts one after another, in the order that StarlingX asks for.

`software` deploys a release to controller-1 first, then to controller-0, storage hosts and workers; before the first
and after the last of them controller-0 is the active controller. Kubernetes follows by itself, a minor version at a time.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from blueprint.target import Artifact, Step
from targets._formats.page import Page
from targets.starlingx.applications import ARCHIVES
from targets.starlingx.bootstrap import kubernetes_version
from targets.starlingx.releases import release
from targets.starlingx.system import System
from targets.starlingx.upgrade_fleet import RELEASE, group_steps, of_subcloud

_OPENRC = "source /etc/platform/openrc"
_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
_SWACT = (
    "controller-0 as the active controller: where it is not, `system host-swact controller-1`, and log in again at the "
    "OAM address"
)
#: The script of one host, in the layer's folder.
SCRIPT = "upgrade-host.sh"
#: Takes one host there; run again, it goes on where it was broken off.
_HOST = """set -euo pipefail
host=$1
field() { system host-show "$host" | awk -v name="$1" '$2 == name {print $4}'; }
state() { software deploy host-list | awk -v name="$host" '$2 == name {print $(NF - 1)}'; }
wait_for() { until [ "$(field "$1")" = "$2" ]; do sleep 10; done; }
if [ "$(state)" != deploy-host-deployed ]; then
  [ "$(field administrative)" = locked ] || system host-lock "$host"
  wait_for administrative locked
  wait_for availability online
  software deploy host "$host"
  until state | grep -E 'deploy-host-(deployed|failed)'; do sleep 10; done
  [ "$(state)" = deploy-host-deployed ]
fi
[ "$(field administrative)" = unlocked ] || system host-unlock "$host"
wait_for administrative unlocked
wait_for availability available"""


def scripts(system: System) -> tuple[Artifact, ...]:
    """What the steps run; subclouds are upgraded from their system controller."""
    if system.layer.is_subcloud:
        return ()
    page = Page()
    page.line("#!/bin/bash")
    page.line(f"# {_NOTICE}")
    for line in _HOST.splitlines():
        page.line(line)
    return (replace(page.artifact(f"starlingx/{SCRIPT}"), is_executable=True),)


def upgrade_steps(system: System, origin: str, fresh: Sequence[Step]) -> Iterator[Step]:
    """The steps of an upgrade; what a fresh deployment has handed over is there still."""
    handed = tuple(given for each in fresh for given in each.hands_over)
    if system.layer.is_subcloud:
        yield replace(of_subcloud(system), hands_over=handed)
        return
    yield replace(_image(system, origin), hands_over=handed)
    yield _start(system)
    yield from _hosts(system)
    yield from _end()
    yield _kubernetes(system)
    yield from _applications(system)
    yield from group_steps(system)


def _image(system: System, origin: str) -> Step:
    region = (
        "--os-region-name SystemController " if system.layer.role == "system_controller" else ""
    )
    return Step(
        title=f"Give the system the image of StarlingX {system.layer.release}",
        needs=(
            (
                f"run this and all that follows as `sysadmin` on the active controller of `{system.ref}`, which runs "
                f"{origin}, with this folder copied there"
            ),
            *((_SWACT,) if system.system_mode == "duplex" else ()),
            "`bootimage.iso` of the release and its signature `bootimage.sig` in this folder",
            "a backup of the system somewhere else",
        ),
        commands=(
            _OPENRC,
            f"software {region}upload bootimage.iso bootimage.sig",
            f"{RELEASE.format(state='available')}",
            'software deploy precheck "$RELEASE"',
        ),
        checks=(f"{_OPENRC} && software list",),
        on_failure=(
            (
                "the precheck names what stands against the upgrade: alarms, hosts that are locked, a Kubernetes that the "
                "release has no more; put it right, and run the precheck again"
            ),
        ),
    )


def _start(system: System) -> Step:
    return Step(
        title=f"Start the deployment of StarlingX {system.layer.release}",
        commands=(
            _OPENRC,
            RELEASE.format(state="available"),
            'software deploy start "$RELEASE"',
            *_waits("start"),
        ),
        checks=(f"{_OPENRC} && software deploy show",),
        on_failure=(
            "`software deploy delete` takes back what was started; then go on with this step",
        ),
    )


def _waits(word: str) -> tuple[str, ...]:
    """Waits for the end of a part of the deployment, and fails where that is none."""
    return (
        f"until software deploy show | grep -E 'deploy-{word}-(done|failed)'; do sleep 30; done",
        f"software deploy show | grep -w deploy-{word}-done",
    )


def _hosts(system: System) -> Iterator[Step]:
    again = (
        (
            "run this step again; while `software deploy show` has no `deploy-activate` yet, `software deploy abort` and "
            "`software deploy host-rollback` lead back, host by host in the other order"
        ),
    )
    if system.system_mode == "simplex":
        yield Step(
            title="Take controller-0 there",
            needs=("it restarts at the end, and the session with it: log in again",),
            commands=(_OPENRC, f"./{SCRIPT} controller-0"),
            checks=(f"{_OPENRC} && system host-list", f"{_OPENRC} && software deploy host-list"),
            on_failure=again,
        )
        return
    yield Step(
        title="Take controller-1 there, and go over to it",
        needs=("the session ends with the last command: log in again at the OAM address",),
        commands=(_OPENRC, f"./{SCRIPT} controller-1", "system host-swact controller-0"),
        checks=(f"{_OPENRC} && software deploy host-list",),
        on_failure=again,
    )
    yield Step(
        title="Take controller-0 there, and go back to it",
        needs=(
            "this folder on controller-1, which is active now",
            "the session ends with the last command: log in again at the OAM address",
        ),
        commands=(_OPENRC, f"./{SCRIPT} controller-0", "system host-swact controller-1"),
        checks=(f"{_OPENRC} && software deploy host-list",),
        on_failure=again,
    )
    for personality, what in (("storage", "storage hosts"), ("worker", "workers")):
        names = [each.name for each in system.members if each.personality == personality]
        if names:
            listed = " ".join(map(shlex.quote, names))
            yield Step(
                title=f"Take the {what} there",
                needs=("workloads may leave each host while it is locked",)
                if personality == "worker"
                else (),
                commands=(
                    _OPENRC,
                    f'for host in {listed}; do ./{SCRIPT} "$host" || break; done',
                ),
                checks=(f"{_OPENRC} && software deploy host-list",),
                on_failure=again,
            )


def _end() -> Iterator[Step]:
    yield Step(
        title="Activate and complete the deployment",
        needs=("all hosts unlocked and available, and controller-0 active",),
        commands=(
            _OPENRC,
            "software deploy activate",
            *_waits("activate"),
            "software deploy complete",
        ),
        checks=(f"{_OPENRC} && software deploy show", f"{_OPENRC} && fm alarm-list"),
        on_failure=("`software deploy activate` may be run again",),
    )
    yield Step(
        title="Close the deployment",
        needs=("workloads as they should be: after this step nothing leads back",),
        commands=(_OPENRC, "software deploy delete"),
        checks=(f"{_OPENRC} && software list",),
    )


def way_of_kubernetes(system: System) -> tuple[str, ...]:
    """The versions of Kubernetes that a system may go through, the last of which is what is wanted."""
    known = release(system.layer.release)
    wanted = kubernetes_version(system) or known.default_kubernetes
    return known.kubernetes[: known.kubernetes.index(wanted) + 1]


def _kubernetes(system: System) -> Step:
    versions = way_of_kubernetes(system)
    named = " ".join(f"v{each}" for each in versions)
    strategy = "sw-manager kube-upgrade-strategy"
    return Step(
        title=f"Take Kubernetes to {versions[-1]}",
        needs=("no alarms; versions that run already, or that can't be next, are passed over",),
        commands=(
            _OPENRC,
            (
                f'for version in {named}; do system kube-version-list | grep -E "$version .* available" || continue; '
                f'{strategy} create --to-version "$version"; '
                f"until {strategy} show | grep -E 'state: +(ready-to-apply|build-.*)$'; do sleep 10; done; "
                f"{strategy} apply --yes; "
                f"until {strategy} show | grep -E 'state: +(applied|aborted|.*-(failed|timeout))$'; do sleep 30; done; "
                f"{strategy} show | grep -E 'state: +applied$' || break; {strategy} delete; done"
            ),
        ),
        checks=(f"{_OPENRC} && system kube-version-list | grep -E 'v{versions[-1]} .* active'",),
        on_failure=(
            f"`{strategy} show --error-details` says why; `{strategy} delete`, and run this step again",
        ),
    )


def _applications(system: System) -> Iterator[Step]:
    """Applications with a version of their own; the platform looks after the others."""
    for label, application in system.layer.application.items():
        if application.version is not None:
            archive = f"{ARCHIVES}/{label}-{application.version}.tgz"
            yield Step(
                title=f"Take the application `{label}` to {application.version}",
                commands=(
                    _OPENRC,
                    (
                        f"system application-show {label} | grep -wF -e {shlex.quote(application.version)} || "
                        f"system application-update --reuse-user-overrides true {archive}"
                    ),
                    f"until system application-list | grep -E '{label} .* applied '; do sleep 10; done",
                ),
                checks=(f"{_OPENRC} && system application-show {label}",),
            )


__all__ = ["SCRIPT", "scripts", "upgrade_steps", "way_of_kubernetes"]
