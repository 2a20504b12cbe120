"""From text and plain data to values of the language, and whether a value fits a type."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import nearest
from blueprint.evaluate.wording import article
from blueprint.values import (
    UNITS,
    Duration,
    FileRef,
    Frequency,
    Iops,
    Mac,
    Power,
    Quantity,
    Range,
    Rate,
    Ratio,
    Ref,
    SecretRef,
    Size,
)  # fmt: skip

_INT = re.compile(r"-?[0-9][0-9_]*|0x[0-9A-Fa-f]+")
_NUMBER = re.compile(r"-?[0-9][0-9_]*(\.[0-9]+)?")
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")
_QUANTITY = re.compile(r"([0-9][0-9_]*(?:\.[0-9]+)?)\s*([A-Za-z]+)")


class Unfit(ValueError):  # noqa: N818  # no error of ours: says that a text is no value of a type
    """A text or value that does not fit; `wanted` says what does, in the words of a message."""

    def __init__(self, wanted: str = "", example: str = "") -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.example = example


def reader_of(wanted: ts.Type) -> Callable[[str], Any]:
    """What turns the text of a cell or of `--set` into a value of a type; raises Unfit."""
    return _reader(wanted) if isinstance(wanted, ts.Scalar) else _composite_reader(wanted)


@cache
def _reader(wanted: ts.Scalar) -> Callable[[str], Any]:
    return _READERS.get(wanted.name, _refuse(wanted))


def _refuse(wanted: ts.Type) -> Callable[[str], Any]:
    def read(_text: str) -> Any:
        raise Unfit(f"{wanted}, which can't be read from text")

    return read


def _composite_reader(wanted: ts.Type) -> Callable[[str], Any]:
    match wanted:
        case ts.OptionalOf():
            return reader_of(wanted.inner)
        case ts.Words():
            words = frozenset(wanted.words)

            def read_word(text: str) -> str:
                if text not in words:
                    listed = ", ".join(f"`{w}`" for w in wanted.words[:12])
                    raise Unfit(f"one of {listed}", nearest(text, wanted.words) or "")
                return text

            return read_word
        case ts.Bounded():
            inner = reader_of(wanted.inner)

            def read_bounded(text: str) -> Any:
                value = inner(text)
                if value not in wanted.bounds:
                    raise Unfit(article(wanted))
                return value

            return read_bounded
        case ts.RangeOf():
            return _read_range
        case ts.ListOf():
            element = reader_of(wanted.element)
            return lambda text: tuple(
                element(t.strip()) for t in re.split(r"[;,]", text) if t.strip()
            )
        case ts.Either():
            readers = [reader_of(option) for option in wanted.options]

            def read_any(text: str) -> Any:
                for read in readers:
                    try:
                        return read(text)
                    except Unfit:
                        continue
                raise Unfit(article(wanted))

            return read_any
    return _refuse(wanted)


def impossible_character(text: str) -> str | None:
    """The name of the first character that no text may hold (NUL, half of a pair), as `U+0000`; or None."""
    found = _IMPOSSIBLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def _read_text(text: str) -> str:
    if (character := impossible_character(text)) is not None:
        raise Unfit(f"a text without {character}")
    return text


def _read_int(text: str) -> int:
    if not _INT.fullmatch(text) or len(text) > 40:
        raise Unfit("a whole number", "3")
    return int(text.replace("_", ""), 16 if text.startswith("0x") else 10)


def _read_number(text: str) -> int | Decimal:
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        raise Unfit("a number", "1.5")
    return Decimal(text.replace("_", "")) if "." in text else int(text.replace("_", ""))


def _read_bool(text: str) -> bool:
    if text in ("true", "yes", "True", "TRUE"):
        return True
    if text in ("false", "no", "False", "FALSE"):
        return False
    raise Unfit("true or false", "true")


def _read_quantity(kind: type[Quantity], example: str) -> Callable[[str], Quantity]:
    def read(text: str) -> Quantity:
        found = _QUANTITY.fullmatch(text)
        if not found or UNITS.get(found[2]) is not kind:
            raise Unfit(article(ts.SCALARS[kind.type_name]), example)
        try:
            return kind.of(Decimal(found[1].replace("_", "")), found[2])
        except ValueError:
            raise Unfit(
                f"a whole number of the smallest unit of {kind.type_name}", example
            ) from None

    return read


def _read_ratio(text: str) -> Ratio:
    try:
        return Ratio.from_text(text)
    except InvalidOperation:
        raise Unfit("a ratio", "80 %") from None


def _read_ip(text: str) -> Any:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise Unfit("an IP address", "10.20.0.1") from None


def _read_cidr(text: str) -> Any:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        if "host bits" in str(error):
            raise Unfit(
                "a prefix without host bits", str(ipaddress.ip_network(text, strict=False))
            ) from None
        raise Unfit("a prefix", "10.20.0.0/24") from None


def _read_mac(text: str) -> Mac:
    try:
        return Mac.from_text(text.replace("-", ":"))
    except ValueError:
        raise Unfit("a MAC address", "aa:bb:cc:dd:ee:ff") from None


def _read_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Unfit("a date", "2027-06-30") from None


def _read_range(text: str) -> Range:
    first, dots, last = text.partition("..")
    for read in (_read_int, _read_ip, _read_number):
        try:
            low = read(first.strip())
            high = read(last.strip()) if dots else low
        except Unfit:
            continue
        if type(low) is type(high) and low <= high:
            return Range(low, high)
    raise Unfit("a range", "1..40")


def _read_secret(_text: str) -> Any:
    raise Unfit(
        "a reference to a secret; its value never stands in a file", 'secrets.vault["name"]'
    )


_READERS: dict[str, Callable[[str], Any]] = {
    "int": _read_int,
    "number": _read_number,
    "string": _read_text,
    "any": _read_text,
    "broken": _read_text,
    "bool": _read_bool,
    "size": _read_quantity(Size, "16 GiB"),
    "rate": _read_quantity(Rate, "25 Gbps"),
    "duration": _read_quantity(Duration, "30 s"),
    "frequency": _read_quantity(Frequency, "2.4 GHz"),
    "power": _read_quantity(Power, "800 W"),
    "iops": _read_quantity(Iops, "500 IOPS"),
    "ratio": _read_ratio,
    "ip": _read_ip,
    "cidr": _read_cidr,
    "mac": _read_mac,
    "date": _read_date,
    "secret": _read_secret,
}


def from_data(value: Any, wanted: ts.Type | None) -> Any:
    """A value of JSON or YAML as a value of the language; text is read where the type asks for more."""
    if isinstance(value, str):
        _read_text(value)
    if wanted is None or wanted is ts.ANY:
        if value is None:
            raise Unfit("a value")
        return value
    if isinstance(value, str) and ts.plain(wanted) is not ts.STRING:
        return reader_of(wanted)(value)
    if value is None or misfit(value, wanted) is not None:
        raise Unfit(article(wanted), example_of(wanted))
    return value


def type_of_value(value: Any, depth: int = 6) -> ts.Type:
    """The type of a value that is at hand; parts deeper than `depth` count as of any type."""
    if not depth:
        return ts.ANY
    match value:
        case bool():
            return ts.BOOL
        case Quantity():
            return ts.SCALARS[value.type_name]
        case int():
            return ts.INT
        case Ratio():
            return ts.RATIO
        case Decimal():
            return ts.NUMBER
        case Mac():
            return ts.MAC
        case SecretRef():
            return ts.SECRET
        case FileRef():
            return ts.FILE
        case Ref():
            return ts.Thing((value.kind,)) if len(value.parts) > 1 else ts.ANY
        case str():
            return ts.STRING
        case dt.date():
            return ts.DATE
        case Range():
            return ts.RangeOf(type_of_value(value.first))
        case ipaddress.IPv4Address() | ipaddress.IPv6Address():
            return ts.IP
        case ipaddress.IPv4Network() | ipaddress.IPv6Network():
            return ts.CIDR
        case tuple():
            return ts.ListOf(
                ts.either(tuple(type_of_value(v, depth - 1) for v in value[:20]))
                if value
                else ts.ANY
            )
        case dict():
            return ts.MapOf(
                ts.either(tuple(type_of_value(v, depth - 1) for v in value.values()))
                if value
                else ts.ANY
            )
    return ts.ANY


def misfit(value: Any, wanted: ts.Type) -> str | None:
    """Why a value does not fit a type, or None where it does. Bounds are part of a type."""
    match wanted:
        case ts.Scalar() if type_of_value(value) is wanted:
            return None
        case ts.Bounded():
            inner = misfit(value, wanted.inner)
            if inner is not None:
                return inner
            outside = [
                v
                for v in (
                    value if isinstance(value, tuple) and not isinstance(value, Range) else (value,)
                )
                if v not in wanted.bounds
            ]
            return f"must be {article(wanted)}" if outside else None
        case ts.OptionalOf():
            return misfit(value, wanted.inner)
        case ts.Words():
            return None if value in wanted.words else f"must be {article(wanted)}"
        case ts.ListOf():
            if isinstance(value, Range) or not isinstance(value, tuple):
                return f"must be {article(wanted)}"
            if getattr(value, "row_type", None) is wanted.element:
                return None  # a table whose every cell was read as this type
            return next((m for v in value if (m := misfit(v, wanted.element))), None)
        case ts.MapOf():
            if not isinstance(value, dict):
                return f"must be {article(wanted)}"
            return next((m for v in value.values() if (m := misfit(v, wanted.element))), None)
        case ts.Record():
            if not isinstance(value, dict):
                return f"must be {article(wanted)}"
            for name, type_ in wanted.fields.items():
                if name not in value:
                    if not isinstance(type_, ts.OptionalOf):
                        return f"needs `{name}`"
                elif (problem := misfit(value[name], type_)) is not None:
                    return f"`{name}` {problem}"
            return None
        case ts.Either():
            return (
                None
                if any(misfit(value, o) is None for o in wanted.options)
                else f"must be {article(wanted)}"
            )
    return None if ts.is_assignable(type_of_value(value), wanted) else f"must be {article(wanted)}"


def example_of(wanted: ts.Type) -> str:
    """A value of a type, as one would write it."""
    match wanted:
        case ts.Scalar():
            return wanted.example
        case ts.Words():
            word = wanted.words[0] if wanted.words else ""
            return word if not word or word.isidentifier() else f'"{word}"'
        case ts.Bounded():
            return (
                str(wanted.bounds.first)
                if isinstance(wanted.bounds, Range)
                else str(wanted.bounds[0])
            )
        case ts.OptionalOf():
            return example_of(wanted.inner)
        case ts.ListOf():
            return f"[{example_of(wanted.element)}]"
        case ts.Either():
            return example_of(wanted.options[0])
        case ts.Thing():
            return f"{wanted.kinds[0]}.name" if wanted.kinds else ""
        case ts.RangeOf():
            return "1..40"
    return ""


def text_of(value: Any, format_: str | None) -> str | None:
    """A value as part of a text, or None where it has none; `format_` is Python's for numbers and text.

    A quantity prints with its unit, a truth value as `true` or `false`.
    """
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, tuple | dict) and not isinstance(value, Range):
        return None
    elif not isinstance(value, int | Decimal) or isinstance(value, Quantity | Ratio):
        value = str(value)
    try:
        return format(value, format_) if format_ else str(value)
    except (ValueError, TypeError):
        return None
