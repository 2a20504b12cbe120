"""StarlingX's own rules as judges: dcmanager's validators of subclouds, and the checks of the bootstrap playbook.

`OIB_STARLINGX_DISTCLOUD` and `OIB_STARLINGX_PLAYBOOKS` name git repositories of starlingx/distcloud and
starlingx/ansible-playbooks with their branches; nothing of them is kept here. Ansible is the one of the judge of
Kubespray: it brings the collections that the playbook's filters come from.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from targets.starlingx.catalog import catalog
from targets.starlingx.catalog.releases import BRANCHES

from . import kubespray
from .tools import OracleUnavailableError, PythonTool, made_once

DISTCLOUD_VARIABLE = "OIB_STARLINGX_DISTCLOUD"
PLAYBOOKS_VARIABLE = "OIB_STARLINGX_PLAYBOOKS"
_READER = Path(__file__).parent / "readers" / "distcloud_values.py"


def tool() -> PythonTool:
    """An Ansible with its collections, and netaddr."""
    return kubespray.tool("2.31")


def checkout(variable: str, release: str, *parts: str) -> Path:
    """Parts of a repository that the environment names, unpacked from a release's branch."""
    stated = os.environ.get(variable)
    if not stated:
        raise OracleUnavailableError(f"`{variable}` names no repository of StarlingX")
    command = ["git", "-C", stated, "rev-parse", BRANCHES[release]]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise OracleUnavailableError(asked.stderr.strip())
    commit = asked.stdout.strip()
    name = f"{variable.removeprefix('OIB_').lower().replace('_', '-')}-{release}"
    with made_once(name, commit) as (folder, is_made):
        if not is_made:
            command = ["git", "-C", stated, "archive", "--format=tar", commit, *parts]
            packed = subprocess.run(command, capture_output=True, check=True).stdout
            with tarfile.open(fileobj=BytesIO(packed)) as archive:
                archive.extractall(folder, filter="data")
        return folder


def subcloud_faults(
    release: str, pools: Sequence[Mapping[str, Any]], subclouds: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """What dcmanager refuses when the subclouds are added one after another, by the name of each.

    A pool is one of the system controller's management network: `network`, `prefix`, `start`, `end`. A subcloud has
    `name` and `bootstrap` values, and may have `install` values and the `bmc_password` in base64.
    """
    folder = checkout(DISTCLOUD_VARIABLE, release, "distributedcloud") / "distributedcloud"
    asked = {
        "pools": list(pools),
        "software": catalog(release).software,
        "subclouds": list(subclouds),
    }
    finished = subprocess.run(
        [str(tool().python), str(_READER), str(folder)],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if finished.returncode:
        raise AssertionError(finished.stderr)
    return [(name, message) for name, message in json.loads(finished.stdout)]
