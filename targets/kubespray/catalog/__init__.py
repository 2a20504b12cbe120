"""What each release of Kubespray knows: versions of Kubernetes, host systems, variables.

The JSON beside this file is derived by `derive.py` from the upstream repository and committed; each
file is read on first use only.
"""

import json
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from targets._passthrough.variables import Variables

from .releases import TAGS


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


__all__ = ["Catalog", "catalog", "releases"]
