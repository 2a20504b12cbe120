"""What only one host may have: its name, its controller's address, its boot port, its place in a rack."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from blueprint.checks.places import once_a_place
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Host, Model, Site
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NAME_REPEATED = Rule("OIB5120", "host-name-repeated")
BMC_REPEATED = Rule("OIB5121", "controller-address-repeated")
MAC_REPEATED = Rule("OIB5122", "boot-mac-repeated")
UNIT_TAKEN = Rule("OIB5123", "rack-unit-taken")
UNIT_OUTSIDE = Rule("OIB5124", "rack-unit-outside-rack")

V = TypeVar("V", bound=Hashable)


def host_identity(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Values that two hosts share and only one may have; the first host in order keeps it."""
    yield from once_a_place(_shared_values(model, spans))


def _shared_values(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    hosts = [host for group in model.groups.values() for host in group.members]
    for host, other in _repeated((h, h.name.lower()) for h in hosts):
        span, there = _spans(spans, host, other, "name")
        yield name_repeated(span, host.ref, other.ref, host.name, there)
    for host, other in _repeated((h, h.bmc_address) for h in hosts if h.bmc_address is not None):
        span, there = _spans(spans, host, other, "bmc", "address")
        yield repeated(BMC_REPEATED, span, host.ref, other.ref, f"BMC {host.bmc_address}", there)
    for host, other in _repeated((h, h.boot_mac) for h in hosts if h.boot_mac is not None):
        span, there = _spans(spans, host, other, "boot", "mac")
        yield repeated(MAC_REPEATED, span, host.ref, other.ref, f"boot port {host.boot_mac}", there)
    placed = (h for h in hosts if h.rack is not None and h.unit is not None)
    for host, other in _repeated((h, (h.rack, h.unit)) for h in placed):
        span, there = _spans(spans, host, other, "unit")
        what = f"unit {host.unit} of `{host.rack}`"
        yield repeated(UNIT_TAKEN, span, host.ref, other.ref, what, there)


def _repeated(values: Iterable[tuple[Host, V]]) -> Iterator[tuple[Host, Host]]:
    """Hosts whose value an earlier host has, each with that one."""
    first: dict[V, Host] = {}
    for host, value in values:
        other = first.setdefault(value, host)
        if other is not host:
            yield host, other


def _spans(spans: Spans, host: Host, other: Host, *path: str) -> tuple[Span, Span]:
    return spans.at(host.ref, *path), spans.at(other.ref, *path)


def rack_units(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts above the top of their rack."""
    yield from once_a_place(_above_racks(model, spans))


def _above_racks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    racks = {
        Ref(f"{site_ref}.rack.{label}"): (rack.units, site_ref, label)
        for site_ref, site in model.of(Site).items()
        for label, rack in site.rack.items()
    }
    for group in model.groups.values():
        for host in group.members:
            if host.unit is None or host.rack is None or host.rack not in racks:
                continue
            units, site_ref, label = racks[host.rack]
            if host.unit > units:
                yield unit_outside(
                    spans.at(host.ref, "unit"), host.ref, host.unit, host.rack, units,
                    spans.at(site_ref, "rack", label),
                )  # fmt: skip


def name_repeated(span: Span, host: str, other: str, name: str, other_span: Span) -> Diagnostic:
    """Two hosts with one name; case does not tell names apart in the DNS."""
    return Diagnostic(
        NAME_REPEATED,
        span,
        f"`{host}` and `{other}` are both named `{name}`",
        labels=(Label(other_span, f"`{other}` is named here"),),
        hint='make `name` differ from host to host, for example `name = "node-${n}"`',
    )


def repeated(
    rule: Rule, span: Span, host: str, other: str, what: str, other_span: Span
) -> Diagnostic:
    """Something that two hosts have and only one may."""
    return Diagnostic(
        rule,
        span,
        f"`{host}` and `{other}` both have {what}",
        labels=(Label(other_span, f"`{other}` has it here"),),
        hint="correct one of them: each host has its own",
    )


def unit_outside(
    span: Span, host: str, unit: int, rack: str, units: int, rack_span: Span
) -> Diagnostic:
    """A host above the top of its rack."""
    return Diagnostic(
        UNIT_OUTSIDE,
        span,
        f"`{host}` is in unit {unit} of `{rack}`, which has {units}",
        labels=(Label(rack_span, f"{units} units"),),
        hint="correct the unit, or set `units` of the rack",
    )
