"""The consistency report: each fact of the blueprint, and every place of every chart that it went to.

One fact is stated once and stands in many files; this page is made of the same settings as the files are, so it shows what
agrees because it must. Passwords are not in it: `secrets.json` says where each goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint.target import Artifact, Cause
from targets._formats.page import Page, Traced
from targets._kubernetes.resources import plain
from targets.openstack_helm.plan import Plan

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a chart that facts of the blueprint decide."""

    chart: str
    path: tuple[str, ...]
    value: Any
    cause: Cause


def consistency(plan: Plan) -> Artifact:
    """A table for each field of the blueprint: chart, value path, value."""
    page = Page()
    head = Cause("where the facts of the blueprint went", (str(plan.cloud.ref),))
    for line in (
        "# Where each fact went",
        "",
        "Each fact is stated once in the blueprint; here is every value of every chart that it decides, alone or with",
        "others. Images are left out: `values/*.yaml` has them.",
    ):
        page.line(line, head)
    by_field: dict[str, list[Place]] = {}
    for place in places(plan):
        for field in place.cause.paths:
            by_field.setdefault(field, []).append(place)
    for field, found in sorted(by_field.items()):
        cause = Cause("where the fact went", (field,))
        page.line("", None)
        page.line(f"## `{field}`", cause)
        page.line("", None)
        page.line("| chart | value | is |", cause)
        page.line("|---|---|---|", cause)
        for each in found:
            shown = _shown(each.value)
            page.line(f"| {each.chart} | `{'.'.join(each.path)}` | {shown} |", each.cause)
    return page.artifact("openstack_helm/consistency.md")


def places(plan: Plan, *, with_images: bool = False) -> Iterator[Place]:
    """Every value that a fact decides; images, which are many and alike, on request."""
    for each in plan.settings:
        if with_images or each.setting.path[:2] != ("images", "tags"):
            found = _leaves(each.setting.path, each.setting.value, each.setting.cause)
            for path, value, cause in found:
                yield Place(each.chart, path, value, cause)


def _leaves(
    path: tuple[str, ...], value: Any, cause: Cause
) -> Iterator[tuple[tuple[str, ...], Any, Cause]]:
    """The parts of a value that name causes of their own, else the value whole."""
    if isinstance(value, Traced):
        yield from _leaves(path, value.value, value.cause)
    elif isinstance(value, Mapping) and _has_causes(value):
        for key, item in value.items():
            yield from _leaves((*path, str(key)), item, cause)
    elif isinstance(value, (list, tuple)) and any(_has_causes(item) for item in value):
        for number, item in enumerate(value):
            yield from _leaves((*path, str(number)), item, cause)
    else:
        yield path, value, cause


def _has_causes(value: Any) -> bool:
    if isinstance(value, Traced):
        return True
    if isinstance(value, Mapping):
        return any(_has_causes(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(_has_causes(item) for item in value)


def _shown(value: Any) -> str:
    made = plain(value)
    if made is None:
        text = "(the service's own)"
    elif isinstance(made, bool):
        text = "true" if made else "false"
    else:
        text = str(made)
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"`{short}`".replace("|", "\\|") if made is not None else short
