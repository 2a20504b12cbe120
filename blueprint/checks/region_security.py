"""Keys, signatures, encrypted memory and rules for passwords of regions: what each needs beside it."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Hardware, Hosts, Model, OpenStack, Site
from blueprint.model.openstack_resources import VolumeEncryption
from blueprint.model.security import HostSecurity, Passwords
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Duration, Ref

UNSIGNED = Rule("OIB5870", "image-not-signed")
NO_KEYS = Rule("OIB5871", "keys-without-key-manager")
NOT_WHOLE = Rule("OIB5872", "password-time-not-whole")
NO_ENCRYPTED_MEMORY = Rule("OIB5873", "no-encrypted-memory")
NO_SERVERS = Rule("OIB5874", "proven-time-without-servers")
CHAINS = Rule("OIB5875", "chains-without-openvswitch")
SWITCHES = Rule("OIB5876", "bond-switches-not-of-ports")
KEY_SIZE = Rule("OIB5877", "key-not-for-cipher")
UNPREPARED = Rule("OIB5879", "security-of-unprepared-host")
PUBLIC_TYPE = Rule("OIB5878", "public-volume-type-with-projects")

_SECOND = 10**9
_DAY = 86400 * _SECOND
#: Processors whose encryption of memory Nova gives to guests (AMD's).
_FOR_GUESTS = ("sev", "sev_es", "sev_snp")
#: Sizes of keys: XTS halves its key, AES takes the half.
_XTS, _PLAIN = (256, 512), (128, 256)


def region_security(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """What regions, sites and hosts state of security, and what is missing beside it."""
    for ref, region in model.of(OpenStack).items():
        yield from _keys(ref, region, spans)
        yield from _types(ref, region, spans)
        yield from _guests(ref, region, model, spans)
        if "keystone" in region.services and region.keystone.passwords is not None:
            where = ("keystone", "passwords")
            yield from _times(ref, where, region.keystone.passwords, spans)
        if region.neutron.service_chaining and region.neutron.plugin != "ovs":
            plugin = spans.written(ref, "neutron", "plugin")
            yield chains(spans.at(ref, "neutron", "service_chaining"), plugin)
    for ref, site in model.of(Site).items():
        if site.nts and not site.ntp:
            yield no_servers(spans.at(ref, "nts"))
    for ref, group in model.groups.items():
        if group.members:
            yield from _hosts(ref, group.members[0].spec, spans)


def _keys(ref: Ref, region: OpenStack, spans: Spans) -> Iterator[Diagnostic]:
    """Signatures are proven by certificates, volumes opened by keys: Barbican keeps both."""
    services = spans.at(ref, "services")
    wanted: list[tuple[str, tuple[str | int, ...]]] = []
    if region.nova.verify_images and "nova" in region.services:
        wanted.append(("proof of images", ("nova", "verify_images")))
        for label, image in region.image.items():
            if image.signature is None:
                yield unsigned(
                    spans.key(ref, "image", label), label, spans.at(ref, "nova", "verify_images")
                )
    for label, image in region.image.items():
        if image.signature is not None:
            wanted.append(("a signature", ("image", label, "signature")))
    for label, kind in region.volume_type.items():
        if kind.encryption is not None:
            wanted.append(("encryption of volumes", ("volume_type", label, "encryption")))
    if "barbican" not in region.services:
        for what, path in wanted[:1]:
            yield no_keys(spans.at(ref, *path), what, services)


def _types(ref: Ref, region: OpenStack, spans: Spans) -> Iterator[Diagnostic]:
    for label, kind in region.volume_type.items():
        if kind.is_public and kind.projects:
            yield public_type(spans.at(ref, "volume_type", label, "projects"), label)
        encryption = kind.encryption
        if encryption is not None and encryption.key_size not in key_sizes(encryption):
            span = spans.at(ref, "volume_type", label, "encryption", "key_size")
            yield key_size(span, encryption)


def key_sizes(encryption: VolumeEncryption) -> tuple[int, ...]:
    """The sizes of keys that a cipher takes."""
    return _XTS if "-xts-" in encryption.cipher else _PLAIN


def _guests(ref: Ref, region: OpenStack, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Flavors whose guests have encrypted memory have a compute that encrypts it."""
    for label, flavor in region.flavor.items():
        if not flavor.memory_encryption:
            continue
        chosen = flavor.aggregate
        hosts = region.compute if chosen is None else region.aggregate[chosen.label].hosts
        kinds = {host.spec.hardware for host in model.hosts(hosts)}
        encrypts = (model.at(kind, Hardware).memory_encryption for kind in sorted(kinds))
        if not any(each in _FOR_GUESTS for each in encrypts):
            yield no_encrypted_memory(spans.at(ref, "flavor", label, "memory_encryption"), label)


def _hosts(ref: Ref, spec: Hosts, spans: Spans) -> Iterator[Diagnostic]:
    for label, bond in spec.bond.items():
        if bond.switches and len(bond.switches) != len(bond.ports):
            span = spans.at(ref, "bond", label, "switches")
            yield switches(span, len(bond.switches), len(bond.ports))
    if spec.managed_by != "oib" and spec.security != HostSecurity():
        where = spans.at(ref, "managed_by")
        yield unprepared(spans.at(ref, "security"), spec.managed_by, where)
    if spec.security.passwords is not None:
        yield from _times(ref, ("security", "passwords"), spec.security.passwords, spans)


def _times(ref: Ref, where: tuple[str, ...], rule: Passwords, spans: Spans) -> Iterator[Diagnostic]:
    for field, time, unit in (
        ("lockout_for", rule.lockout_for, "second"), ("expires", rule.expires, "day"),
    ):  # fmt: skip
        size = _SECOND if unit == "second" else _DAY
        if time is not None and (int(time) < size or int(time) % size):
            yield not_whole(spans.at(ref, *where, field), field, time, unit)


def unsigned(span: Span, label: str, where: Span) -> Diagnostic:
    """An image that no guest could start from."""
    return Diagnostic(
        UNSIGNED,
        span,
        f"no guest could start from image `{label}`: it has no signature",
        labels=(Label(where, "guests start from signed images alone"),),
        hint="state `signature { value = …  certificate = … }`, or take `verify_images` out",
    )


def no_keys(span: Span, what: str, services: Span) -> Diagnostic:
    """Something that needs keys or certificates where nothing keeps them."""
    return Diagnostic(
        NO_KEYS,
        span,
        f"{what} needs `barbican`, which keeps keys and certificates",
        labels=(Label(services, "the services of the region"),),
        hint="add `barbican` to `services`, or take it out",
    )


def not_whole(span: Span, field: str, time: Duration, unit: str) -> Diagnostic:
    """A time that is counted in other units."""
    return Diagnostic(
        NOT_WHOLE,
        span,
        f"`{field}` can't be {time}: it is counted in {unit}s",
        hint=f"write whole {unit}s, at least one",
    )


def no_encrypted_memory(span: Span, label: str) -> Diagnostic:
    """A flavor with encrypted memory that no compute has."""
    return Diagnostic(
        NO_ENCRYPTED_MEMORY,
        span,
        f"no compute could run guests of flavor `{label}`: none encrypts memory for guests",
        hint="state `memory_encryption = sev` (or `sev_es`, `sev_snp`) in the hardware that does, or take it out",
    )


def no_servers(span: Span) -> Diagnostic:
    """Time servers that prove who they are, and none stated."""
    return Diagnostic(
        NO_SERVERS,
        span,
        "there is no time server that could prove who it is",
        hint='state them: `ntp = ["time.example"]`',
    )


def chains(span: Span, plugin: Span | None) -> Diagnostic:
    """Chains of services where OVN has none."""
    labels = () if plugin is None else (Label(plugin, "the mechanism is OVN"),)
    return Diagnostic(
        CHAINS,
        span,
        "OVN leads no traffic through chains of guests",
        labels=labels,
        hint="write `plugin = ovs`, or take `service_chaining` out",
    )


def switches(span: Span, stated: int, ports: int) -> Diagnostic:
    """Another number of switches than of ports."""
    return Diagnostic(
        SWITCHES,
        span,
        f"{stated} {'switch is' if stated == 1 else 'switches are'} named for {ports} ports",
        hint="name one for each port, in the order of `ports`; the same one twice where need be",
    )


def key_size(span: Span, encryption: VolumeEncryption) -> Diagnostic:
    """A key that the cipher does not take."""
    listed = ", ".join(str(size) for size in key_sizes(encryption))
    return Diagnostic(
        KEY_SIZE,
        span,
        f"`{encryption.cipher}` takes no key of {encryption.key_size} bits",
        hint=f"write one of {listed}",
    )


def public_type(span: Span, label: str) -> Diagnostic:
    """Projects of a type that all may use anyway."""
    return Diagnostic(
        PUBLIC_TYPE,
        span,
        f"all projects may use volume type `{label}`, so none can be named",
        hint="write `public = false`, or take `projects` out",
    )


def unprepared(span: Span, managed_by: str, where: Span) -> Diagnostic:
    """What guards a host that nobody of ours sets up."""
    who = "StarlingX" if managed_by == "starlingx" else "whoever is given it"
    return Diagnostic(
        UNPREPARED,
        span,
        f"nothing here would arrive: {who} sets the host up",
        labels=(Label(where, "stated here"),),
        hint="take `security` out",
    )
