"""The front end as a function, for tests: text in; model, values and codes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprint.diagnostics import Diagnostic, in_order
from blueprint.driver import Front, front_end
from blueprint.evaluate.code import Stop
from blueprint.loader import MemoryLoader
from blueprint.model.hosts import HostGroup
from blueprint.resolve.world import Options
from blueprint.values import Ref

HEADER = "blueprint demo { language = 1 }\n"
#: A site, a server and a network, for what needs them.
GROUND = """
site dc { rack r[1..3] { } }
hardware server { cpu { cores = 8 }  memory = 64 GiB  nic ocp { ports = 2  speed = 25 Gbps } }
network oam { cidr = 10.20.0.0/24  gateway = 10.20.0.1 }
template hosts node { hardware = hardware.server  port nic.ocp[0] { networks = [network.oam] } }
"""


def compiled(
    text: str, files: Mapping[str, str] | None = None, **options: Any
) -> tuple[Front, list[Diagnostic]]:
    """The front end's result and what it reported."""
    loader = MemoryLoader({"main.oib": HEADER + text, **(files or {})})
    front, found = front_end(loader, Options(**options), lambda _what: None)
    assert front is not None, found
    return front, list(in_order(found))


def front_of(text: str, files: Mapping[str, str] | None = None, **options: Any) -> Front:
    """The front end's result of a text without faults."""
    front, found = compiled(text, files, **options)
    assert [(d.rule.code, d.message) for d in found] == []
    return front


def value_of(text: str, files: Mapping[str, str] | None = None, **options: Any) -> Any:
    """The value of `let it = …` in a text without faults."""
    front = front_of(text, files, **options)
    try:
        return front.root.scope.names["it"].value({})  # type: ignore[union-attr]  # a `let`
    except Stop as stop:
        raise AssertionError(stop.diagnostic) from None


def codes(text: str, files: Mapping[str, str] | None = None, **options: Any) -> list[str]:
    """The codes of what is reported, in the order of the text."""
    return [d.rule.code for d in compiled(text, files, **options)[1]]


def faults(text: str, files: Mapping[str, str] | None = None, **options: Any) -> list[str]:
    """Codes with messages."""
    found = compiled(text, files, **options)[1]
    return [f"{d.rule.code} {d.message}" for d in found]


def group(front: Front, ref: str) -> HostGroup:
    """A group of hosts."""
    return front.model.groups[Ref(ref)]


def names_in(front: Front, ref: str) -> list[str]:
    """The names of the hosts of a group."""
    return [host.name for host in group(front, ref)]


def address(front: Front, host: str, network: str) -> str | None:
    """The address of a host."""
    return front.model.addresses.text(Ref(host), Ref(network))
