"""What each release of Kolla-Ansible defines: groups, variables, passwords; the options of services are shared.

The JSON beside this file is derived by `derive.py` from the upstream packages and committed. Each
file is read on first use only, and an entry becomes a value only when it is asked for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from targets._openstack.options import ConfigFile, option_catalog
from targets._passthrough.variables import Variables

PasswordKind = Literal[
    "password", "uuid", "ssh_key", "fernet_key", "hmac_md5", "bcrypt_salt", "stated"
]


@dataclass(frozen=True, slots=True)
class Group:
    """One inventory group of the release."""

    name: str
    children: tuple[str, ...]
    takes_hosts: bool
    hosts: Mapping[str, Mapping[str, str]]
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """An `enable_*` switch: on, off, or derived by Kolla from other variables."""

    name: str
    default: bool | None
    expression: str | None


class Catalog:
    """Everything known about one release."""

    def __init__(self, release: str) -> None:
        """Name the release; nothing is read yet."""
        self.release = release

    @cached_property
    def kolla_ansible(self) -> str:
        """The version of Kolla-Ansible that this catalogue was derived from."""
        return str(self._read("inventory.json")["source"].split()[-1])

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """The inventory groups, in the order of the release's own multinode inventory."""
        document = self._read("inventory.json")
        return {
            name: Group(
                name,
                tuple(entry.get("children", ())),
                entry.get("takes_hosts", False),
                entry.get("hosts", {}),
                entry.get("vars", {}),
            )
            for name in document["order"]
            for entry in (document["groups"][name],)
        }

    @cached_property
    def variables(self) -> Variables:
        """Every variable that may be set in globals.yml or in the inventory."""
        return Variables(self._read("variables.json")["variables"])

    @cached_property
    def passwords(self) -> Mapping[str, PasswordKind]:
        """The keys of passwords.yml and how each is generated."""
        passwords: Mapping[str, PasswordKind] = self._read("passwords.json")["passwords"]
        return passwords

    @cached_property
    def commands(self) -> frozenset[str]:
        """What may follow `kolla-ansible` on the command line."""
        return frozenset(self._read("commands.json")["commands"])

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """The `enable_*` switches."""
        return {
            name: Service(name, None, str(value["expression"]))
            if isinstance(value, dict)
            else Service(name, value, None)
            for name, value in self._read("services.json")["services"].items()
        }

    @property
    def config_files(self) -> Mapping[str, str]:
        """The configuration files whose options are known, and the service of each."""
        return option_catalog(self.release).config_files

    def options(self, file_name: str) -> ConfigFile:
        """Return the options of a configuration file; `KeyError` where they are not known."""
        return option_catalog(self.release).options(file_name)

    def _read(self, name: str) -> dict[str, Any]:
        return _document(self.release, name)


def releases() -> tuple[str, ...]:
    """Return the releases that have a catalogue, oldest first."""
    here = files(__package__)
    return tuple(sorted(entry.name for entry in here.iterdir() if entry.name[:1].isdigit()))


@cache
def catalog(release: str) -> Catalog:
    """Return the catalogue of `release`; `KeyError` where there is none."""
    if release not in releases():
        raise KeyError(release)
    return Catalog(release)


def _document(release: str, name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(release, *name.split("/")).read_bytes()
    document: dict[str, Any] = json.loads(text)
    return document
