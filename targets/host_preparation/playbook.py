"""The playbook of a layer: one play over all its hosts, a task for each thing that some of them need.

Tasks are ours and the same for everybody; what differs between classes of hosts stands in the inventory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.host_preparation.layer import Preparation
from targets.host_preparation.tasks import Task, about
from targets.host_preparation.tasks_kernel import function_tasks, kernel_handlers, kernel_tasks
from targets.host_preparation.tasks_network import network_tasks, port_tasks
from targets.host_preparation.tasks_security import security_handlers, security_tasks
from targets.host_preparation.tasks_system import (
    description_tasks,
    identity_tasks,
    interface_tasks,
    package_tasks,
    storage_tasks,
    system_handlers,
    time_tasks,
)

#: Hosts without a quorum are prepared so many at a time, unless the operator says otherwise.
_SHARE = "25%"


def plays(layer: Preparation) -> list[Traced]:
    """The plays of the playbook."""
    play: dict[str, Any] = {
        "name": f"Prepare the hosts of {layer.ref.name}",
        "hosts": "all",
        "become": True,
        "gather_facts": True,
        "serial": _serial(layer),
        "max_fail_percentage": 0,
        "environment": "{{ oib_environment }}",
        "tasks": list(_tasks(layer)),
        "handlers": [
            *system_handlers(layer),
            *kernel_handlers(layer),
            *security_handlers(layer),
        ],
    }
    return [Traced(play, about(layer, "the hosts of a declaration are prepared together"))]


def _serial(layer: Preparation) -> Traced:
    """One host at a time where they keep a quorum: at no time are two of them away."""
    roles = [role for each in layer.classes if each.keeps_quorum for role in each.roles]
    if roles:
        fields = tuple(dict.fromkeys(f"{role.layer}.{role.field}" for role in roles))
        cause = Cause("hosts of control planes and storage go one at a time", fields)
        return Traced("{{ oib_at_once | default(1) }}", cause)
    cause = about(layer, "hosts that keep no quorum are prepared several at a time")
    return Traced(f"{{{{ oib_at_once | default('{_SHARE}') }}}}", cause)


def _tasks(layer: Preparation) -> Iterator[Task]:
    parts = (
        description_tasks,
        package_tasks,
        port_tasks,
        interface_tasks,
        identity_tasks,
        network_tasks,
        time_tasks,
        kernel_tasks,
        function_tasks,
        storage_tasks,
        security_tasks,
    )
    for part in parts:
        yield from part(layer)
