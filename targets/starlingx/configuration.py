"""Checks which hosts a system has, and which Kubernetes: what its configuration and its release ask for."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from targets.starlingx.releases import (
    AIO_DUPLEX_WORKERS,
    STANDARD_WORKERS,
    STORAGE_HOSTS,
    release,
)
from targets.starlingx.system import System

CONTROLLERS = Rule("OIB8020", "wrong-number-of-controllers")
OTHER_CONFIGURATION = Rule("OIB8021", "hosts-of-another-configuration")
HOSTS_MISSING = Rule("OIB8022", "configuration-without-hosts")
TOO_MANY_WORKERS = Rule("OIB8023", "too-many-workers")
STORAGE_GROUPS = Rule("OIB8024", "storage-hosts-in-groups")
KUBERNETES = Rule("OIB8025", "kubernetes-not-of-release")
WORKER_NAME = Rule("OIB8053", "worker-name-taken")
NO_PASSWORD = Rule("OIB8056", "password-not-stated")

RULES: tuple[Rule, ...] = (
    CONTROLLERS, OTHER_CONFIGURATION, HOSTS_MISSING, TOO_MANY_WORKERS, STORAGE_GROUPS, KUBERNETES,
    WORKER_NAME, NO_PASSWORD,
)  # fmt: skip

#: Hosts beside the controllers, by the configurations that have them.
_BESIDE = {
    "workers": ("aio_dx", "standard", "dedicated_storage"),
    "storage_nodes": ("dedicated_storage",),
}
#: Hosts that a configuration is nothing without.
_NEEDED = {"standard": ("workers",), "dedicated_storage": ("workers", "storage_nodes")}
#: Groups of replicas where none are stated.
_GROUP = 2


def configuration(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts that a configuration does not have or lacks, and what else is decided once for all."""
    wrong = list(_controllers(system, spans))
    yield from wrong or _beside(system, spans)
    yield from _numbers(system, spans)
    yield from _kubernetes(system, spans)
    yield from _names(system, spans)
    for field in ("admin_password", "sysadmin_password"):
        if getattr(system.layer, field) is None:
            yield no_password(spans.at(system.ref), system.ref, field)


def _count(system: System, field: str) -> int:
    return sum(member.field == field for member in system.members)


def has_its_controllers(system: System) -> bool:
    """Whether the system has as many controllers as its configuration: what depends on them is told after that."""
    return _count(system, "controllers") == (1 if system.layer.config == "aio_sx" else 2)


def _controllers(system: System, spans: Spans) -> Iterator[Diagnostic]:
    wanted = 1 if system.layer.config == "aio_sx" else 2
    if wanted == 1 and system.layer.role == "system_controller":
        return  # it has to be another configuration, and then needs two
    if not has_its_controllers(system):
        count = _count(system, "controllers")
        span, config = spans.at(system.ref, "controllers"), spans.at(system.ref, "config")
        yield controllers(span, system.layer.config, wanted, count, config)


def _beside(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts beside the controllers that the configuration has no place for, or is nothing without."""
    ref, config = system.ref, system.layer.config
    for field, having in _BESIDE.items():
        if config not in having and getattr(system.layer, field):
            at_config = spans.at(ref, "config")
            yield other_configuration(spans.at(ref, field), field, config, having[0], at_config)
    for field in _NEEDED.get(config, ()):
        if not getattr(system.layer, field):
            yield hosts_missing(spans.at(ref, "config"), config, field)


def _numbers(system: System, spans: Spans) -> Iterator[Diagnostic]:
    layer = system.layer
    workers, stored = _count(system, "workers"), _count(system, "storage_nodes")
    most = AIO_DUPLEX_WORKERS if layer.is_all_in_one else STANDARD_WORKERS
    if workers > most and layer.config != "aio_sx":
        yield too_many_workers(spans.at(system.ref, "workers"), workers, layer.config, most)
    if layer.config == "dedicated_storage" and stored:
        host_ceph = layer.storage is not None and layer.storage.choice == "ceph"
        size = (layer.storage and host_ceph and layer.storage.replicas) or _GROUP
        most = STORAGE_HOSTS.get(size, 0)
        if most and (stored % size or stored > most):
            stated = spans.at(system.ref, "storage", "replicas")
            span = spans.at(system.ref, "storage_nodes")
            yield storage_groups(span, stored, size, most, stated)


def _kubernetes(system: System, spans: Spans) -> Iterator[Diagnostic]:
    wanted, known = system.layer.kubernetes, release(system.layer.release).kubernetes
    if wanted is not None and not any(f"{each}.".startswith(f"{wanted}.") for each in known):
        span = spans.at(system.ref, "kubernetes")
        at_release = spans.at(system.ref, "release")
        yield kubernetes(span, wanted, system.layer.release, known, at_release)


def _names(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Workers whose names StarlingX keeps for hosts that it names itself."""
    controllers = {each.host.ref for each in system.members if each.personality == "controller"}
    for member in system.members:
        if member.host.ref in controllers:  # one that is a worker too is an error of its own
            continue
        kept = member.name in ("controller-0", "controller-1") or member.name.startswith("storage")
        if member.personality == "worker" and kept:
            span = spans.at(member.host.ref, "name")
            yield worker_name(span, member.name, member.host.ref)


def controllers(span: Span, config: str, wanted: int, count: int, there: Span) -> Diagnostic:
    """Controllers that are one too many or too few."""
    one_or_two = "one controller" if wanted == 1 else "two controllers"
    if wanted == 1:
        hint = "name one host, or write `config = aio_dx` for two"
    else:
        hint = "name two hosts, the first as controller-0"
        hint += "; one alone is `config = aio_sx`" if count == 1 else ""
    are = "1 is named" if count == 1 else f"{count} are named"
    return Diagnostic(
        CONTROLLERS,
        span,
        f"`{config}` has {one_or_two}, and {are}",
        labels=(Label(there, "the configuration"),),
        hint=hint,
    )


def other_configuration(span: Span, field: str, config: str, other: str, there: Span) -> Diagnostic:
    """Hosts that StarlingX refuses to add to such a system."""
    return Diagnostic(
        OTHER_CONFIGURATION,
        span,
        f"`{config}` has no `{field}`",
        labels=(Label(there, "the configuration"),),
        hint=f"take them out, or write `config = {other}`",
    )


def hosts_missing(span: Span, config: str, field: str) -> Diagnostic:
    """A configuration without the hosts that make it what it is."""
    what = "workloads" if field == "workers" else "storage"
    return Diagnostic(
        HOSTS_MISSING,
        span,
        f"`{config}` has hosts for {what}, and `{field}` names none",
        hint=f"name them in `{field}`, or choose another configuration",
    )


def too_many_workers(span: Span, count: int, config: str, most: int) -> Diagnostic:
    """More workers than a pair of controllers looks after."""
    return Diagnostic(
        TOO_MANY_WORKERS,
        span,
        f"`{config}` has up to {most} workers, and {count} are named",
        hint="name fewer, or make a further system of the rest",
    )


def storage_groups(span: Span, count: int, size: int, most: int, replicas: Span) -> Diagnostic:
    """Storage hosts that don't make whole groups of replicas."""
    return Diagnostic(
        STORAGE_GROUPS,
        span,
        f"storage hosts come in groups of {size}, up to {most} of them, and {count} are named",
        labels=() if replicas == span else (Label(replicas, "a group holds each copy once"),),
        hint=f"name {', '.join(str(n) for n in range(size, most, size))} or {most}",
    )


def kubernetes(
    span: Span, wanted: str, of: str, known: tuple[str, ...], at_release: Span
) -> Diagnostic:
    """A version of Kubernetes that the bootstrap can't install."""
    return Diagnostic(
        KUBERNETES,
        span,
        f"StarlingX {of} can't be installed with Kubernetes {wanted}",
        labels=(Label(at_release, "the release"),),
        hint=f"state {' or '.join(known)}, or leave it out for {known[-1]}",
    )


def worker_name(span: Span, name: str, host: str) -> Diagnostic:
    """A worker whose name is another's."""
    return Diagnostic(
        WORKER_NAME,
        span,
        f"`{name}` can't be the name of `{host}`, a worker",
        notes=("StarlingX keeps `controller-0`, `controller-1` and what begins with `storage`",),
        hint="give it another name, such as `worker-0`",
    )


def no_password(span: Span, ref: str, field: str) -> Diagnostic:
    """A password for which the playbook's own default would be taken, which anybody can read."""
    return Diagnostic(
        NO_PASSWORD,
        span,
        f"`{ref}` has no `{field}`",
        notes=("the bootstrap's own default is public",),
        hint=f'state it by reference: `{field} = secrets.NAME["…"]`',
    )


__all__ = ["RULES", "configuration", "has_its_controllers"]
