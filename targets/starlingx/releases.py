"""What each release of StarlingX can do, every figure with where it is stated.

Figures that its own sources hold come from the catalogues; those that only announcements and documents state are
in `STATED`, reviewed by a person. None stands for a figure that nobody states.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from targets.starlingx.catalog import Catalog, catalog, releases


@dataclass(frozen=True, slots=True)
class Stated:
    """What the announcement of a release says of it."""

    date: str
    source: str
    kubernetes: str
    openstack: str | None = None
    kernel: str | None = None
    subclouds: int | None = None


#: By release. `kubernetes` is the newest minor version that is named. The announcement of 9.0 names 1.27 where its
#: playbooks install 1.28.4; of the two, what the playbooks do decides, here and in all checks.
STATED: dict[str, Stated] = {
    "9.0": Stated("2024-04-11", "starlingx.io blog, release 9.0", "1.27", openstack="2023.1"),
    "10.0": Stated("2025-02-26", "starlingx.io blog, release 10.0", "1.29", kernel="6.6", subclouds=5000),
    "11.0": Stated("2025-11-12", "starlingx.io blog, release 11.0", "1.32", openstack="2024.1"),
    "12.0": Stated(
        "2026-04-29", "starlingx.io blog, release 12.0", "1.34", openstack="2025.1", kernel="6.12.57"
    ),
}  # fmt: skip

#: Workers beside two all-in-one controllers: docs.starlingx.io, deployment configuration AIO-DX.
AIO_DUPLEX_WORKERS = 50
#: Workers beside two controllers: docs.starlingx.io, standard configuration, newest; an older page says 200.
STANDARD_WORKERS = 100
#: Storage hosts at most, by how many form a group of replicas: docs.starlingx.io, dedicated storage; sysinv host.py.
STORAGE_HOSTS = {2: 8, 3: 9}
#: Memory and system disk of a host at least, in GB, by personality: docs.starlingx.io, hardware requirements.
HARDWARE = {"controller": (64, 500), "worker": (32, 120), "storage": (64, 120)}
#: A disk for OSDs of an all-in-one controller at least, in GB: the same page.
ALL_IN_ONE_OSD = 500
#: Version of Kata that the image carries: starlingx/integ, kata-containers/debian/meta_data.yaml of each branch.
KATA = {"9.0": "3.1.3", "10.0": "3.1.3", "11.0": "3.1.3", "12.0": "3.1.3", "master": "3.29.0"}
#: Name by which containerd knows Kata: ansible-playbooks, configure-containerd/templates/config.toml.j2.
KATA_HANDLER = "kata"
#: Subclouds prestaged at a time where the release's sources name no limit: facts of the documents for 10.0.
PRESTAGE_PARALLEL = 250
_OLDER = {"22.12": "8.0"}


@dataclass(frozen=True, slots=True)
class Release:
    """One release, by its name as announced."""

    name: str

    @property
    def catalog(self) -> Catalog:
        """What its sources say."""
        return catalog(self.name)

    @property
    def stated(self) -> Stated | None:
        """What its announcement says; None for what is not announced yet."""
        return STATED.get(self.name)

    @property
    def software(self) -> str:
        """The version that its tools know it by: ansible-playbooks, vars/common/main.yml."""
        return self.catalog.software

    @property
    def kubernetes(self) -> tuple[str, ...]:
        """Versions that a bootstrap can install: ansible-playbooks, bootstrap/prepare-env/vars."""
        return self.catalog.kubernetes

    @property
    def default_kubernetes(self) -> str:
        """The version of a fresh installation: ansible-playbooks, bootstrap/validate-config/vars."""
        return self.catalog.default_kubernetes

    @property
    def upgrades_from(self) -> tuple[str, ...]:
        """Releases that it can be upgraded from: metal, bsp-files/upgrades/metadata.xml."""
        names = {**_OLDER, **{catalog(each).software: each for each in releases()}}
        return tuple(names.get(each, each) for each in self.catalog.upgrades_from)

    @property
    def ceph_backends(self) -> tuple[str, ...]:
        """Ceph on hosts, and Rook where its deployment models are known: config, sysinv constants."""
        return ("ceph", "rook") if self.catalog.words("rook_deployments") else ("ceph",)

    @property
    def openstack(self) -> str | None:
        """The release of OpenStack that its application installs, where it is announced."""
        return None if self.stated is None else self.stated.openstack

    @property
    def subclouds(self) -> int | None:
        """Subclouds of a system controller; what 10.0 states holds on, and 9.0 states none."""
        reached = STATED["10.0"].subclouds
        order = releases()
        return reached if order.index(self.name) >= order.index("10.0") else None

    @property
    def parallel_subclouds(self) -> int:
        """Subclouds of a group at a time at most: distcloud, api/controllers/v1/subcloud_group.py."""
        found = self.catalog.limit("MAX_SUBCLOUD_GROUP_MAX_PARALLEL_SUBCLOUDS")
        assert found is not None, self.name  # every release has groups
        return found

    @property
    def parallel_prestages(self) -> int:
        """Subclouds prestaged at a time at most: distcloud, dcmanager/common/consts.py."""
        return self.catalog.limit("MAX_PARALLEL_PRESTAGE_LIMIT") or PRESTAGE_PARALLEL

    @property
    def kata(self) -> str:
        """The version of Kata that it brings."""
        return KATA[self.name]


@cache
def release(name: str) -> Release:
    """A release by name; `KeyError` where nothing is known of it."""
    if name not in releases():
        raise KeyError(name)
    return Release(name)


def can_be_upgraded(old: str, new: str) -> bool:
    """Whether a system of one release becomes one of another in one step."""
    return old in release(new).upgrades_from


__all__ = [
    "AIO_DUPLEX_WORKERS", "ALL_IN_ONE_OSD", "HARDWARE", "KATA_HANDLER", "STANDARD_WORKERS", "STATED",
    "STORAGE_HOSTS", "Release", "Stated", "can_be_upgraded", "release", "releases",
]  # fmt: skip
