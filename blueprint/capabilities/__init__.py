"""The contract between layers: what each requires of those below it, what those offer, and the proof.

A layer requires named capabilities, each in a quantity, of the hosts or the platform that it names.
A *shared* capability (a network, hardware virtualisation) serves any number of consumers: every
requirement is held against the whole offer. A *consumed* one (memory, a quota) is used up: the
requirements of all that draw on the same are added first.

One module a kind says what layers of that kind require and offer; `proof` knows them all. A new kind
takes part with a module of its own and a line there.
"""

from blueprint.capabilities.ceph import osds_on
from blueprint.capabilities.contract import Capability, Missing, Requirement, Unmet
from blueprint.capabilities.hosts import GIB, has_router
from blueprint.capabilities.proof import requirements, side_by_side, unmet

__all__ = [
    "GIB", "Capability", "Missing", "Requirement", "Unmet", "has_router", "osds_on", "requirements",
    "side_by_side", "unmet",
]  # fmt: skip
