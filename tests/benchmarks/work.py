"""The work that is compared: a cloud of N compute hosts for Kolla-Ansible, by `oib` and by others.

The others get what does not depend on the hosts (globals, groups, options) as data, taken from what
`oib` made, so that they write as many files and keys. All that depends on the hosts they make
themselves, and `differences` holds it against `oib`'s.
"""

from __future__ import annotations

import configparser
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.tools import PythonTool, python_tool

HERE = Path(__file__).parent
CLOUD = HERE / "cloud"
PEERS = HERE / "peers"
#: Where the target's artifacts stand in oib's output.
LAYER = "openstack.core/kolla_ansible"
_HOSTS = "inventory/hosts.yml"
_CEPH = "ceph.conf"
#: Every address of every host: `oib` writes it besides, the others are not asked to.
_ADDRESSES = "addresses.csv"


def oib_command() -> str:
    """The console script of the environment that runs this."""
    return str(Path(sys.executable).with_name("oib"))


def peer_tools() -> PythonTool:
    """The environment of the other tools, made on first use."""
    stated = (PEERS / "requirements.txt").read_text(encoding="utf-8").split()
    return python_tool("benchmark-peers", stated)


@dataclass(frozen=True, slots=True)
class Work:
    """The work for so many compute hosts, prepared in a scratch folder."""

    computes: int
    folder: Path

    def compile(self, out: str = "oib") -> list[str]:
        """The command of `oib`."""
        return [
            oib_command(), "compile", str(CLOUD), "--set", f"computes={self.computes}",
            "--target", "kolla_ansible", "-o", str(self.folder / out), "--quiet",
        ]  # fmt: skip

    def jinja(self, python: Path, loader: str, hosts: str) -> list[str]:
        """The command of the Jinja2 script with one of PyYAML's loaders, `c` or `safe`."""
        program = str(PEERS / "with_jinja.py")
        return [
            str(python), program, loader, str(self.folder / hosts), str(self.folder / "settings.yml"),
            str(self.folder / "peer"),
        ]  # fmt: skip

    def program(self, python: Path, name: str) -> list[str]:
        """The command of a peer that counts the hosts itself."""
        return [
            str(python), str(PEERS / name), str(self.computes), str(self.folder / "settings.json"),
            str(self.folder / "peer"),
        ]  # fmt: skip

    def clear(self, out: str) -> None:
        """Removes what a run made."""
        shutil.rmtree(self.folder / out, ignore_errors=True)

    def read(self, out: str) -> dict[str, Any]:
        """All files that a run made, by path, as the data that their readers see."""
        root = self.folder / out
        found = {}
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.name != _ADDRESSES:
                found[path.relative_to(root).as_posix()] = _read(path)
        return found


def prepared(computes: int, folder: Path) -> Work:
    """The work, with `oib`'s own output in `oib` and the inputs of the others beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    work = Work(computes, folder)
    work.clear("oib")
    subprocess.run(work.compile(), check=True)
    settings = _settings(work.read(f"oib/{LAYER}"))
    _dump(settings, folder / "settings.yml")
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    _dump({"hosts": list(_export(computes))}, folder / "export.yml")
    _dump({"hosts": list(_shortest(computes))}, folder / "shortest.yml")
    return work


def differences(work: Work, out: str = "peer") -> list[str]:
    """The files that are not in a peer's output as they are in oib's."""
    ours, theirs = work.read(f"oib/{LAYER}"), work.read(out)
    return [path for path in sorted({*ours, *theirs}) if ours.get(path) != theirs.get(path)]


def _settings(artifacts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What does not depend on the hosts: YAML documents, options, Ceph's options without the monitors."""
    documents, options, ceph = {}, {}, {}
    for path, content in artifacts.items():
        if path.endswith(_CEPH):
            ceph[path] = content
            del content["global"]["mon_host"]
        elif path.endswith(".yml"):
            documents[path] = content
        else:
            options[path] = content
    del documents[_HOSTS]
    return {"documents": documents, "options": options, "ceph": ceph}


def _export(computes: int) -> Iterator[dict[str, Any]]:
    """The hosts as a site's database exports them: what the blueprint says of each, spelled out."""
    racks = -(-computes // 40) + 2
    members = [("control", n, f"control-{n}", computes + n - 1) for n in range(1, 4)]
    members += [("compute", n, f"compute-{n:05}", n - 1) for n in range(1, computes + 1)]
    for role, n, name, index in members:
        yield {
            "name": name,
            "role": role,
            "rack": f"r{(n - 1) % racks + 1}",
            "bmc": _address(10, (10 if role == "control" else 1000) + n),
            "addresses": {
                "api": _address(20, 11 + index),
                "storage": _address(30, 11 + index),
                "tenant": _address(40, 11 + index),
            },
        }


def _shortest(computes: int) -> Iterator[dict[str, Any]]:
    """The hosts with no more than the templates ask for."""
    for host in _export(computes):
        used = ("api", "storage") if host["role"] == "control" else ("api",)
        addresses = {name: host["addresses"][name] for name in used}
        yield {"name": host["name"], "role": host["role"], "addresses": addresses}


def _address(network: int, number: int) -> str:
    return f"10.{network}.{number // 256}.{number % 256}"


def _read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".yml", ".json"):
        return yaml.load(text, Loader=yaml.CSafeLoader)  # it is a safe loader
    options = configparser.RawConfigParser(delimiters=("=",), default_section="")
    options.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    options.read_string(text)
    return {name: dict(section) for name, section in options.items() if name}


def _dump(data: Any, path: Path) -> None:
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(data, stream, Dumper=yaml.CSafeDumper, sort_keys=False)


def tools(work: Work, python: Path) -> dict[str, Sequence[str]]:
    """The others by name, with their commands."""
    return {
        "Jinja2, CSafeLoader": work.jinja(python, "c", "export.yml"),
        "Jinja2, CSafeLoader, shortest list": work.jinja(python, "c", "shortest.yml"),
        "Jinja2, yaml.safe_load": work.jinja(python, "safe", "export.yml"),
        "KCL": work.program(python, "with_kcl.py"),
        "go-jsonnet": work.program(python, "with_jsonnet.py"),
    }
