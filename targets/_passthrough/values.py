"""What the values of pass-through blocks become in a tool's files, and how messages name them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from blueprint.values import FileRef, Mac, Quantity, Range, Ratio, Ref, SecretRef


def as_variable(value: Any) -> Any:
    """A value for a YAML file of variables. Raises TypeError for what `refused` names."""
    reason = refused(value)
    if reason is not None:
        raise TypeError(reason)
    if isinstance(value, Mapping):
        return {str(key): as_variable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_variable(item) for item in value]
    if isinstance(value, (ipaddress._BaseAddress, ipaddress._BaseNetwork)):  # noqa: SLF001 - the one name for both families
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    return value


def refused(value: Any) -> str | None:
    """Why a value has no place in a tool's own setting, or None: names the kind of value."""
    if isinstance(value, SecretRef):
        return "a secret"
    if isinstance(value, FileRef):
        return "a file"
    if isinstance(value, Ref):
        return "a reference"
    if isinstance(value, Quantity | Ratio):
        return "a quantity with a unit"
    if isinstance(value, Range):
        return "a range"
    if isinstance(value, Mapping):
        return next((r for item in value.values() if (r := refused(item))), None)
    if isinstance(value, (list, tuple)):
        return next((r for item in value if (r := refused(item))), None)
    if value is None or isinstance(value, (str, bool, int, Decimal, Mac)):
        return None
    if isinstance(value, (ipaddress._BaseAddress, ipaddress._BaseNetwork)):  # noqa: SLF001 - the one name for both families
        return None
    return "a value of another kind"


def described(value: Any) -> str:
    """A value as a message names it."""
    if isinstance(value, bool):
        return f"`{'true' if value else 'false'}`"
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, str):
        return f'the text `"{value}"`' if len(value) <= 40 else "a text"
    return f"`{value}`"
