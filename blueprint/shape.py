"""What each kind of declaration and each block in it may hold: the table that resolving and evaluating read.

The kinds are pydantic models (`blueprint.model`), and making their classes takes longer than reading a
blueprint. So what the front end asks of them stands in `shapes.json`, which `blueprint.model.table` derives
from the models; a test compares. Only lowering, which validates, imports the models themselves.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Literal, TypeAlias

import blueprint
from blueprint import typesys as ts
from blueprint import values

Form: TypeAlias = Literal["attribute", "block", "labelled", "choice", "open"]

_SCALARS: Mapping[str, ts.Type] = {**ts.SCALARS, "any": ts.ANY, "part": ts.PART}
_VALUES: Mapping[str, type[values.Textual]] = {
    each.type_name: each
    for each in (
        values.Size, values.Rate, values.Duration, values.Frequency, values.Power, values.Iops,
        values.Ratio, values.Mac,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute or nested block of a kind; `default` is that of an attribute which may be unset.

    `example` is a value as one writes it, where its type alone would give a misleading one.
    """

    name: str
    form: Form
    type: ts.Type
    block: tuple[Shape, ...]
    is_required: bool
    default: Any
    example: str = ""

    @property
    def value_type(self) -> ts.Type:
        """The type of what stands after `=`: of a choice, its words."""
        return ts.Words(tuple(self.choices)) if self.choices else self.type

    @property
    def choices(self) -> dict[str, Shape]:
        """Of a choice: the words and the options behind each; empty where any word goes."""
        return {word: shape for shape in self.block for word in shape.words}


@dataclass(eq=False)
class Shape:
    """A kind of declaration, or a block inside one.

    `scopes` are attributes through which nested things (`nic.x`, `rack.x`) are looked up from here;
    `columns` differ from member to member of a family; `structural` shape the family itself and are
    evaluated before anything else. `words` are those that choose this block, of a choice.
    """

    name: str
    kind: str
    scopes: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()
    structural: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The attributes and nested blocks by the name that a blueprint uses."""
        return {name: _field(name, entry) for name, entry in self.raw.items()}


class _Kinds(Mapping[str, Shape]):
    """Every top-level kind by the word that declares it; the table is read on first use."""

    def __getitem__(self, kind: str) -> Shape:
        return _shape(_table()["kinds"][kind])

    def __iter__(self) -> Iterator[str]:
        return iter(_table()["kinds"])

    def __len__(self) -> int:
        return len(_table()["kinds"])

    def __contains__(self, kind: object) -> bool:
        return kind in _table()["kinds"]


KINDS: Mapping[str, Shape] = _Kinds()


def fields_of(shape: Shape) -> Mapping[str, Field]:
    """The attributes and nested blocks of a shape by the name that a blueprint uses."""
    return shape.fields


@cache
def _table() -> dict[str, Any]:
    # importlib.resources does the same, and takes longer to import than the table to read
    loader: Any = blueprint.__loader__
    table: dict[str, Any] = json.loads(loader.get_data(f"{blueprint.__path__[0]}/shapes.json"))
    return table


@cache
def _shape(name: str) -> Shape:
    entry = _table()["shapes"][name]
    return Shape(
        name,
        entry.get("kind", ""),
        tuple(entry.get("scopes", ())),
        frozenset(entry.get("columns", ())),
        frozenset(entry.get("structural", ())),
        tuple(entry.get("words", ())),
        entry["fields"],
    )


def _field(name: str, entry: Mapping[str, Any]) -> Field:
    return Field(
        name=name,
        form=entry["form"],
        type=_type(entry["type"]),
        block=tuple(_shape(block) for block in entry.get("block", ())),
        is_required=entry.get("required", False),
        default=_value(entry.get("default")),
        example=entry.get("example", ""),
    )


def _type(coded: Any) -> ts.Type:
    """A type from its code: the name of a scalar, or a list that begins with what it is."""
    if isinstance(coded, str):
        return _SCALARS[coded]
    match coded:
        case ["words", *words]:
            return ts.Words(tuple(words))
        case ["list", element]:
            return ts.ListOf(_type(element))
        case ["map", element]:
            return ts.MapOf(_type(element))
        case ["range", element]:
            return ts.RangeOf(_type(element))
        case ["thing", kinds, whole_families]:
            return ts.Thing(tuple(kinds), whole_families)
        case ["bounded", inner, bounds]:
            return ts.Bounded(_type(inner), tuple(bounds))
        case ["either", *options]:
            return ts.Either(tuple(_type(option) for option in options))
    raise ValueError(coded)


def _value(coded: Any) -> Any:
    """A default from its code: plain, a list, or `{type: text}`."""
    if isinstance(coded, list):
        return tuple(_value(each) for each in coded)
    if isinstance(coded, dict):
        ((name, text),) = coded.items()
        if name == "map":
            return {}
        if name == "cidr":
            return ipaddress.ip_network(text)
        return Decimal(text) if name == "number" else _VALUES[name].from_text(text)
    return coded


def coded_type(type_: ts.Type) -> Any:
    """The code of a type. Raises ValueError for a type that no field has."""
    match type_:
        case ts.Scalar(name):
            return name
        case ts.Words(words):
            return ["words", *words]
        case ts.ListOf(element):
            return ["list", coded_type(element)]
        case ts.MapOf(element):
            return ["map", coded_type(element)]
        case ts.RangeOf(element):
            return ["range", coded_type(element)]
        case ts.Thing(kinds, whole_families):
            return ["thing", list(kinds), whole_families]
        case ts.Bounded(inner, bounds):
            return ["bounded", coded_type(inner), list(bounds)]
        case ts.Either(options):
            return ["either", *(coded_type(option) for option in options)]
    raise ValueError(type_)


def coded_value(value: Any) -> Any:
    """The code of a default. Raises TypeError for a value that no default has."""
    if isinstance(value, tuple):
        return [coded_value(each) for each in value]
    if isinstance(value, values.Textual) and value.type_name in _VALUES:
        return {value.type_name: str(value)}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return {"cidr": str(value)}
    if value == {}:
        return {"map": ""}
    if value is None or isinstance(value, bool | int) or type(value) is str:
        return value
    raise TypeError(value)
