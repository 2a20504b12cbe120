"""What Magnum and its drivers can't do, or would refuse: the rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity, did_you_mean
from blueprint.source import Span
from targets._kubernetes.upgrades import NoWay

OLD_DRIVER = Rule("OIB6650", "deprecated-cluster-driver-chosen", Severity.WARNING)
NAME = Rule("OIB6651", "unusable-cluster-name")
NOT_OFFERED = Rule("OIB6652", "not-with-magnum")
NO_PATCH = Rule("OIB6653", "cluster-version-without-patch")
EXTERNAL = Rule("OIB6654", "cluster-without-external-network")
UNREACHABLE = Rule("OIB6655", "cluster-api-out-of-reach")
FAMILY = Rule("OIB6656", "family-not-with-magnum")
TEXT = Rule("OIB6657", "text-not-for-magnum")
UNKNOWN_LABEL = Rule("OIB6658", "unknown-cluster-label")
DERIVED_LABEL = Rule("OIB6659", "derived-cluster-label")
LABEL_TYPE = Rule("OIB6660", "cluster-label-of-wrong-type")
OTHER_TOOL = Rule("OIB6661", "variables-of-another-tool")
SYSTEM = Rule("OIB6662", "system-not-with-magnum")
WHOLE_UNITS = Rule("OIB6663", "log-not-in-whole-units")
ONE_ADDRESS = Rule("OIB6664", "control-nodes-without-balancer")
ADMISSION = Rule("OIB6665", "no-such-admission-plugin")
MANAGER_VERSION = Rule("OIB6666", "manager-not-for-magnum")
NO_WAY = Rule("OIB6667", "no-way-with-magnum")

RULES: tuple[Rule, ...] = (
    OLD_DRIVER, NAME, NOT_OFFERED, NO_PATCH, EXTERNAL, UNREACHABLE, FAMILY, TEXT, UNKNOWN_LABEL,
    DERIVED_LABEL, LABEL_TYPE, OTHER_TOOL, SYSTEM, WHOLE_UNITS, ONE_ADDRESS, ADMISSION,
    MANAGER_VERSION, NO_WAY,
)  # fmt: skip


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def deprecated_driver(span: Span) -> Diagnostic:
    """The driver that Magnum's developers have taken out after 2026.1."""
    return Diagnostic(
        OLD_DRIVER,
        span,
        "Magnum's driver `heat` is deprecated, and no release after 2026.1 has it",
        hint="write `driver = cluster_api`",
    )


def unusable_name(span: Span, what: str, name: str, reason: str) -> Diagnostic:
    """A name that Magnum or Cluster API refuses for what it becomes the name of."""
    return Diagnostic(
        NAME,
        span,
        f"`{_shown(name)}` can't be the name of {what}",
        notes=(reason,),
        hint="use another name",
    )


def not_with_magnum(span: Span, what: str, reason: str, hint: str) -> Diagnostic:
    """Something that Magnum's driver has no way to make."""
    return Diagnostic(NOT_OFFERED, span, f"Magnum can't make {what}", notes=(reason,), hint=hint)


def version_without_patch(span: Span, version: str, image: Span | None) -> Diagnostic:
    """Magnum's `kube_tag` is a full version, and nothing says the patch."""
    return Diagnostic(
        NO_PATCH,
        span,
        f"Magnum needs the patch of version `{version}`",
        labels=(Label(image, "the image doesn't say it either"),) if image is not None else (),
        hint=f"write it in full, as the nodes' image carries it: `{version}.4`",
    )


def unclear_external_network(span: Span, region: str, known: Sequence[str]) -> Diagnostic:
    """A router of nodes that may lead nowhere, or to more than one place."""
    if not known:
        return Diagnostic(
            EXTERNAL,
            span,
            f"`{region}` has no external network, and each cluster of Magnum's needs one",
            hint="declare one in it: `external_network floating { … }`",
        )
    listed = ", ".join(f"`external_network.{name}`" for name in known)
    return Diagnostic(
        EXTERNAL,
        span,
        f"`{region}` has several external networks, and none is chosen",
        hint=f"write `external = …` in `guest_network`: {listed}",
    )


def unreachable_api(span: Span) -> Diagnostic:
    """An API server that has only an address inside the network made for the cluster."""
    return Diagnostic(
        UNREACHABLE,
        span,
        "nobody outside reaches the cluster's API, not even its manager",
        notes=("without a floating address Magnum's driver needs a proxy on all network nodes",),
        hint="write `floating = true` in `api`",
    )


def family_not_with_magnum(span: Span, field: str) -> Diagnostic:
    """Addresses that Magnum's labels have no word for."""
    return Diagnostic(
        FAMILY,
        span,
        f"Magnum gives {field} one IPv4 subnet only",
        hint="state one IPv4 subnet, or write `deployer = cluster_api`",
    )


def unusable_text(span: Span, field: str, value: str, wanted: str) -> Diagnostic:
    """A text that what carries it to the nodes would take for something else."""
    return Diagnostic(TEXT, span, f"`{_shown(value)}` can't be {field}", hint=f"use {wanted}")


def unknown_label(
    span: Span, name: str, driver: str, known: Iterable[str], *, other: str | None
) -> Diagnostic:
    """A label that the driver does not read, and would not complain of."""
    return Diagnostic(
        UNKNOWN_LABEL,
        span,
        f"Magnum's driver `{driver}` reads no label `{_shown(name)}`",
        notes=(f"the driver `{other}` does",) if other is not None else (),
        hint=did_you_mean(name, known, otherwise="take it out"),
    )


def derived_label(span: Span, name: str) -> Diagnostic:
    """A label that an attribute of the layer says already."""
    return Diagnostic(
        DERIVED_LABEL,
        span,
        f"the label `{name}` follows from the blueprint",
        hint="take it out here, and say it in the attributes of the cluster",
    )


def label_of_wrong_type(span: Span, name: str) -> Diagnostic:
    """A label whose value is no single word or number."""
    return Diagnostic(
        LABEL_TYPE,
        span,
        f"the label `{_shown(name)}` needs a text, a number, `true` or `false`",
        hint="write one value; a driver that reads several has them in one text, with commas",
    )


def variables_of_another_tool(span: Span, name: str) -> Diagnostic:
    """Variables for a tool that does not make this cluster."""
    return Diagnostic(
        OTHER_TOOL,
        span,
        f"`{_shown(name)}` does not make this cluster, Magnum does",
        hint="take the block out; labels of Magnum stand in `tool magnum { … }`",
    )


def system_not_with_magnum(
    span: Span, image: str, system: str | None, known: Sequence[str], there: Span
) -> Diagnostic:
    """An image whose distribution no driver takes."""
    what = f"has `{system}`" if system else "doesn't say which system it has"
    return Diagnostic(
        SYSTEM,
        span,
        f"image `{image}` {what}, and Magnum's driver makes no cluster of it",
        labels=(Label(there, "the image"),),
        hint=f"use an image whose `os` begins with one of {', '.join(known)}",
    )


def not_in_whole_units(span: Span, field: str, unit: str, example: str) -> Diagnostic:
    """An amount that the API server counts in whole units."""
    return Diagnostic(
        WHOLE_UNITS,
        span,
        f"`{field}` is not in whole {unit}",
        hint=f"the API server counts {unit}: `{example}`",
    )


def control_nodes_without_balancer(span: Span, count: int, there: Span) -> Diagnostic:
    """Several nodes of a control plane, and nothing that leads to more than one of them."""
    return Diagnostic(
        ONE_ADDRESS,
        span,
        f"{count} nodes of the control plane have no address in common",
        labels=(Label(there, "this many"),),
        hint="put a load balancer before them: `load_balancer octavia {}` in `api`",
    )


def unknown_admission_plugin(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A plug-in that the API server doesn't have, so that it would not start."""
    return Diagnostic(
        ADMISSION,
        span,
        f"Kubernetes has no admission plug-in `{_shown(name)}`",
        hint=did_you_mean(
            name, known, otherwise="Kubernetes' reference of admission plug-ins names them"
        ),
    )


def manager_not_for_magnum(
    span: Span, manager: str, version: str, release: str, least: str, most: str, there: Span
) -> Diagnostic:
    """A manager whose own version Cluster API, which makes Magnum's clusters, does not run on."""
    return Diagnostic(
        MANAGER_VERSION,
        span,
        f"Cluster API {release} doesn't run on `{manager}`, which has Kubernetes {version}",
        labels=(Label(there, "its version"),),
        hint=f"managers have a version from {least} to {most}",
    )


def no_way_with_magnum(span: Span, way: NoWay) -> Diagnostic:
    """A version to which no single upgrade leads from the one that runs."""
    return Diagnostic(NO_WAY, span, way.message, notes=way.notes, hint=way.hint)
