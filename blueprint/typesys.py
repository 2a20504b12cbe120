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
    #: Records inside each other; what would be deeper is inferred as `any`, see `inferred_record`.
    depth: int = 1

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
class Bounded:
    """A type whose values lie in a range or a list: `int in 1..4094`."""

    inner: Type
    bounds: Any

    @property
    def bounds_text(self) -> str:
        """The bounds as one writes them."""
        if not isinstance(self.bounds, tuple) or hasattr(self.bounds, "first"):
            return str(self.bounds)
        return "[" + ", ".join(str(b) for b in self.bounds) + "]"

    def __str__(self) -> str:
        return f"{self.inner} in {self.bounds_text}"

    def __hash__(self) -> int:
        return hash((self.inner, str(self.bounds)))


@dataclass(frozen=True, slots=True)
class OptionalOf:
    """A value that may be absent: `cidr?`."""

    inner: Type

    def __str__(self) -> str:
        return f"{self.inner}?"


@dataclass(frozen=True, slots=True)
class Either:
    """One of several types."""

    options: tuple[Type, ...]

    def __str__(self) -> str:
        return " or ".join(str(o) for o in self.options)


Type: TypeAlias = (
    Scalar
    | Words
    | ListOf
    | MapOf
    | Record
    | RangeOf
    | Thing
    | Family
    | Bounded
    | OptionalOf
    | Either
)

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
        case Bounded() | OptionalOf():
            return words_in(wanted.inner)
        case Either():
            return tuple(w for option in wanted.options for w in words_in(option))
    return ()


#: Records nested deeper than this are inferred to hold anything.
RECORD_DEPTH = 6


def inferred_record(found: Mapping[str, Type]) -> Type:
    """The type of a map literal. Shared parts make types, too, grow without bound, hence the limit."""
    depth = 1 + max((_record_depth(t) for t in found.values()), default=0)
    return MapOf(ANY) if depth > RECORD_DEPTH else Record(found, depth=depth)


def _record_depth(type_: Type) -> int:
    while True:
        if isinstance(type_, ListOf | MapOf):
            type_ = type_.element
        elif isinstance(type_, Bounded | OptionalOf):
            type_ = type_.inner
        else:
            break
    if isinstance(type_, Either):
        return max((_record_depth(option) for option in type_.options), default=0)
    return type_.depth if isinstance(type_, Record) else 0


def plain(type_: Type) -> Type:
    """A type without bounds and optionality."""
    while isinstance(type_, Bounded | OptionalOf):
        type_ = type_.inner
    return type_


_WIDENS: dict[str, frozenset[str]] = {
    "int": frozenset({"number", "ratio"}),
    "number": frozenset({"ratio"}),
    "ratio": frozenset({"number"}),
    "file": frozenset({"string"}),
}


def is_assignable(actual: Type, wanted: Type) -> bool:
    """Whether a value of one type may stand where another is wanted.

    Bounds and the words of quoted text are not decided here: they are properties of values.
    """
    actual, wanted = plain(actual), plain(wanted)
    if actual in (ANY, BROKEN) or wanted in (ANY, BROKEN) or actual == wanted:
        return True
    if isinstance(actual, Either):
        return any(is_assignable(option, wanted) for option in actual.options)
    if isinstance(wanted, Either):
        return any(is_assignable(actual, option) for option in wanted.options)
    match actual, wanted:
        case Scalar(), Scalar():
            return wanted.name in _WIDENS.get(actual.name, ())
        case Words(), Words():
            return bool(set(actual.words) & set(wanted.words))
        case (Words(), Scalar()) | (Scalar(), Words()):
            return STRING in (actual, wanted)
        case ListOf() | RangeOf(), ListOf():
            return is_assignable(actual.element, wanted.element)
        case MapOf(), MapOf():
            return is_assignable(actual.element, wanted.element)
        case RangeOf(), RangeOf():
            return is_assignable(actual.element, wanted.element)
        case Record(), MapOf():
            return all(is_assignable(t, wanted.element) for t in actual.fields.values())
        case Record(), Record():
            return all(
                name in wanted.fields and is_assignable(t, wanted.fields[name])
                for name, t in actual.fields.items()
            )
        case MapOf(), Record():
            return True
        case Thing(), Thing():
            return bool(set(actual.kinds) & set(wanted.kinds))
        case Family(), Thing():
            return wanted.whole_families and actual.kind in wanted.kinds
        case Family(), ListOf():
            return is_assignable(Thing((actual.kind,)), wanted.element)
    return False


def takes_list(type_: Type) -> bool:
    """Whether a list may stand where this type is wanted, so that `+=` and `-=` edit it."""
    type_ = plain(type_)
    if isinstance(type_, Either):
        return any(takes_list(option) for option in type_.options)
    return isinstance(type_, ListOf) or type_ is ANY


def member_of(type_: Type) -> Type | None:
    """The type of one of what a family, or a reference that may mean a whole one, spreads out to."""
    match plain(type_):
        case Family(kind):
            return Thing((kind,))
        case Thing(kinds, True):
            return Thing(kinds)
        case ListOf(element):
            return member_of(element)
        case Either(options):
            return member_of(options[0])
    return None


def options_of(wanted: Type) -> tuple[Type, ...]:
    """The types that a value may have, lists by their members."""
    inner = plain(wanted)
    if isinstance(inner, ListOf):
        return options_of(inner.element)
    if isinstance(inner, Either):
        return tuple(o for option in inner.options for o in options_of(option))
    return (inner,)


def element_of(type_: Type) -> Type | None:
    """The type of what a loop over a value of this type gives, or None where nothing can be looped over."""
    type_ = plain(type_)
    match type_:
        case ListOf() | RangeOf():
            return type_.element
        case MapOf():
            return STRING
        case Record():
            return STRING
        case Family():
            return Thing((type_.kind,))
        case Either():
            inner = [e for o in type_.options if (e := element_of(o)) is not None]
            return either(tuple(inner)) if inner else None
    return ANY if type_ in (ANY, BROKEN) else None
