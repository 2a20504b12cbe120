"""What has another name since a release: a set difference can't tell a new name from a new thing.

Reviewed by hand against Kolla-Ansible's release notes (`releasenotes/notes/<note>.yaml`); a test holds each
line against the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["group", "service", "variable"]


@dataclass(frozen=True, slots=True)
class Rename:
    """A name of one kind, the name that took its place with a release, and the note that says so."""

    kind: Kind
    old: str
    new: str
    since: str
    note: str


RENAMES: tuple[Rename, ...] = (
    # The URL of the authority for the external side; one for the internal side came beside it.
    Rename("variable", "letsencrypt_cert_server", "letsencrypt_external_cert_server", "2025.1",
           "bug-2076331-f4ef64ad0a12aa85"),
    Rename("variable", "openstack_previous_release_name", "ironic_pin_release_version", "2025.1",
           "improve-ironic-pin-release-version-8f9e2b3c4d5a6b7c"),
    # Redis kept its name and its place in 2025.1, beside Valkey; the data is taken over by the tool.
    Rename("service", "enable_redis", "enable_valkey", "2025.2",
           "replace-redis-with-valkey-8f60e01c2460a301"),
    Rename("variable", "redis_connection_string", "valkey_connection_string", "2025.2",
           "replace-redis-with-valkey-8f60e01c2460a301"),
    Rename("variable", "ironic_inspector_kernel_cmdline_extras", "ironic_kernel_cmdline_extras",
           "2025.2", "drop-ironic-inspector-38fc91c64517ffc1"),
    Rename("variable", "ironic_inspector_pxe_filter", "ironic_pxe_filter", "2025.2",
           "drop-ironic-inspector-38fc91c64517ffc1"),
    Rename("group", "kolla-logs", "kolla_logs", "2026.1", "kolla-logs-rename-13892296d83a41f5"),
    Rename("group", "kolla-toolbox", "kolla_toolbox", "2026.1",
           "rename-kolla-toolbox-role-31e3b6c34519f68c"),
    Rename("variable", "lightbits_JWT", "lightbits_jwt", "2026.1", "lightbits-jwt-84fba12dd05108c0"),
)  # fmt: skip


def renames(kind: Kind, passed: tuple[str, ...]) -> Iterator[Rename]:
    """The names of a kind that change with the releases on the way."""
    return (each for each in RENAMES if each.kind == kind and each.since in passed)
