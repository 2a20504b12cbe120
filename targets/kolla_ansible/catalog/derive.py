"""Derives the catalogue of a release from its upstream packages: `python -m … derive 2025.1`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from targets._derivation.packages import wheel
from targets._derivation.text import catalogue_text

from .derivation import kolla, options
from .derivation.packages import SharedFiles
from .derivation.releases import RELEASES, UpstreamRelease

HERE = Path(__file__).parent
#: The options of services, which other deployment tools of OpenStack are checked against too.
OPTIONS = HERE.parents[1] / "_openstack" / "catalog"


def kolla_catalogue(release: UpstreamRelease) -> dict[str, str]:
    """Return file name -> text of what Kolla-Ansible itself defines in `release`."""
    shared = SharedFiles(wheel("kolla-ansible", release.kolla_ansible))
    variables = kolla.variables(shared)
    source = f"kolla-ansible {release.kolla_ansible}"
    documents: Mapping[str, Mapping[str, Any]] = {
        "commands.json": {"commands": kolla.commands(shared)},
        "inventory.json": kolla.inventory(shared),
        "passwords.json": {"passwords": kolla.passwords(shared)},
        "services.json": {"services": kolla.services(shared, variables)},
        "variables.json": {"variables": variables},
    }
    return {
        name: catalogue_text({**document, "source": source}, levels=2)
        for name, document in documents.items()
    }


def option_catalogue(release: UpstreamRelease) -> dict[str, str]:
    """Return file name -> text of the configuration options of the services in `release`."""
    return {
        name: catalogue_text(document, levels=4)
        for name, document in options.option_documents(pins(release)).items()
    }


def pins(release: UpstreamRelease) -> Path:
    """Return the file that names the packages of the services in `release`."""
    return HERE / "derivation" / "pins" / f"{release.name}.txt"


def main() -> None:
    """Write the catalogue files of the releases named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", nargs="+", choices=sorted(RELEASES))
    parser.add_argument(
        "--only", choices=("kolla", "options"), help="derive one half of the catalogue"
    )
    arguments = parser.parse_args()
    for release in (RELEASES[name] for name in arguments.release):
        if arguments.only != "options":
            _write(HERE / release.name, kolla_catalogue(release))
        if arguments.only != "kolla":
            _write(OPTIONS / release.name, option_catalogue(release))


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for file_name, text in texts.items():
        path = folder / file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
