"""Names of Open vSwitch's bridges, which are interfaces of a host: at most 15 characters."""

from __future__ import annotations

import hashlib
from typing import Literal

#: Linux gives interface names 15 characters (IFNAMSIZ less one); a bridge is an interface too.
LONGEST_INTERFACE = 15


def bridge_name(physnet: str, joint: Literal["-", "_"] = "-") -> str:
    """The bridge of a physical network: short enough for Linux, the same on every host."""
    name = f"br-{physnet}"
    if len(name) > LONGEST_INTERFACE:
        mark = hashlib.sha256(physnet.encode()).hexdigest()[:4]
        name = f"{name[: LONGEST_INTERFACE - 5]}-{mark}"
    return name.replace("-", joint)
