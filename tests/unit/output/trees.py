"""Small trees to write, and what stands in a folder, for the tests of the writer."""

from __future__ import annotations

import os
from collections.abc import Mapping

from blueprint.output.layout import STATE
from blueprint.output.manifest import File, Manifest

MANIFEST = Manifest(
    oib="1.2.3", digest="d", blueprint="cloud", main="main.oib", inputs={"main.oib": "0" * 64}
)

GLOBALS = "openstack.core/kolla_ansible/globals.yml"
INVENTORY = "openstack.core/kolla_ansible/inventory/hosts"
SPECS = "ceph.main/cephadm/specs.yml"


def tree(**texts: str) -> dict[str, File]:
    """A tree with the files named by short names."""
    paths = {"globals": GLOBALS, "inventory": INVENTORY, "specs": SPECS}
    found = {
        paths.get(name, name.replace("__", "/")): File(text.encode())
        for name, text in texts.items()
    }
    return dict(sorted(found.items()))


def standing(folder: str | os.PathLike[str]) -> dict[str, bytes]:
    """Every file below a folder but the state of the machine."""
    found = {}
    for parent, folders, names in os.walk(folder):
        if STATE in folders:
            folders.remove(STATE)
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = stream.read()
    return found


def artifacts(folder: str | os.PathLike[str]) -> dict[str, bytes]:
    """What stands in a folder, without the manifest."""
    return {path: data for path, data in standing(folder).items() if path != "oib-manifest.json"}


def contents(files: Mapping[str, File]) -> dict[str, bytes]:
    """The bytes of a tree."""
    return {path: file.data for path, file in files.items()}
