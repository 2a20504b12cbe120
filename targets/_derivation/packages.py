"""Brings upstream packages into the cache folder and opens them."""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

CACHE_VARIABLE = "OIB_CATALOGUE_CACHE"
_WHOLE = "whole"


def cache_folder() -> Path:
    """Return where upstream packages are kept; never part of the checkout."""
    stated = os.environ.get(CACHE_VARIABLE)
    return Path(stated) if stated else Path(__file__).parents[2] / ".cache" / "upstream"


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
    spelt = package.replace("-", "[-_]")  # source archives of older tools keep the hyphen
    found = sorted(cache_folder().glob(f"{spelt}-{version}{ending}"))
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
