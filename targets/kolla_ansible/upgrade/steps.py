"""The steps of an upgrade: what the run-book of before has done is not done again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace

from blueprint.model.site import FileStore, VaultStore
from blueprint.target import Step
from targets.kolla_ansible import runbook
from targets.kolla_ansible.catalog import catalog
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, kolla, sample, vault_options
from targets.kolla_ansible.dpdk import dpdk_classes
from targets.kolla_ansible.plan import Plan
from targets.kolla_ansible.runbook_passwords import (
    fill_in,
    given_checks,
    given_needs,
)
from targets.kolla_ansible.secret_list import given_secrets, store_of
from targets.kolla_ansible.subjects import SUBJECTS
from targets.kolla_ansible.upgrade.changes import Changes

#: Settings of 2024.2 that make all queues durable; 2025.1 has no others and takes no others over
#: (manual, reference/message-queues/rabbitmq, "High Availability").
_DURABLE = (
    "om_enable_queue_manager",
    "om_enable_rabbitmq_quorum_queues",
    "om_enable_rabbitmq_transient_quorum_queue",
    "om_enable_rabbitmq_stream_fanout",
)
#: Services that leave the queue alone.
_QUIET = frozenset({"horizon", "placement", "skyline", "swift"})
_REDIS, _VALKEY = "redis_master_password", "valkey_master_password"


def upgrade_steps(before: Plan | None, now: Plan, found: Changes) -> tuple[Step, ...]:
    """The steps in their order, run on the deployment host."""
    cloud = now.cloud
    done = set() if before is None else {_likeness(step) for step in runbook.steps(before)}
    done -= {_likeness(step) for step in _repeated(cloud)}
    return (
        _keep(cloud, found),
        *_queues(cloud, found),
        *runbook.installation(cloud),
        _configuration(cloud, found),
        *_passwords(now, found),
        *(step for step in runbook.preparation(cloud) if _likeness(step) not in done),
        _upgrade(cloud, found),
        *_store(cloud, found),
        *runbook.credentials(cloud),
        *_remains(found),
        *(step for step in runbook.completion(cloud) if _likeness(step) not in done),
    )


def _repeated(cloud: Cloud) -> Iterator[Step]:
    """Steps that an upgrade asks for again, though they are done."""
    for each in SUBJECTS:
        if each.is_repeated:
            yield from each.prepares(cloud)
            yield from each.steps(cloud)


def _likeness(step: Step) -> tuple[str, tuple[str, ...]]:
    return (step.title, step.commands)


def _kept(cloud: Cloud, found: Changes) -> str:
    return shlex.quote(f"{cloud.configuration_folder}.{found.origin}")


def _keep(cloud: Cloud, found: Changes) -> Step:
    folder, kept = folder_of(cloud), _kept(cloud, found)
    return Step(
        title=f"Before the upgrade from {found.origin} to {found.goal}: keep what is there",
        needs=(
            f"the cloud runs {found.origin} and is healthy, and `upgrade.md` is read",
            "a backup of the databases from which a restore was tried",
            "this on the host from which the cloud was deployed, in the folder with these files",
        ),
        commands=(f"test -e {kept} || sudo cp -a {folder} {kept}",),
        checks=(f"sudo test -s {kept}/globals.yml",),
        gives=(f"`{cloud.configuration_folder}.{found.origin}`: what the cloud runs with",),
    )


def _queues(cloud: Cloud, found: Changes) -> Iterator[Step]:
    """RabbitMQ 4 takes over durable queues only; making them is work of the release before."""
    if _DURABLE[2] not in catalog(found.origin).variables or _DURABLE[2] in cloud.catalog.variables:
        return
    durable = "-e " + shlex.quote(json.dumps(dict.fromkeys(_DURABLE, True)))
    tags = ",".join(service for service in cloud.layer.services if service not in _QUIET)
    yield Step(
        title=f"Make every queue durable, still with Kolla-Ansible {found.origin}",
        needs=(
            (
                f"`kolla-ansible --version` says {catalog(found.origin).kolla_ansible.split('.')[0]}.x: the "
                "environment from which the cloud was deployed"
            ),
            "a time without the API: services stop while their queues are made anew",
            "nothing of this where all queues are of the types `quorum` and `stream` already",
        ),
        commands=(
            f"{kolla(cloud, 'genconfig')} {durable}",
            f"{kolla(cloud, 'stop')} --tags {tags} --yes-i-really-really-mean-it {durable}",
            f"{kolla(cloud, 'rabbitmq-reset-state')} {durable}",
            f"{kolla(cloud, 'deploy')} --tags {tags} {durable}",
        ),
        checks=(f"{kolla(cloud, 'validate-config')} {durable}",),
        gives=("queues that RabbitMQ 4 takes over",),
    )


def _configuration(cloud: Cloud, found: Changes) -> Step:
    folder = folder_of(cloud)
    (step,) = runbook.configuration(cloud)
    gone = () if found.own is None else found.own.files_removed
    removal = tuple(f"rm -f {folder}/config/{shlex.quote(path)}" for path in gone)
    return replace(step, commands=(*step.commands, *removal))


def _passwords(now: Plan, found: Changes) -> Iterator[Step]:
    """New names get new passwords, old names keep theirs, and Valkey takes over that of Redis."""
    cloud = now.cloud
    folder = folder_of(cloud)
    file, old, new = (f"{folder}/passwords.yml{ending}" for ending in ("", ".old", ".new"))
    merge: tuple[str, ...] = (
        f"install -m 0640 {sample(cloud)} {new}",
        f"kolla-genpwd -p {new}",
        f"kolla-mergepwd --old {old} --new {new} --final {file}",
    )
    needs: tuple[str, ...] = (
        f"`{cloud.configuration_folder}/passwords.yml` as {found.origin} left it",
    )
    gives: tuple[str, ...] = ()
    fetch: tuple[str, ...] = (f"install -m 0640 {file} {old}",)
    store = None if (secrets := store_of(cloud)) is None else secrets.store
    if isinstance(store, VaultStore):
        vault = vault_options(store)
        needs += ("a Vault token in `VAULT_TOKEN` that may read and write there",)
        fetch += (f"kolla-readpwd -p {old} {vault}",)
        merge += (f"kolla-writepwd -p {file} {vault}",)
    elif isinstance(store, FileStore):
        needs += (f"`{store.path}` on this host, as {found.origin} was deployed with it",)
        fetch = (f"install -m 0640 {shlex.quote(store.path)} {old}",)
        listed = ", ".join(f"`{name}`" for name in found.passwords.added)
        if listed:
            gives += (f"names to take over into `{store.path}`, from `passwords.yml`: {listed}",)
    else:
        gives += (f"`{cloud.configuration_folder}/passwords.yml`: the only copy, as before",)
    if given_secrets(cloud):  # before the tool invents what it finds empty
        path = store.path if isinstance(store, FileStore) else None
        yield Step(
            title=f"Fetch the passwords of {found.origin}",
            needs=(*needs, *(() if path is None else given_needs(cloud, path))),
            commands=fetch,
            checks=() if path is None else given_checks(cloud, old),
        )
        if path is None:
            yield fill_in(cloud, f"{cloud.configuration_folder}/passwords.yml.old")
        needs, fetch = (), ()
    yield Step(
        title="Merge the passwords",
        needs=needs,
        commands=(*fetch, *merge, f"rm -f {old} {new}"),
        checks=(
            _complete(now, file),
            *(_same_password(file) if _VALKEY in found.passwords.added else ()),
        ),
        gives=gives,
    )


def _complete(now: Plan, file: str) -> str:
    """Fails on names without a password, but for those that may have none."""
    wanted = now.secrets["passwords"].value
    kinds = now.cloud.catalog.passwords.items()
    free = [name for name, kind in kinds if kind == "stated" and name not in wanted]
    others = " ".join(f"-e {name}" for name in ("ssh_key", *free))
    return f"! grep -E '^[^#].*:[[:space:]]*(null)?$' {file} | grep -v {others}"


def _same_password(file: str) -> tuple[str, ...]:
    """A new password of Valkey would lock out what still speaks to Redis (LP#2138461)."""
    names = f"^({_REDIS}|{_VALKEY}):"
    return (f"test \"$(grep -E '{names}' {file} | sed 's/^[^:]*://' | sort -u | wc -l)\" = 1",)


def _upgrade(cloud: Cloud, found: Changes) -> Step:
    return Step(
        title=f"Upgrade to {found.goal}",
        needs=(
            "a time without the API: every service restarts with new images",
            *_interrupted(cloud),
        ),
        commands=(
            runbook.prechecks(cloud),
            kolla(cloud, "pull"),
            kolla(cloud, "upgrade"),
        ),
        checks=runbook.deployed(cloud),
    )


def _interrupted(cloud: Cloud) -> Iterator[str]:
    """The hosts whose guests lose their networks: their switch is a container too."""
    groups = [each.inventory_group for each in dpdk_classes(cloud)]
    if groups:
        yield (
            f"no guests on the hosts of {', '.join(f'`{group}`' for group in groups)}, or guests that may be cut off: "
            "Open vSwitch with DPDK restarts, and with it every port"
        )


def _store(cloud: Cloud, found: Changes) -> Iterator[Step]:
    """From 2025.2 on the upgrade moves Redis's data itself; 2025.1 has a command for it."""
    own = found.own
    moves = own is not None and "enable_redis" in own.removed and "enable_valkey" in own.added
    if moves and "migrate-valkey" in cloud.catalog.commands:
        yield Step(
            title="Move from Redis to Valkey",
            commands=(kolla(cloud, "migrate-valkey"),),
            checks=runbook.deployed(cloud),
            gives=("Valkey with what Redis held; Redis's containers are gone",),
        )


def _remains(found: Changes) -> Iterator[Step]:
    """Groups that hosts left: their containers stay where they are."""
    own = found.own
    if own is None:
        return
    left = {group: hosts for group, (hosts, _) in own.members.items() if hosts}
    left = {group: hosts for group, hosts in left.items() if found.concerns(group)}
    if left:
        yield Step(
            title="Remove what hosts no longer run",
            needs=tuple(
                f"containers of the group `{group}` on {', '.join(f'`{h}`' for h in hosts)}: look for them, "
                "and remove them once the others have taken over"
                for group, hosts in left.items()
            ),
            commands=(),
        )
