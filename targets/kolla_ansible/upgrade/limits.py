"""What stands against an upgrade: rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.source import Span

UNKNOWN_ORIGIN = Rule("OIB6140", "unknown-origin-release")
SAME_RELEASE = Rule("OIB6141", "upgrade-to-same-release")
DOWNGRADE = Rule("OIB6142", "downgrade")
SKIPPED_RELEASE = Rule("OIB6143", "release-skipped")
SYSTEM_OF_ONE_RELEASE = Rule("OIB6144", "host-system-of-one-release")

RULES: tuple[Rule, ...] = (
    UNKNOWN_ORIGIN, SAME_RELEASE, DOWNGRADE, SKIPPED_RELEASE, SYSTEM_OF_ONE_RELEASE,
)  # fmt: skip


def unknown_origin(span: Span, origin: str, known: Sequence[str]) -> Diagnostic:
    """The release that runs now is none that oib knows."""
    return Diagnostic(
        UNKNOWN_ORIGIN,
        span,
        f"`--from {origin}` is no release from which the way to this one is known",
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


def downgrade(span: Span, origin: str, goal: str) -> Diagnostic:
    """The blueprint's release is older than the one that runs."""
    return Diagnostic(
        DOWNGRADE,
        span,
        f"`{goal}` is older than `{origin}`, from which `--from` comes",
        notes=("databases are changed by an upgrade, and no service takes a newer one's",),
        hint=f"state `{origin}` or a later release here",
    )


def release_skipped(span: Span, way: Sequence[str], possible: Sequence[str]) -> Diagnostic:
    """No single upgrade leads there."""
    origin, goal = way[0], way[-1]
    steps = ", then ".join(f"`{each}`" for each in way[1:])
    return Diagnostic(
        SKIPPED_RELEASE,
        span,
        f"no single upgrade leads from `{origin}` to `{goal}`",
        notes=(
            "an upgrade goes to the next release, or from the first release of a year to the first of the next",
            f"from `{origin}`: {_listed(possible)}",
        ),
        hint=f"upgrade to {steps}",
    )


def system_of_one_release(
    span: Span, system: str, origin: str, goal: str, both: Sequence[str]
) -> Diagnostic:
    """Hosts can't run now what the blueprint says that they run."""
    return Diagnostic(
        SYSTEM_OF_ONE_RELEASE,
        span,
        f"`{system}` is no host system of `{origin}`, so hosts that run it now have another",
        notes=(f"of `{origin}` and `{goal}` both: {_listed(both)}",),
        hint=f"state the system that the hosts run, upgrade to `{goal}`, and change the system after that",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
