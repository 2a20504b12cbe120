"""Names as Kubernetes allows them, and texts that a chart reads as templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

#: What a text is a name of. A `subdomain` is the name of most resources; a `label` that of namespaces,
#: and parts of node names; a `service` begins with a letter; `label_key` and
#: `label_value` are those of labels and taints.
Form = Literal["subdomain", "label", "service", "label_key", "label_value"]

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?").fullmatch
_SERVICE = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?").fullmatch
_WORD = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?").fullmatch
_OPENING = re.compile(r"\{\{")


def name_fault(name: str, form: Form = "subdomain") -> str | None:
    """Why Kubernetes refuses a name (to be said after its form), or None where it takes it."""
    return _JUDGES[form](name)


def object_name(*parts: str) -> str:
    """Words joined to the name of a resource: lower case, `-` for what is not allowed in one.

    Two different texts may give one name, so a check has to hold names against each other wherever
    the parts are free text; the result may also be too long (`name_fault`).
    """
    folded = ("".join(c if c.isascii() and c.isalnum() else "-" for c in p) for p in parts)
    return re.sub(r"-{2,}", "-", "-".join(folded).lower()).strip("-")


def through_tpl(text: str) -> str:
    """What to write where a chart runs a value through `tpl`, so that it comes out as it is.

    Only for paths that the chart's catalogue marks `tpl`; anywhere else a text stays a text.
    """
    return _OPENING.sub('{{ "{{" }}', text)


def _length(text: str, most: int) -> str | None:
    if not text:
        return "it is empty"
    return f"it has {len(text)} characters, and {most} are allowed" if len(text) > most else None


def _label(text: str) -> str | None:
    if not _LABEL(text):
        return _length(text, 63) or "only a-z, 0-9 and `-` are allowed, and no `-` at an end"
    return _length(text, 63)


def _service(text: str) -> str | None:
    if not _SERVICE(text):
        return _label(text) or "it must begin with a letter"
    return _length(text, 63)


def _subdomain(text: str) -> str | None:
    if not all(_LABEL(part) for part in text.split(".")):
        reason = (
            "only a-z, 0-9, `-` and `.` are allowed, and each part begins and ends with a-z or 0-9"
        )
        return _length(text, 253) or reason
    return _length(text, 253)


def _label_value(text: str) -> str | None:
    if text and not _WORD(text):
        reason = "only A-Z, a-z, 0-9, `-`, `_` and `.` are allowed, and neither end may be a sign"
        return _length(text, 63) or reason
    return _length(text, 63) if text else None


def _label_key(text: str) -> str | None:
    prefix, slash, name = text.rpartition("/")
    if slash and (fault := _subdomain(prefix)):
        return f"of what stands before `/`: {fault}"
    if not name:
        return "no name stands in it"
    return _label_value(name)


_JUDGES: Mapping[Form, Callable[[str], str | None]] = {
    "subdomain": _subdomain,
    "label": _label,
    "service": _service,
    "label_key": _label_key,
    "label_value": _label_value,
}
