"""What a blueprint may not pass through to StarlingX's bootstrap: its rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.source import Span
from targets._passthrough.limits import VariableLimits
from targets.starlingx.catalog import Fault

OTHER_RELEASE = Rule("OIB8006", "key-of-another-release")
OF_MANAGER = Rule("OIB8007", "key-of-the-manager")

VARIABLES = VariableLimits(
    tool="starlingx",
    title="StarlingX",
    secrets="keep it in `secrets.yml` beside the overrides, encrypted by Ansible Vault: `{name}`",
    unknown=Rule("OIB8000", "unknown-bootstrap-key"),
    wrong_type=Rule("OIB8001", "bootstrap-value-of-wrong-type"),
    derived=Rule("OIB8002", "derived-bootstrap-key"),
    secret=Rule("OIB8003", "bootstrap-key-holds-secret"),
    other_tool=Rule("OIB8004", "tool-not-chosen"),
    no_plain_form=Rule("OIB8005", "value-without-plain-form"),
)

RULES: tuple[Rule, ...] = (*VARIABLES.rules, OTHER_RELEASE, OF_MANAGER)


def key_of_another_release(
    span: Span, name: str, release: str, known_in: Sequence[str]
) -> Diagnostic:
    """A key that the playbook of the stated release does not read, and that of another one does."""
    others = ", ".join("the one after 12.0" if each == "master" else each for each in known_in)
    return Diagnostic(
        OTHER_RELEASE,
        span,
        f"the bootstrap of StarlingX {release} does not know `{name}`",
        notes=(f"releases that do: {others}",),
        hint="take it out: this release would pass over it in silence",
    )


def key_of_the_manager(span: Span, name: str) -> Diagnostic:
    """A key that the system controller gives to each of its subclouds."""
    return Diagnostic(
        OF_MANAGER,
        span,
        f"`{name}` is given by the system controller, and a stated value would be lost",
        hint="take it out",
    )


def value_at_fault(span: Span, name: str, fault: Fault) -> Diagnostic:
    """A value, or a part of one, that the playbook refuses."""
    rule = VARIABLES.wrong_type
    where = f"`{name}`" if not fault.path else f"`{fault.path[-1]}` in `{name}`"
    if fault.sort == "field":
        near = fault.nearest
        hint = f"did you mean `{near}`?" if near else "take it out: nothing would read it"
        return Diagnostic(rule, span, f"`{name}` takes no `{fault.path[-1]}`", hint=hint)
    if fault.sort == "missing":
        message = f"`{name}` lacks `{fault.path[-1]}`"
        return Diagnostic(rule, span, message, hint=f"state `{fault.path[-1]}`")
    message = f"{where} does not fit: {fault.expected}"
    near = fault.nearest if fault.known else None
    return Diagnostic(rule, span, message, hint=f"did you mean `{near}`?" if near else None)
