"""Derives the catalogue from upstream packages: `python -m … derive 2025.1 2026.1`, `… derive collection`.

The collection is the same for every release, so it has one file; the vocabulary of flavors and
images has one a release, read inside the environment of services that the options of services are
read in too.
"""

import argparse
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from targets._derivation.packages import pinned_environment, source_package
from targets._derivation.text import catalogue_text

from .releases import RELEASES

HERE = Path(__file__).parent
#: The packages of each release's services; what they make of configuration is Kolla-Ansible's catalogue.
PINS = HERE.parents[1] / "kolla_ansible" / "catalog" / "derivation" / "pins"
COLLECTION = "collection"


def collection_catalogue() -> dict[str, str]:
    """Return file name -> text of the modules of the collection and their arguments."""
    pins = HERE / "derivation" / "pins" / "ansible.txt"
    listed = _listed(pinned_environment(pins), "list_modules.py")
    document = {
        "ansible": _versions(pins)["ansible"],
        "modules": listed["modules"],
        "source": f"openstack.cloud {listed['version']}",
    }
    return {"collection.json": catalogue_text(document, levels=4)}


def vocabulary_catalogue(release: str) -> dict[str, str]:
    """Return file name -> text of what flavors and images of a release may say."""
    pins = PINS / f"{release}.txt"
    versions = _versions(pins)
    listed = _listed(pinned_environment(pins), "list_vocabulary.py")
    listed["image_properties"] = _schema(versions["glance"]) | listed["image_properties"]
    named = ("nova", "glance", "os-traits", "os-resource-classes")
    sources = ", ".join(f"{name} {versions[name]}" for name in named)
    document = {**listed, "openstacksdk": versions["openstacksdk"], "source": sources}
    return {f"{release}.json": catalogue_text(document, levels=2)}


def _schema(version: str) -> dict[str, Any]:
    """The properties that Glance's own schema of images describes, which no package installs."""
    with tarfile.open(source_package("glance", version)) as archive:
        stream = archive.extractfile(f"glance-{version}/etc/schema-image.json")
        assert stream is not None, version
        document = json.load(stream)
    keys = {"c": "enum", "r": "pattern"}
    return {
        name: {"t": "string"} | {key: each[of] for key, of in keys.items() if of in each}
        for name, each in document.items()
    }


def _versions(pins: Path) -> dict[str, str]:
    return {
        name: version
        for name, _, version in (
            line.partition("==") for line in pins.read_text(encoding="utf-8").split()
        )
    }


def _listed(python: Path, script: str) -> dict[str, Any]:
    command = [str(python), str(HERE / "derivation" / script)]
    finished = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own script
    listed: dict[str, Any] = json.loads(finished.stdout)
    return listed


def main() -> None:
    """Write the catalogue files named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="+", choices=(COLLECTION, *RELEASES))
    for what in parser.parse_args().what:
        texts = collection_catalogue() if what == COLLECTION else vocabulary_catalogue(what)
        for name, text in texts.items():
            (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
