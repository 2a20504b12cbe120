"""What the contract is written in: capabilities, what is required of whom, and what is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from blueprint.fleet import Part
from blueprint.values import Ref

#: Sorts of capabilities, by who offers them.
OfHosts: TypeAlias = Literal["l2", "reach", "physnet", "kvm", "disk", "memory", "functions"]
OfCeph: TypeAlias = Literal["rbd"]
OfOpenStack: TypeAlias = Literal["service", "balancer", "guest_kvm", "quota", "guests"]
OfKubernetes: TypeAlias = Literal[
    "node", "storage_class", "load_balancer", "announcer", "pod_memory"
]
_CONSUMED = frozenset({"memory", "functions", "quota", "guests", "pod_memory"})


class Capability(NamedTuple):
    """Something that one layer can do for another: its sort, and of what (`l2` of a network).

    `within` narrows a consumed one to a part of the provider: a project, an aggregate, a pool.
    """

    sort: OfHosts | OfCeph | OfOpenStack | OfKubernetes
    of: str = ""
    within: str = ""

    @property
    def is_consumed(self) -> bool:
        """Whether it is used up, so that what stands side by side has to share."""
        return self.sort in _CONSUMED


@dataclass(frozen=True, slots=True)
class Requirement:
    """What `consumer` needs of `provider`, and which of its fields says so.

    `cause` is the field that asks for the capability, `choice` the field that names the provider.
    `part` are the hosts, where the provider is a group of them, or where they have to be something
    to the provider. `purpose` says for people what uses up a capability that is consumed.
    """

    consumer: Ref
    cause: tuple[str, ...]
    provider: Ref
    choice: tuple[str, ...]
    capability: Capability
    quantity: int = 1
    part: Part | None = None
    purpose: str = ""


class Missing(NamedTuple):
    """A link of the way down that is broken: the field that would mend it, and what is wrong there."""

    owner: Ref
    path: tuple[str, ...]
    fault: Literal[
        "emulated", "processor_hidden", "no_virtualisation", "not_nested",
        "not_a_node", "not_schedulable",
    ]  # fmt: skip


class Offer(NamedTuple):
    """How much a provider offers, and the links that are broken where it is too little."""

    quantity: int
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A requirement that the provider does not meet: how much is offered, how much all ask for."""

    requirement: Requirement
    offered: int
    required: int
    beside: tuple[Requirement, ...] = ()
    missing: tuple[Missing, ...] = ()
