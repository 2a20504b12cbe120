"""Diagnostics about what stands in manifests of workloads: 5914 to 5918."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.source import Span

NO_OBJECT = Rule("OIB5914", "not-a-kubernetes-object")
UNKNOWN_FIELD = Rule("OIB5915", "unknown-manifest-field")
WRONG_TYPE = Rule("OIB5916", "manifest-field-type")
NOT_SERVED = Rule("OIB5917", "api-version-not-served")
TWICE = Rule("OIB5918", "object-twice")


def no_object(span: Span, problem: str) -> Diagnostic:
    """A document that the API server could not take."""
    return Diagnostic(
        NO_OBJECT,
        span,
        f"this is no object of Kubernetes: {problem}",
        hint="an object has `apiVersion`, `kind` and `metadata.name`",
    )


def unknown_field(span: Span, name: str, around: str, known: Iterable[str]) -> Diagnostic:
    """A field that objects of this kind do not have: it would be refused, or dropped without a word."""
    return Diagnostic(
        UNKNOWN_FIELD, span, f"`{around}` has no field `{name}`", hint=did_you_mean(name, known)
    )


def field_of_other_version(span: Span, name: str, around: str, problem: str) -> Diagnostic:
    """A field that the cluster's version does not have yet, or no longer."""
    return Diagnostic(
        UNKNOWN_FIELD, span, f"`{around}` has `{name}` {problem}", hint="take the field out, or choose another version of the cluster",
    )  # fmt: skip


def wrong_type(span: Span, name: str, wanted: str, found: str, hint: str | None) -> Diagnostic:
    """A value of another type than the field takes."""
    return Diagnostic(WRONG_TYPE, span, f"`{name}` takes {wanted}, found {found}", hint=hint)


def not_served(span: Span, api: str, kind: str, problem: str, hint: str) -> Diagnostic:
    """An API version that the cluster's version does not serve."""
    return Diagnostic(NOT_SERVED, span, f"`{kind}` of `{api}` {problem}", hint=hint)


def twice(span: Span, what: str, first: Span) -> Diagnostic:
    """Two objects of one kind and name in one namespace: the second would change the first."""
    return Diagnostic(
        TWICE,
        span,
        f"{what} stands in the manifests already",
        labels=(Label(first, "here"),),
        hint="take one of them out, or give it another name",
    )


__all__ = [
    "field_of_other_version", "no_object", "not_served", "twice", "unknown_field", "wrong_type",
]  # fmt: skip
