"""Values of services' own options: whether they fit, and how each is written."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from targets._formats.ini import option_text
from targets._openstack.options import Option

_WORDS = {
    "bool": "`true` or `false`",
    "int": "a whole number",
    "float": "a number",
    "port": "a port, 0 to 65535",
    "ip": "an address",
    "host": "a host name or an address",
    "hostname": "a host name",
    "uri": "a URI",
    "range": "a range such as `8000:8100`",
    "string": "a text",
    "list": "a list",
    "dict": "a map of texts",
}
_HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?").fullmatch
_RANGE = re.compile(r"\d+(?:[:-]\d+)?").fullmatch


def fault(option: Option, value: Any) -> str | None:
    """What to write in place of a value that doesn't fit, or None where it does."""
    if option.is_repeatable:
        items = value if isinstance(value, (list, tuple)) else (value,)
        return next((f for item in items if (f := _single(option, item))), None)
    return _single(option, value)


def written(option: Option | None, value: Any) -> Any:
    """A value for the writer: lists of a single option in one line, of a repeatable one a line each."""
    if isinstance(value, Mapping):
        return ",".join(f"{key}:{option_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)) and not (option is not None and option.is_repeatable):
        return ",".join(option_text(item) for item in value)
    return value


def _single(option: Option, value: Any) -> str | None:
    if isinstance(value, str) and "$" in value:
        return None  # oslo.config puts another option's value there
    if option.type == "list":
        return _listed(option, value)
    if option.type == "dict":
        is_map = isinstance(value, Mapping) and not any(_has_parts(v) for v in value.values())
        return None if is_map or isinstance(value, str) else _WORDS["dict"]
    return _scalar(option, option.type, value)


def _listed(option: Option, value: Any) -> str | None:
    if isinstance(value, str):
        items: Sequence[Any] = [item.strip() for item in value.split(",")] if value else []
        items = [
            int(i) if option.item_type in {"int", "port"} and i.isdigit() else i for i in items
        ]
    elif isinstance(value, (list, tuple)):
        items = value
        if any(isinstance(item, str) and "," in item for item in items):
            return "a list whose elements hold no comma"
    else:
        items = (value,)
    fault_of_item = next(
        (f for item in items if (f := _scalar(option, option.item_type, item))), None
    )
    return None if fault_of_item is None else f"a list, each element {fault_of_item}"


def _scalar(option: Option, kind: str, value: Any) -> str | None:
    if _has_parts(value) or not _CHECKS.get(kind, _is_text)(value):
        return _wanted(option, kind)
    if (
        option.choices
        and value not in option.choices
        and str(value) not in map(str, option.choices)
    ):
        return _wanted(option, kind)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        if option.minimum is not None and value < Decimal(str(option.minimum)):
            return _wanted(option, kind)
        if option.maximum is not None and value > Decimal(str(option.maximum)):
            return _wanted(option, kind)
    if (
        option.pattern is not None
        and isinstance(value, str)
        and not re.search(option.pattern, value)
    ):
        return f"a text that matches `{option.pattern}`"
    return None


def _wanted(option: Option, kind: str) -> str:
    if option.choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in option.choices)
    low, high = option.minimum, option.maximum
    if kind in {"int", "float"} and low is not None and high is not None:
        return f"{_WORDS[kind]} from {low:g} to {high:g}"
    if kind in {"int", "float"} and low is not None:
        return f"{_WORDS[kind]} of at least {low:g}"
    if kind in {"int", "float"} and high is not None:
        return f"{_WORDS[kind]} of at most {high:g}"
    return _WORDS[kind]


def _has_parts(value: Any) -> bool:
    return isinstance(value, (list, tuple, Mapping))


def _is_text(value: Any) -> bool:
    return not isinstance(value, bool) and value is not None


def _is_address(value: Any) -> bool:
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        return False
    return not isinstance(value, int)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _is_host_name(value: Any) -> bool:
    return isinstance(value, str) and bool(_HOST_NAME(value))


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "int": _is_whole,
    "port": _is_whole,
    "float": _is_number,
    "ip": _is_address,
    "host": lambda value: _is_address(value) or _is_host_name(value),
    "hostname": _is_host_name,
    "uri": lambda value: isinstance(value, str),
    "range": lambda value: _is_whole(value) or (isinstance(value, str) and bool(_RANGE(value))),
}
