"""What the charts take: value paths with types and effect, facts about each chart, images of each release.

The JSON beside this file is derived by `derive.py` from a checkout of the charts and committed. A file of
`charts/` holds a tree of values: a leaf is a letter for its type (`b` boolean, `f` number, `i` integer,
`l` list, `m` map, `n` anything, `s` text), then `t` where the chart runs the text as a template, then `!`
where no template reads the path, or `?` where one names it and no rendering showed an effect. The key
`""` of a map says that new entries are read too (`s`, `m`, `l`: texts, maps, lists; `t` as above).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from targets._kubernetes.charts import Chart

#: Where the project publishes its charts.
REPOSITORY = "https://tarballs.opendev.org/openstack/openstack-helm"
SOURCE = "openstack/openstack-helm 0ee5adeff"
_TYPES = {
    "b": "boolean", "f": "number", "i": "integer", "l": "list", "m": "map", "n": "any", "s": "string",
}  # fmt: skip
_SIGNS = {"t": "tpl", "!": "unread"}
#: What every chart with differing daemon sets takes through the library, which no chart states itself.
_OVERRIDES = {"root": ("overrides",), "conf": ("conf", "overrides")}
#: Maps whose entries a template looks up by a name that another value gives, so that no new one shows by itself.
_NAMED_ELSEWHERE = {"cinder": (("conf", "ceph", "pools"),)}
#: What the library's service accounts read in every chart, whether a chart states it or not.
_OF_ACCOUNTS = ("endpoints", "oci_image_registry", "auth", "enabled")


@dataclass(frozen=True, slots=True)
class Route:
    """A service that users reach: the endpoint of the catalogue, and the Kubernetes service behind it."""

    endpoint: str
    service: str
    port: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a chart says of itself.

    `accounts` maps paths of passwords to users, `labels` paths of node selectors to the labels' keys,
    `files` names of configuration files to the paths whose sections they are made of.
    """

    version: str
    accounts: Mapping[str, str]
    endpoints: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str]
    replicas: tuple[str, ...]
    routes: tuple[Route, ...]
    storage_classes: tuple[str, ...]
    tolerations: tuple[str, ...]
    files: Mapping[str, str]
    daemon_sets: Mapping[str, tuple[str, ...]]


@cache
def facts(chart: str) -> Facts:
    """The facts of a chart; `KeyError` where it is not known."""
    raw = _document("facts.json")[chart]
    return Facts(
        version=raw["version"],
        accounts=raw.get("accounts", {}),
        endpoints=raw.get("endpoints", {}),
        labels=raw.get("labels", {}),
        replicas=tuple(raw.get("replicas", ())),
        routes=tuple(
            Route(each["endpoint"], each["service"], each["port"]) for each in raw.get("routes", ())
        ),
        storage_classes=tuple(raw.get("storage_classes", ())),
        tolerations=tuple(raw.get("tolerations", ())),
        files=raw.get("files", {}),
        daemon_sets={kind: tuple(names) for kind, names in raw.get("daemon_sets", {}).items()},
    )


@cache
def chart(name: str) -> Chart:
    """A chart with the paths of its values."""
    raw = _document("charts", f"{name}.json")
    values = dict(_paths(raw["values"], ()))
    values.update((path, ("map", "whole")) for path in _NAMED_ELSEWHERE.get(name, ()))
    values[_OF_ACCOUNTS] = ("boolean",)
    values["secrets", "oci_image_registry", name] = ("string",)
    for kind, path in _OVERRIDES.items():
        if kind in facts(name).daemon_sets:
            values[path] = ("map", "whole")
    return Chart(name, facts(name).version, REPOSITORY, SOURCE, values)


@cache
def images(release: str) -> Mapping[str, Mapping[str, str | None]]:
    """Chart -> name of an image -> the image of a release, None where the project has none for it."""
    found: Mapping[str, Mapping[str, str | None]] = _document("images", f"{release}.json")["images"]
    return found


@cache
def release_values(release: str) -> Mapping[str, Mapping[str, Any]]:
    """Chart -> value path -> what the project states there for the images of a release."""
    found: Mapping[str, Mapping[str, Any]] = _document("images", f"{release}.json")["values"]
    return found


@cache
def releases() -> tuple[str, ...]:
    """The releases that the project has images for, oldest first."""
    here = files(__package__).joinpath("images")
    return tuple(sorted(entry.name.removesuffix(".json") for entry in here.iterdir()))


def is_read(chart: Chart, path: tuple[str, ...]) -> bool:
    """Whether a chart has a path and some template reads it."""
    entry = chart.values.get(path)
    if entry is not None:
        return "unread" not in entry
    above = path[:-1]
    while above:
        held = chart.values.get(above)
        if held is not None:
            return "whole" in held
        above = above[:-1]
    return False


def _paths(
    tree: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for key, value in tree.items():
        if not key:
            continue
        path = (*above, key)
        if isinstance(value, str):
            marks = [_SIGNS[sign] for sign in value[1:] if sign in _SIGNS]
            if value[0] == "n" and "unread" not in marks:
                marks.append("whole")  # nothing stands there yet: a map is as good as a text
            yield path, (_TYPES[value[0]], *marks)
            continue
        is_open = value.get("", "")
        whole = ("whole",) if is_open else ()
        yield path, ("map", *whole, *(("tpl",) if "t" in is_open else ()))
        yield from _paths(value, path)


def _document(*parts: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files(__package__).joinpath(*parts).read_bytes())
    return document
