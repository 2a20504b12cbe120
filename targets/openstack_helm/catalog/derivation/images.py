"""Derives the images of each release, and the other values that the project sets for a release beside them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .charts import leaves, values_document

RELEASES = ("2025.1", "2025.2", "2026.1")
#: The system inside the images; every release has images with it.
_SYSTEM = "ubuntu_noble"
_OF_A_RELEASE = re.compile(r":(?:.*[-_])?(\d{4}\.\d)\b")
#: Charts without images of their own for a release, whose history names them: their values of the
#: commit before `049339365` (2025.1 and 2025.2 were dropped together with unmaintained releases) and
#: before `5bf7cf019`, in the project's repository, had the tag `2025.1-ubuntu_noble`.
_OF_THE_PAST: Mapping[str, tuple[str, ...]] = {
    "2025.1": ("cyborg", "designate", "ironic", "magnum", "masakari"),
}


def image_documents(checkout: Path, charts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """File name -> the images of the charts in a release; null where the release has none."""
    return {
        f"{release}.json": {
            "images": {name: _images(checkout, name, release) for name in charts},
            "values": {
                name: found for name in charts if (found := _values(checkout, name, release))
            },
        }
        for release in RELEASES
    }


def _values(checkout: Path, chart: str, release: str) -> dict[str, Any]:
    """Value path -> what a release has there other than the chart itself; images aside."""
    path = checkout / "values_overrides" / chart / f"{release}-{_SYSTEM}.yaml"
    if not path.exists():
        return {}
    own = dict(leaves(values_document(checkout / chart / "values.yaml")))
    return {
        ".".join(place): value
        for place, value in leaves(values_document(path))
        if place[0] != "images" and own.get(place) != value
    }


def _images(checkout: Path, chart: str, release: str) -> dict[str, str | None]:
    found: dict[str, str | None] = dict(_tags(checkout / chart / "values.yaml"))
    folder = checkout / "values_overrides" / chart
    for name in (_SYSTEM, f"{release}-{_SYSTEM}"):
        found.update(_tags(folder / f"{name}.yaml"))
    for tag, image in found.items():
        of = _OF_A_RELEASE.search(image or "")
        if of is None or of.group(1) == release or image is None:
            continue
        if chart in _OF_THE_PAST.get(release, ()) or "/openstack-client:" in image:
            found[tag] = image.replace(of.group(1), release)
        else:
            found[tag] = None
    return found


def _tags(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    tags = (values_document(path).get("images") or {}).get("tags") or {}
    return {name: image for name, image in tags.items() if isinstance(image, str)}
