"""Checks what a region passes through to OpenStack's application: values of charts, options of services' own files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from targets._formats.ini import option_text, unsayable, unsayable_section
from targets._openstack.option_values import fault, written
from targets._openstack.options import ConfigFile, Option, option_catalog
from targets._passthrough.values import refused
from targets.starlingx import openstack_limits as limits
from targets.starlingx.catalog import OpenStackChart
from targets.starlingx.openstack_app import CHARTS, Region
from targets.starlingx.openstack_values import FILES, TOOL, derived, stated_values
from targets.starlingx.releases import Release

Path = tuple[str, ...]
_WORDS = {"map": "a map", "list": "a list", "bool": "`true` or `false`"}
_TYPES: dict[str, type | tuple[type, ...]] = {"map": Mapping, "list": (list, tuple), "bool": bool}


def passed_through(region: Region, known: Release, spans: Spans) -> Iterator[Diagnostic]:
    """Values and options that are not known, do not fit, or follow from the blueprint already."""
    mine = {
        (each.chart, each.setting.path): f"`{each.setting.cause.paths[0]}`"
        for each in derived(region)
    }
    yield from _values(region, known, spans, mine)
    yield from _files(region, spans, mine)


def _values(
    region: Region, known: Release, spans: Spans, mine: Mapping[tuple[str, Path], str]
) -> Iterator[Diagnostic]:
    for tool in region.layer.tool:
        if tool != TOOL:
            yield limits.other_tool(spans.key(region.ref, "tool", tool), tool)
    charts = known.catalog.openstack_charts
    for name, stated in stated_values(region).items():
        where: Path = ("tool", TOOL, name)
        if name not in charts:
            span = spans.key(region.ref, *where)
            yield limits.unknown_value(span, "charts", name, charts)
        elif not isinstance(stated, Mapping):
            yield limits.wrong_value(spans.at(region.ref, *where), name, "a map of values")
        else:
            yield from _chart(region, spans, charts[name], stated, mine)


def _chart(
    region: Region, spans: Spans, chart: OpenStackChart, stated: Mapping[str, Any],
    mine: Mapping[tuple[str, Path], str],
) -> Iterator[Diagnostic]:  # fmt: skip
    where: Path = ("tool", TOOL, chart.name)
    for path, value in _leaves(stated):
        inside = (*where, *path)
        reason = refused(value)
        if reason is not None:
            wanted = f"a text, a number, a list or a map, not {reason}"
            yield limits.wrong_value(spans.at(region.ref, *inside), ".".join(path), wanted)
        overlapped = next(
            (d for c, d in mine if c == chart.name and _overlap(d, path)),
            None,
        )
        if overlapped is not None:
            span, name = spans.key(region.ref, *inside), ".".join(overlapped)
            yield limits.derived_value(span, name, mine[chart.name, overlapped])
    for top, value in stated.items():
        if top not in chart.values:
            span = spans.key(region.ref, *where, top)
            yield limits.unknown_value(span, f"values of `{chart.name}`", top, chart.values)
            continue
        below = chart.values[top]
        word = "map" if isinstance(below, Mapping) else below
        if not _fits(word, value):
            yield limits.wrong_value(spans.at(region.ref, *where, top), top, _WORDS[word])
        elif isinstance(below, Mapping) and isinstance(value, Mapping):
            yield from _second(region, spans, chart, top, value)
    for file, (owner, place) in FILES.items():
        found = _at(stated, place) if owner == chart.name else None
        if isinstance(found, Mapping):
            yield from _options(region, spans, file, found, (*where, *place), {})


def _second(
    region: Region, spans: Spans, chart: OpenStackChart, top: str, stated: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    """The second level: files under `conf` are all known, elsewhere charts read more than their values hold."""
    below = chart.values[top]
    assert isinstance(below, Mapping)
    for name, value in stated.items():
        where = ("tool", TOOL, chart.name, top, name)
        if name in below and not _fits(below[name], value):
            yield limits.wrong_value(spans.at(region.ref, *where), name, _WORDS[below[name]])
        elif name not in below and top == "conf":
            what = f"values below `conf` of `{chart.name}`"
            yield limits.unknown_value(spans.key(region.ref, *where), what, name, below)


def _fits(word: str, value: Any) -> bool:
    return word not in _TYPES or value is None or isinstance(value, _TYPES[word])


def _leaves(values: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in values.items():
        path = (*above, str(key))
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, path)
        else:
            yield path, value


def _overlap(one: Path, other: Path) -> bool:
    return one == other[: len(one)] or other == one[: len(other)]


def _at(values: Any, path: Path) -> Any:
    for name in path:
        values = values.get(name) if isinstance(values, Mapping) else None
    return values


def _files(
    region: Region, spans: Spans, mine: Mapping[tuple[str, Path], str]
) -> Iterator[Diagnostic]:
    for service in CHARTS:
        config = getattr(getattr(region.layer, service), "config", {})
        for file, sections in config.items():
            where = (service, "config", file)
            if file not in FILES or FILES[file][0] != CHARTS[service]:
                files = [name for name, (chart, _) in FILES.items() if chart == CHARTS[service]]
                span = spans.key(region.ref, *where)
                yield limits.unknown_value(span, f"files of `{service}`", file, files)
                continue
            yield from _options(region, spans, file, sections, where, mine)


def _options(
    region: Region, spans: Spans, file: str, sections: Mapping[str, Any], where: Path,
    mine: Mapping[tuple[str, Path], str],
) -> Iterator[Diagnostic]:  # fmt: skip
    known: ConfigFile = option_catalog(region.layer.release).options(file)
    chart, place = FILES[file]
    for section, stated in sections.items():
        names = None if unsayable_section(section) else known.section(section)
        if names is None:
            span = spans.key(region.ref, *where, section)
            yield limits.unknown_value(span, f"sections of `{file}`", section, known.sections)
            continue
        for name, value in stated.items() if isinstance(stated, Mapping) else ():
            inside = (*where, section, name)
            key = spans.key(region.ref, *inside)
            if (chart, (*place, section, name)) in mine:
                yield limits.derived_value(key, name, mine[chart, (*place, section, name)])
            elif name not in names and not names.is_open:
                yield limits.unknown_value(key, f"options of `[{section}]`", name, names)
            elif names[name].is_secret:
                yield limits.secret_value(key, name)
            else:
                wanted = _wanted(names[name], value)
                if wanted is not None:
                    yield limits.wrong_value(spans.at(region.ref, *inside), name, wanted)


def _wanted(option: Option, value: Any) -> str | None:
    reason = "nothing" if value is None else refused(value)
    if reason is not None:
        return f"a text, a number or a list, not {reason}"
    wanted = fault(option, value)
    if wanted is not None:
        return wanted
    lines = written(option, value)
    for each in lines if isinstance(lines, (list, tuple)) else (lines,):
        unsaid = unsayable(option_text(each))
        if unsaid is not None:
            return f"without {unsaid}: the file could not be read back the same"
    return None


__all__ = ["passed_through"]
