"""Derives the catalogue of a release from its upstream packages: `python -m … derive 2025.1`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .derivation import kolla
from .derivation.packages import SharedFiles, wheel
from .derivation.releases import RELEASES, UpstreamRelease
from .derivation.text import catalogue_text

HERE = Path(__file__).parent


def kolla_catalogue(release: UpstreamRelease) -> dict[str, str]:
    """Return file name -> text of what Kolla-Ansible itself defines in `release`."""
    shared = SharedFiles(wheel("kolla-ansible", release.kolla_ansible))
    variables = kolla.variables(shared)
    source = f"kolla-ansible {release.kolla_ansible}"
    documents: Mapping[str, Mapping[str, Any]] = {
        "inventory.json": kolla.inventory(shared),
        "passwords.json": {"passwords": kolla.passwords(shared)},
        "services.json": {"services": kolla.services(shared, variables)},
        "variables.json": {"variables": variables},
    }
    return {
        name: catalogue_text({**document, "source": source}, levels=2)
        for name, document in documents.items()
    }


def main() -> None:
    """Write the catalogue files of the releases named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", nargs="+", choices=sorted(RELEASES))
    for name in parser.parse_args().release:
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        for file_name, text in kolla_catalogue(RELEASES[name]).items():
            (folder / file_name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
