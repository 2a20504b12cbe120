"""Plans how the board management controller of a host is spoken to; its user and password are a Secret's."""

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
from targets.starlingx.system import System

#: Characters of a name that may stand before the digest of one that Kubernetes would not take.
_LONGEST = 200


def board_management(view: View) -> dict[str, Any]:
    """Protocol and Secret, where address and credentials are known; the address is each host's own."""
    credentials = view.spec.bmc.credentials
    if credentials is None or view.member.host.bmc_address is None:
        return {}
    protocol = Cause("how it is spoken to", (f"{view.spec.hardware}.bmc.protocol",))
    secret = {"password": {"secret": secret_name(credentials)}}
    cause = view.cause("user and password, by reference", "bmc", "credentials")
    return {
        "type": Traced(view.hardware.bmc.protocol, protocol),
        "credentials": Traced(secret, cause),
    }


def secrets(system: System) -> Iterator[tuple[str, SecretRef]]:
    """The Secrets that hosts name, each once, with what each holds."""
    found: dict[str, SecretRef] = {}
    for member in system.members:
        credentials = member.host.spec.bmc.credentials
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


__all__ = ["board_management", "secret_name", "secrets"]
