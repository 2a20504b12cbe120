"""The steps that take subclouds to the next release: from their system controller, by groups, once that is there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import StarlingX
from blueprint.target import Step
from blueprint.values import Ref, SecretRef
from targets.starlingx import secrets
from targets.starlingx.bootstrap import kubernetes_version
from targets.starlingx.fleet import group_name
from targets.starlingx.releases import release
from targets.starlingx.system import System

_OPENRC = "source /etc/platform/openrc"
#: The newest of the system's releases in a state: the name of a release is known to its image alone.
RELEASE = "RELEASE=$(software list --state {state} | grep -oE 'starlingx-[0-9.]*[0-9]' | tail -n 1) && echo \"$RELEASE\""
_SHOWN = (
    f'{_OPENRC} && . ./subcloud.env && dcmanager subcloud show "$NAME" -c name -c software_version -c management '
    "-c availability"
)


def group_steps(system: System) -> Iterator[Step]:
    """Of a system controller: the groups of which subclouds come to its release."""
    groups: dict[str, list[System]] = {}
    for each in _subclouds(system):
        if each.layer.release == system.layer.release:
            groups.setdefault(group_name(each), []).append(each)
    for group, members in sorted(groups.items()):
        yield Step(
            title=f"Take the subclouds of the group `{group}` to StarlingX {system.layer.release}",
            needs=(
                "all of them managed, online and without alarms",
                (
                    f"of the {len(members):,} subclouds of the group so many go at a time as "
                    f"`dcmanager subcloud-group show {group}` says"
                ),
                *_password_needs(members),
            ),
            commands=(_OPENRC, *_strategies(members, f"--group {shlex.quote(group)}")),
            checks=(f"{_OPENRC} && dcmanager subcloud-group list-subclouds {shlex.quote(group)}",),
            on_failure=_AGAIN,
        )


_AGAIN = (
    (
        "`dcmanager strategy-step list` shows which subcloud failed, and why; once that is put right, delete the strategy "
        "and run this step again: subclouds that are there are passed over"
    ),
)


def of_subcloud(system: System) -> Step:
    """What is left for a subcloud itself: all where its system controller is no layer of the blueprint's steps."""
    stays = system.layer.of in system.model.existing
    where = f"on the active controller of `{system.layer.of}`, with this folder copied there"
    if not stays:
        return Step(
            title=f"See that the subclouds of the group `{group_name(system)}` are there",
            needs=(
                f"the steps of `{system.layer.of}` done, which take its subclouds to {system.layer.release}; {where}",
            ),
            commands=(),
            checks=(_SHOWN,),
        )
    return Step(
        title=f"Take the subclouds of the group `{group_name(system)}` to StarlingX {system.layer.release}",
        needs=(
            f"run this as `sysadmin` {where}; it runs {system.layer.release} already",
            "the subcloud managed, online and without alarms",
            *_password_needs([system]),
        ),
        commands=(". ./subcloud.env", _OPENRC, *_strategies([system], '"$NAME"')),
        checks=(_SHOWN,),
        on_failure=_AGAIN,
    )


def _strategies(members: list[System], whom: str) -> Iterator[str]:
    """What is copied to the subclouds, then deployed there, then their Kubernetes."""
    secret = _shared_password(members)
    password = "" if secret is None else f' --sysadmin-password "$(cat {secrets.path(secret)})"'
    yield RELEASE.format(state="deployed")
    yield from _strategy("prestage-strategy", f"--for-sw-deploy{password} {whom}")
    yield from _strategy("sw-deploy-strategy", f'--release-id "$RELEASE" --with-delete {whom}')
    for version in _versions(members):
        yield from _strategy("kube-upgrade-strategy", f"--to-version v{version} {whom}")


def _strategy(name: str, words: str) -> Iterator[str]:
    """Makes, applies and takes away a strategy; there is one at a time."""
    yield f"dcmanager {name} create {words}"
    yield f"dcmanager {name} apply"
    yield f"until dcmanager {name} show | grep -E '\\| (complete|failed|aborted) +\\|'; do sleep 60; done"
    yield f"dcmanager {name} show | grep -E '\\| complete +\\|'"
    yield f"dcmanager {name} delete"
    yield f"until ! dcmanager {name} show; do sleep 10; done"


def _versions(members: list[System]) -> tuple[str, ...]:
    """The versions of Kubernetes on the way, up to the latest that one of them wants."""
    known = release(members[0].layer.release)
    default = known.default_kubernetes
    wanted = {kubernetes_version(each) or default for each in members}
    last = max(known.kubernetes.index(each) for each in wanted)
    return known.kubernetes[1 : last + 1]


def _shared_password(members: list[System]) -> SecretRef | None:
    """The password of `sysadmin` where all have the same; the command asks for it otherwise."""
    found = {each.layer.sysadmin_password for each in members}
    return found.pop() if len(found) == 1 else None


def _password_needs(members: list[System]) -> tuple[str, ...]:
    secret = _shared_password(members)
    if secret is None:
        return ("the password of `sysadmin` on them, which the first command asks for",)
    return (f"`{secrets.path(secret)}`: the secret `{secret}`",)


def _subclouds(system: System) -> Iterator[System]:
    known: dict[Ref, list[Ref]] | None = system.model.remembered.get("subclouds of controllers")
    if known is None:
        known = {}
        for ref, layer in system.model.of(StarlingX).items():
            if layer.of is not None and ref not in system.model.existing:
                known.setdefault(layer.of, []).append(ref)
        system.model.remembered["subclouds of controllers"] = known
    return (System(ref, system.model) for ref in known.get(system.ref, ()))


__all__ = ["RELEASE", "group_steps", "of_subcloud"]
