"""What a distributed cloud can't do, or its manager would refuse: the rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.values import Ip

NO_ROUTER = Rule("OIB8100", "subcloud-without-router")
NO_WAY = Rule("OIB8102", "no-way-to-subcloud")
WRONG_WAY = Rule("OIB8103", "wrong-way-to-subcloud")
SHORT_RANGE = Rule("OIB8104", "range-too-short-for-manager")
SHARED_ADDRESSES = Rule("OIB8105", "addresses-of-two-subclouds")
OTHER_RELEASE = Rule("OIB8106", "subcloud-of-another-release")
SIMPLEX_CONTROLLER = Rule("OIB8107", "simplex-system-controller")
GROUP_LIMIT = Rule("OIB8108", "group-beyond-limit")
TOO_MANY = Rule("OIB8109", "too-many-subclouds")
NO_BMC = Rule("OIB8110", "subcloud-without-bmc")
FAMILIES = Rule("OIB8111", "families-of-installation")
NAME = Rule("OIB8112", "name-not-for-subcloud")
NO_INSTALL_ROUTER = Rule("OIB8113", "installation-without-router")
INSTALL_RELEASE = Rule("OIB8114", "install-setting-of-newer-release")
PERSISTENT = Rule("OIB8115", "persistent-partition-too-small")
PRESTAGE = Rule("OIB8116", "prestage-of-duplex")
GROUP_NAME = Rule("OIB8117", "group-of-every-manager")

RULES: tuple[Rule, ...] = (
    NO_ROUTER, NO_WAY, WRONG_WAY, SHORT_RANGE, SHARED_ADDRESSES, OTHER_RELEASE,
    SIMPLEX_CONTROLLER, GROUP_LIMIT, TOO_MANY, NO_BMC, FAMILIES, NAME, NO_INSTALL_ROUTER,
    INSTALL_RELEASE, PERSISTENT, PRESTAGE, GROUP_NAME,
)  # fmt: skip


def no_management(span: Span, ref: str) -> Diagnostic:
    """A subcloud whose management network is left to StarlingX, inside of its host."""
    return Diagnostic(
        NO_ROUTER,
        span,
        f"the subcloud `{ref}` has no management network that its system controller could reach",
        notes=("only a system that stands by itself may leave it to StarlingX",),
        hint="name one: `networks { mgmt = network.… }`, with a `gateway`",
    )


def no_router(span: Span, network: str, ref: str, there: Span) -> Diagnostic:
    """A network between a subcloud and its system controller that has no router."""
    return Diagnostic(
        NO_ROUTER,
        span,
        f"`{network}` has no router, and leads from the subcloud `{ref}` to its system controller",
        labels=(Label(there, "the subcloud is on it"),),
        hint="state its `gateway`",
    )


def no_way(span: Span, ref: str, network: str, version: int, there: Span) -> Diagnostic:
    """A system controller that nothing leads to its subcloud from."""
    where = f"has no IPv{version} router on `{network}`"
    return Diagnostic(
        NO_WAY,
        span,
        f"nothing leads to the subcloud `{ref}`: its system controller {where}",
        labels=(Label(there, "the management network of the system controller"),),
        hint="state that network's `gateway`, or `system_controller_gateway` here",
    )


def wrong_way(span: Span, router: Ip, reason: str, hint: str, there: Span) -> Diagnostic:
    """A router to a subcloud that the system controller can't use."""
    return Diagnostic(
        WRONG_WAY,
        span,
        f"{router} can't lead from the system controller to the subcloud: it {reason}",
        labels=(Label(there, "the management network of the system controller"),),
        hint=hint,
    )


def short_range(
    span: Span, network: str, count: int, least: int, release: str, there: Span
) -> Diagnostic:
    """Fewer addresses than the manager asks for."""
    are = "1 address" if count == 1 else f"{count} addresses"
    return Diagnostic(
        SHORT_RANGE,
        span,
        f"StarlingX is given {are} of `{network}`, and the manager of release {release} asks for {least} at least",
        labels=(Label(there, "of this subcloud"),),
        hint="take a larger range, or a larger subnet",
    )


def shared_addresses(
    span: Span, ref: str, other: str, what: str, there: Span, *, shares_subnets: bool
) -> Diagnostic:
    """Two subclouds with the same addresses; realms are nothing to their manager."""
    note = "the manager tells subclouds apart by these addresses, in whichever `realm` they are"
    if not shares_subnets:
        note += "; this release of it asks for a subnet of their own"
    return Diagnostic(
        SHARED_ADDRESSES,
        span,
        f"the subclouds `{ref}` and `{other}` have the same {what} addresses",
        labels=(Label(there, f"those of `{other}`"),),
        notes=(note,),
        hint="give each subcloud addresses of its own",
    )


def other_release(
    span: Span, release: str, own: str, known: tuple[str, ...], there: Span
) -> Diagnostic:
    """A subcloud of a release that its system controller does not look after."""
    listed = " or ".join(f"`{each}`" for each in known)
    return Diagnostic(
        OTHER_RELEASE,
        span,
        f"a system controller of release {own} does not look after a subcloud of {release}",
        labels=(Label(there, "its system controller"),),
        notes=("it looks after its own release, and those that it can upgrade",),
        hint=f"take {listed}",
    )


def simplex_controller(span: Span, ref: str, there: Span) -> Diagnostic:
    """A system controller on one host."""
    return Diagnostic(
        SIMPLEX_CONTROLLER,
        span,
        f"the system controller `{ref}` can't be all in one on one host",
        labels=(Label(there, "a system controller"),),
        hint="write `config = aio_dx` or `standard`, and name two `controllers`",
    )


def group_limit(span: Span, label: str, count: int, most: int, release: str) -> Diagnostic:
    """More subclouds at a time than the manager takes on."""
    if count < 1:
        text = f"the group `{label}` works on {count} subclouds at a time"
    else:
        text = f"the group `{label}` works on {count:,} subclouds at a time, and release {release} on {most:,} at most"
    return Diagnostic(GROUP_LIMIT, span, text, hint=f"write a number from 1 to {most}")


def too_many(span: Span, count: int, most: int, release: str, ref: str, there: Span) -> Diagnostic:
    """More subclouds than a release is made for."""
    return Diagnostic(
        TOO_MANY,
        span,
        f"`{ref}` has {count:,} subclouds, and release {release} is made for {most:,} at most",
        labels=(Label(there, "their system controller"),),
        hint="spread them over several system controllers",
    )


def no_bmc(span: Span, host: str, lack: str, ref: str, there: Span) -> Diagnostic:
    """A first controller that can't be installed from afar."""
    return Diagnostic(
        NO_BMC,
        span,
        f"`{host}` has no {lack}, and is installed over it as the first controller of `{ref}`",
        labels=(Label(there, "the subcloud"),),
        hint="state `bmc { address = …  credentials = … }` of the host",
    )


def families(span: Span, what: str, address: Ip, version: int, there: Span) -> Diagnostic:
    """An installation in two families."""
    return Diagnostic(
        FAMILIES,
        span,
        f"{what} {address} is not IPv{version}, as the OAM network is that the subcloud is installed on",
        labels=(Label(there, "the OAM network"),),
        hint=f"state an IPv{version} address",
    )


def name(span: Span, text: str, reason: str) -> Diagnostic:
    """A name that the manager can't know a subcloud by."""
    return Diagnostic(
        NAME, span, f"`{text}` can't be the name of a subcloud: {reason}", hint="take another one"
    )


def no_install_router(span: Span, network: str, ref: str, there: Span) -> Diagnostic:
    """A subcloud that nothing leads to while it is installed."""
    return Diagnostic(
        NO_INSTALL_ROUTER,
        span,
        f"`{network}` has no router, and the subcloud `{ref}` is installed and reached over it",
        labels=(Label(there, "the OAM network of the subcloud"),),
        hint="state its `gateway`",
    )


def install_release(span: Span, field: str, release: str, first: str) -> Diagnostic:
    """A setting that the manager of the release does not know."""
    return Diagnostic(
        INSTALL_RELEASE,
        span,
        f"the manager of release {release} does not know `{field}`",
        hint=f"take it out, or take {first} or later",
    )


def persistent(span: Span, size: int, least: int) -> Diagnostic:
    """A partition that the manager refuses."""
    return Diagnostic(
        PERSISTENT,
        span,
        f"the partition that survives an installation has {size:,} MiB, and {least:,} MiB is the least",
        hint=f"write `persistent_size = {least} MiB` or more, or take it out",
    )


def prestage(span: Span, ref: str, release: str, there: Span) -> Diagnostic:
    """A prestaged subcloud of two controllers, of a release that can't."""
    return Diagnostic(
        PRESTAGE,
        span,
        f"release {release} prestages subclouds of one host alone, and `{ref}` has two controllers",
        labels=(Label(there, "two controllers"),),
        hint="take `prestage` out, or take 10.0 or later",
    )


def group_name(span: Span, label: str) -> Diagnostic:
    """A group that is there already."""
    return Diagnostic(
        GROUP_NAME,
        span,
        f"every system controller has a group `{label}` already",
        hint="take another name; subclouds without a `group` are in that one",
    )
