"""Brings the outside judges onto the machine: virtual environments and unpacked Debian packages.

Every tool lives in a folder named after the digest of what it was made from, so a changed pin is a
new folder and an old one stays usable. Nothing here runs inside the environment of `oib` itself.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

CACHE_VARIABLE = "OIB_ORACLE_CACHE"
Tool = TypeVar("Tool")


class OracleUnavailableError(Exception):
    """A judge can't be had on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class PythonTool:
    """A virtual environment that holds pinned packages."""

    path: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.path / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Its site-packages folder."""
        return next((self.path / "lib").glob("python3.*/site-packages"))

    def command(self, name: str) -> str:
        """Return the path of one of its commands."""
        return str(self.path / "bin" / name)


def cache_folder() -> Path:
    """Return where tools are kept: `OIB_ORACLE_CACHE`, else an ignored folder of the checkout."""
    stated = os.environ.get(CACHE_VARIABLE)
    return Path(stated) if stated else Path(__file__).parents[2] / ".cache" / "oracles"


def python_tool(name: str, requirements: Sequence[str]) -> PythonTool:
    """Return an environment that holds `requirements`, making it on first use."""
    content = "\n".join([f"python{sys.version_info.major}.{sys.version_info.minor}", *requirements])
    with made_once(name, content) as (folder, is_made):
        tool = PythonTool(folder)
        if not is_made:
            venv.create(folder, with_pip=True, symlinks=True)
            run([str(tool.python), "-m", "pip", "install", "--quiet", *requirements])
        return tool


def debian_files(name: str, packages: Sequence[str]) -> Path:
    """Return a folder into which the Debian `packages` are unpacked, without installing them."""
    for command in ("apt-get", "dpkg"):
        if shutil.which(command) is None:
            raise OracleUnavailableError(f"`{command}` is not on this machine")
    with made_once(name, "\n".join(packages)) as (folder, is_made):
        if not is_made:
            archives = folder / "archives"
            archives.mkdir(parents=True)
            try:
                run(["apt-get", "download", *packages], folder=archives)
            except OracleUnavailableError:  # the package lists may never have been fetched
                run(["apt-get", "update"])
                run(["apt-get", "download", *packages], folder=archives)
            for archive in sorted(archives.glob("*.deb")):
                run(["dpkg", "-x", str(archive), str(folder / "root")])
        return folder / "root"


def or_skip(make: Callable[[], Tool]) -> Tool:
    """Return the tool that `make` brings; without it, skip the test, or fail it in CI."""
    try:
        return make()
    except OracleUnavailableError as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(f"this judge must be present in CI: {reason}")
        pytest.skip(str(reason))


@contextmanager
def made_once(name: str, content: str) -> Iterator[tuple[Path, bool]]:
    """Yield the tool's folder and whether it is whole; one process makes it, others wait."""
    folder = cache_folder() / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    whole = folder / "made-from.txt"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists() and folder.exists():
            shutil.rmtree(folder)  # an earlier run was killed halfway
        is_made = whole.exists()
        yield folder, is_made
        if not is_made:
            whole.write_text(content + "\n", encoding="utf-8")


def run(
    command: Sequence[str], folder: Path | None = None, extra: Mapping[str, str] | None = None
) -> None:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **(extra or {})}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        last = (finished.stderr or finished.stdout).strip().splitlines()[-3:]
        raise OracleUnavailableError(f"`{' '.join(command[:3])}` failed: {' / '.join(last)}")
