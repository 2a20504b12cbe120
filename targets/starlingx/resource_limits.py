"""What the deployment manager, or StarlingX behind it, refuses of hosts: the rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.values import Size

NO_STORAGE_NETWORK = Rule("OIB8060", "storage-network-of-older-release")
HASH = Rule("OIB8061", "bond-hash-not-for-starlingx")
FOREIGN_NETWORK = Rule("OIB8062", "network-not-of-the-system")
INTERFACE_NAME = Rule("OIB8063", "interface-name-not-for-starlingx")
VLAN_TWICE = Rule("OIB8064", "vlan-twice-on-host")
TWO_PHYSNETS = Rule("OIB8065", "functions-on-another-physnet")
NO_PHYSNET = Rule("OIB8066", "port-without-data-network")
NAME_TWICE = Rule("OIB8067", "resource-name-twice")
NO_PATH = Rule("OIB8068", "storage-disk-without-path")
DISK_TAKEN = Rule("OIB8069", "storage-on-taken-disk")
NO_WORKLOADS = Rule("OIB8070", "plan-for-host-without-workloads")
TOO_MANY_FUNCTIONS = Rule("OIB8071", "functions-over-resource")
PLATFORM_OVER = Rule("OIB8072", "platform-memory-over-share")
NO_SWITCH = Rule("OIB8073", "vswitch-share-without-vswitch")
TWO_PLACES = Rule("OIB8074", "instances-beside-nova-local")
NOT_KNOWN = Rule("OIB8075", "first-controller-not-matched")
PXEBOOT_SHARED = Rule("OIB8076", "pxeboot-beside-another-network")
NO_PORT_NAME = Rule("OIB8077", "port-without-name")
FAILURE_DOMAIN = Rule("OIB8078", "failure-domain-not-of-release")

RULES: tuple[Rule, ...] = (
    NO_STORAGE_NETWORK, HASH, FOREIGN_NETWORK, INTERFACE_NAME, VLAN_TWICE, TWO_PHYSNETS, NO_PHYSNET, NAME_TWICE,
    NO_PATH, DISK_TAKEN, NO_WORKLOADS, TOO_MANY_FUNCTIONS, PLATFORM_OVER, NO_SWITCH, TWO_PLACES,
    NOT_KNOWN, PXEBOOT_SHARED, NO_PORT_NAME, FAILURE_DOMAIN,
)  # fmt: skip

#: Virtual functions of a port that the resource of a host can state.
MOST_FUNCTIONS = 128
#: Characters of an interface's name, as Linux has them.
LONGEST_NAME = 15


def no_storage_network(span: Span, release: str) -> Diagnostic:
    """A storage network that nothing would make."""
    return Diagnostic(
        NO_STORAGE_NETWORK,
        span,
        f"the deployment manager of {release} can't make a storage network",
        notes=(
            "address pools are resources from 10.0 on, and the bootstrap makes none for storage",
        ),
        hint='take it out, or take `release = "10.0"` or later',
    )


def bond_hash(span: Span, bond: str, stated: str, wanted: Sequence[str], why: str) -> Diagnostic:
    """A bond that spreads frames in a way that StarlingX has no word for."""
    listed = " or ".join(f"`{each}`" for each in wanted)
    return Diagnostic(
        HASH,
        span,
        f"StarlingX can't spread frames of `{bond}` by `{stated}`",
        notes=(why,),
        hint=f"take {listed}",
    )


def foreign_network(span: Span, network: str, group: str, system: str) -> Diagnostic:
    """A network that no interface of the host would get."""
    return Diagnostic(
        FOREIGN_NETWORK,
        span,
        f"`{network}` is no network of `{system}`, so StarlingX puts it on no interface of `{group}`",
        hint=f"name it in `networks` of `{system}`, take it out here, or, for networks of guests and pods, "
        "name the port's `physnet`",
    )


def interface_name(span: Span, name: str, why: str) -> Diagnostic:
    """A name of an interface that StarlingX refuses."""
    return Diagnostic(
        INTERFACE_NAME,
        span,
        f"`{name}` can't be an interface of StarlingX: {why}",
        hint=f"take up to {LONGEST_NAME} lower-case letters, digits, `-` and `_`",
    )


def vlan_twice(span: Span, group: str, vlan: int, network: str, other: str) -> Diagnostic:
    """Two platform networks of a host with one VLAN."""
    return Diagnostic(
        VLAN_TWICE,
        span,
        f"`{network}` and `{other}` are both VLAN {vlan} of `{group}`",
        notes=("StarlingX has each VLAN once among the platform networks of a host",),
        hint="give one of them another `vlan`",
    )


def two_physnets(span: Span, port: str, physnet: str, functions: str, there: Span) -> Diagnostic:
    """A port that is a data interface and has virtual functions elsewhere."""
    return Diagnostic(
        TWO_PHYSNETS,
        span,
        f"virtual functions of `{port}` lead to `{functions}`, and the port itself to `{physnet}`",
        labels=(Label(there, "the port's own"),),
        notes=("an interface of StarlingX is for guests' networks or has virtual functions",),
        hint="leave out one of the two, or put the functions on another port",
    )


def no_physnet(span: Span, port: str, what: str) -> Diagnostic:
    """A port for guests that leads nowhere."""
    return Diagnostic(
        NO_PHYSNET,
        span,
        f"{what} of `{port}` belong to no physical network",
        notes=("guests and pods ask for them by the name of the data network",),
        hint="name one: `physnet = physnet.…`",
    )


def name_twice(span: Span, text: str, other: str, name: str, kind: str) -> Diagnostic:
    """Two things that would be one resource."""
    return Diagnostic(
        NAME_TWICE,
        span,
        f"`{text}` and `{other}` would both be the {kind} `{name}`",
        notes=("names of resources have lower-case letters, digits and `-` only",),
        hint="call one of them something else",
    )


def no_path(span: Span, disk: str, hardware: str, where: Span) -> Diagnostic:
    """A disk of a storage backend that the deployment manager could not find."""
    return Diagnostic(
        NO_PATH,
        span,
        f"`{disk}` of `{hardware}` has no device path",
        labels=(Label(where, "this disk"),),
        notes=("resources of hosts name disks by their paths",),
        hint='state one for each disk: `paths = ["/dev/disk/by-path/…"]`',
    )


def disk_taken(span: Span, disk: str, use: str, hardware: str) -> Diagnostic:
    """A disk of a storage backend with something else on it."""
    return Diagnostic(
        DISK_TAKEN,
        span,
        f"`{disk}` of `{hardware}` {use}",
        hint="name other disks: OSDs, journals and volume groups have whole disks of their own",
    )


def no_workloads(span: Span, what: str, group: str, personality: str) -> Diagnostic:
    """A plan that StarlingX takes for hosts of workloads only."""
    return Diagnostic(
        NO_WORKLOADS,
        span,
        f"`{group}` is a {personality} host without workloads, on which StarlingX has no {what}",
        hint="take it out, or state it for the hosts of workloads",
    )


def too_many_functions(span: Span, port: str, count: int) -> Diagnostic:
    """More virtual functions than the resource of a host can state."""
    return Diagnostic(
        TOO_MANY_FUNCTIONS,
        span,
        f"{count} virtual functions of `{port}` are more than the deployment manager makes",
        hint=f"take {MOST_FUNCTIONS} at most",
    )


def platform_over(span: Span, group: str, stated: Size, most: Size) -> Diagnostic:
    """A share of the platform that StarlingX refuses."""
    return Diagnostic(
        PLATFORM_OVER,
        span,
        f"{stated} of each NUMA node of `{group}` are more than StarlingX keeps for the platform",
        notes=("two thirds of the memory of a NUMA node are the most",),
        hint=f"take {most} at most",
    )


def no_switch(span: Span, group: str, what: str, stated: str, where: Span) -> Diagnostic:
    """A share of a virtual switch that does not poll."""
    return Diagnostic(
        NO_SWITCH,
        span,
        f"`{group}` keeps {what} for a virtual switch that its system does not have",
        labels=(Label(where, f"`vswitch = {stated}` polls on no core"),),
        hint="take it out, or set `vswitch = ovs_dpdk`",
    )


def two_places(span: Span, there: Span) -> Diagnostic:
    """Two places for the disks of OpenStack's guests."""
    return Diagnostic(
        TWO_PLACES,
        span,
        "hosts have the file system `instances` or the volume group `nova-local`, and not both",
        labels=(Label(there, "the volume group"),),
        notes=("both would be mounted where Nova keeps the disks of its guests",),
        hint="take one of them out",
    )


def not_known(span: Span, host: str) -> Diagnostic:
    """A first controller that the deployment manager has nothing to know by."""
    return Diagnostic(
        NOT_KNOWN,
        span,
        f"nothing says which server `{host}` is, the first controller of its system",
        notes=(
            "its resource must name the port that it boots from, or the address of its controller",
        ),
        hint="state `boot { mac = … }`",
    )


def pxeboot_shared(span: Span, network: str, other: str, there: Span) -> Diagnostic:
    """A network of installation that is another one too."""
    return Diagnostic(
        PXEBOOT_SHARED,
        span,
        f"`{network}` can't be both `pxeboot` and `{other}`",
        labels=(Label(there, "here too"),),
        notes=("an interface with the network of installation has no other one",),
        hint="take `pxeboot` out, or give it a network of its own",
    )


def no_port_name(span: Span, port: str, hardware: str, where: Span) -> Diagnostic:
    """A port in use that has no name."""
    return Diagnostic(
        NO_PORT_NAME,
        span,
        f"`{port}` of `{hardware}` has no interface name",
        labels=(Label(where, "this card"),),
        notes=("resources of hosts know ports by the names that the kernel gives them",),
        hint='state one for each port of the card: `names = ["ens1f0", …]`',
    )


def failure_domain(span: Span, stated: str, release: str, own: str) -> Diagnostic:
    """A domain of failure that the release can't be told."""
    return Diagnostic(
        FAILURE_DOMAIN,
        span,
        f"StarlingX {release} keeps copies apart by `{own}` here, and not by `{stated}`",
        notes=("it decides by the configuration: `osd` on one host alone, else `host`",),
        hint="take `failure_domain` out",
    )
