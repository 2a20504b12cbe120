"""What stands against taking systems from release to release: rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

UNKNOWN_ORIGIN = Rule("OIB8163", "origin-not-of-starlingx")
SAME_RELEASE = Rule("OIB8164", "systems-at-the-same-release")
NO_WAY = Rule("OIB8165", "no-upgrade-of-system")
MIXED_GROUP = Rule("OIB8166", "group-of-several-releases")

RULES: tuple[Rule, ...] = (UNKNOWN_ORIGIN, SAME_RELEASE, NO_WAY, MIXED_GROUP)


def unknown_origin(span: Span, origin: str, known: Sequence[str]) -> Diagnostic:
    """The release that runs now is none that oib knows."""
    return Diagnostic(
        UNKNOWN_ORIGIN,
        span,
        f"`--from {origin}` is no release of StarlingX that is known",
        notes=(f"known: {_listed(known)}",),
        hint="state the release that runs now",
    )


def same_release(span: Span, origin: str) -> Diagnostic:
    """The blueprint asks for what runs already."""
    return Diagnostic(
        SAME_RELEASE,
        span,
        f"`--from {origin}` and the blueprint state the same release",
        hint="leave `--from` out, or state the release to come here",
    )


def older(span: Span, origin: str, goal: str) -> Diagnostic:
    """The blueprint's release is older than the one that runs."""
    return Diagnostic(
        NO_WAY,
        span,
        f"`{goal}` is older than `{origin}`, from which `--from` comes",
        notes=("a release of StarlingX that is deployed is not taken back by deploying another",),
        hint=f"state `{origin}` or a later release here",
    )


def skipped(span: Span, origin: str, goal: str, way: Sequence[str]) -> Diagnostic:
    """No single upgrade leads there."""
    steps = ", then ".join(f"`{each}`" for each in way)
    return Diagnostic(
        NO_WAY,
        span,
        f"no single upgrade leads from `{origin}` to `{goal}`",
        notes=("the image of a release names those that it takes over",),
        hint=f"upgrade to {steps}",
    )


def unknown_steps(span: Span, origin: str, goal: str) -> Diagnostic:
    """An upgrade that StarlingX has and this target does not."""
    return Diagnostic(
        NO_WAY,
        span,
        f"the steps of an upgrade from `{origin}` to `{goal}` are not known here",
        notes=(
            f"the commands of `software deploy` as later releases have them are not in {origin}",
        ),
        hint=f"go to `{goal}` by the documents of StarlingX, and come back with `--from {goal}`",
    )


def mixed_group(span: Span, group: str, own: str, other: str, there: Span) -> Diagnostic:
    """Subclouds of one group that should come to several releases."""
    return Diagnostic(
        MIXED_GROUP,
        span,
        f"a subcloud of the group `{group}` is to have `{own}`, and another `{other}`",
        labels=(Label(there, f"`{other}`"),),
        notes=("subclouds of a group are upgraded together",),
        hint="state one release for all of them, or another group here",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)


__all__ = [
    "MIXED_GROUP", "NO_WAY", "RULES", "SAME_RELEASE", "UNKNOWN_ORIGIN", "mixed_group", "older",
    "same_release", "skipped", "unknown_origin", "unknown_steps",
]  # fmt: skip
