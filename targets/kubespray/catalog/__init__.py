"""What each release of Kubespray knows: versions of Kubernetes, host systems, variables.

The JSON beside this file is derived by `derive.py` from the upstream repository and committed; each
file is read on first use only.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from .releases import TAGS

VariableType = Literal["bool", "int", "float", "string", "list", "map", "unknown"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that an inventory may set.

    `type` is what its defaults show; `unknown` accepts anything. `int` also stands for defaults
    that are digits in quotes. `words` are what the roles' own assertions allow. An unread variable
    has a default, but nothing uses it.
    """

    name: str
    type: VariableType
    default: bool | int | float | str | None
    words: tuple[str | int, ...]
    is_read: bool


class Variables(Mapping[str, Variable]):
    """The variables of a release by name."""

    def __init__(self, raw: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep the raw entries; each becomes a `Variable` when asked for."""
        self._raw = raw

    def __getitem__(self, name: str) -> Variable:
        entry = self._raw[name]
        return Variable(
            name,
            entry["type"],
            entry.get("default"),
            tuple(entry.get("words", ())),
            not entry.get("unread", False),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw


class Catalog:
    """Everything known about one release."""

    def __init__(self, release: str) -> None:
        """Name the release; nothing is read yet."""
        self.release = release

    @property
    def tag(self) -> str:
        """The tag of the repository that this catalogue was derived from."""
        return TAGS[self.release]

    @cached_property
    def variables(self) -> Variables:
        """Every variable that an inventory may set."""
        return Variables(self._document["variables"])

    @cached_property
    def computed(self) -> frozenset[str]:
        """Variables that Kubespray works out itself, whatever an inventory says."""
        return frozenset(self._document["computed"])

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of an inventory that playbooks ask for."""
        return tuple(self._document["groups"])

    def kubernetes(self, architecture: str = "amd64") -> tuple[str, ...]:
        """The versions of Kubernetes that it installs, oldest first."""
        return tuple(self._document["kubernetes"].get(architecture, ()))

    def engines(self, engine: Literal["containerd", "crio"]) -> tuple[str, ...]:
        """The versions of a container engine that it can install, oldest first."""
        return tuple(self._document["engines"][engine])

    @cached_property
    def components(self) -> Mapping[str, str]:
        """The versions of what it installs unless told otherwise."""
        return dict(self._document["components"])

    @cached_property
    def systems(self) -> Mapping[str, tuple[str, ...]]:
        """Host systems and their versions; none listed stands for any."""
        return {name: tuple(versions) for name, versions in self._document["systems"].items()}

    @cached_property
    def ansible(self) -> Mapping[str, str]:
        """The version of Ansible's package that it asks for, and the range of ansible-core it checks."""
        return dict(self._document["ansible"])

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        document: dict[str, Any] = json.loads(
            files(__package__).joinpath(f"{self.release}.json").read_bytes()
        )
        return document


def releases() -> tuple[str, ...]:
    """Return the releases that have a catalogue, oldest first."""
    return tuple(TAGS)


@cache
def catalog(release: str) -> Catalog:
    """Return the catalogue of `release`; `KeyError` where there is none."""
    if release not in TAGS:
        raise KeyError(release)
    return Catalog(release)


__all__ = ["Catalog", "Variable", "Variables", "catalog", "releases"]
