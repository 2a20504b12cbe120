"""What Rook can't do or would misunderstand: its rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

NO_PATH = Rule("OIB6901", "osd-disk-without-path")
DEVICE_PATH = Rule("OIB6902", "unusable-osd-device-path")
NAME = Rule("OIB6903", "unusable-resource-name")
RELEASE = Rule("OIB6904", "ceph-release-not-of-rook")
KUBERNETES = Rule("OIB6905", "kubernetes-version-not-of-rook")
REPLICATION = Rule("OIB6906", "replication-network-of-pods")
NFS = Rule("OIB6907", "nfs-gateways-on-rook")
ON_HOSTS = Rule("OIB6908", "swift-of-a-region-on-hosts")
PLACES = Rule("OIB6909", "places-clash-in-crush")
SECOND = Rule("OIB6910", "second-ceph-on-kubernetes")
METADATA = Rule("OIB6911", "metadata-on-the-same-medium")
CLASSES = Rule("OIB6912", "storage-classes-clash")
IDENTIFIER = Rule("OIB6913", "fsid-on-rook")
COUNT = Rule("OIB6914", "too-many-ceph-daemons")
OBJECT_API = Rule("OIB6915", "object-storage-without-api-on-rook")

RULES: tuple[Rule, ...] = (
    NO_PATH, DEVICE_PATH, NAME, RELEASE, KUBERNETES, REPLICATION, NFS, ON_HOSTS, PLACES, SECOND, METADATA,
    CLASSES, IDENTIFIER, COUNT, OBJECT_API,
)  # fmt: skip


def disk_without_path(span: Span, disk: str, declared: Span) -> Diagnostic:
    """A disk that Rook can't be told to take."""
    return Diagnostic(
        NO_PATH,
        span,
        f"`{disk}` has no `paths`, and Rook takes disks by path alone",
        labels=(Label(declared, "this disk"),),
        hint="state `paths` of the disk in the hardware, one a disk, best under `/dev/disk/by-path/`",
    )


def unusable_device_path(span: Span, path: str) -> Diagnostic:
    """A path that is no device's."""
    hint = "write one below `/dev/`, best under `/dev/disk/by-path/`"
    return Diagnostic(DEVICE_PATH, span, f"`{path}` is no path of a device", hint=hint)


def unusable_name(span: Span, what: str, name: str, reason: str, offer: str | None) -> Diagnostic:
    """A name that no resource of Kubernetes can have."""
    hint = None if offer is None else f"write `{offer}`"
    return Diagnostic(NAME, span, f"`{name}` is no usable name of a {what}: {reason}", hint=hint)


def release_not_supported(span: Span, release: str, known: tuple[str, ...]) -> Diagnostic:
    """A release of Ceph that Rook does not run."""
    listed = " or ".join(f"`{each}`" for each in known)
    message = f"Rook 1.20 does not run Ceph {release.capitalize()}"
    return Diagnostic(RELEASE, span, message, hint=f"write {listed}")


def kubernetes_not_supported(
    span: Span, version: str, first: str, last: str, stated: Span, cluster: str
) -> Diagnostic:
    """A version of Kubernetes that Rook does not run on."""
    return Diagnostic(
        KUBERNETES,
        span,
        f"Rook 1.20 runs on Kubernetes {first} to {last}, not on {version}",
        labels=(Label(stated, f"the version of `{cluster}`"),),
        hint=f"choose a version of `{cluster}` between these",
    )


def replication_network(span: Span, ref: str, host_network: Span) -> Diagnostic:
    """A replication network of daemons that are on the pods' network alone."""
    return Diagnostic(
        REPLICATION,
        span,
        "the pods' network carries replication, so no daemon is on this one",
        labels=(Label(host_network, f"`{ref}` does not use the nodes' network"),),
        hint="write `host_network = true`, or leave `cluster_network` out",
    )


def nfs_gateways(span: Span) -> Diagnostic:
    """NFS gateways, which are not planned on Kubernetes."""
    return Diagnostic(
        NFS,
        span,
        "NFS gateways are made by cephadm alone",
        hint="leave `nfs` out and mount CephFS itself, or leave `on` out",
    )


def swift_of_hosts(span: Span, region: str, cluster: str, on: Span) -> Diagnostic:
    """A region on hosts that lists Swift and stores in a cluster on Kubernetes."""
    return Diagnostic(
        ON_HOSTS,
        span,
        f"Swift of `{region}` is served by gateways of cephadm, and `{cluster}` is on Kubernetes",
        labels=(Label(on, "it stands on this cluster"),),
        hint="leave `swift` out, or leave `on` of the cluster out",
    )


def object_without_api(span: Span, cluster: str) -> Diagnostic:
    """Object storage that serves no API."""
    return Diagnostic(
        OBJECT_API,
        span,
        f"`object` of `{cluster}` serves neither S3 nor Swift",
        hint="write `s3 = true` or `swift = true`, or leave `object` out",
    )


def places_clash(span: Span, name: str, first: str, second: str, other: Span) -> Diagnostic:
    """Two places, or a place and a node, that the CRUSH map can't tell apart."""
    return Diagnostic(
        PLACES,
        span,
        f"`{second}` and `{first}` would both be `{name}` in the CRUSH map",
        labels=(Label(other, f"`{first}`"),),
        hint="rename one of them: regions, zones, racks and nodes share one space of names there",
    )


def second_cluster(span: Span, first: str, cluster: str, other: Span) -> Diagnostic:
    """Another Ceph cluster on the same Kubernetes cluster."""
    return Diagnostic(
        SECOND,
        span,
        f"`{cluster}` carries `{first}` already, and one operator with one cluster is planned on each",
        labels=(Label(other, f"`{first}`"),),
        hint="make them one cluster with several pools",
    )


def metadata_on_same_medium(span: Span, disk: str, media: str, data: Span) -> Diagnostic:
    """A disk for metadata of the medium of the data, which ceph-volume leaves unused."""
    return Diagnostic(
        METADATA,
        span,
        f"`{disk}` is of the same medium as the data, `{media}`, and would be left unused",
        labels=(Label(data, "the data"),),
        hint="choose a faster medium for `db_devices`, or leave it out",
    )


def class_clash(span: Span, name: str, other: Span, first: str) -> Diagnostic:
    """Two storage classes of one name."""
    return Diagnostic(
        CLASSES,
        span,
        f"there are two storage classes `{name}`",
        labels=(Label(other, f"the other, of `{first}`"),),
        hint="rename one of them",
    )


def several_defaults(span: Span, first: str, other: Span) -> Diagnostic:
    """Two storage classes that are both the default."""
    return Diagnostic(
        CLASSES,
        span,
        "a cluster has one default storage class",
        labels=(Label(other, f"`{first}` is the default already"),),
        hint="leave `default` to one of them",
    )


def default_without_class(span: Span, keeper: str) -> Diagnostic:
    """A default pool or file system that has no storage class."""
    return Diagnostic(
        CLASSES,
        span,
        f"`{keeper}` has no storage class that could be the default",
        hint='name one: `storage_class = "general"`',
    )


def fsid_unsettable(span: Span) -> Diagnostic:
    """An identifier of a cluster whose identifier Rook makes."""
    message = "Rook makes the identifier of a cluster, and takes none"
    return Diagnostic(IDENTIFIER, span, message, hint="leave `fsid` out")


def too_many(span: Span, what: str, count: int, most: int) -> Diagnostic:
    """More daemons than Rook runs."""
    message = f"{count} {what}, and Rook runs at most {most}"
    return Diagnostic(COUNT, span, message, hint=f"name {most} hosts or fewer")
