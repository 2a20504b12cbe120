"""The types of the language as values: what the checker compares and what messages name."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from blueprint import values


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parts, such as `int`, `size` or `cidr`."""

    name: str
    example: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Words:
    """One of a closed list of words."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " | ".join(self.words[:8]) + (" | …" if len(self.words) > 8 else "")


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one type."""

    element: Type

    def __str__(self) -> str:
        return f"list({self.element})"


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map from text to one type."""

    element: Type

    def __str__(self) -> str:
        return f"map({self.element})"


@dataclass(frozen=True, slots=True)
class Record:
    """A map with named fields, each of its own type; `optional` are those that may be absent."""

    fields: Mapping[str, Type]
    optional: frozenset[str] = frozenset()
    name: str = ""

    def __str__(self) -> str:
        return self.name or "{ " + "  ".join(f"{n}: {t}" for n, t in self.fields.items()) + " }"

    def __hash__(self) -> int:
        return hash((tuple(self.fields), self.name))


@dataclass(frozen=True, slots=True)
class RangeOf:
    """An inclusive range of numbers or addresses."""

    element: Type

    def __str__(self) -> str:
        return f"range({self.element})"


@dataclass(frozen=True, slots=True)
class Thing:
    """A reference to a declared thing of one of some kinds, or to a part of hardware."""

    kinds: tuple[str, ...]
    whole_families: bool = False

    def __str__(self) -> str:
        return " | ".join(self.kinds)


@dataclass(frozen=True, slots=True)
class Family:
    """All members of a family of things, by key."""

    kind: str

    def __str__(self) -> str:
        return f"all of a family of {self.kind}"


@dataclass(frozen=True, slots=True)
class Either:
    """One of several types."""

    options: tuple[Type, ...]

    def __str__(self) -> str:
        return " or ".join(str(o) for o in self.options)


Type: TypeAlias = Scalar | Words | ListOf | MapOf | Record | RangeOf | Thing | Family | Either

ANY = Scalar("any", "anything")
BROKEN = Scalar("broken", "")
INT = Scalar("int", "3")
NUMBER = Scalar("number", "1.5")
STRING = Scalar("string", '"text"')
BOOL = Scalar("bool", "true")
SIZE = Scalar("size", "16 GiB")
RATE = Scalar("rate", "25 Gbps")
DURATION = Scalar("duration", "30 s")
FREQUENCY = Scalar("frequency", "2.4 GHz")
POWER = Scalar("power", "800 W")
IOPS = Scalar("iops", "500 IOPS")
RATIO = Scalar("ratio", "80 %")
IP = Scalar("ip", "10.20.0.1")
CIDR = Scalar("cidr", "10.20.0.0/24")
MAC = Scalar("mac", "aa:bb:cc:dd:ee:ff")
DATE = Scalar("date", "2027-06-30")
SECRET = Scalar("secret", 'secrets.vault["name"]')
FILE = Scalar("file", 'file("motd.txt")')
PART = Scalar("part", "nic.ocp[0]")

SCALARS: dict[str, Type] = {
    t.name: t
    for t in (
        INT, NUMBER, STRING, BOOL, SIZE, RATE, DURATION, FREQUENCY, POWER, IOPS, RATIO, IP, CIDR,
        MAC, DATE, SECRET, FILE,
    )
}  # fmt: skip

SCALARS_BY_CLASS: dict[Any, Type] = {
    Any: ANY,
    int: INT,
    Decimal: NUMBER,
    str: STRING,
    bool: BOOL,
    values.Size: SIZE,
    values.Rate: RATE,
    values.Duration: DURATION,
    values.Frequency: FREQUENCY,
    values.Power: POWER,
    values.Iops: IOPS,
    values.Ratio: RATIO,
    values.Mac: MAC,
    values.SecretRef: SECRET,
    values.FileRef: FILE,
    values.Range: RangeOf(ANY),
    values.Ref: PART,
    dt.date: DATE,
    ipaddress.IPv4Address: IP,
    ipaddress.IPv6Address: IP,
    ipaddress.IPv4Network: CIDR,
    ipaddress.IPv6Network: CIDR,
}


def either(options: tuple[Type, ...]) -> Type:
    """One of several types, equal ones merged."""
    unique: list[Type] = []
    for option in options:
        for member in option.options if isinstance(option, Either) else (option,):
            if member not in unique:
                unique.append(member)
    return unique[0] if len(unique) == 1 else Either(tuple(unique))


def words_in(wanted: Type) -> tuple[str, ...]:
    """The words that a bare name may be, where a value of this type is wanted."""
    match wanted:
        case Words():
            return wanted.words
        case ListOf() | MapOf():
            return words_in(wanted.element)
        case Either():
            return tuple(w for option in wanted.options for w in words_in(option))
    return ()
