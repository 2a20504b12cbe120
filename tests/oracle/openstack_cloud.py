"""Judges the playbook of what a region offers by Ansible, ansible-lint and the modules' own specifications."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from targets.openstack_resources.catalog import ansible_version, vocabulary

from .tools import PythonTool, python_tool

HERE = Path(__file__).parent
_READER = HERE / "readers" / "module_arguments.py"
_CLIENTS = ("python-openstackclient", "osc-placement", "python-ironicclient")


def tool(release: str) -> PythonTool:
    """What the run-book installs for a release, and ansible-lint beside it."""
    pinned = (f"ansible=={ansible_version()}", f"openstacksdk=={vocabulary(release).openstacksdk}")
    return python_tool(f"openstack-cloud-{release}", [*pinned, *_CLIENTS, "ansible-lint"])


def run(
    release: str, command: str, arguments: Sequence[str], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment in a folder, and return how it went."""
    made = tool(release)
    environment = {
        "PATH": f"{made.path / 'bin'}:/usr/bin:/bin",
        "HOME": str(folder),
        "ANSIBLE_LOCAL_TEMP": str(folder / ".ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
        **variables,
    }
    return subprocess.run(
        [made.command(command), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
