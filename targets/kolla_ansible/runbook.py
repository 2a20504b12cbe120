"""The steps of a deployment with Kolla-Ansible: exact commands, what they need, what shows success."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Step
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, kolla
from targets.kolla_ansible.plan import Plan
from targets.kolla_ansible.runbook_hosts import hosts_steps
from targets.kolla_ansible.runbook_supplies import supply_steps
from targets.kolla_ansible.subjects import SUBJECTS
from targets.kolla_ansible.systems import uses_test_images

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
    cloud = plan.cloud
    before = (_tool, _configuration, supply_steps, *(each.supplies for each in SUBJECTS))
    ready = (hosts_steps, *(each.prepares for each in SUBJECTS))
    after = (*ready, _deploy, *(each.steps for each in SUBJECTS))
    return tuple(step for part in (*before, *after) for step in part(cloud))


def _tool(cloud: Cloud) -> Iterator[Step]:
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
            "python3 -m venv ~/kolla-venv",
            ". ~/kolla-venv/bin/activate",
            f"pip install 'kolla-ansible=={cloud.catalog.kolla_ansible}' python-openstackclient",
            "kolla-ansible install-deps",
        ),
        checks=("kolla-ansible --version",),
        gives=("`kolla-ansible` in `~/kolla-venv`, which every step below expects to be active",),
    )


def _configuration(cloud: Cloud) -> Iterator[Step]:
    folder = folder_of(cloud)
    yield Step(
        title="Put the configuration in its place",
        commands=(
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


def _deploy(cloud: Cloud) -> Iterator[Step]:
    folder = folder_of(cloud)
    yield Step(
        title="Check the hosts before anything changes",
        needs=(_free_addresses(cloud),),
        commands=(
            kolla(cloud, "prechecks") + (" --use-test-images" if uses_test_images(cloud) else ""),
        ),
    )
    yield Step(
        title="Deploy",
        commands=(kolla(cloud, "pull"), kolla(cloud, "deploy")),
        checks=(kolla(cloud, "check"), kolla(cloud, "validate-config")),
    )
    used = [command for service, command in _SHOWN.items() if service in cloud.layer.services]
    yield Step(
        title="Make the administrator's credentials",
        commands=(
            kolla(cloud, "post-deploy"),
            f"export OS_CLIENT_CONFIG_FILE={folder}/clouds.yaml OS_CLOUD=kolla-admin",
        ),
        checks=("openstack token issue", "openstack endpoint list", *used),
        gives=(f"`{cloud.configuration_folder}/clouds.yaml`, with the cloud `kolla-admin`",),
    )


def _free_addresses(cloud: Cloud) -> str:
    endpoints = dict.fromkeys(str(e.vip) for e in (cloud.internal, cloud.public))
    listed = " and ".join(f"`{vip}`" for vip in endpoints)
    return f"nothing answers on {listed} yet, unless this region is deployed already"
