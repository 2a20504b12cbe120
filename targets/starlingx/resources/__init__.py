"""The custom resources of the deployment manager that describe a system: one module a kind.

`documents` puts them in the order in which `kubectl apply` should meet them: the namespace first, profiles
before the hosts that name them. Secrets are no part of them; the deployment manager waits for those that
hosts name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.resources import ptp
from targets.starlingx.resources.common import NAMESPACE
from targets.starlingx.resources.data_networks import data_networks
from targets.starlingx.resources.host_profiles import host_profiles, profiles
from targets.starlingx.resources.hosts import hosts
from targets.starlingx.resources.storage_network import storage_network
from targets.starlingx.resources.system import system_resource
from targets.starlingx.system import System


def documents(system: System) -> Iterator[dict[str, Any]]:
    """Every resource of a system."""
    yield _namespace(system)
    yield system_resource(system)
    yield from storage_network(system)
    yield from data_networks(system)
    yield from ptp.instances(system)
    planned = profiles(system)
    yield from host_profiles(system, planned)
    yield from hosts(system, planned)


def _namespace(system: System) -> dict[str, Any]:
    cause = Cause("where resources of the system are", (str(system.ref),))
    return {
        "apiVersion": Traced("v1", cause),
        "kind": Traced("Namespace", cause),
        "metadata": Traced({"name": NAMESPACE}, cause),
    }


__all__ = ["documents"]
