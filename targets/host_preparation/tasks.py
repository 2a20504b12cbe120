"""Tasks of the playbook: what a task is made of, and the causes of those that every host needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.host_preparation.layer import HostClass, Preparation

#: One task, or a handler: its name, its module with arguments, its conditions.
Task: TypeAlias = Traced
#: What keeps state of ours on a host: the network before a change, the kernel's arguments.
STATE = "/var/lib/oib"


def task(name: str, module: str, arguments: Any, cause: Cause, **more: Any) -> Task:
    """A task; conditions and the like come after its module, `register` and `notify` among them."""
    named = {key.rstrip("_"): value for key, value in more.items()}
    before = {"when": named.pop("when")} if "when" in named and module == "block" else {}
    return Traced({"name": name, **before, module: arguments, **named}, cause)


def about(layer: Preparation, rule: str, *fields: str) -> Cause:
    """A cause in fields of the declaration of the hosts, or in the declaration itself."""
    paths = tuple(".".join((str(layer.ref), field)) for field in fields)
    return Cause(rule, paths or (str(layer.ref),))


def needed(layer: Preparation, is_needed: Callable[[HostClass], bool]) -> bool:
    """Whether some class of the layer needs something."""
    return any(is_needed(each) for each in layer.classes)
