"""What the preparation of hosts can't do or would get wrong: its rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.source import Span
from blueprint.values import Rate

UNKNOWN_SYSTEM = Rule("OIB6400", "unknown-family-of-systems")
NO_ADDRESS = Rule("OIB6401", "host-without-address")
UNNAMED_PORT = Rule("OIB6402", "port-that-nothing-tells")
INTERFACE_NAME = Rule("OIB6403", "unusable-interface-name")
NO_CLOCK = Rule("OIB6404", "ptp-without-clock")
TIME_ZONE = Rule("OIB6405", "unknown-time-zone")
NAME_SERVER = Rule("OIB6406", "name-server-by-name")
MIXED_SPEEDS = Rule("OIB6407", "bond-of-unequal-ports")
POLLED_FOR_NOBODY = Rule("OIB6408", "port-polled-for-nobody")
UNSIGNED_DRIVER = Rule("OIB6409", "driver-against-secure-boot")
UNKNOWN_DEVICES = Rule("OIB6411", "volume-devices-unknown")
RESERVED_NAME = Rule("OIB6412", "reserved-host-name")
TEXT = Rule("OIB6413", "text-not-for-hosts")
MODULE_STATE = Rule("OIB6414", "state-not-of-security-module")
LOCKED_OUT = Rule("OIB6415", "tools-locked-out")
PAM = Rule("OIB6416", "password-rule-not-of-system")

RULES: tuple[Rule, ...] = (
    UNKNOWN_SYSTEM, NO_ADDRESS, UNNAMED_PORT, INTERFACE_NAME, NO_CLOCK, TIME_ZONE, NAME_SERVER,
    MIXED_SPEEDS, POLLED_FOR_NOBODY, UNSIGNED_DRIVER, UNKNOWN_DEVICES,
    RESERVED_NAME, TEXT, MODULE_STATE, LOCKED_OUT, PAM,
)  # fmt: skip


def unknown_family(span: Span, system: str, like: str | None, known: Iterable[str]) -> Diagnostic:
    """A system of which it is not known what configures its network."""
    what = f"`{system}`" if like is None else f"`{like}`, which `{system}` is said to be like,"
    listed = ", ".join(f"`{name}`" for name in known)
    return Diagnostic(
        UNKNOWN_SYSTEM,
        span,
        f"{what} is of no family of systems that hosts can be prepared with",
        notes=(f"known are {listed}, with a version: `ubuntu-24.04`",),
        hint=f'name a system that it behaves like: `os "{system}" {{ like = "rocky-9" }}`',
    )


def host_without_address(span: Span, hosts: str) -> Diagnostic:
    """Hosts that nothing can reach."""
    return Diagnostic(
        NO_ADDRESS,
        span,
        f"`{hosts}` have no address on any network, so nothing reaches them",
        hint="put a network on one of their links, or set `managed_by = ironic`, or call them `existing`",
    )


def unnamed_port(span: Span, port: str, card: str, card_span: Span) -> Diagnostic:
    """A port of which neither the kernel's name nor the place is known."""
    return Diagnostic(
        UNNAMED_PORT,
        span,
        f"nothing tells which port of a server `{port}` is",
        labels=(Label(card_span, "neither `names` nor `pci`"),),
        hint=f"state `names` of `{card}` as `ip link` shows them, or `pci` as `lspci -D` does",
    )


def interface_too_long(span: Span, name: str, longest: int) -> Diagnostic:
    """An interface that Linux can't make."""
    return Diagnostic(
        INTERFACE_NAME,
        span,
        f"interface `{name}` would have {len(name)} characters, and Linux takes {longest}",
        hint="shorten the name of the bond or of the port",
    )


def interface_not_allowed(span: Span, name: str) -> Diagnostic:
    """A name that Linux or a configuration file would not take."""
    return Diagnostic(
        INTERFACE_NAME,
        span,
        f"`{name}` is no name for an interface",
        hint="use letters, digits, `_`, `.` and `-`, a letter or a digit first",
    )


def no_clock(span: Span, hosts: str, hardware: str, hardware_span: Span) -> Diagnostic:
    """PTP on hosts without a hardware clock."""
    return Diagnostic(
        NO_CLOCK,
        span,
        f"no port that `{hosts}` use has a hardware clock for PTP",
        labels=(Label(hardware_span, f"no card in use of `{hardware}` has `ptp = true`"),),
        hint="set `ptp = true` on the card if it has a clock (`ethtool -T` shows it), or `clock = ntp`",
    )


def unknown_time_zone(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A time zone that the database doesn't have."""
    otherwise = "name it as the IANA database does: `Europe/Berlin`, `UTC`"
    return Diagnostic(
        TIME_ZONE,
        span,
        f"there is no time zone `{name}`",
        hint=did_you_mean(name, known, otherwise=otherwise),
    )


def name_server_by_name(span: Span, name: str) -> Diagnostic:
    """A name server that would have to be asked for itself."""
    return Diagnostic(
        NAME_SERVER,
        span,
        f"name server `{name}` is given by name, and names are what hosts ask it for",
        hint="write its address",
    )


def bond_of_unequal_ports(
    span: Span, bond: str, mode: str, first: str, first_speed: Rate, other: str, speed: Rate
) -> Diagnostic:
    """Ports that can't share frames."""
    return Diagnostic(
        MIXED_SPEEDS,
        span,
        f"`{bond}` joins ports of unequal speed: `{first}` has {first_speed}, `{other}` {speed}",
        notes=(f"with mode `{mode}` ports share the frames, which takes equal ones",),
        hint="join ports of one speed, or use `mode = active_backup`",
    )


def port_polled_for_nobody(span: Span, link: str, hosts: str) -> Diagnostic:
    """A port taken from the kernel on hosts that run no switch."""
    return Diagnostic(
        POLLED_FOR_NOBODY,
        span,
        f"DPDK would drive `{link}`, and no virtual switch runs on `{hosts}`",
        hint="take `datapath` out, or name the hosts in `compute` of a region with `datapath = dpdk`",
    )


def driver_against_secure_boot(
    span: Span, driver: str, hardware: str, hardware_span: Span
) -> Diagnostic:
    """A driver that a locked kernel doesn't let work."""
    return Diagnostic(
        UNSIGNED_DRIVER,
        span,
        f"`{driver}` does not work on `{hardware}`, which starts signed systems only",
        labels=(Label(hardware_span, "the kernel is locked down with Secure Boot"),),
        hint="use `driver = vfio_pci`",
    )


def volume_devices_unknown(span: Span, disk: str, hardware: str, disk_span: Span) -> Diagnostic:
    """Disks of which nobody knows the path."""
    return Diagnostic(
        UNKNOWN_DEVICES,
        span,
        f"a volume group is made of devices, and `{hardware}` states no paths of `{disk}`",
        labels=(Label(disk_span, "no `paths`"),),
        hint='state them: `paths = ["/dev/disk/by-path/…"]`',
    )


def volumes_on_no_device(span: Span, path: str) -> Diagnostic:
    """A path of a disk for volumes that no device has."""
    return Diagnostic(
        UNKNOWN_DEVICES,
        span,
        f"a volume group is made of devices, and `{path}` is no path of one",
        hint="write one below `/dev/`, best under `/dev/disk/by-path/`",
    )


def reserved_host_name(span: Span, name: str, host: str) -> Diagnostic:
    """A host that Ansible would take for something else."""
    return Diagnostic(
        RESERVED_NAME,
        span,
        f"`{host}` is named `{name}`, which means something else to Ansible",
        hint="choose another name",
    )


def text_not_for_hosts(span: Span, field: str, value: str, wanted: str) -> Diagnostic:
    """A text that would break the file that it is written to."""
    return Diagnostic(TEXT, span, f"`{value}` can't be `{field}`", hint=f"it has to be {wanted}")


def state_of_apparmor(span: Span, state: str, system: str) -> Diagnostic:
    """A state that AppArmor as a whole has not."""
    return Diagnostic(
        MODULE_STATE,
        span,
        f"AppArmor of `{system}` can't be `{state}` as a whole",
        hint="write `lsm = enforcing`, or take it out: it is on from the start",
    )


def tools_locked_out(span: Span, user: Span | None) -> Diagnostic:
    """Hosts that tools log in to as `root`, whom SSH would not let in."""
    labels = () if user is None else (Label(user, "the user that tools log in as"),)
    return Diagnostic(
        LOCKED_OUT,
        span,
        "tools log in as `root`, whom SSH would not let in any more",
        labels=labels,
        hint='name another user: `user = "deploy"`, who may become `root` without a password',
    )


def rule_not_of_system(span: Span, field: str, system: str) -> Diagnostic:
    """A rule for passwords where nothing switches what PAM asks for."""
    return Diagnostic(
        PAM,
        span,
        f"`{field}` can't be set up on `{system}`: it has no tool that switches what PAM asks for",
        hint="take it out, and set it up in the system's image",
    )
