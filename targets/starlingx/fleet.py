"""Plans what a system controller is given for each subcloud: its bootstrap values and its groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from blueprint.values import Ip
from targets._formats.page import Traced
from targets.starlingx.bootstrap import overrides
from targets.starlingx.system import System


def bootstrap_values(system: System) -> dict[str, Any]:
    """What `dcmanager subcloud add --bootstrap-values` takes: the overrides and the way to the controller."""
    known = Cause("the subcloud's address in the blueprint", (str(system.ref),))
    found: dict[str, Any] = {"name": Traced(system.name, known)}
    if system.layer.description is not None:
        cause = Cause("the stated description", (system.path("description"),))
        found["description"] = Traced(system.layer.description, cause)
    if system.site is not None:
        ref, site = system.site
        place = site.region or ref.key or ref.name
        found["location"] = Traced(place, Cause("the site's region", (f"{ref}.region",)))
    found.update(overrides(system))
    gateway = gateway_of(system)
    if gateway is not None:
        found["systemcontroller_gateway_address"] = Traced(gateway[0], gateway[1])
    return found


def gateway_of(system: System) -> tuple[Ip, Cause] | None:
    """The router on the system controller's side: as stated, or that of its admin or management network."""
    path = system.path("system_controller_gateway")
    stated = system.layer.system_controller_gateway
    if stated is not None:
        return stated, Cause("the stated router", (path,))
    if system.controller is None:
        return None
    known = system.controller.network("admin") or system.controller.network("mgmt")
    if known is None or known[1].gateway is None:
        return None
    ref, network = known
    assert network.gateway is not None
    cause = Cause(
        "the router of the system controller's network", (f"{ref}.gateway", path, system.path("of"))
    )
    return network.gateway, cause


def groups(system: System) -> Iterator[dict[str, Any]]:
    """The groups of subclouds of a system controller, as `dcmanager subcloud-group add` knows them."""
    for label, group in system.layer.subcloud_group.items():
        where = ("subcloud_group", label)
        cause = Cause("a group of subclouds", (system.path(*where),))
        found: dict[str, Any] = {"name": Traced(label, cause)}
        if group.description is not None:
            described = Cause("the stated description", (system.path(*where, "description"),))
            found["description"] = Traced(group.description, described)
        update = Cause("how they are updated", (system.path(*where, "update"),))
        found["update_apply_type"] = Traced(group.update, update)
        limit = Cause("how many at a time", (system.path(*where, "max_parallel"),))
        found["max_parallel_subclouds"] = Traced(group.max_parallel, limit)
        yield found


__all__ = ["bootstrap_values", "gateway_of", "groups"]
