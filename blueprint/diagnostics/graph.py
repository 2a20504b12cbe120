"""What can be wrong with the dependencies between declarations."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

CYCLE = Rule("OIB4001", "dependency-cycle")

RULES: tuple[Rule, ...] = (CYCLE,)


def cycle(loop: Sequence[tuple[str, str, Span]]) -> Diagnostic:
    """A loop of needs: each declaration, the attribute that names the next one, and where it stands."""
    names = [name for name, _, _ in loop]
    attributes = [attribute for _, attribute, _ in loop]
    following = [*names[1:], names[0]]
    drawn = " → ".join(f"`{name}`" for name in (*names, names[0]))
    return Diagnostic(
        rule=CYCLE,
        span=loop[0][2],
        message=f"`{names[0]}` can't be deployed before itself: {drawn}"
        if len(loop) > 1
        else f"`{names[0]}` can't stand on itself",
        labels=tuple(
            Label(span, f"`{name}` needs `{wanted}`")
            for (name, _, span), wanted in list(zip(loop, following, strict=True))[1:3]
        ),
        notes=tuple(
            f"`{name}` needs `{wanted}` through `{attribute}`"
            for name, wanted, attribute in zip(names, following, attributes, strict=True)
        )
        if len(loop) > 3
        else (),
        hint="take one of these references out, or mark what stands already as `existing`"
        if len(loop) > 1
        else "name the thing below it",
    )
