"""Values of charts as targets state them: paths with values and causes, made into one tree and one file.

    values = tree(
        Setting(("cephClusterSpec", "mon", "count"), 3, Cause("…", (f"{ref}.monitors",))),
        Setting(("toolbox", "enabled"), True, OURS),
    )
    artifact = values_artifact("rook/values/rook-ceph-cluster.yaml", values)
    assert not chart("rook-ceph-cluster").strays(plain(values))       # in a test, for all that is emitted

A value may itself be a mapping or a list, with `Traced` parts. What a blueprint passes through comes in with
`laid_over`, after `passed_through` has found nothing wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint.target import Artifact, Cause
from targets._formats.page import Traced
from targets._formats.yaml import yaml_artifact
from targets._kubernetes.charts import Chart, Stray

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A value for one path of a chart, and why."""

    path: Path
    value: Any
    cause: Cause


def tree(*settings: Setting | Iterable[Setting]) -> dict[str, Any]:
    """The tree of settings; a path that is set twice, or is part of another, is a fault of ours (ValueError).

    A map in it has the cause of the first that is set there.
    """
    made: dict[str, Any] = {}
    for setting in _flat(settings):
        *above, name = setting.path
        place = made
        for part in above:
            found = place.setdefault(part, _Map(setting.cause))
            if not isinstance(found, _Map):
                raise ValueError(f"{'.'.join(setting.path)} lies in another setting")  # noqa: TRY004 - about the path
            place = found
        if name in place:
            raise ValueError(f"{'.'.join(setting.path)} is set twice")
        place[name] = Traced(setting.value, setting.cause)
    return {name: _closed(value) for name, value in made.items()}


class _Map(dict[str, Any]):
    """A map that paths lead through."""

    def __init__(self, cause: Cause) -> None:
        super().__init__()
        self.cause = cause


def _closed(value: Any) -> Traced:
    if isinstance(value, _Map):
        return Traced({name: _closed(each) for name, each in value.items()}, value.cause)
    assert isinstance(value, Traced)
    return value


def _flat(settings: Iterable[Setting | Iterable[Setting]]) -> Iterator[Setting]:
    for each in settings:
        if isinstance(each, Setting):
            yield each
        else:
            yield from each


def laid_over(values: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Values with others over them: maps merge, all else replaces, as Helm does with a second file."""
    merged = dict(values)
    for name, value in over.items():
        below = merged.get(name)
        below_map, above_map = _mapping(below), _mapping(value)
        if below_map is not None and above_map is not None:
            inner = laid_over(below_map, above_map)
            merged[name] = Traced(inner, below.cause) if isinstance(below, Traced) else inner
        else:
            merged[name] = value
    return merged


def _mapping(value: Any) -> Mapping[str, Any] | None:
    inner = value.value if isinstance(value, Traced) else value
    return inner if isinstance(inner, Mapping) else None


def traced(values: Mapping[str, Any], rule: str, path: str) -> dict[str, Any]:
    """A plain tree that a blueprint states at a model path, each value with its own path as its cause."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        inside = f"{path}.{name}"
        inner = traced(value, rule, inside) if isinstance(value, Mapping) else value
        made[name] = Traced(inner, Cause(rule, (inside,)))
    return made


def passed_through(chart: Chart, values: Mapping[str, Any]) -> tuple[Stray, ...]:
    """What is wrong with values that a blueprint passes to a chart; `Stray.path` leads to the span.

    `spans.key(ref, "tool", chart.name, *stray.path)` is the place of an unknown or unread name,
    `spans.at(…)` that of a value of the wrong type.
    """
    return chart.strays(values)


def values_artifact(path: str, values: Mapping[str, Any], header: Iterable[str] = ()) -> Artifact:
    """The file of a tree, in the order in which it was stated."""
    return yaml_artifact(path, values, header)
