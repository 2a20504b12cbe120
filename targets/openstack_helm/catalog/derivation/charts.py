"""The charts of a checkout of OpenStack-Helm, made ready for rendering, and what they render to."""

import base64
import binascii
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from targets._derivation.helm import rendered

#: Values that hold data of another format, or templates' own output, in one text.
_ENCODED = re.compile(r"^\s+[\w.-]+:\s+\"?([A-Za-z0-9+/]{8,}={0,2})\"?\s*$", re.MULTILINE)
#: What differs between two renderings of the same values: generated keys and names.
_RANDOM = re.compile(r"(?<=-client-ceph-config-)[a-z0-9]{5}\b|(?<=-client-key-)[a-z0-9]{5}\b")
_LIBRARY = "helm-toolkit"

Path_ = tuple[str, ...]


class Chart:
    """One chart in a scratch folder, with the library beside it."""

    def __init__(self, checkout: Path, name: str, scratch: Path) -> None:
        """Copy the chart; the library goes where `helm dependency build` would put it."""
        self.name = name
        self.checkout = checkout
        self.scratch = scratch
        self.folder = scratch / name
        shutil.copytree(checkout / name, self.folder, symlinks=False)
        if _LIBRARY in (self.folder / "Chart.yaml").read_text(encoding="utf-8"):
            shutil.copytree(checkout / _LIBRARY, self.folder / "charts" / _LIBRARY)
        self.renderings = 0

    @cached_property
    def values(self) -> dict[str, Any]:
        """The chart's own values."""
        return values_document(self.checkout / self.name / "values.yaml")

    @cached_property
    def version(self) -> str:
        """The chart's version."""
        return str(values_document(self.checkout / self.name / "Chart.yaml")["version"])

    def overrides(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The sets of values that the project offers for features: name and values."""
        folder = self.checkout / "values_overrides" / self.name
        for path in sorted(folder.glob("*.yaml")):
            try:
                found = values_document(path)
            except yaml.YAMLError:
                continue  # a few of them are no YAML to anything but the project's own tools
            if found:
                yield path.stem, found

    def render(self, values: Mapping[str, Any]) -> str | None:
        """What the templates make of values over the chart's own, encoded parts decoded."""
        self.renderings += 1
        path = self.scratch / f"{self.name}.json"
        path.write_text(json.dumps(values), encoding="utf-8")
        text = rendered(self.folder, path)
        return None if text is None else _RANDOM.sub("", _decoded(text))


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two sets of values as Helm merges them: maps by key, all else replaced."""
    result = deepcopy(dict(base))
    for key, value in over.items():
        held = result.get(key)
        if isinstance(held, dict) and isinstance(value, Mapping):
            result[key] = merged(held, value)
        else:
            result[key] = deepcopy(value)
    return result


def nested(entries: Mapping[Path_, Any]) -> dict[str, Any]:
    """Values by path as one tree."""
    tree: dict[str, Any] = {}
    for path, value in entries.items():
        place = tree
        for part in path[:-1]:
            held = place.get(part)
            if not isinstance(held, dict):
                held = place[part] = {}
            place = held
        place[path[-1]] = deepcopy(value)
    return tree


def leaves(values: Mapping[str, Any], above: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value that is no map with entries, by path."""
    for key, value in values.items():
        path = (*above, str(key))
        if isinstance(value, dict) and value:
            yield from leaves(value, path)
        else:
            yield path, value


def maps(values: Mapping[str, Any], above: Path_ = ()) -> Iterator[Path_]:
    """The path of every map, the empty ones too."""
    for key, value in values.items():
        path = (*above, str(key))
        if isinstance(value, dict):
            yield path
            yield from maps(value, path)


def _decoded(text: str) -> str:
    """A rendering with the contents of secrets after it, as text."""
    found = [text]
    for match in _ENCODED.finditer(text):
        try:
            found.append(base64.b64decode(match.group(1), validate=True).decode("utf-8"))
        except (binascii.Error, UnicodeDecodeError):
            continue
    return "\n".join(found)


def values_document(path: Path) -> dict[str, Any]:
    """The values in a file, keys as texts."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return as_text_keys(found) if isinstance(found, dict) else {}


def as_text_keys(value: Any) -> Any:
    """Keys as texts, as Helm sees them."""
    if isinstance(value, dict):
        return {str(key): as_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text_keys(item) for item in value]
    return value
