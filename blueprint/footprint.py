"""What a declaration claims of the world: its addresses, prefixes and MAC addresses, and what it refers to.

Whether two declarations get in each other's way is told by these alone, whatever attribute holds them: every
check that compares what belongs to different sites does it by addresses that are equal, that overlap, or that
hold each other. So claims are gathered from all values, not attribute by attribute, and a new attribute or
a new check needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, NamedTuple

from pydantic import BaseModel

from blueprint.model import Host
from blueprint.values import Mac, Range, Ref, SecretRef

#: Numbers of IPv6 addresses begin behind those of IPv4.
_IPV6 = 1 << 32
_ADDRESSES = frozenset({IPv4Address, IPv6Address})
_NETWORKS = frozenset({IPv4Network, IPv6Network})


class Interval(NamedTuple):
    """Addresses as numbers, both ends included; those of IPv6 after those of IPv4."""

    first: int
    last: int

    def meets(self, other: Interval) -> bool:
        """Whether the two share an address."""
        return self.first <= other.last and other.first <= self.last


@dataclass(slots=True)
class Footprint:
    """What one or several declarations claim and refer to."""

    intervals: set[Interval] = field(default_factory=set)
    macs: set[str] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)

    def add(self, value: Any) -> None:
        """Gathers what a value claims and refers to, with all that is in it."""
        kind = type(value)
        if kind in _PLAIN:
            return
        if kind is Ref:
            self.refs.add(value)
        elif kind is SecretRef:
            self.refs.add(value.store)
        elif kind is Mac:
            self.macs.add(value)
        elif (interval := interval_of(value)) is not None:
            self.intervals.add(interval)
        elif isinstance(value, BaseModel):
            for inner in value.__dict__.values():
                if type(inner) not in _PLAIN:
                    self.add(inner)
        elif isinstance(value, tuple | list | set | frozenset):
            for inner in value:
                self.add(inner)
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                self.add(key)
                self.add(inner)
        elif kind is Host:
            for name in _OF_HOST:
                if name != "group":  # it stands for all of its members
                    self.add(getattr(value, name))


#: Types whose values claim nothing; most values of a declaration are of these.
_PLAIN: frozenset[type] = frozenset({str, int, bool, float, type(None)})
_OF_HOST = tuple(each.name for each in fields(Host))


def interval_of(value: Any) -> Interval | None:
    """The addresses that a value names; None where it is no address, prefix or range of addresses."""
    kind = type(value)
    if kind in _ADDRESSES:
        number = int(value) + (_IPV6 if kind is IPv6Address else 0)
        return Interval(number, number)
    if kind in _NETWORKS:
        start = int(value.network_address) + (_IPV6 if kind is IPv6Network else 0)
        return Interval(start, start + value.num_addresses - 1)
    if kind is Range and type(value.first) in _ADDRESSES:
        first, last = interval_of(value.first), interval_of(value.last)
        return Interval(first.first, last.last) if first and last else None
    return None


class Change(NamedTuple):
    """One address, prefix, range or MAC address that became another."""

    was: Any
    becomes: Any


def changes(was: Any, becomes: Any) -> Iterator[Change | None]:
    """The addresses that differ between two values; None for each difference of any other sort."""
    if was is becomes:
        return
    kind = type(was)
    if kind is not type(becomes):
        yield None
    elif kind is Mac or interval_of(was) is not None:
        if was != becomes:
            yield Change(was, becomes) if _is_alike(was, becomes) else None
    elif isinstance(was, BaseModel):
        if was.__pydantic_fields_set__ != becomes.__pydantic_fields_set__:
            yield None
        yield from changes(was.__dict__, becomes.__dict__)
    elif kind is dict:
        if list(was) != list(becomes):
            yield None
            return
        for name, inner in was.items():
            yield from changes(inner, becomes[name])
    elif kind is tuple or kind is list:
        if len(was) != len(becomes):
            yield None
            return
        for one, other in zip(was, becomes, strict=True):
            yield from changes(one, other)
    elif kind is Host:
        for name in _OF_HOST:
            yield from changes(getattr(was, name), getattr(becomes, name))
    elif was != becomes:
        yield None


def _is_alike(was: Any, becomes: Any) -> bool:
    """Whether both are of one family; of two ranges that is not said by their type."""
    return type(was) is not Range or type(was.first) is type(becomes.first)


__all__ = ["Change", "Footprint", "Interval", "changes", "interval_of"]
