"""Subclouds and their system controllers: who looks after whom, and what is said where it has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, StarlingX
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NO_CONTROLLER = Rule("OIB5844", "not-a-system-controller")
NESTED = Rule("OIB5845", "subcloud-with-subclouds")
OTHERS_GROUP = Rule("OIB5846", "group-of-another-controller")
NO_EFFECT = Rule("OIB5847", "setting-of-no-subcloud")

#: What only a subcloud reads, and what only a system controller does.
_OF_SUBCLOUDS = ("group", "system_controller_gateway", "install", "prestage")


def starlingx_subclouds(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Distributed clouds that don't hang together."""
    looked_after_by = {system.of for system in model.of(StarlingX).values()}
    for ref, system in model.of(StarlingX).items():
        if system.of is not None:
            yield from _subcloud(ref, system, system.of, model, spans)
        else:
            for field in _OF_SUBCLOUDS:
                stated = spans.written(ref, field)
                if stated is not None:
                    hint = "name its system controller, `of = starlingx.…`, or take this out"
                    yield no_effect(stated, field, ref, "is no subcloud", hint)
        if system.role != "system_controller" and ref not in looked_after_by:
            for label in system.subcloud_group:
                span = spans.key(ref, "subcloud_group", label)
                hint = "write `role = system_controller`, or take this out"
                field = "subcloud_group"
                yield no_effect(span, field, ref, "is no system controller", hint)


def _subcloud(
    ref: Ref, system: StarlingX, of: Ref, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    central = model.things.get(of)
    if system.role == "system_controller":
        yield nested(spans.at(ref, "role"), ref, of, spans.at(ref, "of"))
    elif isinstance(central, StarlingX) and central.role != "system_controller":
        yield no_controller(spans.at(ref, "of"), of, spans.at(of), is_itself=of == ref)
    elif system.group is not None and system.group.around != of:
        there = spans.at(ref, "of")
        yield others_group(spans.at(ref, "group"), system.group, ref, of, there)


def no_controller(span: Span, of: str, there: Span, *, is_itself: bool) -> Diagnostic:
    """A subcloud of a system that has no subclouds."""
    hint = "take `of` out" if is_itself else f"write `role = system_controller` in `{of}`"
    return Diagnostic(
        NO_CONTROLLER,
        span,
        f"`{of}` is no system controller",
        labels=(Label(there, "without `role = system_controller`"),),
        hint=hint,
    )


def nested(span: Span, ref: str, of: str, there: Span) -> Diagnostic:
    """A system controller that is a subcloud."""
    return Diagnostic(
        NESTED,
        span,
        f"`{ref}` can't be a system controller and a subcloud of `{of}`",
        labels=(Label(there, "a subcloud by this"),),
        notes=("a distributed cloud has one system controller, and subclouds of it",),
        hint="take out one of them",
    )


def others_group(span: Span, group: str, ref: str, of: str, there: Span) -> Diagnostic:
    """A group that the system controller of a subcloud doesn't know."""
    return Diagnostic(
        OTHERS_GROUP,
        span,
        f"`{group}` is no group of `{of}`, which looks after `{ref}`",
        labels=(Label(there, "its system controller"),),
        hint=f"name a group of its own: `{of}.subcloud_group.…`",
    )


def no_effect(span: Span, field: str, ref: str, lack: str, hint: str) -> Diagnostic:
    """A setting that nothing reads."""
    text = f"`{field}` has no effect: `{ref}` {lack}"
    return Diagnostic(NO_EFFECT, span, text, hint=hint)


__all__ = ["starlingx_subclouds"]
