"""What a release of Kubespray installs and where: versions, host systems, groups, its own Ansible."""

import re
from typing import Any

from targets._derivation.ansible_text import ansible_yaml

from .tree import Tree

_CHECKSUMS = "roles/kubespray_defaults/vars/main/checksums.yml"
_ARCHITECTURES = ("amd64", "arm64")
#: Names of systems in the README, as blueprints write them.
_SYSTEMS = {
    "Alma Linux": "almalinux",
    "Amazon Linux": "amazon",
    "CentOS": "centos-stream",
    "CentOS Stream": "centos-stream",
    "Debian": "debian",
    "Fedora": "fedora",
    "Fedora CoreOS": "fedora-coreos",
    "Flatcar Container Linux by Kinvolk": "flatcar",
    "Kylin Linux Advanced Server": "kylin",
    "Oracle Linux": "oracle",
    "RHEL": "rhel",
    "Rocky Linux": "rocky",
    "UOS Linux": "uos",
    "Ubuntu": "ubuntu",
    "openEuler": "openeuler",
    "openSUSE": "opensuse-leap",
}
_DEBIAN = {"Bullseye": "11", "Bookworm": "12", "Trixie": "13"}


def kubernetes_versions(tree: Tree) -> dict[str, list[str]]:
    """Return the versions of Kubernetes that the release has checksums of, by architecture."""
    checksums = ansible_yaml(tree[_CHECKSUMS])
    return {
        architecture: _sorted(
            set.intersection(
                *(
                    set(map(str, checksums[f"{name}_checksums"][architecture]))
                    for name in ("kubelet", "kubeadm", "kubectl")
                )
            )
        )
        for architecture in _ARCHITECTURES
    }


def engine_versions(tree: Tree) -> dict[str, list[str]]:
    """Return the versions of the container engines that the release can install."""
    checksums = ansible_yaml(tree[_CHECKSUMS])
    return {
        engine: _sorted({str(v) for v in checksums[f"{name}_archive_checksums"]["amd64"]})
        for engine, name in (("containerd", "containerd"), ("crio", "crio"))
    }


def components(tree: Tree) -> dict[str, str]:
    """Return the versions of what the release installs unless told otherwise, as its README lists them."""
    listed = re.findall(
        r"^  - \[([a-z0-9-]+)\]\(\S+\) v?([0-9][0-9.]*)", tree["README.md"], re.MULTILINE
    )
    return dict(sorted(listed))


def systems(tree: Tree) -> dict[str, list[str]]:
    """Return the host systems of the README with their versions; none listed stands for any."""
    section = (
        tree["README.md"].split("## Supported Linux Distributions", 1)[1].split("\nNote", 1)[0]
    )
    found: dict[str, list[str]] = {}
    for bold, rest in re.findall(r"^- \*\*(.+?)\*\*(.*)$", section, re.MULTILINE):
        plain = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", rest).replace("[", "").replace("]", "")
        words = re.findall(r"[A-Za-z0-9.]+", f"{_last_version(bold)} {plain}")
        versions = [
            _DEBIAN.get(word, word.removesuffix(".x").lower())
            for word in words
            if word in _DEBIAN or re.fullmatch(r"[Vv]?[0-9][0-9.x]*", word)
        ]
        for name in re.split(r" ?/ ?", re.sub(r" [Vv]?[0-9.]+$", "", bold)):
            found[_SYSTEMS[name]] = sorted(versions, key=_numbers)
    return dict(sorted(found.items()))


def groups(tree: Tree) -> list[str]:
    """Return the groups of an inventory that playbooks and roles ask for."""
    names: set[str] = set()
    for path, text in tree.items():
        if path.startswith("playbooks/") and path.endswith(".yml"):
            for hosts in re.findall(r"^\s*hosts: ([^{}\n\"']+)$", text, re.MULTILINE):
                names |= {re.sub(r"\[.*\]", "", part).strip("!& ") for part in hosts.split(":")}
    return sorted(name for name in names - {"all", "localhost"} if re.fullmatch(r"[a-z]\w+", name))


def ansible(tree: Tree) -> dict[str, str]:
    """Return the version of Ansible's package that the release asks for, and the range it checks."""
    check = tree["playbooks/ansible_version.yml"]
    found = {}
    for name, key in (("minimal", "at_least"), ("maximal", "below")):
        version = re.search(rf"{name}_ansible_version: ([0-9.]+)", check)
        assert version is not None, name
        found[key] = version[1]
    pinned = re.search(r"^ansible==(\S+)$", tree["requirements.txt"], re.MULTILINE)
    assert pinned is not None
    return {**found, "package": pinned[1]}


def _last_version(name: str) -> str:
    found = re.search(r" ([Vv]?[0-9.]+)$", name)
    return found[1] if found else ""


def _sorted(versions: set[str]) -> list[str]:
    return sorted(versions, key=_numbers)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else -1 for part in version.split(".")]


def document(tree: Tree) -> dict[str, Any]:
    """Return all of it under the names that the catalogue has for it."""
    return {
        "ansible": ansible(tree),
        "components": components(tree),
        "engines": engine_versions(tree),
        "groups": groups(tree),
        "kubernetes": kubernetes_versions(tree),
        "systems": systems(tree),
    }
