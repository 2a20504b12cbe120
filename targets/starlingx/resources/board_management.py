"""Plans how the board management controller of a host is spoken to; its user and password are a Secret's.

Where all hosts of a system have one Secret, it stands in their profiles; else each host names its own,
which the deployment manager merges into what the profile says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from blueprint.target import Cause
from blueprint.values import SecretRef
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets.starlingx.resources.common import View
from targets.starlingx.system import Member, System

#: Characters of a name that may stand before the digest of one that Kubernetes would not take.
_LONGEST = 200


def board_management(view: View) -> dict[str, Any]:
    """Protocol, and the Secret that all have, where address and credentials are known."""
    if not is_managed(view.member):
        return {}
    protocol = Cause("how it is spoken to", (f"{view.spec.hardware}.bmc.protocol",))
    found = {"type": Traced(view.hardware.bmc.protocol, protocol)}
    return {**found, **_credentials(view)} if _is_one_secret(view.system) else found


def own_board(view: View) -> dict[str, Any]:
    """The address of a host's controller, and the Secret where hosts differ in it."""
    if not is_managed(view.member):
        return {}
    cause = view.cause("the address of its controller", "bmc", "address")
    found = {"address": Traced(str(view.member.host.bmc_address), cause)}
    return found if _is_one_secret(view.system) else {**found, **_credentials(view)}


def is_managed(member: Member) -> bool:
    """Whether address and credentials of a host's controller are known."""
    return member.host.bmc_credentials is not None and member.host.bmc_address is not None


def _is_one_secret(system: System) -> bool:
    known: bool | None = system.planned.get("one board secret")
    if known is None:
        named = {each.host.bmc_credentials for each in system.members if is_managed(each)}
        known = system.planned["one board secret"] = len(named) < 2
    return known


def _credentials(view: View) -> dict[str, Traced]:
    credentials = view.member.host.bmc_credentials
    assert credentials is not None
    secret = {"password": {"secret": secret_name(credentials)}}
    cause = view.cause("user and password, by reference", "bmc", "credentials")
    return {"credentials": Traced(secret, cause)}


def secrets(system: System) -> Iterator[tuple[str, SecretRef]]:
    """The Secrets that hosts name, each once, with what each holds."""
    found: dict[str, SecretRef] = {}
    for member in system.members:
        credentials = member.host.bmc_credentials
        if credentials is not None and member.host.bmc_address is not None:
            found.setdefault(secret_name(credentials), credentials)
    yield from found.items()


@lru_cache(maxsize=4096)
def secret_name(credentials: SecretRef) -> str:
    """The name of the Secret that holds user and password: no two secrets have one."""
    words = ("bmc", credentials.store.plain, credentials.key)
    name = object_name(*words)
    is_plain = name == "-".join(words) and credentials.store.plain.isalnum()
    if is_plain and len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(str(credentials).encode()).hexdigest()[:8]
    return f"{name[:_LONGEST].strip('-')}-{digest}"


__all__ = ["board_management", "is_managed", "own_board", "secret_name", "secrets"]
