"""Derives the catalogues from git repositories of StarlingX.

    python -m targets.starlingx.catalog.derive --repositories FOLDER 12.0 …

The folder holds repositories named `ansible-playbooks`, `config`, `distcloud`, `metal` and `openstack-armada-app`,
with their branches.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from targets._derivation.text import catalogue_text

from .derivation import bootstrap, distcloud, openstack, vocabulary
from .derivation.tree import Tree, tree_of
from .releases import BRANCHES

HERE = Path(__file__).parent
METADATA = "bsp-files/upgrades/metadata.xml"
PARTS = {
    "ansible-playbooks": bootstrap.PARTS,
    "config": vocabulary.PARTS,
    "distcloud": distcloud.PARTS,
    "metal": (METADATA,),
    "openstack-armada-app": openstack.PARTS,
}


def document(trees: dict[str, Tree]) -> dict[str, Any]:
    """The catalogue of one state of the repositories."""
    upgrades = re.findall(r"<version>([\d., ]+)</version>", trees["metal"].texts[METADATA])
    return {
        **bootstrap.document(trees["ansible-playbooks"]),
        "distcloud": distcloud.document(trees["distcloud"]),
        "openstack": openstack.document(trees["openstack-armada-app"]),
        "platform": vocabulary.document(trees["config"]),
        "sources": {f"starlingx/{name}": tree.source for name, tree in sorted(trees.items())},
        "upgrades_from": [each.strip() for text in upgrades for each in text.split(",")],
    }


def release_catalogue(repositories: Path, release: str) -> str:
    """The text of the catalogue of one release."""
    trees = {
        name: tree_of(repositories / name, BRANCHES[release], parts)
        for name, parts in PARTS.items()
    }
    return catalogue_text(document(trees), levels=3)


def main() -> None:
    """Write the catalogue files of the releases named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", nargs="+", choices=list(BRANCHES))
    parser.add_argument("--repositories", type=Path, required=True)
    arguments = parser.parse_args()
    for release in arguments.release:
        text = release_catalogue(arguments.repositories, release)
        (HERE / f"{release}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
