"""Judges cephadm specifications by Ceph's own HostSpec and ServiceSpec.

They come from Debian's python3-ceph-common 16.2.15, so a field that Ceph learnt later is refused;
`NEWER_FIELDS` names the ones that may be emitted all the same, each with where it came from.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .tools import debian_files

_READER = Path(__file__).parent / "readers" / "ceph_specs.py"

# Part of a finding's message -> the release that brought the field, and why it is needed.
NEWER_FIELDS: Mapping[str, str] = {}


def check(path: Path) -> tuple[str, ...]:
    """Return what Ceph refuses in the YAML documents of a specification file."""
    root = debian_files("ceph", ("python3-ceph-common",))
    packages = str(root / "usr" / "lib" / "python3" / "dist-packages")
    finished = subprocess.run(
        [sys.executable, str(_READER)],
        input=path.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": packages, "PYTHONWARNINGS": "ignore"},
    )
    if finished.returncode:
        raise AssertionError(f"{path.name} can't be read: {finished.stderr.strip()[-2000:]}")
    return tuple(
        f"document {number}: {message}"
        for number, message in json.loads(finished.stdout)
        if not any(field in message for field in NEWER_FIELDS)
    )
