"""Shapes of values, and the judge that holds plain data to them.

A shape is a type's name (`string`, `integer`, `boolean`, `scalar`, `object`), or a mapping: `type` with
`enum`, `pattern`, `minimum`, `maximum`, `minLength`, `maxLength` or `form`; `fields` with `required`; `values` (a
map with any keys) with `minProperties`, `maxProperties`; `items` with `minItems`, `maxItems`. `nullable` lets a
value be empty.

Forms of texts: `address`, `addresses` (one, or one of each family with a comma between), `subnet`, `subnets`,
`url`, `path`, `path_or_base64`, `path_or_key` (a key in base64 is a secret), `base64`, and `secret`, which is any
text.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from targets._kubernetes.crds import Fault

Shape: TypeAlias = str | Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]
_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,), "integer": (int,), "object": (dict,), "scalar": (str, int, float, bool),
    "string": (str,),
}  # fmt: skip
_NAMES = {
    "boolean": "true or false", "integer": "a whole number", "object": "a mapping",
    "scalar": "a text or a number", "string": "a text",
}  # fmt: skip
_SECRET_FORMS = ("secret", "path_or_key")
_TEMPLATE = re.compile(r"^\{\{.*\}\}$", re.DOTALL)
_BASE64 = re.compile(r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$")


def faults(shape: Shape, value: Any, path: Path = ()) -> Iterator[Fault]:
    """What is wrong with plain data for a shape."""
    node: Mapping[str, Any] = {"type": shape} if isinstance(shape, str) else shape
    if value is None:
        if not node.get("nullable"):
            yield Fault(path, "type", "must not be empty")
    elif "fields" in node:
        yield from _fields(node, value, path)
    elif "values" in node:
        yield from _values(node, value, path)
    elif "items" in node:
        yield from _items(node, value, path)
    else:
        yield from _scalar(node, value, path)


def is_secret(shape: Shape) -> bool:
    """Whether a secret has a place in a value of this shape."""
    if isinstance(shape, str):
        return False
    inner = (*shape.get("fields", {}).values(), shape.get("values"), shape.get("items"))
    return shape.get("form") in _SECRET_FORMS or any(is_secret(each) for each in inner if each)


def secret_paths(shape: Shape, value: Any, path: Path = ()) -> Iterator[Path]:
    """Where in plain data a text stands in the place of a secret."""
    if isinstance(shape, str):
        return
    if shape.get("form") in _SECRET_FORMS and isinstance(value, str):
        is_path = shape["form"] == "path_or_key" and value.startswith("/")
        if not is_path and not _TEMPLATE.match(value):
            yield path
    if isinstance(value, dict):
        for name, each in value.items():
            inner = shape.get("fields", {}).get(name) or shape.get("values")
            if inner:
                yield from secret_paths(inner, each, (*path, name))
    elif isinstance(value, list) and "items" in shape:
        for position, each in enumerate(value):
            yield from secret_paths(shape["items"], each, (*path, position))


def _fields(node: Mapping[str, Any], value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "type", "must be a mapping")
        return
    known = node["fields"]
    for name, each in value.items():
        if name in known:
            yield from faults(known[name], each, (*path, name))
        else:
            yield Fault((*path, name), "field", f"no key `{name}`", tuple(known))
    for name in node.get("required", ()):
        if name not in value:
            yield Fault((*path, name), "missing", f"`{name}` is required")


def _values(node: Mapping[str, Any], value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "type", "must be a mapping")
        return
    yield from _count(node, len(value), path, "Properties", "entries")
    for name, each in value.items():
        yield from faults(node["values"], each, (*path, name))


def _items(node: Mapping[str, Any], value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, "type", "must be a list")
        return
    yield from _count(node, len(value), path, "Items", "items")
    for position, each in enumerate(value):
        yield from faults(node["items"], each, (*path, position))


def _scalar(node: Mapping[str, Any], value: Any, path: Path) -> Iterator[Fault]:
    wanted = _TYPES[node["type"]]
    is_boolean = isinstance(value, bool)
    if not isinstance(value, wanted) or (is_boolean and bool not in wanted):
        yield Fault(path, "type", f"must be {_NAMES[node['type']]}")
        return
    if "enum" in node and value not in node["enum"]:
        known = tuple(str(each) for each in node["enum"])
        yield Fault(path, "value", f"`{value}` is none of {', '.join(known)}", known)
    if isinstance(value, str):
        yield from _text(node, value, path)
    elif not is_boolean:
        least, most = node.get("minimum"), node.get("maximum")
        if least is not None and value < least:
            yield Fault(path, "value", f"{value} is below {least}")
        if most is not None and value > most:
            yield Fault(path, "value", f"{value} is above {most}")


def _text(node: Mapping[str, Any], value: str, path: Path) -> Iterator[Fault]:
    if _TEMPLATE.match(value):  # Ansible fills it in where it runs
        return
    yield from _count(node, len(value), path, "Length", "characters")
    if "pattern" in node and not re.search(node["pattern"], value):
        yield Fault(path, "value", f"`{value}` does not match {node['pattern']}")
    form = node.get("form")
    if form is not None and not _has_form(form, value):
        yield Fault(path, "value", f"`{value}` is {_WRONG[form]}")


_WRONG = {
    "address": "no address",
    "addresses": "neither an address nor one of each family with a comma between",
    "base64": "not written in base64",
    "path": "no absolute path",
    "path_or_base64": "neither an absolute path nor a certificate in base64",
    "path_or_key": "neither an absolute path nor a key in base64",
    "subnet": "no subnet",
    "subnets": "neither a subnet nor one of each family with a comma between",
    "url": "no URL",
}


def _has_form(form: str, value: str) -> bool:
    match form:
        case "address" | "subnet":
            return _version(form, value) is not None
        case "addresses" | "subnets":
            single = "address" if form == "addresses" else "subnet"
            versions = [_version(single, part) for part in value.split(",")]
            return None not in versions and versions in ([4], [6], [4, 6], [6, 4])
        case "url":
            return re.match(r"^https?://[^\s/]+", value) is not None
        case "path":
            return value.startswith("/")
        case "base64":
            return _is_base64(value)
        case "path_or_base64" | "path_or_key":
            return value.startswith("/") or _is_base64(value)
    return True


def _version(form: str, value: str) -> int | None:
    try:
        if form == "address":
            return ipaddress.ip_address(value).version
        return ipaddress.ip_network(value).version if "/" in value else None
    except ValueError:
        return None


def _is_base64(value: str) -> bool:
    try:
        return bool(_BASE64.match(value)) and base64.b64decode(value, validate=True) is not None
    except binascii.Error:
        return False


def _count(
    node: Mapping[str, Any], count: int, path: Path, suffix: str, unit: str
) -> Iterator[Fault]:
    least, most = node.get(f"min{suffix}"), node.get(f"max{suffix}")
    if least is not None and count < least:
        yield Fault(path, "value", f"{count} {unit}, at least {least} are required")
    if most is not None and count > most:
        yield Fault(path, "value", f"{count} {unit}, at most {most} are allowed")
