"""Quantities as Kubernetes writes them: `500m`, `2Gi`, `1e3`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}))(?:([numkKMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?"
)
_FACTORS: Mapping[str, Decimal] = MappingProxyType(
    {
        "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(10**3),
        **{letter: Decimal(10 ** (3 * power)) for power, letter in enumerate("MGTPE", start=2)},
        **{f"{letter}i": Decimal(2 ** (10 * power)) for power, letter in enumerate("KMGTPE", start=1)},
    }
)  # fmt: skip


def quantity(written: Any) -> Decimal | None:
    """The number that a quantity is; None where it is none."""
    if isinstance(written, bool):
        return None
    if isinstance(written, int | Decimal):
        return Decimal(written)
    found = _QUANTITY.fullmatch(written) if isinstance(written, str) else None
    if found is None or found[2] == "K":  # Kubernetes has `k` and `Ki`
        return None
    number = Decimal(found[1])
    if found[3]:
        return number.scaleb(int(found[3]))
    return number * _FACTORS[found[2]] if found[2] else number


__all__ = ["quantity"]
