"""Settings of charts: one value path of one chart each, with its cause; subjects make them, `plan` merges them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from blueprint.target import Cause
from targets._kubernetes.values import Setting
from targets.openstack_helm.cloud import Cloud


@dataclass(frozen=True, slots=True)
class ChartSetting:
    """A value path of a chart."""

    chart: str
    setting: Setting


#: What one subject sets in the charts.
Subject: TypeAlias = Callable[[Cloud], Iterable[ChartSetting]]


def at(chart: str, path: str | tuple[str, ...], value: Any, cause: Cause) -> ChartSetting:
    """A setting; the path as a text has no dots inside its names."""
    parts = tuple(path.split(".")) if isinstance(path, str) else path
    return ChartSetting(chart, Setting(parts, value, cause))


def of_all(
    cloud: Cloud, path: str, value: Any, cause: Cause, charts: Iterable[str] | None = None
) -> Iterator[ChartSetting]:
    """The same setting in every chart that reads the path."""
    parts = tuple(path.split("."))
    for name in cloud.charts if charts is None else charts:
        if cloud.reads(name, *parts):
            yield ChartSetting(name, Setting(parts, value, cause))
