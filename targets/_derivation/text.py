"""Writes catalogues as JSON that stays readable in a diff: one entry a line, keys sorted."""

import json
from collections.abc import Mapping
from typing import Any

_MAXIMUM_LEVELS = 4


def catalogue_text(document: Mapping[str, Any], levels: int) -> str:
    """Return `document` as JSON, its outer `levels` of maps spread out, one entry a line."""
    if not 1 <= levels <= _MAXIMUM_LEVELS:
        message = f"levels must be within 1..{_MAXIMUM_LEVELS}, not {levels}"
        raise ValueError(message)
    return _spread(document, levels, "") + "\n"


def _spread(value: Any, levels: int, indent: str) -> str:
    if levels == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    inner = indent + " "
    lines = (
        f"{inner}{json.dumps(key)}:{_spread(value[key], levels - 1, inner)}"
        for key in sorted(value)
    )
    return "{\n" + ",\n".join(lines) + "\n" + indent + "}"
