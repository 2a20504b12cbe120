"""Reads the configuration options of a release's services out of the installed services.

The services of the release are installed together, at the versions in `pins/`: the newest of each
service's series, and for everything else what that release's upper-constraints name. Which
namespaces make up which file is read from the generator files in each service's source package;
what the namespaces hold, from `oslo_config.generator` inside that environment.
"""

import json
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from targets._derivation.packages import pinned_environment, source_package

_LISTER = Path(__file__).with_name("list_options.py")
_GENERATOR = re.compile(
    r"[^/]+/(?:(?:etc|config-generator|tools)/(?:.*/)?)?(?P<name>[^/]+\.(?:conf|ini))$"
)


@dataclass(frozen=True, slots=True)
class Project:
    """A service, its package, and what its options need besides the generator files.

    `aliases` are names under which Kolla-Ansible takes overrides for a file of another name.
    `also` adds namespaces that a service registers although its generator file forgets them.
    `dynamic` are sections that only a deployment names: a pattern, and where the options come from;
    the first pattern that matches wins.
    """

    name: str
    package: str
    aliases: Mapping[str, str]
    dynamic: tuple[Mapping[str, Any], ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# A privileged helper has a section of its own, named in code, with the options of `privsep`.
_PRIVSEP = r"privsep_(?:osbrick|conntrack|dhcp_release|link|namespace|ovs_vsctl)|[a-z]+_sys_admin"

PROJECTS = (
    Project(
        "barbican",
        "barbican",
        {},
        (
            {
                "file": "barbican.conf",
                "pattern": r"secretstore:[A-Za-z0-9_.-]+",
                "options": {
                    "crypto_plugin": "string",
                    "global_default": "bool",
                    "secret_store_plugin": "string",
                },
            },
        ),
    ),
    Project(
        "cinder",
        "cinder",
        {},
        # A back end named in `enabled_backends` has a section of its own, of any name.
        (
            {"file": "cinder.conf", "pattern": _PRIVSEP, "like": ["privsep"]},
            {"file": "cinder.conf", "pattern": r"[A-Za-z0-9_.-]+", "like": ["backend_defaults"]},
        ),
    ),
    Project(
        "glance",
        "glance",
        {"glance.conf": "glance-api.conf"},
        # A store named in `enabled_backends`: the generator shows one section for each driver.
        (
            {
                "file": "glance-api.conf",
                "pattern": r"[A-Za-z0-9_.-]+",
                "like": ["glance.store.*.store", "cinder", "file"],
            },
        ),
    ),
    Project("heat", "openstack-heat", {}),
    Project(
        "keystone",
        "keystone",
        {},
        # A federation protocol is an authentication method of any name.
        (
            {
                "file": "keystone.conf",
                "pattern": r"[A-Za-z0-9_.-]+",
                "options": {"remote_id_attribute": "string"},
            },
        ),
    ),
    Project(
        "neutron",
        "neutron",
        {},
        ({"file": "neutron.conf", "pattern": _PRIVSEP, "like": ["privsep"]},),
        {
            "neutron_ovn_metadata_agent.ini": ("neutron.ml2.ovn",),
            "ovn_agent.ini": ("neutron.ml2.ovn",),
        },
    ),
    Project(
        "nova",
        "nova",
        {},
        (
            {
                "file": "nova.conf",
                "pattern": rf"{_PRIVSEP}|vif_plug_(?:ovs|linux_bridge)_privileged",
                "like": ["privsep"],
            },
            {
                "file": "nova.conf",
                "pattern": r"(?:mdev|vgpu)_[A-Za-z0-9_.-]+",
                "options": {
                    "device_addresses": "list",
                    "max_instances": {"n": 1, "t": "int"},
                    "mdev_class": "string",
                },
            },
        ),
    ),
    Project("placement", "openstack-placement", {}),
)


def option_documents(pins: Path) -> dict[str, dict[str, Any]]:
    """Return file name -> document: one for each project, one for what they share, an index."""
    versions = dict(line.split("==", 1) for line in pins.read_text(encoding="utf-8").split())
    python = pinned_environment(pins)
    files = {project.name: _files(project, versions) for project in PROJECTS}
    uses = Counter(
        namespace
        for project in PROJECTS
        for namespace in {n for namespaces in files[project.name].values() for n in namespaces}
    )
    shared = sorted(namespace for namespace, users in uses.items() if users > 1)
    library = f"oslo.config {versions['oslo.config']} and the libraries that services share"
    documents = {"shared": {"namespaces": _listed(python, shared), "source": library}}
    index: dict[str, dict[str, Any]] = {}
    for project in PROJECTS:
        for name, namespaces in files[project.name].items():
            index[name] = {"namespaces": namespaces, "project": project.name}
            original = project.aliases.get(name, name)
            dynamic = [_without_file(e) for e in project.dynamic if e["file"] == original]
            if dynamic:
                index[name]["dynamic"] = dynamic
        own = {n for listed in files[project.name].values() for n in listed} - set(shared)
        documents[project.name] = {
            "namespaces": _listed(python, sorted(own)),
            "source": f"{project.package} {versions[project.package]}",
        }
    documents["index"] = {"files": index}
    return {f"options/{name}.json": document for name, document in documents.items()}


def _without_file(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "file"}


def _files(project: Project, versions: Mapping[str, str]) -> dict[str, list[str]]:
    """Return configuration file -> namespaces, as the project's generator files state them."""
    files: dict[str, list[str]] = {}
    with tarfile.open(source_package(project.package, versions[project.package])) as archive:
        for member in archive.getmembers():
            matched = _GENERATOR.match(member.name)
            if matched is None or not member.isfile():
                continue
            stream = archive.extractfile(member)
            text = stream.read().decode() if stream else ""
            namespaces = re.findall(r"^namespace\s*=\s*(\S+)", text, re.MULTILINE)
            output = re.search(
                r"^output_file\s*=\s*\S*?([^/\s]+?)(?:\.sample)?$", text, re.MULTILINE
            )
            if namespaces and output and "policy" not in matched["name"]:
                forgotten = project.also.get(output[1], ())
                files[output[1]] = sorted({*namespaces, *forgotten})
    return files | {alias: files[name] for alias, name in project.aliases.items()}


def _listed(python: Path, namespaces: list[str]) -> dict[str, Any]:
    command = [str(python), str(_LISTER), *namespaces]
    finished = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own script
    listed: dict[str, Any] = json.loads(finished.stdout)
    return listed
