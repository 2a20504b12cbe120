"""What the security of services and hosts is told: rules for passwords, access to hosts, what guards them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import Count
from blueprint.model.schema import Block
from blueprint.values import Duration

#: A kind of characters that passwords must have.
CharacterClass: TypeAlias = Literal["lower", "upper", "digit", "special"]


class Passwords(Block):
    """What passwords must be like, and what follows failed log-ins."""

    length: Annotated[int, Field(ge=1, le=64)] = Field(14, description="The least characters.")
    classes: tuple[CharacterClass, ...] = Field(
        ("lower", "upper", "digit"), description="Kinds of characters of which each has one."
    )
    lockout_attempts: Count | None = Field(
        None, description="Failed log-ins in a row that lock an account; none does where unset."
    )
    lockout_for: Duration = Field(
        Duration.of(30, "min"), description="How long an account stays locked."
    )
    expires: Duration | None = Field(
        None, description="How long a password is good for; for ever where unset."
    )
    history: Count | None = Field(
        None, description="How many of a user's last passwords are not taken again."
    )


class HostSecurity(Block):
    """How a host system guards itself; what is unset stays as the distribution has it."""

    lsm: Literal["enforcing", "permissive", "disabled"] | None = Field(
        None, description="State of the system's own security module: SELinux or AppArmor."
    )
    ssh_root: bool | None = Field(None, description="Whether `root` may log in by SSH.")
    ssh_passwords: bool | None = Field(
        None, description="Whether passwords are taken by SSH, rather than keys alone."
    )
    passwords: Passwords | None = Field(
        None, description="Rules for passwords of the system's own accounts."
    )
    audit: bool | None = Field(
        None, description="Whether the kernel's audit daemon runs, and watches who takes rights."
    )


__all__ = ["CharacterClass", "HostSecurity", "Passwords"]
