"""What cephadm can't do or would misunderstand: its rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

BUCKET_CLASH = Rule("OIB6200", "crush-names-clash")
DEVICES_AMBIGUOUS = Rule("OIB6201", "ambiguous-devices")
LOGIN_USERS = Rule("OIB6202", "several-login-users")
POOL_NAME = Rule("OIB6203", "unusable-pool-name")
DEVICE_PATH = Rule("OIB6204", "unusable-device-path")
FSID = Rule("OIB6205", "fsid-not-uuid")
LOGIN_NAME = Rule("OIB6206", "unusable-login-name")
OBJECT_API = Rule("OIB6207", "object-storage-without-api")
IDENTITIES = Rule("OIB6208", "several-identities-of-object-storage")

RULES: tuple[Rule, ...] = (
    BUCKET_CLASH, DEVICES_AMBIGUOUS, LOGIN_USERS, POOL_NAME, DEVICE_PATH, FSID, LOGIN_NAME,
    OBJECT_API, IDENTITIES,
)  # fmt: skip


def crush_names_clash(span: Span, name: str, first: str, second: str, other: Span) -> Diagnostic:
    """Two places, or a place and a host, that the CRUSH map can't tell apart."""
    return Diagnostic(
        BUCKET_CLASH,
        span,
        f"`{second}` and `{first}` would both be `{name}` in the CRUSH map",
        labels=(Label(other, f"`{first}`"),),
        hint="rename one of them: hosts, racks and zones share one space of names there",
    )


def ambiguous_devices(span: Span, wanted: str, other: str, disk: Span) -> Diagnostic:
    """A choice of disks by size and medium that takes others too."""
    return Diagnostic(
        DEVICES_AMBIGUOUS,
        span,
        f"`{wanted}` can't be told from `{other}`: they are of one medium and size",
        labels=(Label(disk, "this disk would become an OSD too"),),
        hint=f"state `paths` of `{wanted}` in the hardware",
    )


def several_login_users(span: Span, first: str, second: str, other: Span) -> Diagnostic:
    """Hosts to which cephadm would have to log in as different users."""
    return Diagnostic(
        LOGIN_USERS,
        span,
        f"cephadm logs in everywhere as one user, not as `{first}` here and as `{second}` there",
        labels=(Label(other, f"`{second}`"),),
        hint="set the same `user` for all hosts of the cluster",
    )


def unusable_pool_name(span: Span, field: str, name: str) -> Diagnostic:
    """A name of a pool or a file system that capabilities of clients can't hold."""
    return Diagnostic(
        POOL_NAME,
        span,
        f"`{name}` is no usable name of a {'pool' if field == 'pool' else 'file system'}",
        hint="start with a letter, and use letters, digits, `-`, `_` and `.`",
    )


def unusable_device_path(span: Span, path: str) -> Diagnostic:
    """A path that is no device's."""
    return Diagnostic(
        DEVICE_PATH,
        span,
        f"`{path}` is no path of a device",
        hint="write one below `/dev/`, best under `/dev/disk/by-path/`",
    )


def fsid_not_uuid(span: Span, fsid: str) -> Diagnostic:
    """An identifier of a cluster that is none."""
    return Diagnostic(
        FSID,
        span,
        f"`{fsid}` is no UUID",
        hint="copy it from `ceph fsid`, or leave it out and let cephadm make one",
    )


def unusable_login_name(span: Span, name: str) -> Diagnostic:
    """A user that no system has."""
    return Diagnostic(
        LOGIN_NAME,
        span,
        f"`{name}` is no name of a user",
        hint="use lower-case letters, digits, `_` and `-`, at most 32",
    )


def object_without_api(span: Span, cluster: str) -> Diagnostic:
    """Gateways that serve neither of the two APIs."""
    return Diagnostic(
        OBJECT_API,
        span,
        f"object storage of `{cluster}` serves neither S3 nor Swift",
        hint="set `s3 = true` or `swift = true`, or take the block out",
    )


def several_identities(
    span: Span, cluster: str, region: str, other: str, other_span: Span
) -> Diagnostic:
    """Gateways that would have to ask two identity services."""
    return Diagnostic(
        IDENTITIES,
        span,
        f"the object gateways of `{cluster}` ask one identity service, not those of `{other}` and "
        f"`{region}`",
        labels=(Label(other_span, f"`{other}` lists `swift` too"),),
        hint="leave `swift` to one of them, or let the regions share one with `identity`",
    )
