"""Judges network files of hosts by netplan's own generator and by NMState's schema.

netplan 0.106 is Debian's, unpacked; what it makes for systemd-networkd is read back, so that a test can look
for an address or a route where the system would. The schema is that of NMState 1.2.1, the last on PyPI; it
leaves objects open, so every key is also held against those that it names anywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from .tools import debian_files, python_tool

_PACKAGES = ("netplan.io", "libnetplan0", "libglib2.0-0", "libyaml-0-2", "libffi8")
_SCHEMA = "libnmstate/schemas/operational-state.yaml"
#: The names that NMState's own code has for what its schema calls otherwise (`ip-from`, not `from`).
_NAMES = "libnmstate/schema.py"
#: Options of bonds, which are the kernel's own.
_KERNELS = frozenset({"miimon", "lacp_rate", "xmit_hash_policy"})


@dataclass(frozen=True, slots=True)
class Generated:
    """What netplan made of a file: its complaints, and the files of systemd-networkd by name."""

    said: str
    files: Mapping[str, str]

    def of(self, interface: str, kind: str = "network") -> list[str]:
        """The lines of the file of an interface."""
        return self.files[f"10-netplan-{interface}.{kind}"].splitlines()


def netplan_root() -> Path:
    """The unpacked packages."""
    return debian_files("netplan", _PACKAGES)


def generate(path: Path, scratch: Path) -> Generated:
    """Let netplan generate what systemd-networkd would read."""
    place = scratch / "etc" / "netplan"
    shutil.rmtree(scratch, ignore_errors=True)
    place.mkdir(parents=True)
    shutil.copyfile(path, place / "90-oib.yaml")
    (place / "90-oib.yaml").chmod(0o600)
    root = netplan_root()
    libraries = sorted({str(found.parent) for found in root.rglob("lib*.so*")})
    finished = subprocess.run(
        [str(root / "usr" / "libexec" / "netplan" / "generate"), "--root-dir", str(scratch)],
        env={**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)},
        capture_output=True,
        text=True,
        check=False,
    )
    made = scratch / "run" / "systemd" / "network"
    files = {each.name: each.read_text(encoding="utf-8") for each in sorted(made.glob("*"))}
    said = finished.stderr.strip()
    return Generated(
        said or (f"exit code {finished.returncode}" if finished.returncode else ""), files
    )


def nmstate_packages() -> Path:
    """The folder that NMState's own package lies in."""
    return python_tool("nmstate", ("--no-deps", "nmstate==1.2.1")).packages


@cache
def _nmstate() -> tuple[Mapping[str, Any], frozenset[str]]:
    """The schema, and every key that it or the code names."""
    packages = nmstate_packages()
    schema: Mapping[str, Any] = yaml.safe_load((packages / _SCHEMA).read_text(encoding="utf-8"))
    code = (packages / _NAMES).read_text(encoding="utf-8")
    constants = re.findall(r'^    [A-Z0-9_]+ = "([a-z0-9-]+)"$', code, re.MULTILINE)
    return schema, frozenset((*_names(schema), *constants))


def check_nmstate(path: Path) -> tuple[str, ...]:
    """What the schema refuses in a file, and keys that it doesn't know."""
    schema, named = _nmstate()
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema)
    found = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(document)]
    known = named | _KERNELS
    return (*found, *(f"`{key}` is unknown" for key in sorted(set(_keys(document)) - known)))


def _names(schema: Any) -> Iterator[str]:
    """The names of all properties of a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for each in schema.values():
            yield from _names(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _names(each)


def _keys(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from _keys(value)
    elif isinstance(document, list):
        for each in document:
            yield from _keys(each)
