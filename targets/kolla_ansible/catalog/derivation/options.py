"""Reads the configuration options of a release's services out of the installed services.

The services of the release are installed together, at the versions in `pins/`: the newest of each
service's series, and for everything else what that release's upper-constraints name. Which
namespaces make up which file is read from the generator files in each service's source package;
what the namespaces hold, from `oslo_config.generator` inside that environment.
"""

import json
import os
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from targets._derivation.packages import pinned_environment, source_package

from .projects import PROJECTS, Project

_LISTER = Path(__file__).with_name("list_options.py")
# In a folder for them, or anywhere under a name that says what it is.
_GENERATOR = re.compile(
    r"[^/]+/(?:(?:etc|config-generator|tools)/(?:.*/)?(?P<name>[^/]+\.(?:conf|ini))"
    r"|(?:.*/)?(?P<said>[^/]*config-generator[^/]*\.conf))$"
)


def option_documents(pins: Path) -> dict[str, dict[str, Any]]:
    """Return file name -> document: one for each project, one for what they share, an index."""
    versions = dict(line.split("==", 1) for line in pins.read_text(encoding="utf-8").split())
    python = pinned_environment(pins)
    projects = [project for project in PROJECTS if project.packages(versions)]
    files = {project.name: _files(project, versions) for project in projects}
    uses = Counter(
        namespace
        for project in projects
        for namespace in {n for namespaces in files[project.name].values() for n in namespaces}
    )
    shared = sorted(namespace for namespace, users in uses.items() if users > 1)
    library = f"oslo.config {versions['oslo.config']} and the libraries that services share"
    documents = {"shared": {"namespaces": _listed(python, shared), "source": library}}
    index: dict[str, dict[str, Any]] = {}
    for project in projects:
        for name, namespaces in files[project.name].items():
            index[name] = {"namespaces": namespaces, "project": project.name}
            original = project.aliases.get(name, name)
            dynamic = [_without_file(e) for e in project.dynamic if e["file"] == original]
            if dynamic:
                index[name]["dynamic"] = dynamic
        own = {n for listed in files[project.name].values() for n in listed} - set(shared)
        documents[project.name] = {
            "namespaces": _listed_apart(python, sorted(own)),
            "source": ", ".join(f"{p} {versions[p]}" for p in project.packages(versions)),
        }
    documents["index"] = {"files": index}
    return {f"{name}.json": document for name, document in documents.items()}


def _without_file(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "file"}


def _files(project: Project, versions: Mapping[str, str]) -> dict[str, list[str]]:
    """Return configuration file -> namespaces, as the project's generator files state them."""
    files = {name: list(namespaces) for name, namespaces in project.lost.items()}
    for package in project.packages(versions):
        files |= _files_of(project, source_package(package, versions[package]))
    return files | {alias: files[name] for alias, name in project.aliases.items() if name in files}


def _files_of(project: Project, source: Path) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    with tarfile.open(source) as archive:
        for member in archive.getmembers():
            matched = _GENERATOR.match(member.name)
            if matched is None or not member.isfile():
                continue
            stream = archive.extractfile(member)
            text = stream.read().decode() if stream else ""
            namespaces = re.findall(r"^namespace\s*=\s*(\S+)", text, re.MULTILINE)
            name = _output(project, matched["name"] or matched["said"], text)
            if namespaces and name and "policy" not in member.name:
                files[name] = sorted({*namespaces, *project.also.get(name, ())})
    return files


def _output(project: Project, generator: str, text: str) -> str | None:
    if generator in project.named:
        return project.named[generator]
    stated = re.search(r"^output_file\s*=\s*\S*?([^/\s]+?)(?:\.sample)?$", text, re.MULTILINE)
    return stated[1] if stated else None


def _listed_apart(python: Path, namespaces: list[str]) -> dict[str, Any]:
    """Return namespace -> sections, each package asked alone: some can't be imported together."""
    packages = groupby(namespaces, lambda namespace: namespace.partition(".")[0])
    return {
        namespace: sections
        for _, group in packages
        for namespace, sections in _listed(python, list(group)).items()
    }


def _listed(python: Path, namespaces: list[str]) -> dict[str, Any]:
    command = [str(python), str(_LISTER), *namespaces]
    # Some services make the choices of an option from a set.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    finished = subprocess.run(  # noqa: S603 - our own script
        command, capture_output=True, check=True, text=True, env=environment
    )
    listed: dict[str, Any] = json.loads(finished.stdout)
    return listed
