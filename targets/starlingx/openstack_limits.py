"""What OpenStack's application of StarlingX can't do: its rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, nearest
from blueprint.source import Span

OTHER_OPENSTACK = Rule("OIB8140", "openstack-of-another-release")
ON_SYSTEM_CONTROLLER = Rule("OIB8142", "openstack-on-system-controller")
NAMED_REGION = Rule("OIB8143", "region-named-by-starlingx")
NO_SWITCH = Rule("OIB8144", "openstack-without-switch")
NO_DATA_NETWORK = Rule("OIB8145", "compute-without-data-network")
NO_STORAGE = Rule("OIB8146", "openstack-without-storage")
NO_CHART = Rule("OIB8147", "service-not-of-application")
NOT_PASSED_ON = Rule("OIB8148", "setting-not-of-application")
NOT_ON_OAM = Rule("OIB8149", "api-not-on-oam")
NO_PLACE = Rule("OIB8150", "compute-without-instances")
UNKNOWN_VALUE = Rule("OIB8151", "unknown-application-value")
WRONG_VALUE = Rule("OIB8152", "application-value-of-wrong-type")
DERIVED_VALUE = Rule("OIB8153", "derived-application-value")
SECRET_VALUE = Rule("OIB8154", "application-value-holds-secret")
OTHER_TOOL = Rule("OIB8155", "tool-of-other-ground")

RULES: tuple[Rule, ...] = (
    OTHER_OPENSTACK, ON_SYSTEM_CONTROLLER, NAMED_REGION, NO_SWITCH, NO_DATA_NETWORK, NO_STORAGE,
    NO_CHART, NOT_PASSED_ON, NOT_ON_OAM, NO_PLACE, UNKNOWN_VALUE, WRONG_VALUE, DERIVED_VALUE, SECRET_VALUE,
    OTHER_TOOL,
)  # fmt: skip


def other_openstack(
    span: Span, stated: str, starlingx: str, brings: str | None, able: Sequence[str], system: Span,
    *, is_known: bool,
) -> Diagnostic:  # fmt: skip
    """A release of OpenStack that the application of the system's release does not install."""
    known = "an older one" if brings is None else brings
    ways = [f"take `{brings}`"] if is_known else []
    ways += [f"take StarlingX {' or '.join(able)}, which brings it"] if able else []
    hint = ", or ".join(ways) or "deploy it on hosts or on Kubernetes"
    return Diagnostic(
        OTHER_OPENSTACK,
        span,
        f"StarlingX {starlingx} has no OpenStack {stated}: its application installs {known}",
        labels=(Label(system, f"the system is of {starlingx}"),),
        hint=hint,
    )


def on_system_controller(span: Span, system: str, role: Span) -> Diagnostic:
    """The application refuses the central cloud of a distributed cloud."""
    return Diagnostic(
        ON_SYSTEM_CONTROLLER,
        span,
        f"OpenStack can't be on `{system}`, a system controller",
        labels=(Label(role, "the central cloud of a distributed cloud"),),
        hint="put it on a subcloud, or on a system of its own",
    )


def named_region(span: Span, stated: str, *, is_subcloud: bool) -> Diagnostic:
    """The region of the application is that of the platform."""
    of = "dcmanager makes up that of a subcloud" if is_subcloud else "it is `RegionOne`"
    return Diagnostic(
        NAMED_REGION,
        span,
        f"the region can't be named `{stated}`: OpenStack takes the platform's own, and {of}",
        hint="take `region` out: the platform finds OpenStack by that name",
    )


def no_switch(span: Span, system: str, region: str) -> Diagnostic:
    """Without a virtual switch there is no label for the computes."""
    return Diagnostic(
        NO_SWITCH,
        span,
        f"`{system}` has no virtual switch, and OpenStack (`{region}`) is refused there",
        hint="state `vswitch = ovs`, or `ovs_dpdk`",
    )


def no_data_network(span: Span, host: str, others: int, region: str) -> Diagnostic:
    """A compute without a port on a data network."""
    more = f" and {others:,} more" if others else ""
    return Diagnostic(
        NO_DATA_NETWORK,
        span,
        f"`{host}`{more} carries guests of `{region}` and has no port on a data network",
        hint="give a port or bond `physnet = physnet.…`: its guests have no other way out",
    )


def no_storage(span: Span, system: str, region: str) -> Diagnostic:
    """The application needs a storage backend."""
    return Diagnostic(
        NO_STORAGE,
        span,
        f"`{system}` has no storage backend, and OpenStack (`{region}`) is refused there",
        hint="state `storage rook { … }` or `storage ceph { … }`",
    )


def no_chart(span: Span, service: str, known: Iterable[str]) -> Diagnostic:
    """A service that the application does not have."""
    return Diagnostic(
        NO_CHART,
        span,
        f"OpenStack's application of StarlingX has no `{service}`",
        notes=(f"it has: {', '.join(sorted(known))}",),
        hint="take it out, or deploy the region with another tool on hosts of its own",
    )


def not_passed_on(span: Span, field: str, why: str, hint: str = "take it out") -> Diagnostic:
    """A setting that the application would never hear of."""
    return Diagnostic(
        NOT_PASSED_ON,
        span,
        f"`{field}` does not reach OpenStack on StarlingX: {why}",
        hint=hint,
    )


def not_on_oam(span: Span, stated: str, system: str, floating: str) -> Diagnostic:
    """The APIs are reached at the floating OAM address."""
    return Diagnostic(
        NOT_ON_OAM,
        span,
        f"OpenStack on `{system}` answers at the floating OAM address, not at {stated}",
        hint=f"take {floating}",
    )


def no_place(span: Span, system: str, region: str) -> Diagnostic:
    """Hosts of guests are not unlocked without a place for their disks."""
    return Diagnostic(
        NO_PLACE,
        span,
        f"hosts of `{system}` have no place for guests of `{region}`, and are not unlocked without",
        hint="state `filesystems { instances = 100 GiB }` in the system, or `volume_groups { nova_local { … } }`",
    )


def unknown_value(span: Span, what: str, name: str, known: Iterable[str]) -> Diagnostic:
    """A chart, a value of one, a file or an option that is not there."""
    names = sorted(known)
    near = nearest(name, names)
    notes = (f"known: {', '.join(names)}",) if names and len(names) <= 40 and not near else ()
    return Diagnostic(
        UNKNOWN_VALUE,
        span,
        f"OpenStack's application knows no `{name}` among the {what}",
        notes=notes,
        hint=f"did you mean `{near}`?" if near else "take it out: nothing would read it",
    )


def wrong_value(span: Span, name: str, wanted: str) -> Diagnostic:
    """A value that the chart or the service would not take."""
    return Diagnostic(WRONG_VALUE, span, f"`{name}` must be {wanted}")


def derived_value(span: Span, name: str, field: str) -> Diagnostic:
    """A value that follows from the blueprint."""
    return Diagnostic(
        DERIVED_VALUE,
        span,
        f"`{name}` follows from the blueprint, and a second value would be lost or win by chance",
        hint=f"change {field}",
    )


def secret_value(span: Span, name: str) -> Diagnostic:
    """A secret that would stand in a plain file."""
    return Diagnostic(
        SECRET_VALUE,
        span,
        f"`{name}` holds a secret, and the values of charts are plain text",
        hint="take it out: the application makes its passwords itself and keeps them in the system",
    )


def other_tool(span: Span, tool: str) -> Diagnostic:
    """Variables of a tool that deploys nothing here."""
    return Diagnostic(
        OTHER_TOOL,
        span,
        f"variables for `{tool}` are read by nobody: on StarlingX its own application deploys",
        hint="write `tool stx_openstack { CHART = { … } }`",
    )
