"""The steps after a deployment: the playbook's environment, what it needs, how it is run and judged."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from blueprint.model.naming import cloud_access
from blueprint.target import HandOver, Step, Taken
from blueprint.values import FileRef
from targets._formats.page import Traced
from targets.openstack_resources.catalog import ansible_version, collection_version
from targets.openstack_resources.nodes import credentials
from targets.openstack_resources.region import Region
from targets.openstack_resources.volume_types import PLAYBOOK

_VENV = "~/openstack-venv"
_IMAGES = "~/openstack-images"
#: What is made, the services that must run for it to be shown, and the command that shows it.
_SHOWN = (
    ("cloud_projects", "openstack project list --long"),
    ("cloud_aggregates", "openstack availability zone list --compute --long"),
    ("cloud_aggregates", "openstack aggregate list --long"),
    ("cloud_flavors", "openstack flavor list --all --long"),
    ("cloud_images", "openstack image list --long"),
    ("cloud_share_types", "openstack share type list --all"),
    ("cloud_dns_zones", "openstack zone list"),
    ("cloud_networks", "openstack network list --long"),
    ("cloud_subnets", "openstack subnet list --long"),
    ("cloud_nodes", "openstack baremetal node list --long"),
)


def steps(region: Region, variables: Mapping[str, Traced]) -> tuple[Step, ...]:
    """The steps in their order, run on the deployment host."""
    parts = (_environment, _files, _secrets, _playbook, _volume_types, _nodes)
    return tuple(step for part in parts for step in part(region, variables))


def _environment(region: Region, variables: Mapping[str, Traced]) -> Iterator[Step]:
    clients = ["python-openstackclient"]
    clients += ["osc-placement"] if variables["cloud_traits"].value else []
    clients += ["python-ironicclient"] if variables["cloud_nodes"].value else []
    clients += ["python-manilaclient"] if variables["cloud_share_types"].value else []
    clients += ["python-designateclient"] if variables["cloud_dns_zones"].value else []
    access = cloud_access(region.model, region.ref)
    pinned = (f"ansible=={ansible_version()}", f"openstacksdk=={region.vocabulary.openstacksdk}")
    yield Step(
        title="Install the collection `openstack.cloud` and its clients",
        needs=(
            "the host that the region was deployed from, with this folder copied there",
            "Python 3.11 or later with `venv`",
        ),
        commands=(
            f"python3 -m venv {_VENV}",
            f". {_VENV}/bin/activate",
            f"pip install {' '.join(shlex.quote(each) for each in pinned)} {' '.join(clients)}",
            access.export,
        ),
        checks=("ansible-galaxy collection list openstack.cloud", "openstack token issue"),
        gives=(
            f"`openstack.cloud` {collection_version()} in `{_VENV}`, which every step below expects to be active",
        ),
        takes=(Taken(HandOver("clouds", region.ref), access.path),),
    )


def _files(region: Region, variables: Mapping[str, Traced]) -> Iterator[Step]:
    local = [
        (label, image.file)
        for label, image in region.layer.image.items()
        if isinstance(image.file, FileRef) and label in variables["cloud_images"].value
    ]
    if not variables["cloud_images"].value:
        return
    yield Step(
        title="Bring the image files",
        needs=tuple(
            f"`{path}`, from beside the blueprint, as `{_IMAGES}/{path}`" for _, path in local
        ),
        commands=(
            f"mkdir -p {_IMAGES}",
            *dict.fromkeys(
                f"(cd {_IMAGES} && mkdir -p {shlex.quote('./' + path.rpartition('/')[0])} )"
                for _, path in local
                if "/" in path
            ),
        ),
        checks=tuple(f"(cd {_IMAGES} && test -f {shlex.quote(f'./{path}')} )" for _, path in local),
    )


def _secrets(region: Region, _: Mapping[str, Traced]) -> Iterator[Step]:
    names = credentials(region)
    if not names:
        return
    wanted = "; ".join(f"`'{name}': {{username: …, password: …}}`" for name in names)
    yield Step(
        title="Bring the credentials of the controllers",
        needs=(
            (
                "a file of variables, encrypted, that holds `cloud_credentials:` with an entry for each name "
                f"in `secrets.yml`: {wanted}"
            ),
        ),
        commands=(f"test -f {_file(region)} || ansible-vault create {_file(region)}",),
        checks=(f"ansible-vault view {_file(region)} | grep -c 'password:'",),
    )


def _file(region: Region) -> str:
    return f'"$HOME/controllers-{region.plain_name}.yml"'


def _playbook(region: Region, variables: Mapping[str, Traced]) -> Iterator[Step]:
    command = "ansible-playbook playbook.yml"
    if credentials(region):
        command += f" --ask-vault-pass -e @{_file(region)}"
    yield Step(
        title="Make what the region offers",
        needs=tuple(_needs(region, variables)),
        commands=("ansible-playbook --syntax-check playbook.yml", command),
        checks=tuple(shown for name, shown in _SHOWN if variables[name].value),
        gives=(
            "everything in `resources.yml`; a second run changes nothing",
            "nothing is ever removed: what the blueprint no longer names is deleted by hand",
        ),
    )


def _volume_types(_: Region, variables: Mapping[str, Traced]) -> Iterator[Step]:
    if "cloud_volume_types" not in variables:
        return
    yield Step(
        title="Make kinds of volumes",
        commands=(f"ansible-playbook {PLAYBOOK}",),
        checks=("openstack volume type list --encryption-type --long",),
        gives=(
            "the kinds in `resources.yml`; of one that volumes have, encryption stays as it is",
        ),
    )


def _needs(region: Region, variables: Mapping[str, Traced]) -> Iterator[str]:
    if variables["cloud_aggregates"].value:
        yield "every compute host's own name is its name in the inventory"
    designate = region.layer.designate
    if designate is not None and variables["cloud_dns_zones"].value:
        servers = ", ".join(f"`{name}`" for name in designate.nameservers)
        yield f"the zone above `{designate.zone}` names {servers} as its servers"


def _nodes(_: Region, variables: Mapping[str, Traced]) -> Iterator[Step]:
    if not variables["cloud_nodes"].value:
        return
    listed = "openstack baremetal node list -f value -c UUID --provision-state"
    yield Step(
        title="Take the bare-metal nodes into service",
        needs=("the controllers of the nodes answer from the hosts of Ironic",),
        commands=(
            f"{listed} enroll | xargs -r openstack baremetal node manage --wait 600",
            f"{listed} manageable | xargs -r openstack baremetal node provide --wait 7200",
        ),
        checks=("openstack baremetal node list --provision-state available",),
        gives=("nodes that flavors of bare metal give out",),
    )
