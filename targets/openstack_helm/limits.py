"""What OpenStack-Helm can't do, or does not know: rules and their wording."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, Label, Rule, nearest
from blueprint.source import Span

RELEASE_WITHOUT_CHARTS = Rule("OIB6700", "release-without-images")
SERVICE_NOT_OFFERED = Rule("OIB6701", "service-without-chart")
IMAGES_MISSING = Rule("OIB6702", "chart-images-missing")
UNKNOWN_IMAGE = Rule("OIB6703", "unknown-chart-image")
UNKNOWN_CHART = Rule("OIB6704", "unknown-chart")
UNKNOWN_VALUE = Rule("OIB6705", "unknown-chart-value")
UNREAD_VALUE = Rule("OIB6706", "chart-value-without-effect")
WRONG_TYPE = Rule("OIB6707", "chart-value-of-wrong-type")
DERIVED_VALUE = Rule("OIB6708", "derived-chart-value")
SECRET_VALUE = Rule("OIB6709", "chart-value-holds-secret")
NO_PLAIN_FORM = Rule("OIB6710", "chart-value-without-plain-form")
NO_PUBLIC_NAME = Rule("OIB6711", "public-api-without-name")
NO_GATEWAY = Rule("OIB6712", "public-api-without-gateway")
NOT_EXPRESSIBLE = Rule("OIB6713", "not-with-openstack-helm")
TWO_REGIONS = Rule("OIB6716", "two-regions-on-one-cluster")
UNUSABLE_TEXT = Rule("OIB6717", "text-not-for-charts")
UNKNOWN_FILE = Rule("OIB6718", "unknown-chart-file")
UNKNOWN_OPTION = Rule("OIB6719", "unknown-option-of-chart-file")
OPTION_VALUE = Rule("OIB6720", "option-not-for-chart-file")
TOOL_NOT_CHOSEN = Rule("OIB6721", "other-tool-than-openstack-helm")
MAPPING = Rule("OIB6722", "mapping-not-for-keystone")

RULES = (
    RELEASE_WITHOUT_CHARTS, SERVICE_NOT_OFFERED, IMAGES_MISSING, UNKNOWN_IMAGE, UNKNOWN_CHART, UNKNOWN_VALUE,
    UNREAD_VALUE, WRONG_TYPE, DERIVED_VALUE, SECRET_VALUE, NO_PLAIN_FORM, NO_PUBLIC_NAME, NO_GATEWAY,
    NOT_EXPRESSIBLE, TWO_REGIONS, UNUSABLE_TEXT, UNKNOWN_FILE,
    UNKNOWN_OPTION, OPTION_VALUE, TOOL_NOT_CHOSEN, MAPPING,
)  # fmt: skip


def release_without_images(span: Span, release: str, known: Iterable[str]) -> Diagnostic:
    """A release that the project makes no images for."""
    return Diagnostic(
        RELEASE_WITHOUT_CHARTS,
        span,
        f"OpenStack-Helm has no images of {release}",
        hint=f"choose {_one_of(known)}",
    )


def service_not_offered(span: Span, service: str, instead: str) -> Diagnostic:
    """A service that this target has no chart for."""
    return Diagnostic(
        SERVICE_NOT_OFFERED, span, f"OpenStack-Helm does not run `{service}` here", hint=instead
    )


def images_missing(span: Span, chart: str, tags: Iterable[str], release: str) -> Diagnostic:
    """A chart without images of the release."""
    listed = list(tags)
    return Diagnostic(
        IMAGES_MISSING,
        span,
        f"the project has no image of {release} for {_listed(listed)} of the chart `{chart}`",
        hint=f"state {'it' if len(listed) == 1 else 'them'} in `deployer openstack_helm {{ images {{ {listed[0]} = … }} }}`, "
        "or choose a release that has images",
    )


def unknown_image(span: Span, tag: str, known: Iterable[str]) -> Diagnostic:
    """An image that no chart of the layer has."""
    return Diagnostic(
        UNKNOWN_IMAGE, span, f"no chart of this region has an image `{tag}`", hint=_near(tag, known)
    )


def unknown_chart(span: Span, chart: str, known: Iterable[str]) -> Diagnostic:
    """A chart that is not installed."""
    return Diagnostic(
        UNKNOWN_CHART, span, f"this region installs no chart `{chart}`", hint=_near(chart, known)
    )


def unknown_value(span: Span, chart: str, path: str, known: Iterable[str]) -> Diagnostic:
    """A value path that a chart has not."""
    name = path.rsplit(".", 1)[-1]
    return Diagnostic(
        UNKNOWN_VALUE, span, f"the chart `{chart}` has no value `{path}`", hint=_near(name, known)
    )


def unread_value(span: Span, chart: str, path: str) -> Diagnostic:
    """A value path that no template reads."""
    return Diagnostic(
        UNREAD_VALUE,
        span,
        f"no template of the chart `{chart}` reads `{path}`",
        hint="remove it: it would change nothing",
    )


def wrong_type(span: Span, path: str, wanted: str) -> Diagnostic:
    """A value of another type than the chart's own."""
    article = "an" if wanted[0] in "aeiou" else "a"
    return Diagnostic(WRONG_TYPE, span, f"`{path}` must be {article} {wanted}")


def derived_value(span: Span, path: str, where: str) -> Diagnostic:
    """A value that comes from the blueprint itself."""
    return Diagnostic(
        DERIVED_VALUE,
        span,
        f"`{path}` comes from the blueprint itself",
        hint=f"change {where} instead",
    )


def secret_value(span: Span, path: str) -> Diagnostic:
    """A value that is a password."""
    return Diagnostic(
        SECRET_VALUE,
        span,
        f"`{path}` holds a secret, which never goes into a file",
        hint="remove it: `secrets.json` names it, and the run-book says how it comes to the chart",
    )


def value_without_plain_form(span: Span, path: str, reason: str) -> Diagnostic:
    """A value that no file of values can hold."""
    return Diagnostic(
        NO_PLAIN_FORM,
        span,
        f"`{path}` can't be {reason}",
        hint="write the text, number, list or map that the chart takes",
    )


def public_api_without_name(span: Span) -> Diagnostic:
    """An endpoint for users without a name."""
    return Diagnostic(
        NO_PUBLIC_NAME,
        span,
        "the gateway tells services apart by names, and this endpoint has none",
        hint="state `fqdn`: services are then `keystone.FQDN`, `nova.FQDN` and so on",
    )


def public_api_without_gateway(span: Span, count: int, cluster: str, where: Span) -> Diagnostic:
    """No gateway, or no saying which."""
    what = "no gateway" if count == 0 else f"{count} gateways"
    hint = (
        "add `gateway NAME { network = … }` to the cluster"
        if count == 0
        else "say which: `deployer openstack_helm { gateway = … }`"
    )
    return Diagnostic(
        NO_GATEWAY,
        span,
        f"`{cluster}` has {what}, which users would reach the APIs through",
        labels=(Label(where, "the cluster"),),
        hint=hint,
    )


def not_expressible(span: Span, what: str, instead: str) -> Diagnostic:
    """Something that the charts, or this target, have no way to say."""
    return Diagnostic(NOT_EXPRESSIBLE, span, f"OpenStack-Helm can't have {what}", hint=instead)


def two_regions(span: Span, other: str, where: Span) -> Diagnostic:
    """Two regions on one cluster."""
    return Diagnostic(
        TWO_REGIONS,
        span,
        f"`{other}` runs on the same cluster, whose nodes' labels are one region's",
        labels=(Label(where, "the other region"),),
        hint="give each region a cluster of its own",
    )


def unusable_text(span: Span, field: str, text: str, wanted: str) -> Diagnostic:
    """A text that charts would take for something else."""
    return Diagnostic(
        UNUSABLE_TEXT, span, f"`{field}` can't be {text!r} here", hint=f"allowed: {wanted}"
    )


def unknown_file(span: Span, service: str, file: str, known: Iterable[str]) -> Diagnostic:
    """A file that a service's chart does not write."""
    return Diagnostic(
        UNKNOWN_FILE,
        span,
        f"the chart of `{service}` writes no `{file}` whose options are known",
        hint=_near(file, known),
    )


def unknown_option(
    span: Span, file: str, section: str, option: str | None, release: str, known: Iterable[str]
) -> Diagnostic:
    """A section or option that a service does not have."""
    name = section if option is None else option
    what = f"section `[{section}]`" if option is None else f"option `{option}` in `[{section}]`"
    return Diagnostic(
        UNKNOWN_OPTION, span, f"`{file}` of {release} has no {what}", hint=_near(name, known)
    )


def option_value(span: Span, option: str, reason: str, hint: str | None = None) -> Diagnostic:
    """An option that can't be stated, or not so."""
    return Diagnostic(OPTION_VALUE, span, f"`{option}` {reason}", hint=hint)


def tool_not_chosen(span: Span, tool: str) -> Diagnostic:
    """Variables of another tool."""
    return Diagnostic(
        TOOL_NOT_CHOSEN,
        span,
        f"this region is deployed by OpenStack-Helm, not by `{tool}`",
        hint="write the charts' values in `tool openstack_helm { CHART = { … } }`",
    )


def unusable_mapping(span: Span, message: str, hint: str | None) -> Diagnostic:
    """Rules that Keystone would refuse, or fail on when somebody logs in."""
    return Diagnostic(MAPPING, span, f"Keystone can't use this mapping: {message}", hint=hint)


def _near(name: str, known: Iterable[str]) -> str | None:
    listed = sorted(known)
    found = nearest(name, listed)
    if found is not None:
        return f"did you mean `{found}`?"
    return (
        f"there are {_listed(listed[:8])}{' and more' if len(listed) > 8 else ''}"
        if listed
        else None
    )


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _one_of(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)
