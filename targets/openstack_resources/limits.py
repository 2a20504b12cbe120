"""What the APIs of a region don't know or would refuse: the rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.source import Span

NAME = Rule("OIB6600", "unusable-name")
UNKNOWN_SPEC = Rule("OIB6601", "unknown-extra-spec")
SPEC_VALUE = Rule("OIB6602", "extra-spec-of-wrong-value")
DERIVED_SPEC = Rule("OIB6603", "derived-extra-spec")
UNKNOWN_PROPERTY = Rule("OIB6604", "unknown-image-property")
PROPERTY_VALUE = Rule("OIB6605", "image-property-of-wrong-value")
DERIVED_PROPERTY = Rule("OIB6606", "derived-image-property")
TRAIT = Rule("OIB6607", "unknown-trait")
SIZE = Rule("OIB6608", "size-not-whole")
IMAGE_SOURCE = Rule("OIB6609", "image-from-nowhere")
KUBERNETES_IMAGE = Rule("OIB6610", "kubernetes-image-without-system")
NAMES_CLASH = Rule("OIB6611", "names-clash")
METADATA = Rule("OIB6612", "derived-metadata")
SERVICE_OFF = Rule("OIB6613", "object-of-absent-service")
SEGMENTS = Rule("OIB6614", "routed-network-in-neutron")

RULES: tuple[Rule, ...] = (
    NAME, UNKNOWN_SPEC, SPEC_VALUE, DERIVED_SPEC, UNKNOWN_PROPERTY, PROPERTY_VALUE,
    DERIVED_PROPERTY, TRAIT, SIZE, IMAGE_SOURCE, KUBERNETES_IMAGE, NAMES_CLASH, METADATA,
    SERVICE_OFF, SEGMENTS,
)  # fmt: skip

_OF_ANOTHER_RELEASE = "take it out, or take a release that knows it"


def unusable_name(span: Span, what: str, name: str, wanted: str) -> Diagnostic:
    """A text that an API refuses, or that commands and files could take for something else."""
    shown = name if len(name) <= 60 else f"{name[:57]}…"
    return Diagnostic(NAME, span, f"`{shown}` can't be {what}", hint=f"use {wanted}")


def unknown_extra_spec(
    span: Span, name: str, release: str, known: Iterable[str], others: Sequence[str]
) -> Diagnostic:
    """An extra spec that Nova does not know in the release; `others` are releases that do."""
    return Diagnostic(
        UNKNOWN_SPEC,
        span,
        f"Nova has no extra spec `{name}` in {release}",
        notes=_known_in(others),
        hint=_OF_ANOTHER_RELEASE
        if others
        else did_you_mean(
            name, known, otherwise="hosts of one's own choice are told by `aggregate` or `traits`"
        ),
    )


def extra_spec_of_wrong_value(
    span: Span, name: str, value: str, wanted: str, choices: Iterable[str]
) -> Diagnostic:
    """A value that Nova refuses for an extra spec."""
    hint = did_you_mean(value, choices, otherwise=f"write {wanted}")
    return Diagnostic(SPEC_VALUE, span, f"`{name}` can't be `{value}`", hint=hint)


def _known_in(releases: Sequence[str]) -> tuple[str, ...]:
    return (f"it is known in {' and '.join(releases)}",) if releases else ()


def derived_extra_spec(span: Span, name: str, instead: str) -> Diagnostic:
    """An extra spec that an attribute of the flavor says."""
    return Diagnostic(
        DERIVED_SPEC,
        span,
        f"`{name}` follows from the flavor's own attributes",
        hint=f"set {instead} instead",
    )


def unknown_image_property(
    span: Span, name: str, release: str, known: Iterable[str], others: Sequence[str]
) -> Diagnostic:
    """A property that neither Nova nor Glance know in the release; `others` are releases that do."""
    return Diagnostic(
        UNKNOWN_PROPERTY,
        span,
        f"no service reads a property `{name}` of images in {release}",
        notes=_known_in(others),
        hint=_OF_ANOTHER_RELEASE
        if others
        else did_you_mean(name, known, otherwise="what is only for people goes into `tags`"),
    )


def image_property_of_wrong_value(
    span: Span, name: str, value: str, wanted: str, choices: Iterable[str]
) -> Diagnostic:
    """A value that the services take for something else, or refuse."""
    hint = did_you_mean(value, choices, otherwise=f"write {wanted}")
    return Diagnostic(PROPERTY_VALUE, span, f"`{name}` can't be `{value}`", hint=hint)


def derived_image_property(span: Span, name: str, instead: str) -> Diagnostic:
    """A property that an attribute of the image says."""
    return Diagnostic(
        DERIVED_PROPERTY,
        span,
        f"`{name}` follows from the image's own attributes",
        hint=f"set {instead} instead",
    )


def unknown_trait(span: Span, name: str, release: str, known: Iterable[str]) -> Diagnostic:
    """A trait that Placement does not have."""
    return Diagnostic(
        TRAIT,
        span,
        f"Placement has no trait `{name}` in {release}",
        hint=did_you_mean(
            name, known, otherwise="begin one of your own with `CUSTOM_`, in capitals"
        ),
    )


def size_not_whole(span: Span, what: str, size: str, unit: str, above: int) -> Diagnostic:
    """A size that the API can't count."""
    return Diagnostic(
        SIZE,
        span,
        f"{what} is counted in {unit}, and {size} is no whole number of them",
        hint=f"write a whole number, such as `{above} {unit}`",
    )


def image_from_nowhere(span: Span, name: str, source: str) -> Diagnostic:
    """An image whose file is neither beside the blueprint nor fetched from anywhere."""
    return Diagnostic(
        IMAGE_SOURCE,
        span,
        f"`{source}` is no URL that image `{name}` could be fetched from",
        hint='write `file("images/…")` for a file beside the blueprint, or a URL that begins with `https://`',
    )


def kubernetes_image_without_system(span: Span, name: str) -> Diagnostic:
    """An image for clusters that Magnum would not take."""
    return Diagnostic(
        KUBERNETES_IMAGE,
        span,
        f"image `{name}` carries Kubernetes, but on which system is not said",
        hint='set `os`, such as `os = "ubuntu-24.04"`: Magnum chooses its driver by it',
    )


def names_clash(span: Span, what: str, name: str, other: str, other_span: Span) -> Diagnostic:
    """Two things that an API can't tell apart by their names."""
    return Diagnostic(
        NAMES_CLASH,
        span,
        f"{what} `{name}` has the name of {other}",
        labels=(Label(other_span, "the other one"),),
        hint="rename one of them; upper and lower case are the same here",
    )


def derived_metadata(span: Span, key: str, aggregate: str, reason: str) -> Diagnostic:
    """A property of an aggregate that is set for it."""
    return Diagnostic(
        METADATA,
        span,
        f"`{key}` of aggregate `{aggregate}` is set for you: {reason}",
        hint="take it out, or choose another key",
    )


def object_of_absent_service(span: Span, what: str, service: str, services: Span) -> Diagnostic:
    """Something that no service of the region could make."""
    return Diagnostic(
        SERVICE_OFF,
        span,
        f"{what} needs `{service}`, which this region does not run",
        labels=(Label(services, "the services of the region"),),
        hint=f"add `{service}` to `services`, or take it out",
    )


def routed_network(span: Span, label: str, network: str, segment: Span) -> Diagnostic:
    """A network of several subnets that Neutron is given as one."""
    return Diagnostic(
        SEGMENTS,
        span,
        f"`{label}` can't be `{network}`, which has a subnet for each rack",
        labels=(Label(segment, "stated here"),),
        hint="give Neutron a network that is one broadcast domain",
    )
