"""Derives the catalogue from a checkout of Kubespray: `python -m … derive --checkout PATH 2.31`."""

import argparse
from pathlib import Path

from targets._derivation.text import catalogue_text

from .derivation import facts
from .derivation.tree import Tree, tree_of_tag
from .derivation.variables import computed, variables
from .releases import TAGS

HERE = Path(__file__).parent


def release_catalogue(tree: Tree, tag: str) -> str:
    """Return the text of the catalogue of one tag."""
    document = {
        **facts.document(tree),
        "computed": computed(tree),
        "source": f"kubespray {tag}",
        "variables": variables(tree),
    }
    return catalogue_text(document, levels=2)


def main() -> None:
    """Write the catalogue files of the releases named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", nargs="+", choices=sorted(TAGS))
    parser.add_argument(
        "--checkout", type=Path, required=True, help="a git repository of Kubespray with its tags"
    )
    arguments = parser.parse_args()
    for release in arguments.release:
        tree = tree_of_tag(arguments.checkout, TAGS[release])
        text = release_catalogue(tree, TAGS[release])
        (HERE / f"{release}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
