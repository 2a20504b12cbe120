"""The wording for variables that a tool doesn't know, takes otherwise, or is told of already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blueprint.diagnostics import Diagnostic, Rule, nearest
from blueprint.source import Span


@dataclass(frozen=True, slots=True)
class VariableLimits:
    """The rules of one tool for its variables; each tool has codes and a name of its own.

    `tool` is the name in a blueprint, `title` the tool's own; `secrets` says what to do with a
    variable that holds a secret.
    """

    tool: str
    title: str
    secrets: str
    unknown: Rule
    wrong_type: Rule
    derived: Rule
    secret: Rule
    other_tool: Rule
    no_plain_form: Rule

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of them, by code."""
        return (
            self.unknown, self.wrong_type, self.derived, self.secret, self.other_tool,
            self.no_plain_form,
        )  # fmt: skip

    def unknown_variable(
        self, span: Span, name: str, release: str, known: Iterable[str], derived: Mapping[str, str]
    ) -> Diagnostic:
        """A variable that nothing in the release reads; the nearest one may be derived by oib."""
        near = nearest(name, {*known, *derived})
        hint = "take it out: nothing would read it" if near is None else f"did you mean `{near}`?"
        if near is not None and near in derived:
            hint = f"{hint} it follows from the blueprint: set {derived[near]}"
        message = f"{self.title} {release} has no variable `{name}`"
        return Diagnostic(self.unknown, span, message, hint=hint)

    def variable_of_wrong_type(self, span: Span, name: str, found: str, wanted: str) -> Diagnostic:
        """A value that the release's own defaults or checks contradict."""
        return Diagnostic(self.wrong_type, span, f"`{name}` is {found}", hint=f"write {wanted}")

    def derived_variable(self, span: Span, name: str, attribute: str) -> Diagnostic:
        """A variable that the blueprint's own attributes decide."""
        return Diagnostic(
            self.derived,
            span,
            f"`{name}` follows from the blueprint and can't be set apart from it",
            hint=f"set {attribute} instead",
        )

    def variable_holds_secret(self, span: Span, name: str) -> Diagnostic:
        """A secret, written into the blueprint."""
        return Diagnostic(
            self.secret,
            span,
            f"`{name}` is a secret, and secrets never stand in a blueprint",
            hint=f"take it out, and {self.secrets.format(name=name)}",
        )

    def tool_not_chosen(self, span: Span, name: str) -> Diagnostic:
        """Variables of a tool that does not deploy the layer."""
        return Diagnostic(
            self.other_tool,
            span,
            f"`{name}` does not deploy this layer, so its variables would reach nobody",
            hint=f"write `tool {self.tool}`, or take the block out",
        )

    def value_without_plain_form(self, span: Span, name: str, kind: str) -> Diagnostic:
        """A value of the language that the tool has no notion of."""
        return Diagnostic(
            self.no_plain_form,
            span,
            f"`{name}` can't be {kind}: a tool's own settings take plain values",
            hint="write the text or the number that the tool expects"
            if kind != "a secret"
            else "keep secrets in the store that `secrets` names",
        )
