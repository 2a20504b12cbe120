"""The custom resources of the deployment manager that describe a system: one module a kind.

`documents` puts them in the order in which `kubectl apply` should meet them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from targets.starlingx.resources.data_networks import data_networks
from targets.starlingx.resources.system import system_resource
from targets.starlingx.system import System


def documents(system: System) -> Iterator[dict[str, Any]]:
    """Every resource of a system."""
    yield system_resource(system)
    yield from data_networks(system)


__all__ = ["documents"]
