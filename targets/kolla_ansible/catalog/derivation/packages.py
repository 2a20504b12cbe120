"""Brings upstream packages into the cache folder and opens them."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CACHE_VARIABLE = "OIB_CATALOGUE_CACHE"


def cache_folder() -> Path:
    """Return where upstream packages are kept; never part of the checkout."""
    stated = os.environ.get(CACHE_VARIABLE)
    return Path(stated) if stated else Path(__file__).parents[4] / ".cache" / "upstream"


def cached_wheel(package: str, version: str) -> Path | None:
    """Return the wheel of `package` if an earlier run fetched it."""
    found = sorted(cache_folder().glob(f"{package.replace('-', '_')}-{version}-*.whl"))
    return found[0] if found else None


def wheel(package: str, version: str) -> Path:
    """Return the wheel of `package`, downloading it through pip where it is absent."""
    present = cached_wheel(package, version)
    if present:
        return present
    cache_folder().mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(cache_folder()), f"{package}=={version}"]
    subprocess.run(command, check=True)  # noqa: S603 - fixed words and a pinned requirement
    fetched = cached_wheel(package, version)
    if fetched is None:
        message = f"pip reported success, but no wheel of {package} {version} is in the cache"
        raise FileNotFoundError(message)
    return fetched


class SharedFiles:
    """The files under `share/kolla-ansible` of a Kolla-Ansible wheel, and its Python code."""

    def __init__(self, path: Path) -> None:
        """Open the wheel at `path`."""
        self._archive = zipfile.ZipFile(path)
        marker = "/data/share/kolla-ansible/"
        self._names = {
            name.split(marker, 1)[1]: name for name in self._archive.namelist() if marker in name
        }

    def __iter__(self) -> Iterator[str]:
        """Yield the paths below `share/kolla-ansible`, sorted."""
        return iter(sorted(self._names))

    def text(self, path: str) -> str:
        """Return the text of one shared file."""
        return self._archive.read(self._names[path]).decode()

    def code(self, path: str) -> str:
        """Return the text of one module of the `kolla_ansible` Python package."""
        return self._archive.read(f"kolla_ansible/{path}").decode()


class _TolerantLoader(yaml.CSafeLoader):
    """Reads Ansible's YAML, whose private tags (`!unsafe`, `!vault`) carry no type for us."""


_TolerantLoader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def ansible_yaml(text: str) -> Any:
    """Return what a YAML file of Ansible holds."""
    return yaml.load(text, _TolerantLoader)  # noqa: S506 - derives from the safe loader
