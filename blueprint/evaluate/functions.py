"""The function library of the language: CIDR arithmetic first, then lists, text, numbers."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any, TypeAlias

from blueprint import typesys as ts
from blueprint.evaluate.convert import Unfit, reader_of, text_of
from blueprint.values import Quantity, Range

ResultType: TypeAlias = "ts.Type | Callable[[tuple[ts.Type, ...]], ts.Type]"

#: Longest list and longest text that an expression may make.
LIST_LIMIT = 1_000_000
TEXT_LIMIT = 1_000_000


class Impossible(ValueError):  # noqa: N818  # no error of ours: says that a call has no result
    """A call without a result; the text says why, in the words of a message."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is called, what for, the types of its arguments, and what it does."""

    signature: str
    doc: str
    arguments: tuple[ts.Type, ...]
    result: ResultType
    run: Callable[..., Any]
    required: int
    named: Mapping[str, ts.Type] = field(default_factory=dict)
    is_variadic: bool = False

    def result_type(self, arguments: tuple[ts.Type, ...]) -> ts.Type:
        """The type of a call with arguments of these types."""
        return self.result(arguments) if callable(self.result) else self.result


def _subnet(whole: Any, prefix: int, index: int) -> Any:
    bits = prefix - whole.prefixlen
    if bits < 0 or prefix > whole.max_prefixlen:
        raise Impossible(f"no /{prefix} fits into {whole}")
    if not 0 <= index < 2**bits:
        raise Impossible(
            f"{whole} has {2**bits:,} subnets of /{prefix}, numbered from 0; there is no {index:,}"
        )
    step = 2 ** (whole.max_prefixlen - prefix)
    network = type(whole)
    return network((int(whole.network_address) + index * step, prefix))


def _address(whole: Any, index: int) -> Any:
    if not -whole.num_addresses <= index < whole.num_addresses:
        raise Impossible(f"{whole} has {whole.num_addresses:,} addresses; there is no {index:,}")
    return whole[index]


def _usable(whole: Any) -> int:
    if whole.version == 4 and whole.prefixlen < 31:
        return int(whole.num_addresses) - 2
    return int(whole.num_addresses)


def _contains(whole: Any, inner: Any) -> bool:
    if isinstance(inner, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return inner.version == whole.version and inner.subnet_of(whole)
    if isinstance(inner, Range):
        return inner.first in whole and inner.last in whole
    return inner in whole


def _overlaps(left: Any, right: Any) -> bool:
    if isinstance(left, Range) and isinstance(right, Range):
        return left.overlaps(right)
    return bool(left.version == right.version and left.overlaps(right))


def _listed(values: Any) -> tuple[Any, ...]:
    if isinstance(values, Range):
        if not isinstance(values.first, int) and not hasattr(values.first, "version"):
            raise Impossible("a range of decimals has no members to list")
        if values.size > LIST_LIMIT:
            raise Impossible(f"the range has {values.size:,} members; the limit is {LIST_LIMIT:,}")
        if isinstance(values.first, int):
            return tuple(range(values.first, values.last + 1))
        return tuple(values.first + i for i in range(values.size))
    if isinstance(values, Mapping):
        return tuple(values)
    return tuple(values)


def _sum(values: Any) -> Any:
    listed = _listed(values)
    if not listed:
        return 0
    total: Any = sum(int(v) if isinstance(v, Quantity) else v for v in listed)
    return type(listed[0])(total) if isinstance(listed[0], Quantity) else total


def _extreme(pick: Callable[[Iterable[Any]], Any]) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        listed = _listed(values[0]) if len(values) == 1 and isinstance(values[0], tuple) else values
        if not listed:
            raise Impossible("the list is empty")
        try:
            return pick(listed)
        except TypeError:
            raise Impossible("the values can't be compared with each other") from None

    return run


def _sorted(values: Any) -> tuple[Any, ...]:
    try:
        return tuple(sorted(_listed(values)))
    except TypeError:
        raise Impossible("the values can't be compared with each other") from None


def _unique(values: Any) -> tuple[Any, ...]:
    found: list[Any] = []
    seen: set[Any] = set()
    for value in _listed(values):
        token = repr(value) if isinstance(value, dict) else value
        if token not in seen:
            seen.add(token)
            found.append(value)
    return tuple(found)


def _flatten(values: Any) -> tuple[Any, ...]:
    flat: list[Any] = []
    for value in _listed(values):
        flat.extend(_listed(value) if isinstance(value, tuple | Range) else (value,))
        if len(flat) > LIST_LIMIT:
            raise Impossible(f"the list would have more than {LIST_LIMIT:,} members")
    return tuple(flat)


def _nth(values: Any, index: int) -> Any:
    listed = _listed(values)
    if not -len(listed) <= index < len(listed):
        raise Impossible(
            f"the list has {len(listed):,} members, counted from 0; there is no {index:,}"
        )
    return listed[index]


def _pairs(values: Any) -> tuple[Any, ...]:
    listed = _listed(values)
    if len(listed) * (len(listed) - 1) // 2 > LIST_LIMIT:
        raise Impossible(f"there would be more than {LIST_LIMIT:,} pairs")
    return tuple((a, b) for i, a in enumerate(listed) for b in listed[i + 1 :])


def _zip(left: Any, right: Any) -> tuple[Any, ...]:
    one, other = _listed(left), _listed(right)
    if len(one) != len(other):
        raise Impossible(f"the lists have {len(one):,} and {len(other):,} members")
    return tuple(zip(one, other, strict=True))


def _join(values: Any, separator: str) -> str:
    texts = [text_of(v, None) for v in _listed(values)]
    if any(t is None for t in texts):
        raise Impossible("lists and maps inside the list have no text")
    return _bounded(separator.join(t for t in texts if t is not None))


def _bounded(text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise Impossible(f"the text would be longer than {TEXT_LIMIT:,} characters")
    return text


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        raise Impossible("there is nothing to replace: the second text is empty")
    if len(text) + text.count(old) * max(0, len(new) - len(old)) > TEXT_LIMIT:
        raise Impossible(f"the text would be longer than {TEXT_LIMIT:,} characters")
    return text.replace(old, new)


def _split(text: str, separator: str) -> tuple[str, ...]:
    if not separator:
        raise Impossible("the separator is empty")
    return tuple(text.split(separator))


def _merge(*maps: Any) -> dict[str, Any]:
    return {name: value for each in maps for name, value in each.items()}


def _mod(left: Any, right: Any) -> Any:
    if not right:
        raise Impossible("division by zero")
    return left % right if right > 0 else -(-left % -right)


def _rounded(mode: str) -> Callable[[Any], int]:
    return lambda value: int(Decimal(value).to_integral_value(rounding=mode))


def _int(text: str) -> int:
    try:
        return int(reader_of(ts.INT)(text.strip()))
    except Unfit:
        raise Impossible(f"`{text[:40]}` is no whole number") from None


def _string(value: Any) -> str:
    text = text_of(value, None)
    if text is None:
        raise Impossible("lists and maps have no text")
    return text


def _letter(index: int) -> str:
    if not 0 <= index < 26:
        raise Impossible("letters are counted from 0 to 25")
    return "abcdefghijklmnopqrstuvwxyz"[index]


def _first_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    return arguments[0] if arguments else ts.ANY


def _element_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    return (ts.element_of(arguments[0]) or ts.ANY) if arguments else ts.ANY


def _listed_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    return ts.ListOf(_element_type(arguments))


def _flat_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    inner = _element_type(arguments)
    return ts.ListOf(ts.element_of(inner) or inner)


def _extreme_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    if len(arguments) == 1:
        return _element_type(arguments)
    return ts.either(arguments)


def _pairs_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    return ts.ListOf(_listed_type(arguments))


def _map_value_type(arguments: tuple[ts.Type, ...]) -> ts.Type:
    inner = ts.plain(arguments[0]) if arguments else ts.ANY
    return ts.ListOf(inner.element if isinstance(inner, ts.MapOf) else ts.ANY)


LIST = ts.ListOf(ts.ANY)
#: What functions over collections take: lists, ranges, maps, families.
MANY = ts.Either((LIST, ts.RangeOf(ts.ANY), ts.MapOf(ts.ANY)))
RANGE_OR_CIDR = ts.Either((ts.CIDR, ts.RangeOf(ts.ANY)))
COMPARABLE = ts.ANY


def _f(
    signature: str,
    doc: str,
    arguments: tuple[ts.Type, ...],
    result: ResultType,
    run: Callable[..., Any],
    *,
    required: int | None = None,
    is_variadic: bool = False,
) -> Function:
    needed = len(arguments) if required is None else required
    return Function(signature, doc, arguments, result, run, needed, {}, is_variadic)


FUNCTIONS: dict[str, Function] = {
    f.signature.partition("(")[0]: f
    for f in (
        _f("subnet(cidr, prefix, index)", "The subnet of that prefix length with that number, from 0.",
           (ts.CIDR, ts.INT, ts.INT), ts.CIDR, _subnet),
        _f("address(cidr, index)", "The address with that number in a prefix, from 0; negative ones count from the end.",
           (ts.CIDR, ts.INT), ts.IP, _address),
        _f("prefix(cidr)", "The prefix length.", (ts.CIDR,), ts.INT, lambda c: c.prefixlen),
        _f("netmask(cidr)", "The netmask.", (ts.CIDR,), ts.IP, lambda c: c.netmask),
        _f("usable(cidr)", "How many addresses hosts can have in a prefix.", (ts.CIDR,), ts.INT, _usable),
        _f("contains(cidr, x)", "Whether an address, a range or a prefix lies inside a prefix.",
           (ts.CIDR, ts.ANY), ts.BOOL, _contains),
        _f("overlaps(a, b)", "Whether two prefixes or two ranges share an address.",
           (RANGE_OR_CIDR, RANGE_OR_CIDR), ts.BOOL, _overlaps),
        _f("count(list)", "How many members a list, range, map or family has.", (MANY,), ts.INT,
           lambda v: v.size if isinstance(v, Range) else len(v)),
        _f("sum(list)", "The sum of numbers or quantities of one kind.", (MANY,), _element_type, _sum),
        _f("total(list)", "The same as `sum`.", (MANY,), _element_type, _sum),
        _f("min(list)", "The smallest member, or the smallest of several arguments.",
           (COMPARABLE,), _extreme_type, _extreme(min), is_variadic=True),
        _f("max(list)", "The largest member, or the largest of several arguments.",
           (COMPARABLE,), _extreme_type, _extreme(max), is_variadic=True),
        _f("sort(list)", "The members in rising order.", (MANY,), _listed_type, _sorted),
        _f("unique(list)", "The members, each once, in the order of their first place.", (MANY,), _listed_type, _unique),
        _f("reverse(list)", "The members, last first.", (MANY,), _listed_type, lambda v: _listed(v)[::-1]),
        _f("flatten(list)", "The members of the lists in a list.", (MANY,), _flat_type, _flatten),
        _f("nth(list, index)", "The member at a position, from 0; negative ones count from the end.",
           (MANY, ts.INT), _element_type, _nth),
        _f("first(list)", "The first member.", (MANY,), _element_type, lambda v: _nth(v, 0)),
        _f("last(list)", "The last member.", (MANY,), _element_type, lambda v: _nth(v, -1)),
        _f("pairs(list)", "Every two different members.", (MANY,), _pairs_type, _pairs),
        _f("zip(a, b)", "The members of two lists of one length, side by side.", (MANY, MANY), ts.ListOf(LIST), _zip),
        _f("keys(map)", "The names in a map.", (ts.MapOf(ts.ANY),), ts.ListOf(ts.STRING), tuple),
        _f("values(map)", "The values in a map.", (ts.MapOf(ts.ANY),), _map_value_type, lambda m: tuple(m.values())),
        _f("merge(map, map)", "One map of several; the later one wins.", (ts.MapOf(ts.ANY),), _first_type, _merge,
           is_variadic=True),
        _f("join(list, separator)", "The members as one text.", (MANY, ts.STRING), ts.STRING, _join),
        _f("split(text, separator)", "The parts of a text between separators.",
           (ts.STRING, ts.STRING), ts.ListOf(ts.STRING), _split),
        _f("replace(text, old, new)", "A text with every `old` replaced.",
           (ts.STRING, ts.STRING, ts.STRING), ts.STRING, _replace),
        _f("upper(text)", "A text in upper case.", (ts.STRING,), ts.STRING, str.upper),
        _f("lower(text)", "A text in lower case.", (ts.STRING,), ts.STRING, str.lower),
        _f("trim(text)", "A text without white space at its ends.", (ts.STRING,), ts.STRING, str.strip),
        _f("starts_with(text, start)", "Whether a text begins so.", (ts.STRING, ts.STRING), ts.BOOL, str.startswith),
        _f("ends_with(text, end)", "Whether a text ends so.", (ts.STRING, ts.STRING), ts.BOOL, str.endswith),
        _f("length(text)", "How many characters a text has.", (ts.STRING,), ts.INT, len),
        _f("letter(index)", "The letter with that number, `a` is 0.", (ts.INT,), ts.STRING, _letter),
        _f("int(text)", "The whole number that a text spells.", (ts.STRING,), ts.INT, _int),
        _f("is_set(x)", "Whether an attribute that may be unset has a value.", (ts.ANY,), ts.BOOL, lambda _value: True),
        _f("string(value)", "A value as text.", (ts.ANY,), ts.STRING, _string),
        _f("mod(a, b)", "The rest of a division; its sign is that of `b`.", (ts.INT, ts.INT), ts.INT, _mod),
        _f("abs(x)", "A number without its sign.", (ts.NUMBER,), _first_type, abs),
        _f("floor(x)", "The largest whole number that is not above.", (ts.NUMBER,), ts.INT, _rounded(ROUND_FLOOR)),
        _f("ceil(x)", "The smallest whole number that is not below.", (ts.NUMBER,), ts.INT, _rounded(ROUND_CEILING)),
        _f("round(x)", "The nearest whole number; halves go to the even one.",
           (ts.NUMBER,), ts.INT, _rounded(ROUND_HALF_EVEN)),
    )
}  # fmt: skip

#: Functions that read files; the elaborator knows them by name, since they need the loader.
READERS: dict[str, str] = {
    "csv": 'csv("rows.csv", key = "name")',
    "json": 'json("data.json", at = "results", key = "name")',
    "yaml": 'yaml("data.yaml", at = "results", key = "name")',
    "file": 'file("motd.txt")',
    "text": 'text("motd.txt")',
}
READER_DOCS: dict[str, str] = {
    "csv": "The rows of a CSV file with a header line, typed by the `let` that takes them.",
    "json": "The value of a JSON file, or of the part of it at a dotted path.",
    "yaml": "The value of a YAML file, or of the part of it at a dotted path.",
    "file": "A file beside the blueprint, by reference; its text where text is wanted.",
    "text": "The text of a file beside the blueprint.",
}
