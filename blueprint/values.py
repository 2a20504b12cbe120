"""The literal values of the language: quantities with units, addresses, ranges, references.

Addresses and prefixes are the objects of the standard library's `ipaddress`, dates those of `datetime`;
numbers with a decimal point are `decimal.Decimal`: exact, so that arithmetic gives the same digits anywhere.
Quantities are whole numbers of the smallest unit of their kind and print in the largest unit that fits.
"""

from __future__ import annotations

import ipaddress
import re
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Cidr: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Number: TypeAlias = int | Decimal

_BITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BYTES = {f"{prefix}B": factor for prefix, factor in _BITS.items()} | {
    f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGTP", start=1)
}


class Textual:
    """Mix-in for values that cross the border of the model as text (JSON) and as themselves (Python)."""

    type_name: ClassVar[str]
    pattern: ClassVar[str] = ""

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The value that `str(value)` names. Raises ValueError where the text names none."""
        raise ValueError(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.json_or_python_schema(
            python_schema=core_schema.is_instance_schema(cls),
            json_schema=core_schema.no_info_plain_validator_function(cls.from_text),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        described: dict[str, Any] = {"type": "string", "title": cls.type_name}
        if cls.pattern:
            described["pattern"] = cls.pattern
        return described


class Quantity(int, Textual):
    """A whole number of the smallest unit of its kind, for example bytes or nanoseconds."""

    units: ClassVar[dict[str, int]] = {}

    @classmethod
    def of(cls, amount: Number, unit: str) -> Self:
        """`amount` of `unit`. Raises ValueError where that is no whole number of the smallest unit."""
        exact = amount * cls.units[unit]
        if exact != int(exact):
            raise ValueError(f"{amount} {unit} is not a whole number of the smallest unit")
        return cls(int(exact))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The quantity that `str` printed."""
        amount, _, unit = text.partition(" ")
        if unit not in cls.units:
            raise ValueError(f"{text} is not a {cls.type_name}")
        return cls.of(Decimal(amount), unit)

    def in_unit(self, unit: str) -> Number:
        """The amount in another unit of the same kind: an int where it divides, else a Decimal."""
        factor = self.units[unit]
        if int(self) % factor == 0:
            return int(self) // factor
        return Decimal(int(self)) / factor

    def __str__(self) -> str:
        value = int(self)
        best = "" if value else min(self.units, key=lambda unit: self.units[unit])
        for unit, factor in self.units.items():
            if value and value % factor == 0 and (not best or factor > self.units[best]):
                best = unit
        return f"{value // self.units[best]} {best}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class Size(Quantity):
    """An amount of memory or storage, in bytes; `GB` is 10**9 bytes, `GiB` is 2**30."""

    type_name = "size"
    units: ClassVar[dict[str, int]] = dict(sorted(_BYTES.items(), key=lambda item: item[1]))
    pattern = r"^[0-9]+ ([KMGTP]i?)?B$"


class Rate(Quantity):
    """A data rate, in bits a second."""

    type_name = "rate"
    units: ClassVar[dict[str, int]] = {
        f"{prefix}bps": factor for prefix, factor in _BITS.items() if prefix != "P"
    }
    pattern = r"^[0-9]+ [KMGT]?bps$"


class Duration(Quantity):
    """A length of time, in nanoseconds."""

    type_name = "duration"
    units: ClassVar[dict[str, int]] = {
        "ns": 1,
        "us": 10**3,
        "ms": 10**6,
        "s": 10**9,
        "min": 60 * 10**9,
        "h": 3600 * 10**9,
        "days": 86400 * 10**9,
        "day": 86400 * 10**9,
    }
    pattern = r"^[0-9]+ (ns|us|ms|s|min|h|days?)$"


class Frequency(Quantity):
    """A frequency, in hertz."""

    type_name = "frequency"
    units: ClassVar[dict[str, int]] = {"Hz": 1, "kHz": 10**3, "MHz": 10**6, "GHz": 10**9}
    pattern = r"^[0-9]+ [kMG]?Hz$"


class Power(Quantity):
    """Electrical power, in watts (or volt-amperes: `kVA` counts as `kW`)."""

    type_name = "power"
    units: ClassVar[dict[str, int]] = {"W": 1, "kW": 10**3, "kVA": 10**3}
    pattern = r"^[0-9]+ k?W$"


class Iops(Quantity):
    """Input and output operations a second."""

    type_name = "iops"
    units: ClassVar[dict[str, int]] = {"IOPS": 1}
    pattern = r"^[0-9]+ IOPS$"


QUANTITIES: tuple[type[Quantity], ...] = (Size, Rate, Duration, Frequency, Power, Iops)
UNITS: dict[str, type[Quantity]] = {u: kind for kind in QUANTITIES for u in kind.units}


class Ratio(Decimal, Textual):
    """A share or proportion; `80 %` is 0.8."""

    type_name = "ratio"
    pattern = r"^[0-9.]+( %)?$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """`80 %` or `0.8`."""
        if text.endswith("%"):
            return cls(Decimal(text[:-1].strip()) / 100)
        return cls(text)

    def __str__(self) -> str:
        percent = (Decimal(self) * 100).normalize()
        return f"{percent:f} %"

    def __format__(self, spec: str, context: Context | None = None, /) -> str:
        return format(str(self), spec)


class Mac(str, Textual):
    """A MAC address, six octets in lower case, separated by colons."""

    __slots__ = ()
    type_name = "mac"
    pattern = r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Six octets in either case. Raises ValueError for anything else."""
        folded = text.lower()
        if not re.fullmatch(cls.pattern, folded):
            raise ValueError(f"{text} is not a MAC address")
        return cls(folded)


class Range(NamedTuple):
    """From `first` to `last`, both included: whole numbers, decimals or addresses of one family."""

    first: Any
    last: Any

    def __contains__(self, value: object) -> bool:
        if isinstance(value, Range):
            return bool(self.first <= value.first and value.last <= self.last)
        try:
            return bool(self.first <= value <= self.last)
        except TypeError:
            return False

    @classmethod
    def from_text(cls, text: str) -> Range:
        """The range that `str` printed."""
        first, _, last = text.partition("..")
        return cls(_bound(first), _bound(last))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.json_or_python_schema(
            python_schema=core_schema.is_instance_schema(cls),
            json_schema=core_schema.no_info_plain_validator_function(cls.from_text),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "title": "range", "pattern": r"^.+\.\..+$"}

    @property
    def size(self) -> int:
        """How many whole numbers or addresses lie in the range."""
        return int(self.last) - int(self.first) + 1

    def overlaps(self, other: Range) -> bool:
        """Whether the two ranges share a member."""
        return bool(self.first <= other.last and other.first <= self.last)

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def _bound(text: str) -> Any:
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        return Decimal(text)
    return ipaddress.ip_address(text)


class Ref(str, Textual):
    """The canonical address of a declared thing, written as the language writes it.

    `network.oam`, `hosts.compute["17"]`, `rack.r[1]` inside its site is `site.bj1.rack.r[1]`;
    a part of hardware is `nic.ocp[0]` or `disk.osd`; a thing of a module begins with its alias.
    """

    __slots__ = ()
    type_name = "reference"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Any address; whether the thing exists is the model's affair."""
        return cls(text)

    @property
    def parts(self) -> tuple[str, ...]:
        """The address split at its dots, keys left with their names."""
        return _parts_of(self)

    @property
    def key(self) -> str | None:
        """The key in the last brackets, unquoted, or None."""
        return key_of(self.parts[-1])

    @property
    def name(self) -> str:
        """The last name, without its key; a label that is a text without its quotes."""
        last = self.parts[-1]
        return _unquoted(last) if last.startswith('"') else last.partition("[")[0]

    @property
    def label(self) -> str:
        """The label of a block in the thing around it: `m4`, `r[1]`, a text without its quotes."""
        last = self.parts[-1]
        return _unquoted(last) if last.startswith('"') else last

    @property
    def around(self) -> Ref:
        """The address of the thing that a labelled block stands in: `openstack.core` of a flavor."""
        return Ref(".".join(self.parts[:-2]))

    @property
    def plain(self) -> str:
        """The last name with its key in letters, digits, `-` and `_`: `r1`, `az-north`."""
        key = self.key
        if key is None:
            return self.name
        glue = "" if key.isdigit() else "-"
        return f"{self.name}{glue}{re.sub(r'[^A-Za-z0-9_-]+', '-', key)}"

    @property
    def kind(self) -> str:
        """The kind before the last name."""
        return self.parts[-2]

    @property
    def family(self) -> Ref:
        """The address without the key in its last brackets."""
        return Ref(self[: self.rindex("[")]) if self.endswith("]") else self


_LAST_KEY = re.compile(r'\["(?:[^"\\]|\\.)*"\]$', re.DOTALL)
#: A label that is a name, with or without a key, or a port of a card.
_SECRET = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_LABEL = re.compile(
    r'(?:nic\.)?[A-Za-z_][A-Za-z0-9_]*(?:\[(?:[0-9]+|"(?:[^"\\]|\\.)*")\])?', re.DOTALL
)
_PARTS = re.compile(r'(?:[^.\["]+|"(?:[^"\\]|\\.)*")(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\])*')


@lru_cache(maxsize=1 << 17)
def _parts_of(address: str) -> tuple[str, ...]:
    return tuple(_PARTS.findall(address))


def key_of(part: str) -> str | None:
    """The key in the brackets of one part of an address, unquoted, or None."""
    if not part.endswith("]"):
        return None
    inner = part[part.index("[") + 1 : -1]
    return _unquoted(inner) if inner.startswith('"') else inner


def keyed(address: str, key: str) -> Ref:
    """The address of a member of a family: `hosts.c[3]`, `hosts.c["bj1"]`."""
    if key.isascii() and key.isdigit():
        return Ref(f"{address}[{key}]")
    return Ref(f'{address}["{_quoted(key)}"]')


def labelled(owner: str, kind: str, label: str) -> Ref:
    """The address of a labelled block: `site.bj1.rack.r[1]`, `openstack.core.flavor."gp.4x16"`."""
    last = label if is_plain_label(label) else f'"{_quoted(label)}"'
    return Ref(f"{owner}.{kind}.{last}")


def field_address(owner: str, *path: str) -> str:
    """The address of a field for causes: labels in the path that are texts are quoted, once."""
    parts = (
        part
        if part.isdigit() or part.startswith('"') or is_plain_label(part)
        else f'"{_quoted(part)}"'
        for part in path
    )
    return ".".join((str(owner), *parts))


def is_plain_label(label: str) -> bool:
    """Whether a label is a name, with or without a key, or a port: it needs no quotes in an address."""
    return _LABEL.fullmatch(label) is not None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _quoted(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"')


def is_secret_name(text: str) -> bool:
    """Whether every store can keep a secret, or secrets, under a name: it is part of paths, YAML and commands."""
    return _SECRET.fullmatch(text) is not None and not {".", ".."} & set(text.split("/"))


class SecretRef(str, Textual):
    """A secret by reference, `secrets.vault["keystone_admin"]`: never the secret itself."""

    __slots__ = ()
    type_name = "secret"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The address of the store with the name of the secret in brackets."""
        return cls(text)

    @classmethod
    def of(cls, store: str, key: str) -> Self:
        """The secret of that name in a store."""
        return cls(f'{store}["{_quoted(key)}"]')

    @property
    def store(self) -> Ref:
        """The address of the `secrets` declaration."""
        return Ref(self[: self._bracket])

    @property
    def key(self) -> str:
        """The name of the secret in its store."""
        return key_of(self[self._bracket :]) or ""

    @property
    def _bracket(self) -> int:
        found = _LAST_KEY.search(self)
        return len(self) if found is None else found.start()


class FileRef(str, Textual):
    """A file beside the blueprint, by its path relative to the blueprint's folder, with `/` between parts."""

    __slots__ = ()
    type_name = "file"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """A relative path."""
        return cls(text)
