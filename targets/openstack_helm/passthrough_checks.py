"""Checks what a blueprint passes through: values of charts, and options of the services' own files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from targets._formats.ini import option_text, unsayable, unsayable_section
from targets._openstack.option_values import fault, written
from targets._openstack.options import Option
from targets._passthrough.values import refused
from targets.openstack_helm import limits
from targets.openstack_helm.catalog import chart
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.passthrough import TOOL, config_of, files_of, options_of, stated_values
from targets.openstack_helm.passwords import passwords
from targets.openstack_helm.settings import ChartSetting

Path = tuple[str, ...]


def values(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Values that a chart does not know, does not read, takes otherwise, or has from the blueprint already."""
    for tool in cloud.layer.tool:
        if tool != TOOL:
            yield limits.tool_not_chosen(spans.key(cloud.ref, "tool", tool), tool)
    secret = {(each.chart, each.path) for each in passwords(cloud)}
    for name, stated in stated_values(cloud).items():
        span = spans.key(cloud.ref, "tool", TOOL, name)
        if name not in cloud.charts:
            yield limits.unknown_chart(span, name, cloud.charts)
            continue
        if not isinstance(stated, Mapping):
            yield limits.wrong_type(spans.at(cloud.ref, "tool", TOOL, name), name, "map")
            continue
        derived = derived_paths(cloud, name)
        for path, value in _leaves(stated):
            found = _value(cloud, spans, name, path, value, derived, secret)
            if found is not None:
                yield found


def derived_paths(cloud: Cloud, name: str) -> dict[Path, str]:
    """The paths of a chart that the blueprint itself decides, and by which field."""
    from targets.openstack_helm.plan import SUBJECTS  # the plan imports what is checked here

    found: dict[Path, str] = {}
    settings: list[ChartSetting] = [each for subject in SUBJECTS for each in subject(cloud)]
    for each in settings:
        if each.chart == name:
            paths = each.setting.cause.paths
            found[each.setting.path] = f"`{paths[0]}`" if paths else "the blueprint"
    return found


def _leaves(values: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in values.items():
        path = (*above, str(key))
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, path)
        else:
            yield path, value


def _value(
    cloud: Cloud, spans: Spans, name: str, path: Path, value: Any,
    derived: Mapping[Path, str], secret: set[tuple[str, Path]],
) -> Diagnostic | None:  # fmt: skip
    key = spans.key(cloud.ref, "tool", TOOL, name, *path)
    span = spans.at(cloud.ref, "tool", TOOL, name, *path)
    dotted = ".".join(path)
    if (name, path) in secret:
        return limits.secret_value(key, dotted)
    reason = refused(value)
    if reason is not None:
        return limits.value_without_plain_form(span, dotted, reason)
    overlapped = _overlap(path, derived)
    if overlapped is not None:
        return limits.derived_value(key, ".".join(overlapped), derived[overlapped])
    stray = chart(name).stray(path, value)
    if stray is None:
        return None
    depth = len(stray.path)
    place = spans.key(cloud.ref, "tool", TOOL, name, *path[:depth])
    shown = ".".join(stray.path)
    if stray.sort == "unknown":
        return limits.unknown_value(place, name, shown, stray.known)
    if stray.sort == "unread":
        return limits.unread_value(place, name, shown)
    return limits.wrong_type(
        spans.at(cloud.ref, "tool", TOOL, name, *path[:depth]), shown, stray.expected
    )


def _overlap(path: Path, derived: Mapping[Path, str]) -> Path | None:
    """The derived path that a stated one is, lies in, or holds."""
    return next((d for d in derived if d == path[: len(d)] or path == d[: len(path)]), None)


def options(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Options that a service does not know, takes otherwise, or has from the blueprint already."""
    for service in type(cloud.layer).model_fields:
        config = (
            config_of(cloud, service) if hasattr(getattr(cloud.layer, service), "config") else {}
        )
        if not config:
            continue
        if service not in cloud.layer.services:
            span = spans.at(cloud.ref, service, "config")
            reason = "goes into the files of a service that does not run"
            yield limits.option_value(span, "config", reason, f"add `{service}` to `services`")
            continue
        if service not in cloud.charts:
            continue  # that it has no chart was said
        places = files_of(cloud, service)
        derived = derived_paths(cloud, service)
        secret = {each.path for each in passwords(cloud) if each.chart == service}
        for file, sections in config.items():
            if file not in places:
                span = spans.key(cloud.ref, service, "config", file)
                yield limits.unknown_file(span, service, file, places)
                continue
            yield from _file(cloud, spans, service, file, sections, places[file], derived, secret)


def _file(
    cloud: Cloud, spans: Spans, service: str, file: str,
    sections: Mapping[str, Mapping[str, Any]], place: Path, derived: Mapping[Path, str],
    secret: set[Path],
) -> Iterator[Diagnostic]:  # fmt: skip
    known = options_of(cloud).options(file)
    release = cloud.layer.release
    for section, stated in sections.items():
        where = spans.key(cloud.ref, service, "config", file, section)
        names = None if unsayable_section(section) else known.section(section)
        if names is None:
            yield limits.unknown_option(where, file, section, None, release, known.sections)
            continue
        for name, value in stated.items():
            key = spans.key(cloud.ref, service, "config", file, section, name)
            span = spans.at(cloud.ref, service, "config", file, section, name)
            path = (*place, section, name)
            if path in derived:
                yield limits.derived_value(key, name, derived[path])
            elif name not in names:
                now = names.renamed(name)
                others = names if now is None else (now,)
                yield limits.unknown_option(key, file, section, name, release, others)
            elif path in secret or names[name].is_secret:
                yield limits.secret_value(key, name)
            else:
                reason = _fault(names[name], value)
                if reason is not None:
                    yield limits.option_value(span, name, *reason)


def _fault(option: Option, value: Any) -> tuple[str, str | None] | None:
    reason = "nothing" if value is None else refused(value)
    if reason is not None:
        return f"can't be {reason}", "write the text, number or list that the service takes"
    wanted = fault(option, value)
    if wanted is not None:
        return f"must be {wanted}", None
    lines = written(option, value)
    for each in lines if isinstance(lines, (list, tuple)) else (lines,):
        unsaid = unsayable(option_text(each))
        if unsaid is not None:
            return f"can't hold {unsaid}", "remove it: the file could not be read back the same"
    return None
