"""What each release of StarlingX knows: keys of its bootstrap, values of subclouds, its platform's words.

    known = catalog("12.0")
    known.bootstrap["external_oam_subnet"].shape       # what a key of localhost.yml takes
    known.judge_bootstrap(overrides)                    # every fault of an override file, as plain data
    known.judge_subcloud(values)                        # of the values for `dcmanager subcloud add`
    known.judge_install(values)                         # of a subcloud's install values

The JSON beside this file is derived by `derive.py` from StarlingX's repositories, one branch a release; each
file is read on first use only. Shapes are explained in `shapes.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from targets._kubernetes.crds import Fault
from targets.starlingx.catalog.releases import BRANCHES
from targets.starlingx.catalog.shapes import Shape, faults, is_secret


@dataclass(frozen=True, slots=True)
class Key:
    """A key that an override file of the bootstrap may hold.

    The playbook stops where a mandatory key is undefined; its own defaults define all of them. An
    undocumented key is read by the roles and named by no file of defaults.
    """

    name: str
    shape: Shape
    default: bool | int | str | None
    is_mandatory: bool
    is_undocumented: bool

    @property
    def is_secret(self) -> bool:
        """Whether its value, or a part of it, is a secret."""
        return is_secret(self.shape)


@dataclass(frozen=True, slots=True)
class OpenStackChart:
    """A chart of the OpenStack application: whether it is installed unasked, and its values, two levels deep."""

    name: str
    is_installed: bool
    values: Mapping[str, Mapping[str, str] | str]


class Catalog:
    """Everything known about one release."""

    def __init__(self, release: str) -> None:
        """Name the release; nothing is read yet."""
        self.release = release

    @cached_property
    def bootstrap(self) -> Mapping[str, Key]:
        """The keys of the bootstrap by name."""
        return {
            name: Key(
                name,
                entry["shape"],
                entry.get("default"),
                entry.get("mandatory", False),
                entry.get("undocumented", False),
            )
            for name, entry in self._document["bootstrap"].items()
        }

    @cached_property
    def given_by_dcmanager(self) -> frozenset[str]:
        """Keys that the manager of a distributed cloud gives to a subcloud's bootstrap itself."""
        return frozenset(self._document["dcmanager_gives"])

    @cached_property
    def registries(self) -> tuple[str, ...]:
        """The registries that `docker_registries` may redirect, and `defaults`."""
        return tuple(self._document["registries"])

    @property
    def software(self) -> str:
        """The version that the release's own tools know it by, such as `26.03`."""
        return str(self._document["software"][0])

    @property
    def upgrades_from(self) -> tuple[str, ...]:
        """The versions, in the same form, that it can be upgraded from."""
        return tuple(self._document["upgrades_from"])

    @property
    def default_kubernetes(self) -> str:
        """The version of Kubernetes that a fresh installation gets unless told otherwise."""
        return str(self._document["kubernetes"]["default"])

    @property
    def kubernetes(self) -> tuple[str, ...]:
        """The versions of Kubernetes that a bootstrap can be told to install, oldest first.

        A release may carry later ones than its default, half prepared for what follows it; those are left out.
        """
        found = self._document["kubernetes"]["versions"]
        return tuple(each for each in found if _parts(each) <= _parts(self.default_kubernetes))

    @property
    def is_dual_stack(self) -> bool:
        """Whether platform networks may have a second family."""
        return bool(self._document["dual_stack"])

    @property
    def vswitch_labels(self) -> tuple[frozenset[str], ...]:
        """Sets of labels of which every compute host of OpenStack carries the same one; none stated before 11.0."""
        return tuple(frozenset(each) for each in self._document["openstack"]["vswitch_labels"])

    @cached_property
    def openstack_charts(self) -> Mapping[str, OpenStackChart]:
        """The charts that the OpenStack application is made of, by name."""
        return {
            name: OpenStackChart(name, entry["installed"], entry["values"])
            for name, entry in self._document["openstack"]["charts"].items()
        }

    @property
    def openstack_minimum_kubernetes(self) -> str:
        """The oldest Kubernetes that the OpenStack application runs on."""
        return str(self._document["openstack"]["minimum_kubernetes"])

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Labels of hosts that the platform acts on, with the values that it takes."""
        found = self._document["platform"]["labels"]
        return {name: tuple(values) for name, values in found.items()}

    def words(self, subject: str) -> tuple[Any, ...]:
        """The words of a closed vocabulary, such as `ptp_services`; none where the release has no such thing."""
        return tuple(self._document["platform"]["words"].get(subject, ()))

    def filesystems(self, personality: str) -> tuple[str, ...]:
        """The file systems of a host of a personality (`controller`, `worker`, `storage`)."""
        return tuple(self._document["platform"]["host_filesystems"].get(personality, ()))

    def size_gib(self, name: str) -> int:
        """A size that the platform calculates with, by the name of its constant in small letters."""
        return int(self._document["platform"]["sizes_gib"][name])

    def number(self, name: str) -> int:
        """Another number of the platform, such as `vxlan_mtu_overhead`."""
        return int(self._document["platform"]["numbers"][name])

    def minimum_replication(self, replicas: int) -> tuple[int, ...]:
        """The numbers of replicas that may be enough to go on, for a number that is wanted."""
        return tuple(self._document["platform"]["minimum_replication"].get(str(replicas), ()))

    def limit(self, name: str) -> int | None:
        """A limit of the manager of a distributed cloud; None where the release states none."""
        found = self._distcloud["limits"].get(name)
        return None if found is None else int(found)

    @property
    def shares_subnets(self) -> bool:
        """Whether subclouds may lie on one management subnet, with ranges of their own."""
        return bool(self._distcloud["shares_subnets"])

    @property
    def group_apply_types(self) -> tuple[str, ...]:
        """How a group of subclouds may be updated."""
        return tuple(self._distcloud["group"]["apply_types"])

    @cached_property
    def install(self) -> Shape:
        """The shape of a subcloud's install values."""
        shape: Shape = self._distcloud["install"]
        return shape

    @cached_property
    def subcloud(self) -> Mapping[str, Shape]:
        """What the values of a subcloud hold beside keys of the bootstrap."""
        found: Mapping[str, Shape] = self._distcloud["subcloud"]["own"]
        return found

    @property
    def sources(self) -> Mapping[str, str]:
        """The commits that this was derived from, by repository."""
        return dict(self._document["sources"])

    def judge_bootstrap(self, overrides: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Every fault of an override file of the bootstrap, given as plain data."""
        return tuple(faults(self._override_file, dict(overrides)))

    def judge_install(self, values: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Every fault of a subcloud's install values; a password may come with the command instead."""
        return tuple(
            fault for fault in faults(self.install, dict(values))
            if (fault.sort, fault.path) != ("missing", ("bmc_password",))
        )  # fmt: skip

    def judge_subcloud(self, values: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Every fault of the values that `dcmanager subcloud add` takes for the bootstrap."""
        shape = {
            "fields": {**self._override_file["fields"], **self.subcloud},
            "required": self._distcloud["subcloud"]["required"],
        }
        return (*faults(shape, dict(values)), *_network_faults(values))

    @cached_property
    def _override_file(self) -> Mapping[str, Any]:
        return {"fields": {name: key.shape for name, key in self.bootstrap.items()}}

    @property
    def _distcloud(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._document["distcloud"]
        return found

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        document: dict[str, Any] = json.loads(
            files(__package__).joinpath(f"{self.release}.json").read_bytes()
        )
        return document


def _network_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """What a subcloud's management and admin networks need once a part of them is stated."""
    has_gateway = bool(values.get("admin_gateway_address"))
    for network in ("admin", "management"):
        parts = [f"{network}_{part}" for part in ("subnet", "start_address", "end_address")]
        gateway = f"{network}_gateway_address"
        if not any(values.get(name) for name in (*parts, gateway)):
            continue
        needed = parts if network == "management" and has_gateway else [*parts, gateway]
        for name in needed:
            if not values.get(name):
                yield Fault((name,), "missing", f"`{name}` is required with the rest of {network}")
    if has_gateway and values.get("management_gateway_address"):
        message = "a subcloud has one gateway, on its admin or on its management network"
        yield Fault(("management_gateway_address",), "value", message)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def releases() -> tuple[str, ...]:
    """The states that have a catalogue, oldest first; `master` is the last."""
    return tuple(BRANCHES)


@cache
def catalog(release: str) -> Catalog:
    """The catalogue of `release`; `KeyError` where there is none."""
    if release not in BRANCHES:
        raise KeyError(release)
    return Catalog(release)


__all__ = ["Catalog", "Fault", "Key", "OpenStackChart", "Shape", "catalog", "releases"]
