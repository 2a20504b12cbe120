"""Plans what a system controller is given for its subclouds: bootstrap values, names of each, and groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from blueprint.values import Ip
from targets._formats.page import Traced
from targets.starlingx import secrets
from targets.starlingx.addresses import ranges
from targets.starlingx.bootstrap import overrides
from targets.starlingx.install import bootstrap_address
from targets.starlingx.resources.board_management import secrets as board_secrets
from targets.starlingx.runbook_workloads import is_prepared
from targets.starlingx.system import System

#: The group that the manager of every distributed cloud has.
DEFAULT_GROUP = "Default"


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
    """The router on the system controller's side: as stated, or that of its management network.

    The manager holds it against the management network alone, also where there is an admin network.
    """
    path = system.path("system_controller_gateway")
    stated = system.layer.system_controller_gateway
    if stated is not None:
        return stated, Cause("the stated router", (path,))
    if system.controller is None:
        return None
    known = system.controller.network("mgmt")
    own = system.network("admin") or system.network("mgmt")
    if known is None:
        return None
    ref, network = known
    version = 4 if own is None else own[1].cidr.version
    routers = {"gateway": network.gateway, "gateway6": network.gateway6}
    for field, router in routers.items():
        if router is not None and router.version == version:
            paths = (f"{ref}.{field}", path, system.path("of"))
            return router, Cause("the router of the system controller's network", paths)
    return None


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


def facts(system: System) -> dict[str, str]:
    """What the run-book's commands are told of a subcloud, by the names of their variables."""
    found = {"NAME": system.name, "GROUP": group_name(system)}
    address = bootstrap_address(system)
    if address is not None:
        found["BOOTSTRAP_ADDRESS"] = str(address[0])
    management = ranges(system, "mgmt")
    if management:
        first = management[0].first  # StarlingX's floating address on the network
        host = f"[{first}]" if first.version == 6 else str(first)
        found["AUTH_URL"] = f"http://{host}:5000/v3"
    found["ADMIN"] = system.layer.admin_username
    if is_prepared(system):
        found["OAM_ADDRESS"] = str(system.layer.oam.floating[0])
    if system.layer.sysadmin_password is not None:
        found["SYSADMIN_SECRET"] = secrets.path(system.layer.sysadmin_password)
    credentials = None if system.first is None else system.first.host.spec.bmc.credentials
    if credentials is not None:
        found["BMC_SECRET"] = secrets.path(credentials)
    boards = [f"{name}={secrets.path(each)}" for name, each in board_secrets(system)]
    if boards:
        found["BOARD_SECRETS"] = " ".join(boards)
    password = secrets.registry_password(system)
    if password is not None and system.registry is not None:
        found["REGISTRY_SECRET"] = secrets.path(password)
    return found


def group_name(system: System) -> str:
    """The group of a subcloud as the manager knows it."""
    group = system.layer.group
    return DEFAULT_GROUP if group is None else group.key or group.name


__all__ = ["DEFAULT_GROUP", "bootstrap_values", "facts", "gateway_of", "group_name", "groups"]
