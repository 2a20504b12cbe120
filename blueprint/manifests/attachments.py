"""The networks that a pod's annotation asks Multus to attach it to."""

from __future__ import annotations

import json
from collections.abc import Iterator

from blueprint.evaluate.documents import Node
from blueprint.recursion import read_json

ANNOTATION = "k8s.v1.cni.cncf.io/networks"


def attachments_of(annotations: Node | None, namespace: str) -> Iterator[str]:
    """The networks by `namespace/name`, in both forms of the annotation: names with commas between, and JSON."""
    node = (
        annotations.value.get(ANNOTATION)
        if annotations and isinstance(annotations.value, dict)
        else None
    )
    if node is None or not isinstance(node.value, str):
        return
    text = node.value.strip()
    if text.startswith("["):
        yield from _from_json(text, namespace)
        return
    for part in text.split(","):
        name = part.strip().partition("@")[0]
        if name:
            yield name if "/" in name else f"{namespace}/{name}"


def _from_json(text: str, namespace: str) -> Iterator[str]:
    try:
        listed = read_json(text)
    except (json.JSONDecodeError, ValueError):
        return
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            where = each.get("namespace")
            yield f"{where if isinstance(where, str) else namespace}/{each['name']}"


__all__ = ["ANNOTATION", "attachments_of"]
