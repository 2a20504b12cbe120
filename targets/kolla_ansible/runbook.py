"""The steps of a deployment with Kolla-Ansible: exact commands, what they need, what shows success."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.naming import cloud_access
from blueprint.model.site import GeneratedStore
from blueprint.target import Given, HandOver, Step
from blueprint.values import Ref
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import environment, folder_of, kolla
from targets.kolla_ansible.plan import Plan
from targets.kolla_ansible.regions import sharing, trusted_apart
from targets.kolla_ansible.runbook_hosts import hosts_steps
from targets.kolla_ansible.runbook_names import names_steps
from targets.kolla_ansible.runbook_passwords import secret_steps
from targets.kolla_ansible.runbook_supplies import storage_steps
from targets.kolla_ansible.secret_list import store_of
from targets.kolla_ansible.subjects import SUBJECTS
from targets.kolla_ansible.systems import uses_test_images
from targets.kolla_ansible.trust import client_bundle

#: What a release needs beside itself and does not ask for: 19.x and passlib fail with a later bcrypt.
_ALSO = {"2024.2": ("bcrypt==4.0.1",)}
_SHOWN = {
    "nova": "openstack compute service list",
    "neutron": "openstack network agent list",
    "cinder": "openstack volume service list",
    "heat": "openstack orchestration service list",
    "glance": "openstack image list",
    "barbican": "openstack secret list",
}


def steps(plan: Plan) -> tuple[Step, ...]:
    """The steps in their order, run on the deployment host."""
    parts = (
        installation, configuration, secret_steps, preparation, _check, _deploy, credentials,
        completion,
    )  # fmt: skip
    return tuple(step for part in parts for step in part(plan.cloud))


def preparation(cloud: Cloud) -> Iterator[Step]:
    """What lies between passwords and deployment: what the operator supplies, and the hosts."""
    supplies = (storage_steps, *(each.supplies for each in SUBJECTS))
    ready = (hosts_steps, names_steps, *(each.prepares for each in SUBJECTS))
    return (step for part in (*supplies, *ready) for step in part(cloud))


def completion(cloud: Cloud) -> Iterator[Step]:
    """What comes when services run."""
    return (step for each in SUBJECTS for step in each.steps(cloud))


def installation(cloud: Cloud) -> Iterator[Step]:
    """The tool of the release, in an environment of its own."""
    where = "the host on which you read this"
    if cloud.layer.deploy_from:
        names = [host.name for host in cloud.model.hosts(cloud.layer.deploy_from)]
        where = ", ".join(f"`{name}`" for name in names)
    yield Step(
        title=f"Install Kolla-Ansible {cloud.layer.release}",
        needs=(
            f"run this and all that follows on {where}, with this folder copied there",
            "Python 3 with `venv`, and Git, which fetches Ansible's collections",
        ),
        commands=(
            f"python3 -m venv {environment(cloud)}",
            f". {environment(cloud)}/bin/activate",
            f"pip install {_packages(cloud)} python-openstackclient",
            "kolla-ansible install-deps",
        ),
        checks=("kolla-ansible --version",),
        gives=(
            f"`kolla-ansible` in `{environment(cloud)}`, which every step below expects to be active",
        ),
        is_for_machine=True,
    )


def _packages(cloud: Cloud) -> str:
    wanted = (
        f"kolla-ansible=={cloud.catalog.kolla_ansible}",
        *_ALSO.get(cloud.layer.release, ()),
    )
    return " ".join(f"'{each}'" for each in wanted)


def prechecks(cloud: Cloud) -> str:
    """The command with which the tool looks at the hosts."""
    return kolla(cloud, "prechecks") + (" --use-test-images" if uses_test_images(cloud) else "")


def deployed(cloud: Cloud) -> tuple[str, ...]:
    """What shows that services run; `check` came with 2025.1."""
    shown = ("check", "validate-config")
    return tuple(kolla(cloud, verb) for verb in shown if verb in cloud.catalog.commands)


def configuration(cloud: Cloud) -> Iterator[Step]:
    """The files of this folder, where the tool reads them."""
    folder = folder_of(cloud)
    yield Step(
        title="Put the configuration in its place",
        commands=(
            f". {environment(cloud)}/bin/activate",
            f'sudo install -d -m 0750 -o "$USER" {folder} {folder}/config',
            f"rm -rf {folder}/inventory",
            f"cp -R inventory globals.yml {folder}/",
            f"if test -d config; then cp -R config/. {folder}/config/; fi",
        ),
        checks=(
            f"diff -r inventory {folder}/inventory && diff globals.yml {folder}/globals.yml",
            f"ansible-inventory -i {folder}/inventory --graph control",
        ),
        gives=(
            (
                f"`{cloud.configuration_folder}`: after an update, delete what lies in its `config` and is "
                "no longer made here"
            ),
        ),
    )


def _check(cloud: Cloud) -> Iterator[Step]:
    yield Step(
        title="Check the hosts before anything changes",
        needs=(_free_addresses(cloud),),
        commands=(prechecks(cloud),),
    )


def _deploy(cloud: Cloud) -> Iterator[Step]:
    yield Step(
        title="Deploy",
        commands=(kolla(cloud, "pull"), kolla(cloud, "deploy")),
        checks=deployed(cloud),
        on_failure=tuple(_failed(cloud)),
    )


def _failed(cloud: Cloud) -> Iterator[str]:
    """What to do after a failure; what Kolla's project itself says of its playbooks."""
    yield (
        "the task that failed and its host stand above `PLAY RECAP`, and services write to `/var/log/kolla` on their hosts; "
        "once the cause is put right, run this step again: what is done already stays"
    )
    if len(tuple(cloud.model.hosts(cloud.layer.control))) > 1:
        yield (
            f"`MariaDB cluster exists but is stopped`: `{kolla(cloud, 'mariadb-recovery')}`, then run this step again"
        )
    yield (
        "in a first deployment, where a task that bootstraps a service broke off, a further run may not mend it, and Kolla's "
        f"project says to begin anew with `{kolla(cloud, 'destroy')}`: that takes all containers and volumes of "
        "the region away, its databases too; never do so where the region holds anything"
    )


def credentials(cloud: Cloud) -> Iterator[Step]:
    """The administrator's credentials, which the steps after it use."""
    used = [command for service, command in _SHOWN.items() if service in cloud.layer.services]
    access = cloud_access(cloud.model, cloud.ref)
    yield Step(
        title="Make the administrator's credentials",
        commands=(
            kolla(cloud, "post-deploy"),
            access.export,
        ),
        checks=("openstack token issue", "openstack endpoint list", *used),
        gives=(f"the cloud `{access.cloud}` in its `clouds.yaml`",),
        hands_over=tuple(_handed_over(cloud)),
    )


def _handed_over(cloud: Cloud) -> Iterator[Given]:
    """Access to the APIs, and what regions that share the identity service read of this one."""
    folder = cloud.configuration_folder
    yield Given(HandOver("clouds", cloud.ref), cloud_access(cloud.model, cloud.ref).path)
    trusted = client_bundle(cloud)
    if trusted is not None:
        yield Given(HandOver("authorities", cloud.ref), f"{folder}/{trusted}")
    authorities: dict[Ref, str] = {}
    for ref in sharing(cloud):
        authorities |= trusted_apart(Cloud(ref, cloud.model), cloud)
    for ref, place in authorities.items():
        yield Given(HandOver("certificate", cloud.ref, ref), f"{folder}/{place}")
    secrets = store_of(cloud)
    is_generated = secrets is None or isinstance(secrets.store, GeneratedStore)
    if is_generated and sharing(cloud):
        yield Given(HandOver("passwords", cloud.ref, "services"), f"{folder}/passwords.yml")


def _free_addresses(cloud: Cloud) -> str:
    endpoints = dict.fromkeys(str(e.vip) for e in (cloud.internal, cloud.public))
    listed = " and ".join(f"`{vip}`" for vip in endpoints)
    return f"nothing answers on {listed} yet, unless this region is deployed already"
