"""The steps of a system that is bootstrapped where it stands; those of a subcloud are in `runbook_subclouds.py`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model.starlingx_parts import RookCeph
from blueprint.target import Step
from targets.starlingx import secrets
from targets.starlingx.access import access
from targets.starlingx.applications import ARCHIVES, value_files
from targets.starlingx.changeable import for_good
from targets.starlingx.releases import release
from targets.starlingx.resources.board_management import secrets as board_secrets
from targets.starlingx.resources.common import NAMESPACE
from targets.starlingx.runbook_subclouds import ROOK_WAITS, subcloud
from targets.starlingx.runbook_workloads import prepared
from targets.starlingx.system import System

_OPENRC = "source /etc/platform/openrc"
_PLAYBOOKS = "/usr/share/ansible/stx-ansible/playbooks"
_KUBECTL = "sudo kubectl --kubeconfig /etc/kubernetes/admin.conf"
#: The variables of a connection to the platform's own identity service, from inside of it.
_ENDPOINT = {
    "OS_AUTH_TYPE": "password",
    "OS_AUTH_URL": '"$OS_AUTH_URL"',
    "OS_ENDPOINT_TYPE": "internalURL",
    "OS_IDENTITY_API_VERSION": "3",
    "OS_INTERFACE": "internal",
    "OS_KEYSTONE_REGION_NAME": "RegionOne",
    "OS_PASSWORD": '"$OS_PASSWORD"',
    "OS_PROJECT_DOMAIN_NAME": "Default",
    "OS_PROJECT_NAME": "admin",
    "OS_REGION_NAME": "RegionOne",
    "OS_USERNAME": '"$OS_USERNAME"',
}
#: The deployment manager is an application of the platform since 10.0, and a chart before.
_AS_APPLICATION = (
    f"system application-upload {ARCHIVES}/deployment-manager-[0-9]*.tgz",
    "until system application-list | grep -E 'deployment-manager .* (uploaded|applied) '; do sleep 10; done",
    "system application-apply deployment-manager",
    "until system application-list | grep -E 'deployment-manager .* applied '; do sleep 10; done",
)
_AS_CHART = (
    (
        "sudo KUBECONFIG=/etc/kubernetes/admin.conf helm upgrade --install deployment-manager "
        f"{ARCHIVES}/wind-river-cloud-platform-deployment-manager-*.tgz"
    ),
)


def steps(system: System) -> tuple[Step, ...]:
    """The steps in their order."""
    if system.layer.is_subcloud:
        return (*subcloud(system), *prepared(system), *access(system))
    parts = (_secrets, _bootstrap, _manager, _describe, prepared, _runtimes, _groups, access)
    found = tuple(step for part in parts for step in part(system))
    return found if system.layer.role == "system_controller" else (*found, _cleared())


def _secrets(system: System) -> Iterator[Step]:
    """What the operator brings before anything runs."""
    brought = (*secrets.passwords(system), *secrets.certificates(system))
    brought += tuple(
        secrets.Brought(path, f"`{name}` from beside the blueprint")
        for path, name in value_files(system)
    )
    needs = [f"`{each.path}`: {each.what}" for each in dict.fromkeys(brought)]
    places = [each.path for each in dict.fromkeys(brought)]
    for _, credentials in board_secrets(system):
        place = secrets.path(credentials)
        places += [f"{place}/username", f"{place}/password"]
        needs.append(
            f"`{place}/username` and `{place}/password`: user and password of management controllers, the secret "
            f"`{credentials}`"
        )
    commands = [f"chmod -R go= {secrets.FOLDER}"]
    files = [secrets.file_path(name) for name, _ in secrets.trusted(system)]
    whole = secrets.trusted_path(system)
    if whole is not None and len(files) > 1:
        commands.append(f"cat {' '.join(map(shlex.quote, files))} > {shlex.quote(whole)}")
    yield Step(
        title="Bring secrets and certificates",
        needs=(
            (
                "run this and all that follows as `sysadmin` on controller-0, which was installed from the ISO "
                f"image of StarlingX {system.layer.release} and is reached at its OAM address, with this folder "
                "copied there; each secret is one file with nothing but its value"
            ),
            *needs,
        ),
        commands=(f"mkdir -p {secrets.FOLDER} {secrets.FILES}", *commands),
        # It fails where one of them is missing, and shows who may read them.
        checks=(f"ls -l {shlex.join(dict.fromkeys(places))}",) if places else (),
        gives=_kept(system),
    )


def _kept(system: System) -> tuple[str, ...]:
    if system.layer.role != "system_controller":
        return ()
    text = f"`{secrets.FOLDER}`, which is read until the last subcloud is added; then take it away"
    return (f"{text}, with `{secrets.HOME}/secrets.yml`",)


def _bootstrap(system: System) -> Iterator[Step]:
    yield Step(
        title=f"Bootstrap StarlingX {system.layer.release}",
        needs=(for_good("localhost.yml", system),),
        commands=(
            f"cp localhost.yml secrets.yml {secrets.HOME}/",
            f"ansible-playbook {_PLAYBOOKS}/bootstrap.yml",
        ),
        checks=(f"{_OPENRC} && system show", f"{_OPENRC} && system host-list"),
        on_failure=(
            (
                f"`{secrets.HOME}/ansible.log` says which task failed and why; once that is put right, run this step "
                "again: until controller-0 is unlocked, the playbook takes what changed"
            ),
        ),
    )


def _manager(system: System) -> Iterator[Step]:
    """The deployment manager, and the Secrets that it reads."""
    ours = f"--namespace {NAMESPACE} --dry-run=client --output yaml | {_KUBECTL} apply --filename -"
    literals = " ".join(f"--from-literal={name}={value}" for name, value in _ENDPOINT.items())
    commands = [
        _OPENRC,
        *(_AS_CHART if system.layer.release == "9.0" else _AS_APPLICATION),
        (
            f"{_KUBECTL} create namespace {NAMESPACE} --dry-run=client --output yaml | "
            f"{_KUBECTL} apply --filename -"
        ),
        f"{_KUBECTL} create secret generic system-endpoint {literals} {ours}",
    ]
    for name, credentials in board_secrets(system):
        place = secrets.path(credentials)
        commands.append(
            f"{_KUBECTL} create secret generic {name} --type=kubernetes.io/basic-auth "
            f"--from-file=username={place}/username --from-file=password={place}/password {ours}"
        )
    yield Step(
        title="Install the deployment manager",
        needs=(
            f"the archive of the deployment manager of the release in `{ARCHIVES}`; the image brings it",
        ),
        commands=tuple(commands),
        checks=(
            f"{_KUBECTL} get crds hosts.starlingx.windriver.com",
            f"{_KUBECTL} get secrets --namespace {NAMESPACE}",
        ),
        on_failure=_manager_failed(system),
    )


def _manager_failed(system: System) -> tuple[str, ...]:
    if system.layer.release == "9.0":
        return ("run this step again, as often as it takes",)
    return (
        (
            "a wait that does not end: `system application-show deployment-manager` says why, in `progress`; after "
            "`upload-failed` it is taken away with `system application-delete deployment-manager`; then run this step "
            "again, as often as it takes"
        ),
    )


def _describe(system: System) -> Iterator[Step]:
    """The system and its hosts, which the deployment manager configures and unlocks."""
    has_rook = isinstance(system.layer.storage, RookCeph)
    yield Step(
        title="Describe the system and its hosts",
        needs=(
            (
                "further hosts powered off, or booting from the network: the deployment manager installs them, "
                "configures all hosts and unlocks them; controller-0 restarts on the way"
            ),
        ),
        commands=(f"{_KUBECTL} apply --filename deployment-config.yml",),
        checks=(
            f"{_KUBECTL} get hosts,systems --namespace {NAMESPACE}",
            f"{_OPENRC} && system host-list",
            f"{_OPENRC} && fm alarm-list",
            *((f"{_OPENRC} && system application-show rook-ceph",) if has_rook else ()),
        ),
        gives=("each host `unlocked`, `enabled` and `available` in `system host-list`",),
        on_failure=(
            (
                f"`{_KUBECTL} describe hosts,systems --namespace {NAMESPACE}` shows under `Events` what was refused; "
                "the deployment manager tries again by itself, and takes a changed `deployment-config.yml` when this "
                "step is run again"
            ),
            *((ROOK_WAITS,) if has_rook else ()),
        ),
    )


def _runtimes(system: System) -> Iterator[Step]:
    """Kata Containers, which the release has on its hosts already."""
    names = " ".join(system.layer.runtime)
    if names:
        yield Step(
            title="Offer Kata Containers to pods",
            needs=(
                "run this as `sysadmin` on controller-0, unlocked",
                (
                    "a look into the documents of the release: it has Kata Containers on its hosts, and some "
                    "documents say that they aren't supported"
                ),
            ),
            commands=("kubectl apply --filename runtime-classes.yml",),
            checks=(f"kubectl get runtimeclass {names}",),
        )


def _groups(system: System) -> Iterator[Step]:
    """Of a system controller: the image that subclouds are installed from, and their groups."""
    if system.layer.role != "system_controller":
        return
    is_old = system.layer.release == "9.0"
    load = (
        "system --os-region-name SystemController load-import --active bootimage.iso bootimage.sig"
        if is_old
        else "software --os-region-name SystemController upload bootimage.iso bootimage.sig"
    )
    yield Step(
        title="Give the image of the release to the manager of the distributed cloud",
        needs=("`bootimage.iso` of the release and its signature `bootimage.sig` in this folder",),
        commands=(f"{_OPENRC} && {load}",),
        checks=("ls /opt/dc-vault/loads" if is_old else "ls /opt/dc-vault/software",),
    )
    commands = []
    for label, group in system.layer.subcloud_group.items():
        words = ["dcmanager", "subcloud-group", "add", "--name", label]
        words += ["--update_apply_type", group.update]
        words += ["--max_parallel_subclouds", str(group.max_parallel)]
        words += [] if group.description is None else ["--description", group.description]
        commands.append(shlex.join(words))
    if commands:
        most = release(system.layer.release).parallel_subclouds
        yield Step(
            title="Make the groups of subclouds",
            needs=(f"at most {most:,} subclouds of a group at a time, says the release",),
            commands=(_OPENRC, *commands),
            checks=(f"{_OPENRC} && dcmanager subcloud-group list",),
        )


def _cleared() -> Step:
    return Step(
        title="Take the secrets away",
        needs=("all steps above done",),
        commands=(f"rm -rf {secrets.FOLDER} {secrets.HOME}/secrets.yml",),
    )


__all__ = ["steps"]
