"""Runs Kubespray's own checks and templates, out of a checkout, on what oib emitted for a cluster.

`OIB_KUBESPRAY` names a git repository of Kubespray with its tags; nothing of it is kept here. The inventory is
taken as it is. What the hosts would tell of themselves stands in `facts.yml` beside the blueprint, written by a
person; the roles' defaults are Kubespray's, and no task that would change a host is run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from targets.kubespray.catalog import catalog

from .tools import OracleUnavailableError, PythonTool, made_once, python_tool

CHECKOUT_VARIABLE = "OIB_KUBESPRAY"
#: Roles whose defaults the templates read; none of their tasks is run.
_ROLES = (
    "kubespray_defaults", "kubernetes/preinstall", "container-engine/containerd", "etcd_defaults",
    "kubernetes/kubeadm_common", "kubernetes/node", "kubernetes/client",
    "kubernetes/control-plane", "network_plugin/calico_defaults", "network_plugin/cilium",
)  # fmt: skip
#: Templates by the name that a test reads them under; those of `_OF_CONTROL` on the control plane alone.
_TEMPLATES = {
    "kubelet-config.yaml": "kubernetes/node/templates/kubelet-config.v1beta1.yaml.j2",
    "kubelet.env": "kubernetes/node/templates/kubelet.env.v1beta1.j2",
    "config.toml": "container-engine/containerd/templates/config.toml.j2",
}
_OF_CONTROL = {
    "kubeadm-config.yaml": "kubernetes/control-plane/templates/kubeadm-config.v1beta4.yaml.j2",
    "audit-policy.yaml": "kubernetes/control-plane/templates/apiserver-audit-policy.yaml.j2",
    "podsecurity.yaml": "kubernetes/control-plane/templates/podsecurity.yaml.j2",
    "admission-controls.yaml": "kubernetes/control-plane/templates/admission-controls.yaml.j2",
    "kube-vip.yaml": "kubernetes/node/templates/manifests/kube-vip.manifest.j2",
    "cilium.yaml": "network_plugin/cilium/templates/values.yaml.j2",
    "calico-config.yaml": "network_plugin/calico/templates/calico-config.yml.j2",
    "calico-node.yaml": "network_plugin/calico/templates/calico-node.yml.j2",
    "etcd.env": "etcd/templates/etcd.env.j2",
}
#: Templates that only some clusters have.
_CONDITIONS = {
    "podsecurity.yaml": "kube_pod_security_use_default",
    "admission-controls.yaml": "kube_apiserver_admission_control_config_file",
    "audit-policy.yaml": "kubernetes_audit",
    "kube-vip.yaml": "kube_vip_enabled",
    "cilium.yaml": "kube_network_plugin == 'cilium'",
    "calico-config.yaml": "kube_network_plugin == 'calico'",
    "calico-node.yaml": "kube_network_plugin == 'calico'",
}


#: What stands in for hosts that are not there: nothing is asked of a network, nothing needs a super-user.
_STANCE = {
    "ansible_become": False,
    "ansible_python_interpreter": sys.executable,
    "dns_late": False,
    "etcd_cluster_is_healthy": {"rc": 1},
    "image_arch": "amd64",
    "kube_vip_admin_conf": "super-admin.conf",
    "ping_access_ip": False,
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """How Ansible went, and the files that it made, by host."""

    returncode: int
    said: str
    folder: Path

    def text(self, host: str, name: str) -> str:
        """A rendered file."""
        return (self.folder / host / name).read_text(encoding="utf-8")

    def documents(self, host: str, name: str) -> list[Any]:
        """The documents of a rendered YAML file."""
        return [d for d in yaml.safe_load_all(self.text(host, name)) if d is not None]


def tool(release: str) -> PythonTool:
    """The Ansible that a release asks for, with what its filters need."""
    package = catalog(release).ansible["package"]
    return python_tool(f"kubespray-{release}", (f"ansible=={package}", "netaddr", "jmespath"))


def checkout(release: str) -> Path:
    """The files of a release, unpacked from the repository that the environment names."""
    stated = os.environ.get(CHECKOUT_VARIABLE)
    if not stated:
        raise OracleUnavailableError(f"`{CHECKOUT_VARIABLE}` names no repository of Kubespray")
    tag = catalog(release).tag
    command = ["git", "-C", stated, "archive", "--format=tar", tag]
    with made_once(f"kubespray-tree-{release}", tag) as (folder, is_made):
        if not is_made:
            packed = subprocess.run(command, capture_output=True, check=False)
            if packed.returncode:
                raise OracleUnavailableError(packed.stderr.decode().strip())
            with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
                archive.extractall(folder, filter="data")
        return folder


def run(release: str, command: str, *arguments: str, folder: Path, **more: str) -> Any:
    """Run a command of the release's Ansible."""
    made = tool(release)
    environment = {
        "PATH": f"{made.path / 'bin'}:/usr/bin:/bin",
        "HOME": str(folder),
        "ANSIBLE_LOCAL_TEMP": str(folder / ".ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
        **more,
    }
    return subprocess.run(
        [made.command(command), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def render(release: str, emitted: Path, facts: Path, scratch: Path) -> Rendered:
    """Check and render for one host of each class."""
    tree = checkout(release)
    cache = scratch / "facts"
    cache.mkdir(parents=True)
    for host, told in yaml.safe_load(facts.read_text(encoding="utf-8")).items():
        (cache / host).write_text(json.dumps(told), encoding="utf-8")
    inventory = emitted / "inventory" / "hosts.yaml"
    output = scratch / "rendered"
    playbook = scratch / "judge.yml"
    hosts = _one_of_each(inventory)
    playbook.write_text(yaml.safe_dump(_plays(tree, hosts, output)), encoding="utf-8")
    finished = run(
        release, "ansible-playbook", "-i", str(inventory), "-c", "local",
        "-e", json.dumps(_STANCE), str(playbook),
        folder=scratch,
        ANSIBLE_ROLES_PATH=str(tree / "roles"),
        ANSIBLE_LIBRARY=str(tree / "library"),
        ANSIBLE_CACHE_PLUGIN="jsonfile",
        ANSIBLE_CACHE_PLUGIN_CONNECTION=str(cache),
        ANSIBLE_GATHERING="explicit",
        ANSIBLE_DEPRECATION_WARNINGS="false",
        OIB_REGISTRY_PASSWORD="of the registry",
    )  # fmt: skip
    return Rendered(finished.returncode, finished.stdout + finished.stderr, output)


def _one_of_each(inventory: Path) -> list[str]:
    """The first host of each class: the groups that hold hosts themselves."""
    groups: Mapping[str, Any] = yaml.safe_load(inventory.read_text(encoding="utf-8"))
    return [next(iter(group["hosts"])) for group in groups.values() if group.get("hosts")]


def _plays(tree: Path, hosts: list[str], output: Path) -> list[dict[str, Any]]:
    """Kubespray's own checks of inventories and settings on all hosts, then its templates on some."""
    asserted = {
        "name": "Check the settings",
        "hosts": "k8s_cluster:etcd",
        "gather_facts": False,
        "roles": [{"role": role, "tags": ["never"]} for role in _ROLES],
        "tasks": [
            {"import_role": {"name": "network_facts"}},
            {
                "import_tasks": str(
                    tree / "roles/kubernetes/preinstall/tasks/0040-verify-settings.yml"
                )
            },
        ],
    }
    calico = tree / "roles/network_plugin/calico/tasks/check.yml"
    rendered = {
        "name": "Render",
        "hosts": ":".join(hosts),
        "gather_facts": False,
        "roles": [{"role": role, "tags": ["never"]} for role in _ROLES],
        "tasks": [
            {"file": {"path": f"{output}/{{{{ inventory_hostname }}}}", "state": "directory"}},
            *_settings(tree),
            *(
                {**each, "when": "kube_network_plugin == 'calico'"}
                for each in _assertions(calico)
            ),
            *(_template(tree, output, name, source) for name, source in _TEMPLATES.items()),
            *(
                _template(tree, output, name, source, "'kube_control_plane' in group_names")
                for name, source in _OF_CONTROL.items()
            ),
            {
                **_template(
                    tree, output, "hosts-{{ item.prefix }}.toml",
                    "container-engine/containerd/templates/hosts.toml.j2",
                ),
                "loop": "{{ containerd_registries_mirrors }}",
            },
        ],
    }  # fmt: skip
    boilerplate = {"import_playbook": str(tree / "playbooks/boilerplate.yml")}
    return [boilerplate, asserted, rendered]


def _template(tree: Path, output: Path, name: str, source: str, *when: str) -> dict[str, Any]:
    conditions = [*when, *([_CONDITIONS[name]] if name in _CONDITIONS else [])]
    task = {
        "name": name,
        "template": {
            "src": str(tree / "roles" / source),
            "dest": f"{output}/{{{{ inventory_hostname }}}}/{name}",
        },
    }
    return {**task, "when": conditions} if conditions else task


def _settings(tree: Path) -> list[dict[str, Any]]:
    """Kubespray's own tasks that say what the API server is called."""
    path = tree / "roles/kubernetes/control-plane/tasks/kubeadm-setup.yml"
    tasks = yaml.safe_load(path.read_text(encoding="utf-8"))
    wanted = {"apiserver_sans", "kubeadm_config_api_fqdn"}
    return [t for t in tasks if wanted & set(t.get("set_fact", {}))]


def _assertions(path: Path) -> list[dict[str, Any]]:
    """The assertions of a file of tasks that depend on no running cluster."""
    tasks = yaml.safe_load(path.read_text(encoding="utf-8"))
    kept = [t for t in tasks if "assert" in t and "when" not in t]
    for task in kept:
        task.pop("delegate_to", None)
        task.pop("run_once", None)
    return kept
