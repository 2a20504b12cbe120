"""Services of a region: with those that they call, and with something to keep volumes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import Part, descriptions, parts_of
from blueprint.model import Hardware, Model, OpenStack
from blueprint.model.openstack import SERVICES
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

MISSING_SERVICE = Rule("OIB5401", "missing-service")
NO_VOLUME_STORAGE = Rule("OIB5402", "no-volume-storage")
MIXED_PROCESSORS = Rule("OIB5403", "migration-over-mixed-processors", Severity.WARNING)
SERVICE_TWICE = Rule("OIB5404", "service-listed-twice")
SEVERAL_DEPLOYERS = Rule("OIB5405", "several-deployment-hosts")

NO_MONITORING_HOSTS = Rule("OIB5605", "no-hosts-for-monitoring")
SETTINGS_OF_ABSENT = Rule("OIB5606", "settings-of-absent-service")

#: What each service calls while it works: the projects' installation guides, and Kolla-Ansible's own
#: guides and prechecks where the deployment asks for more. `called_by` adds what a driver asks for.
CALLS: Mapping[str, tuple[str, ...]] = {
    "aodh": ("keystone",),
    "barbican": ("keystone",),
    "blazar": ("keystone", "placement", "nova"),  # leases of Nova's hosts, kept in an aggregate
    "ceilometer": ("keystone", "gnocchi"),  # its publisher (roles/ceilometer/tasks/precheck.yml)
    "cinder": ("keystone",),
    "cloudkitty": ("keystone", "gnocchi"),  # its collector
    "cyborg": ("keystone", "placement", "nova"),
    "designate": ("keystone",),
    "glance": ("keystone",),
    "gnocchi": ("keystone",),
    "heat": ("keystone",),
    "horizon": ("keystone",),
    "ironic": ("keystone", "glance", "neutron"),
    "magnum": ("keystone", "glance", "nova", "neutron"),
    "manila": ("keystone",),
    "masakari": ("keystone", "nova"),
    "mistral": ("keystone",),
    "neutron": ("keystone",),
    "nova": ("keystone", "placement", "glance", "neutron"),
    "octavia": ("keystone", "neutron"),
    "placement": ("keystone",),
    "skyline": ("keystone",),
    "swift": ("keystone",),
    "tacker": ("keystone", "nova", "neutron", "glance", "heat"),  # tacker-guide.rst
    "trove": ("keystone", "nova", "neutron", "glance", "cinder"),
    "watcher": ("keystone", "nova"),
    "zun": ("keystone", "placement", "neutron"),  # hosts shared with Nova are counted in Placement
}
#: Services that run on the hosts of monitoring alone (inventory/multinode of Kolla-Ansible).
MONITORS = ("prometheus", "grafana")


def called_by(service: str, region: OpenStack) -> tuple[str, ...]:
    """What a service of a region calls, as its drivers have it."""
    more: tuple[str, ...] = ()
    match service:
        case "magnum" if region.magnum.driver == "heat":
            more = ("heat",)
        case "octavia" if "amphora" in region.octavia.providers:
            more = ("nova", "glance")
        case "manila" if "generic" in region.manila.backends:
            more = ("nova", "neutron", "glance", "cinder")
        case "tacker" if len(region.control) != 1 or region.control[0].key is None:
            more = ("barbican",)  # controllers share its keys through it (tacker-guide.rst)
    return (*CALLS.get(service, ()), *more)


def services(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Services whose calls nobody answers, once for each that is missing; ones listed twice."""
    for ref, region in model.of(OpenStack).items():
        callers: dict[str, list[str]] = {}
        first: dict[str, int] = {}
        answered = {*region.services} if region.identity is None else {*region.services, "keystone"}
        for position, service in enumerate(region.services):
            if service in first:
                yield service_twice(
                    spans.at(ref, "services", position), service,
                    spans.at(ref, "services", first[service]),
                )  # fmt: skip
                continue
            first[service] = position
            for called in called_by(service, region):
                if called not in answered:
                    callers.setdefault(called, []).append(service)
        for called, needing in callers.items():
            span = spans.at(ref, "services", first[needing[0]])
            yield missing_service(span, called, needing, spans.at(ref, "services"))
        if "cinder" in region.services and ref not in model.existing and not _keeps_volumes(region):
            yield no_volume_storage(spans.at(ref, "services", first["cinder"]), ref)


def _keeps_volumes(region: OpenStack) -> bool:
    """Whether anything is stated to keep volumes on; that a cluster has a pool is the contract's."""
    cinder = region.cinder
    stated = (region.storage, cinder.lvm, cinder.nfs)
    return region.is_on_starlingx or any(each is not None for each in stated)


def monitoring(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Services that watch the others, and no hosts for them."""
    for ref, region in model.of(OpenStack).items():
        watching = [service for service in MONITORS if service in region.services]
        if watching and not region.monitoring and ref not in model.existing:
            span = spans.at(ref, "services", region.services.index(watching[0]))
            yield no_monitoring_hosts(span, ref, watching)


def settings(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Blocks of services that do not run, which would reach nobody."""
    for ref, region in model.of(OpenStack).items():
        for service in SERVICES:
            if service in region.services:
                continue
            stated = [
                name
                for name in _fields(region, service)
                if name != "config" and spans.written(ref, service, name) is not None
            ]
            if stated:
                where = spans.at(ref, service, stated[0])
                listed = spans.at(ref, "services")
                yield settings_of_absent(where, stated[0], service, ref, listed, region.identity)


def _fields(region: OpenStack, service: str) -> tuple[str, ...]:
    block = getattr(region, service, None)
    return () if block is None else tuple(type(block).model_fields)


def processors(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions that show guests the host's own processor while hosts differ in it."""
    for ref, region in model.of(OpenStack).items():
        if region.nova.cpu_mode != "host_passthrough":
            continue
        kinds: dict[tuple[object, ...], tuple[Part, Ref]] = {}
        for part in parts_of(model, region.compute):
            for spec in descriptions(part.members):
                hardware = model.things.get(spec.hardware)
                if isinstance(hardware, Hardware):
                    cpu = hardware.cpu
                    kind = (hardware.arch, cpu.model, frozenset(cpu.features))
                    kinds.setdefault(kind, (part, spec.hardware))
        if len(kinds) > 1:
            (_, one), (_, other), *_ = kinds.values()
            yield mixed_processors(
                spans.at(ref, "nova", "cpu_mode"), ref, one, other,
                spans.at(one, "cpu"), spans.at(other, "cpu"),
            )  # fmt: skip


def deployment_hosts(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions that name more than one host to run the tools on."""
    for ref, region in model.of(OpenStack).items():
        hosts = [host for part in parts_of(model, region.deploy_from) for host in part.members]
        if len(hosts) > 1:
            yield several_deployers(spans.at(ref, "deploy_from"), ref, len(hosts), hosts[0].ref)


def missing_service(span: Span, called: str, needing: list[str], services_span: Span) -> Diagnostic:
    """A service that others call and nobody listed."""
    names = [f"`{name}`" for name in needing]
    who = (
        f"{names[0]} needs" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} need"
    )
    return Diagnostic(
        MISSING_SERVICE,
        span,
        f"{who} `{called}`, which is not among the services",
        labels=() if services_span == span else (Label(services_span, "the services"),),
        hint=f"add `{called}` to `services`",
    )


def service_twice(span: Span, service: str, first_span: Span) -> Diagnostic:
    """A service that stands twice in the list."""
    return Diagnostic(
        SERVICE_TWICE,
        span,
        f"`{service}` is listed twice",
        labels=(Label(first_span, "first listed here"),),
        hint="delete one of them",
    )


def no_volume_storage(span: Span, region: str) -> Diagnostic:
    """Volumes without anything to keep them on."""
    return Diagnostic(
        NO_VOLUME_STORAGE,
        span,
        f"`cinder` of `{region}` has nothing to keep volumes on",
        hint="set `storage = ceph.…`, with a pool for `cinder`, or state `lvm { … }` or `nfs { … }` in "
        "`cinder { … }`, or leave the service out",
    )


def mixed_processors(
    span: Span, region: str, one: str, other: str, one_span: Span, other_span: Span
) -> Diagnostic:
    """Guests that see a processor which not every host has."""
    return Diagnostic(
        MIXED_PROCESSORS,
        span,
        f"guests of `{region}` can't move between `{one}` and `{other}`: they see the host's own processor",
        labels=(Label(one_span, "one processor"), Label(other_span, "another one")),
        hint="set `cpu_mode = host_model`, with which guests move to any host that offers as much, "
        "or run guests on one model of server",
    )


def several_deployers(span: Span, region: str, count: int, first: str) -> Diagnostic:
    """More hosts to run the tools on than one."""
    return Diagnostic(
        SEVERAL_DEPLOYERS,
        span,
        f"`{region}` would be deployed from {count:,} hosts at a time",
        hint=f"name one of them, such as `{first}`",
    )


def no_monitoring_hosts(span: Span, region: str, services: Sequence[str]) -> Diagnostic:
    """Monitoring, and no host to run it on."""
    names = " and ".join(f"`{name}`" for name in services)
    return Diagnostic(
        NO_MONITORING_HOSTS,
        span,
        f"{names} of `{region}` would run on no host",
        hint="name the hosts: `monitoring = hosts.…`",
    )


def settings_of_absent(
    span: Span, field: str, service: str, region: str, services_span: Span, identity: str | None
) -> Diagnostic:
    """Settings of a service that is not among those that run."""
    elsewhere = identity is not None and service == "keystone"
    return Diagnostic(
        SETTINGS_OF_ABSENT,
        span,
        f"`{field}` of `{service}` would reach nobody: `{region}` does not run it",
        labels=(Label(services_span, "the services that run"),),
        hint=f"set it in `{identity}`, whose identity service this region shares"
        if elsewhere
        else f"add `{service}` to `services`, or take the block out",
    )
