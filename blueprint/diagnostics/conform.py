"""What can be wrong with rule packs, with `conform`, and with what `oib test` finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.source import Span

UNKNOWN_PACK = Rule("OIB5901", "unknown-pack")
UNKNOWN_RULE = Rule("OIB5902", "unknown-rule")
AMBIGUOUS_RULE = Rule("OIB5903", "ambiguous-rule")
EMPTY_RULE = Rule("OIB5904", "rule-requires-nothing")
EXAMPLE_PASSES = Rule("OIB5905", "failing-example-passes")
EXAMPLE_FAILS = Rule("OIB5906", "passing-example-fails")
NEVER_FAILS = Rule("OIB5907", "rule-without-failing-example")
FAILS_MORE = Rule("OIB5908", "example-fails-other-rules")
PACK_LOOP = Rule("OIB5909", "pack-extends-itself")
UNKNOWN_BASE = Rule("OIB5910", "unknown-base")
NOTHING_TO_REMOVE = Rule("OIB5911", "nothing-to-remove-from-base")
NEVER_PASSES = Rule("OIB5912", "rule-without-passing-example")
UNKNOWN_PROFILE = Rule("OIB5913", "unknown-profile")


def unknown_pack(span: Span | None, name: str, known: Iterable[str]) -> Diagnostic:
    """A pack that is neither in the library nor a file."""
    return Diagnostic(
        UNKNOWN_PACK,
        span,
        f"there is no pack `{name}`",
        hint=did_you_mean(
            name, known, otherwise="name a pack of the library, or the path of a file"
        ),
    )


def unknown_rule(span: Span | None, name: str, known: Iterable[str]) -> Diagnostic:
    """A waiver, or a question, for a rule that no pack has."""
    return Diagnostic(
        UNKNOWN_RULE,
        span,
        f"no pack that is asked for has a rule `{name}`",
        hint=did_you_mean(name, known, otherwise="`oib conform --list` names them all"),
    )


def ambiguous_rule(span: Span | None, name: str, packs: Sequence[str]) -> Diagnostic:
    """A rule's id that several packs have."""
    shown = ", ".join(f"`{pack}.{name}`" for pack in packs)
    return Diagnostic(
        AMBIGUOUS_RULE,
        span,
        f"several packs have a rule `{name}`",
        hint=f"say which one: {shown}",
    )


def empty_rule(span: Span, name: str) -> Diagnostic:
    """A rule that nothing can fail."""
    return Diagnostic(
        EMPTY_RULE,
        span,
        f"the rule `{name}` requires nothing",
        hint="add a `require`, or say `class = not_checkable` and `because`",
    )


def example_passes(span: Span, rule: str, verdict: str) -> Diagnostic:
    """A failing example that the rule does not fail on."""
    return Diagnostic(
        EXAMPLE_PASSES,
        span,
        f"the rule `{rule}` should fail on this example; its verdict is `{verdict}`",
    )


def example_fails(span: Span, rule: str, verdict: str, message: str) -> Diagnostic:
    """A passing example that the rule does not pass on."""
    return Diagnostic(
        EXAMPLE_FAILS,
        span,
        f"the rule `{rule}` should pass on this example; its verdict is `{verdict}`",
        notes=(message,) if message else (),
    )


def never_fails(span: Span, rule: str) -> Diagnostic:
    """A rule without an example that fails."""
    return Diagnostic(
        NEVER_FAILS,
        span,
        f"the rule `{rule}` has no example that fails",
        notes=("a rule that nothing fails proves nothing",),
        hint="add `fail { … }` with an edit of the base",
    )


def never_passes(span: Span, rule: str, verdict: str) -> Diagnostic:
    """A rule without an example that passes, on whose base it does not pass either."""
    return Diagnostic(
        NEVER_PASSES,
        span,
        f"the rule `{rule}` has no example that passes; its verdict on the base is `{verdict}`",
        hint="add `pass { … }` with an edit of the base, or make the base pass",
    )


def fails_more(span: Span, rule: str, others: Sequence[str]) -> Diagnostic:
    """A failing example on which rules fail that read nothing of what this one does."""
    shown = ", ".join(f"`{other}`" for other in others[:4])
    more = f" and {len(others) - 4} more" if len(others) > 4 else ""
    return Diagnostic(
        FAILS_MORE,
        span,
        f"the example of `{rule}` fails {shown}{more} too, which read none of the facts that it reads",
        hint="change less in the example",
    )


def pack_loop(span: Span, names: Sequence[str]) -> Diagnostic:
    """Packs that extend each other."""
    return Diagnostic(
        PACK_LOOP,
        span,
        f"packs extend each other: {' → '.join(names)}",
        hint="delete one `extends`",
    )


def unknown_base(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """An example that is like a base which the pack does not have."""
    return Diagnostic(
        UNKNOWN_BASE, span, f"the pack has no base `{name}`", hint=did_you_mean(name, known)
    )


def nothing_to_remove(span: Span, what: str, base: Span) -> Diagnostic:
    """An example that takes away what its base does not have."""
    return Diagnostic(
        NOTHING_TO_REMOVE,
        span,
        f"the base has no `{what}` to remove",
        labels=(Label(base, "the base"),),
    )


def unknown_profile(span: Span | None, name: str, known: Iterable[str]) -> Diagnostic:
    """A profile that none of the packs knows: by it, hardly a rule would be judged."""
    return Diagnostic(
        UNKNOWN_PROFILE,
        span,
        f"no pack that is asked for has a profile `{name}`",
        hint=did_you_mean(name, known, otherwise="the packs have no profiles"),
    )
