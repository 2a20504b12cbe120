"""Brings upstream packages into the cache folder and opens them."""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CACHE_VARIABLE = "OIB_CATALOGUE_CACHE"
_WHOLE = "whole"


def cache_folder() -> Path:
    """Return where upstream packages are kept; never part of the checkout."""
    stated = os.environ.get(CACHE_VARIABLE)
    return Path(stated) if stated else Path(__file__).parents[4] / ".cache" / "upstream"


def cached_wheel(package: str, version: str) -> Path | None:
    """Return the wheel of `package` if an earlier run fetched it."""
    return _cached(package, version, "-*.whl")


def wheel(package: str, version: str) -> Path:
    """Return the wheel of `package`, downloading it through pip where it is absent."""
    return cached_wheel(package, version) or _downloaded(
        package, version, "-*.whl", "--only-binary=:all:"
    )


def source_package(package: str, version: str) -> Path:
    """Return the source archive of `package`, downloading it through pip where it is absent."""
    return _cached(package, version, ".tar.gz") or _downloaded(
        package, version, ".tar.gz", "--no-binary=:all:"
    )


def environment_folder(pins: Path) -> Path:
    """Return where the environment of `pins` stands, or will stand."""
    digest = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    return cache_folder() / f"services-{pins.stem}-{digest}"


def has_environment(pins: Path) -> bool:
    """Tell whether an earlier run made the environment of `pins`."""
    return (environment_folder(pins) / _WHOLE).exists()


def pinned_environment(pins: Path) -> Path:
    """Return the interpreter of an environment that holds just what `pins` lists."""
    folder = environment_folder(pins)
    python = folder / "bin" / "python"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(folder.suffix + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not has_environment(pins):
            venv.create(folder, with_pip=True, symlinks=True, clear=True)
            _pip(python, "install", "--requirement", str(pins))
            (folder / _WHOLE).touch()
    return python


def _cached(package: str, version: str, ending: str) -> Path | None:
    found = sorted(cache_folder().glob(f"{package.replace('-', '_')}-{version}{ending}"))
    return found[0] if found else None


def _downloaded(package: str, version: str, ending: str, form: str) -> Path:
    cache_folder().mkdir(parents=True, exist_ok=True)
    into = ("--dest", str(cache_folder()))
    _pip(Path(sys.executable), "download", "--no-deps", form, *into, f"{package}=={version}")
    fetched = _cached(package, version, ending)
    if fetched is None:
        message = f"pip reported success, but {package} {version} is not in the cache"
        raise FileNotFoundError(message)
    return fetched


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)  # noqa: S603 - fixed words and pinned requirements


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
