"""The steps of a subcloud: the same words for all of a group, so that the run-book says them once.

What differs stands in the subcloud's own folder: in the values that the manager reads, and in `subcloud.env`, which
the commands take their words from.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import StarlingX
from blueprint.model.starlingx_parts import RookCeph
from blueprint.target import Step
from targets.starlingx import secrets
from targets.starlingx.changeable import for_good
from targets.starlingx.fleet import DEFAULT_GROUP, group_name
from targets.starlingx.releases import release
from targets.starlingx.resources.board_management import secrets as board_secrets
from targets.starlingx.resources.common import NAMESPACE
from targets.starlingx.system import System

_OPENRC = "source /etc/platform/openrc"
#: What the manager says of a subcloud while it works on it.
_BUSY = "^(pre-[a-z]+|creating|installing|bootstrapping|configuring|deploying)$"
#: Shows how far a subcloud is.
_SHOWN = (
    f'{_OPENRC} && . ./subcloud.env && dcmanager subcloud show "$NAME" -c name -c deploy_status -c management '
    "-c availability"
)
#: How many of the group that every manager has are at work at a time: what that group says unless it is changed.
_DEFAULT_PARALLEL = 2

#: Gives the registries of an override file with the password beside each user.
_WITH_PASSWORDS = (
    '/^[^ ]/ {on = /^docker_registries:/} on {sub(/^docker/, "vault_docker"); print} '
    'on && /^    username:/ {printf "    password: \\047%s\\047\\n", ENVIRON["SECRET"]}'
)
#: What to do where the storage of a system does not come.
ROOK_WAITS = (
    "`system application-show rook-ceph` must say `applied` in the end, some minutes after the hosts are unlocked; where "
    "it stays `uploaded` or says `apply-failed`, `system application-apply rook-ceph`"
)
#: What to do where a subcloud does not come; the manager keeps the values that it was given.
_RESUMED = (
    "`dcmanager subcloud errors NAME` says why, and the log of the subcloud in `/var/log/dcmanager/ansible` all of it",
    (
        "`install-failed`, `bootstrap-failed` or `config-failed`, for a reason that is mended at the site: `dcmanager "
        "subcloud deploy resume NAME` goes on where it stopped, with the values that the manager has"
    ),
    (
        "`create-failed`, or values that have changed: `dcmanager subcloud delete NAME`, then this step again; it passes "
        "by the subclouds that the manager has"
    ),
)
#: How the deployment manager of a subcloud reaches its platform. The password is the system controller's: its manager
#: gives that to every subcloud. The region is replaced where the manager finds its name as plain text.
_ENDPOINT = f"""cat >> "$staged/deployment-config.yml" <<END
---
apiVersion: v1
kind: Secret
metadata: {{name: system-endpoint, namespace: {NAMESPACE}}}
type: Opaque
data:
  OS_PASSWORD: $(printf %s "$OS_PASSWORD" | base64 -w0)
stringData:
  OS_AUTH_TYPE: password
  OS_AUTH_URL: $AUTH_URL
  OS_ENDPOINT_TYPE: internalURL
  OS_IDENTITY_API_VERSION: "3"
  OS_INTERFACE: internal
  OS_KEYSTONE_REGION_NAME: RegionOne
  OS_PROJECT_DOMAIN_NAME: Default
  OS_PROJECT_NAME: admin
  OS_REGION_NAME: RegionOne
  OS_USERNAME: $ADMIN
END"""


def subcloud(system: System) -> Iterator[Step]:
    """A subcloud that its system controller installs, bootstraps and configures."""
    group = group_name(system)
    yield Step(
        title=f"Add the subclouds of the group `{group}`",
        needs=_needs(system),
        commands=(". ./subcloud.env", _OPENRC, _turn(system), *_staged(system), _add(system), 'rm -rf "$staged"'),
        checks=(_SHOWN,),
        on_failure=_RESUMED,
    )  # fmt: skip
    yield Step(
        title=f"Manage the subclouds of the group `{group}`",
        needs=(
            "`complete` as the deploy status of the subcloud, and `online`: an hour or more later",
        ),
        commands=(". ./subcloud.env", _OPENRC, 'dcmanager subcloud manage "$NAME"'),
        checks=(_SHOWN,),
        gives=("a subcloud that is `managed` and `online`",),
        on_failure=(
            "the manager takes a subcloud that is `online` and `complete` alone; one that is managed already stays as it is",
            *((f"on the subcloud itself, {ROOK_WAITS}",) if isinstance(system.layer.storage, RookCeph) else ()),
        ),
    )  # fmt: skip
    if system.layer.prestage is not None:
        yield _prestage(system, group)


def parallel(system: System) -> int:
    """How many of the group of a subcloud are worked on at a time."""
    group = system.layer.group
    controller = system.controller
    if group is None or controller is None:
        return _DEFAULT_PARALLEL
    stated = controller.layer.subcloud_group[group.key or group.name]
    return 1 if stated.update == "serial" else stated.max_parallel


def _needs(system: System) -> tuple[str, ...]:
    central: StarlingX | None = None if system.controller is None else system.controller.layer
    needs = [
        f"run this as `sysadmin` on the active controller of `{system.layer.of}`, with this folder copied there"
    ]
    needs.append(for_good("bootstrap-values.yml", system))
    if central is not None and central.release != system.layer.release:
        needs.append(f"the image of StarlingX {system.layer.release} given to the manager too")
    needs.append(
        f"the secrets that `subcloud.env` names, in `{secrets.FOLDER}`: of a management controller a folder with "
        "`username` and `password`, of the rest a file with nothing but its value"
    )
    listed = [each.path for each in secrets.certificates(system)]
    place = secrets.trusted_path(system)
    if place is not None and place not in listed:
        listed.append(place)
    if listed:
        names = ", ".join(f"`{each}`" for each in listed)
        needs.append(
            f"on both controllers, where the steps of the system controller brought them: {names}"
        )
    return tuple(needs)


def _turn(system: System) -> str:
    """Waits while as many of the group are at work as may be."""
    group = shlex.quote(group_name(system))
    return (
        f'until [ "$(dcmanager subcloud-group list-subclouds {group} -f value -c deploy_status | '
        f"grep -c -E '{_BUSY}')\" -lt {parallel(system)} ]; do sleep 60; done"
    )


def _staged(system: System) -> Iterator[str]:
    """Copies of the values with what is secret in them, which nobody else reads."""
    yield "staged=$(umask 077; mktemp -d)"
    yield "trap 'rm -rf \"$staged\"' EXIT"
    yield 'cp *.yml "$staged"'
    if system.first is not None and system.first.host.spec.bmc.credentials is not None:
        user = _quoted('"$BMC_SECRET/username"')
        yield f'printf "bmc_username: \'%s\'\\n" {user} >> "$staged/install-values.yml"'
    if secrets.registry_password(system) is not None:
        # The same key under its other name, with the password in it: the playbook prefers that one.
        quoted = '$(sed "s/\'/\'\'/g" "$REGISTRY_SECRET")'
        yield f'SECRET="{quoted}" awk {shlex.quote(_WITH_PASSWORDS)} bootstrap-values.yml >> "$staged/bootstrap-values.yml"'
    if any(board_secrets(system)):
        yield (
            "for each in $BOARD_SECRETS; do echo ---; kubectl create secret generic "
            f'"${{each%%=*}}" --namespace {NAMESPACE} --type=kubernetes.io/basic-auth '
            '--from-file=username="${each#*=}/username" --from-file=password="${each#*=}/password" '
            '--dry-run=client --output yaml; done >> "$staged/deployment-config.yml"'
        )
    if system.layer.runtime:
        yield 'cat runtime-classes.yml >> "$staged/deployment-config.yml"'
    yield _ENDPOINT


def _quoted(file: str) -> str:
    """What a file holds, for a text of YAML between single quotes."""
    return f'"$(sed "s/\'/\'\'/g" {file})"'


def _add(system: System) -> str:
    words = [  # the first asks whether it is there: so the step can be run again for those that are not
        'dcmanager subcloud show "$NAME" > /dev/null 2>&1 ||',
        'dcmanager subcloud add --bootstrap-address "$BOOTSTRAP_ADDRESS"',
        '--bootstrap-values "$staged/bootstrap-values.yml"',
        '--install-values "$staged/install-values.yml"',
        '--deploy-config "$staged/deployment-config.yml"',
    ]
    if group_name(system) != DEFAULT_GROUP:
        words.append('--group "$GROUP"')
    if system.controller is not None and system.controller.layer.release != system.layer.release:
        words.append(f"--release {release(system.layer.release).software}")
    if system.layer.sysadmin_password is not None:
        words.append('--sysadmin-password "$(cat "$SYSADMIN_SECRET")"')
    if system.first is not None and system.first.host.spec.bmc.credentials is not None:
        words.append('--bmc-password "$(cat "$BMC_SECRET/password")"')
    return " ".join(words)


def _prestage(system: System, group: str) -> Step:
    """What a subcloud is given before its next installation or upgrade."""
    flag = "" if system.layer.release == "9.0" else " --for-install"
    if system.layer.prestage == "upgrade" and flag:
        flag = " --for-sw-deploy"
    password = (
        ""
        if system.layer.sysadmin_password is None
        else ' --sysadmin-password "$(cat "$SYSADMIN_SECRET")"'
    )
    most = release(system.layer.release).parallel_prestages
    return Step(
        title=f"Prestage the subclouds of the group `{group}`",
        needs=(f"managed and online subclouds without alarms; at most {most} at a time",),
        commands=(". ./subcloud.env", _OPENRC, f'dcmanager subcloud prestage "$NAME"{flag}{password}'),
        checks=(_SHOWN,),
    )  # fmt: skip


__all__ = ["parallel", "subcloud"]
