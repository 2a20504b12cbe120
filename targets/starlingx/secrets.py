"""Where the secrets of a system are expected while it is deployed: files that the operator puts there.

No artifact holds a secret. Those that a tool reads from a file are named there by the place of a file in a folder
that is no part of the output, and that the run-book has taken away at the end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from blueprint.model import Pki
from blueprint.values import FileRef, SecretRef
from targets.starlingx.system import System

HOME = "/home/sysadmin"
#: One file a secret; of a user with a password a folder of two.
FOLDER = f"{HOME}/secrets"
#: Files that the blueprint names and StarlingX reads.
FILES = f"{HOME}/files"


class Brought(NamedTuple):
    """Something that the operator puts in place: where, and what it is."""

    path: str
    what: str


def place(secret: SecretRef) -> str:
    """The name of a secret's file."""
    plain = f"{secret.store.name}.{secret.key}"
    if secret.store.key is not None:
        plain = f"{secret.store.name}.{secret.store.key}.{secret.key}"
    safe = re.sub(r"[^A-Za-z0-9_.-]", "-", plain)
    if safe == plain and len(plain) <= 100:
        return plain
    # Else two secrets could have one file.
    return f"{safe[:90]}-{hashlib.sha256(str(secret).encode()).hexdigest()[:8]}"


def path(secret: SecretRef) -> str:
    """The file of a secret."""
    return f"{FOLDER}/{place(secret)}"


def lookup(secret: SecretRef) -> str:
    """What Ansible replaces by the secret, where the playbook runs."""
    return f"{{{{ lookup('file', '{path(secret)}') }}}}"


def file_path(name: FileRef) -> str:
    """Where a file from beside the blueprint is expected."""
    plain = name.rpartition("/")[2]
    safe = re.sub(r"[^A-Za-z0-9_.-]", "-", plain)
    if plain == str(name) and safe == plain:
        return f"{FILES}/{plain}"
    digest = hashlib.sha256(str(name).encode()).hexdigest()[:8]
    return f"{FILES}/{digest}-{safe[-80:]}"


def trusted(system: System) -> tuple[tuple[FileRef, str], ...]:
    """The certificates that a system trusts, with the field that states each."""
    found = {}
    if system.layer.certificates.trusted is not None:
        ref = system.layer.certificates.trusted
        certificate = system.model.at(ref, Pki).ca_certificate
        if certificate is not None:
            found[certificate] = f"{ref}.ca_certificate"
    if system.registry is not None and system.registry.ca is not None:
        found.setdefault(system.registry.ca, f"{system.layer.registry}.ca")
    return tuple(found.items())


def trusted_path(system: System) -> str | None:
    """The one file that the playbook takes all trusted certificates from."""
    files = [name for name, _ in trusted(system)]
    if not files:
        return None
    if len(files) == 1:
        return file_path(files[0])
    digest = hashlib.sha256("\n".join(files).encode()).hexdigest()[:8]
    return f"{FILES}/trusted-{digest}.pem"


def certificates(system: System) -> Iterator[Brought]:
    """Certificates and keys that the bootstrap reads."""
    for name, _ in trusted(system):
        yield Brought(file_path(name), f"`{name}` from beside the blueprint")
    ref = system.layer.certificates.etcd
    if ref is not None:
        authority = system.model.at(ref, Pki)
        if authority.ca_certificate is not None:
            name = authority.ca_certificate
            yield Brought(file_path(name), f"`{name}` from beside the blueprint")
        if authority.ca_key is not None:
            yield Brought(path(authority.ca_key), f"the secret `{authority.ca_key}`")


def passwords(system: System) -> Iterator[Brought]:
    """Passwords that a bootstrap reads where the system stands by itself."""
    layer = system.layer
    for secret in (layer.admin_password, layer.sysadmin_password, registry_password(system)):
        if secret is not None:
            yield Brought(path(secret), f"the secret `{secret}`")
    yield from values_of_charts(system)


def values_of_charts(system: System) -> Iterator[Brought]:
    """Values of charts that are secrets."""
    for application in system.layer.application.values():
        for chart in application.chart.values():
            if chart.secret_values is not None:
                secret = chart.secret_values
                yield Brought(path(secret), f"the secret `{secret}`, values in YAML")


def registry_password(system: System) -> SecretRef | None:
    """The password of the user who pulls images, if there is one."""
    if system.registry is None or system.registry.username is None:
        return None
    return system.registry.password


__all__ = [
    "FILES", "FOLDER", "HOME", "Brought", "certificates", "file_path", "lookup", "passwords", "path", "place",
    "registry_password", "trusted", "trusted_path", "values_of_charts",
]  # fmt: skip
