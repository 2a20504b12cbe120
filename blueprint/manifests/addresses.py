"""IP addresses that stand in the template of a pod."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from blueprint.evaluate.documents import Node
from blueprint.source import Span

_V4 = re.compile(r"(?<![\w.:-])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(/[0-9]{1,2})?(?![\w.-])")
_V6 = re.compile(r"(?<![\w:.])([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(/[0-9]{1,3})?(?![\w:])")
#: Fields whose texts only look like addresses: versions, digests, names.
_OTHER = frozenset({"image", "name", "labels", "nodeSelector", "matchLabels"})


def addresses_in(node: Node | None, name: str = "") -> Iterator[tuple[str, Span]]:
    """The addresses in texts under a node, each with its place; prefixes and addresses of no host left out."""
    if node is None or name in _OTHER:
        return
    value = node.value
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from addresses_in(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from addresses_in(each)
    elif isinstance(value, str) and ("." in value or ":" in value):
        yield from ((text, node.span) for text in _in_text(value))


def _in_text(text: str) -> Iterator[str]:
    for pattern in (_V4, _V6):
        for found in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(found[1])
            except ValueError:
                continue
            if address.is_loopback or address.is_unspecified or found[1].startswith("255."):
                continue
            if found[2] and _is_network(found[0]):
                continue
            yield found[1]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return not text.endswith(("/32", "/128"))


__all__ = ["addresses_in"]
