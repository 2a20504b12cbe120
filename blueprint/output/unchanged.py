"""Tells whether a compile would change nothing, without compiling and without heavy imports.

It would not where the same oib has read the same inputs for the same options before, in one compile of
everything, and every file that it wrote is still as it was. The digest of oib covers the bytes of the compiler, its grammar and all
installed targets, so that it is the same for a checkout and the wheel made of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from importlib.util import find_spec

from blueprint.loader import digest_of_names, lock_beside
from blueprint.output import state
from blueprint.output.disk import state_of
from blueprint.output.layout import JOURNAL
from blueprint.output.manifest import Manifest, Settings, read_manifest, whole_digest
from blueprint.output.planning import is_as
from blueprint.target import GROUP


def unchanged(directory: str, root: str, main: str, settings: Settings) -> Manifest | None:
    """The manifest of a folder that is what the blueprint at `root`/`main` gives, else None."""
    try:
        manifest = read_manifest(directory)
    except ValueError:
        return None
    if manifest is None or os.path.lexists(os.path.join(directory, JOURNAL)):
        return None
    if whole_digest(manifest.parts) != state.whole(directory):
        return None  # parts may be of different compiles
    if manifest.main != main or manifest.settings != settings:
        return None
    if not _has_inputs(manifest, root, main) or not _has_files(manifest, directory):
        return None
    return manifest if manifest.digest == digest_of_oib() else None


def _has_inputs(manifest: Manifest, root: str, main: str) -> bool:
    return bool(manifest.inputs) and inputs_now(manifest.inputs, root, main) == manifest.inputs


def inputs_now(
    inputs: Mapping[str, str | None], root: str, main: str
) -> dict[str, str | None] | None:
    """The digests of inputs as they are now, none of one that is missing; None where there is a lock beside them."""
    beside = lock_beside(main)  # read where it exists, so its appearance is a change too
    if beside not in inputs and os.path.lexists(os.path.join(root, beside)):
        return None
    found: dict[str, str | None] = {}
    for path in inputs:
        try:
            found[path] = _digest(os.path.join(root, path))
        except OSError:
            found[path] = None
    return found


def _digest(path: str) -> str:
    """The digest of an input: of a file's bytes, of a folder's names."""
    if path.endswith("/"):
        return digest_of_names(os.listdir(path))
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _has_files(manifest: Manifest, directory: str) -> bool:
    links: dict[str, bool] = {}
    for path, entry in manifest.files.items():
        parent = os.path.dirname(path)
        while parent and parent not in links:
            links[parent] = os.path.islink(os.path.join(directory, parent))
            parent = os.path.dirname(parent)
        if not is_as(state_of(os.path.join(directory, path)), entry):
            return False
    return not any(links.values())


def digest_of_oib() -> str:
    """A digest of the code and catalogues that made, or would make, the output."""
    digest = hashlib.sha256()
    for package in _packages():
        for name, path in _files(package):
            with open(path, "rb") as stream:
                data = stream.read()
            digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
            digest.update(data)
    return digest.hexdigest()


def _packages() -> list[str]:
    """The top-level packages that have a part in the output: ours, and those of installed targets."""
    targets = {
        point.value.partition(":")[0].partition(".")[0] for point in entry_points(group=GROUP)
    }
    return sorted({"blueprint", "grammars", *targets})


def _files(package: str) -> Iterator[tuple[str, str]]:
    """Every file of a package, found without importing it, by its path below the package's parent."""
    spec = find_spec(package)
    if spec is None:
        return
    if not spec.submodule_search_locations:
        if spec.origin is not None:
            yield package, spec.origin
        return
    for folder in spec.submodule_search_locations:
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(each for each in folders if each != "__pycache__")
            for name in sorted(names):
                path = os.path.join(parent, name)
                yield f"{package}/{os.path.relpath(path, folder)}", path


__all__ = ["digest_of_oib", "inputs_now", "unchanged"]
