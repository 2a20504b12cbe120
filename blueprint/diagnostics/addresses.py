"""Diagnostics about the allotment of addresses and the lock file: 31xx."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.source import Span

EXHAUSTED = Rule("OIB3101", "network-exhausted")
STATED_OUTSIDE = Rule("OIB3102", "stated-address-outside")
STATED_TAKEN = Rule("OIB3103", "stated-address-taken")
NO_SEGMENT = Rule("OIB3104", "no-segment")
UNKNOWN_NETWORK = Rule("OIB3105", "stated-address-unused")
LOCK_STALE = Rule("OIB3106", "stale-lock")
LOCK_BROKEN = Rule("OIB3107", "malformed-lock")


def exhausted(span: Span, network: str, wanted: int, free: int, group: Span | None) -> Diagnostic:
    """More hosts than addresses."""
    return Diagnostic(
        EXHAUSTED,
        span,
        f"`{network}` has {free:,} addresses for hosts, and {wanted:,} are needed",
        labels=(Label(group, "the last group that needs addresses"),) if group else (),
        hint="take a larger prefix, or free some of `reserved`, `dhcp` and `pool`",
    )


def stated_outside(span: Span, address: str, why: str) -> Diagnostic:
    """A stated address that the network can't give."""
    return Diagnostic(STATED_OUTSIDE, span, f"`{address}` can't be a host's address: {why}")


def stated_taken(span: Span, address: str, host: str, other: str, place: Span | None) -> Diagnostic:
    """An address that two hosts state."""
    return Diagnostic(
        STATED_TAKEN,
        span,
        f"`{address}` is stated for `{host}` and for `{other}`",
        labels=(Label(place, f"for `{other}`"),) if place and place != span else (),
    )


def no_segment(span: Span, host: str, network: str, rack: str | None) -> Diagnostic:
    """A host in a rack that a routed network does not reach."""
    why = f"its rack `{rack}` has no segment of it" if rack else "it stands in no rack"
    return Diagnostic(
        NO_SEGMENT,
        span,
        f"`{host}` can't have an address on `{network}`: {why}",
        hint="give the rack a `segment` of the network, or the host a rack",
    )


def segment_of_one_family(span: Span, label: str, network: str, cidr: str) -> Diagnostic:
    """A segment without a subnet of the family that the network has besides."""
    return Diagnostic(
        NO_SEGMENT,
        span,
        f"`segment.{label}` of `{network}` has no IPv6 subnet",
        hint=f"give it a part of `{cidr}` as `cidr6`",
    )


def unknown_network(span: Span, name: str, group: str, known: Iterable[str]) -> Diagnostic:
    """A stated address on a network that the host is not attached to."""
    return Diagnostic(
        UNKNOWN_NETWORK, span, f"`{group}` is attached to no network `{name}`",
        hint=did_you_mean(name, known),
    )  # fmt: skip


def lock_stale(path: str, problems: int, example: str) -> Diagnostic:
    """A lock file that does not hold what is needed now."""
    more = f", and {problems - 1:,} more" if problems > 1 else ""
    return Diagnostic(
        LOCK_STALE, None, f"`{path}` does not match the blueprint: {example}{more}",
        hint="run `oib lock` and commit the file",
    )  # fmt: skip


def lock_broken(path: str, why: str) -> Diagnostic:
    """A lock file that can't be read."""
    return Diagnostic(
        LOCK_BROKEN, None, f"`{path}` can't be read: {why}",
        hint="restore it from version control; without it hosts may get other addresses",
    )  # fmt: skip
