"""The commands of Kolla-Ansible that the run-book uses, each on a region's own configuration folder."""

from __future__ import annotations

import shlex

from blueprint.model.site import VaultStore
from targets.kolla_ansible.cloud import Cloud


def environment(cloud: Cloud) -> str:
    """The Python environment of the tool; regions of different releases have different ones."""
    return f"~/kolla-venv-{cloud.layer.release}"


def sample(cloud: Cloud) -> str:
    """The release's own list of passwords, on the deployment host."""
    return f"{environment(cloud)}/share/kolla-ansible/etc_examples/kolla/passwords.yml"


def folder_of(cloud: Cloud) -> str:
    """The configuration folder, for a shell."""
    return shlex.quote(cloud.configuration_folder)


def kolla(cloud: Cloud, verb: str) -> str:
    """A command of Kolla-Ansible."""
    folder = folder_of(cloud)
    return f"kolla-ansible {verb} --configdir {folder} -i {folder}/inventory"


def on_hosts(cloud: Cloud, group: str) -> str:
    """The beginning of a command that Ansible runs on the hosts of a group."""
    return f"ansible -i {folder_of(cloud)}/inventory {group}"


def vault_options(store: VaultStore) -> str:
    """Which Vault `kolla-readpwd` and `kolla-writepwd` speak with, and where in it."""
    return (
        f"-v {shlex.quote(store.address)} -kv {shlex.quote(store.mount)} -kvp {shlex.quote(store.path)} "
        '-t "$VAULT_TOKEN"'
    )
