"""Services that need little but their name in `services`: their switches, and the files that they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.subject import Subject, Variables

NOT_OFFERED = Rule("OIB6125", "service-not-offered")
NEEDS_DOCKER = Rule("OIB6131", "service-needs-docker")
MEASURES_APART = Rule("OIB6134", "measures-kept-apart")

#: Services whose switch has their name, beside those that `global_variables` and other subjects switch.
_SWITCHED = (
    "aodh", "blazar", "ceilometer", "cloudkitty", "cyborg", "gnocchi", "grafana", "magnum", "masakari",
    "mistral", "opensearch", "prometheus", "skyline", "tacker", "trove", "watcher", "zun",
)  # fmt: skip
#: What a service can't do without, and Kolla-Ansible does not switch on with it (its guides).
_ALONG: Mapping[str, tuple[str, ...]] = {
    "opensearch": ("enable_central_logging",),
    "zun": (
        "enable_kuryr",
        "enable_etcd",
        "docker_configure_for_zun",
        "containerd_configure_for_zun",
    ),
}
#: Switches that a release no longer has (release notes of Kolla-Ansible) -> what took their place.
_GONE: Mapping[str, str] = {
    "enable_elasticsearch": "add `opensearch` to `services`: it keeps the logs now",
    "enable_influxdb": "add `prometheus` to `services`: it keeps measurements, and CloudKitty's own "
    "database what was rated",
    "enable_kibana": "add `opensearch` to `services`: its dashboards show the logs",
    "enable_kuryr": "take it out: Zun, which needed it, is gone too; clusters of `magnum` run containers",
    "enable_redis": "take it out: Valkey has taken its place, and runs where a service needs it",
    "enable_swift": "add `swift` to `services`: the object gateways of Ceph answer under its name",
    "enable_telegraf": "add `prometheus` to `services`: its exporters measure the hosts",
    "enable_venus": "add `opensearch` to `services`: its dashboards show the logs",
    "enable_zun": "take it out: clusters of `magnum` run containers",
}
_CONTAINERS: Mapping[str, tuple[str, ...]] = {
    "aodh": ("aodh-api", "aodh-evaluator", "aodh-listener", "aodh-notifier"),
    "blazar": ("blazar-api", "blazar-manager"),
    "ceilometer": (
        "ceilometer-central", "ceilometer-compute", "ceilometer-ipmi", "ceilometer-notification",
    ),
    "cloudkitty": ("cloudkitty-api", "cloudkitty-processor"),
    "cyborg": ("cyborg-agent", "cyborg-api", "cyborg-conductor"),
    "gnocchi": ("gnocchi-api", "gnocchi-metricd", "gnocchi-statsd"),
    "magnum": ("magnum-api", "magnum-conductor"),
    "masakari": ("masakari-api", "masakari-engine"),
    "mistral": ("mistral-api", "mistral-engine", "mistral-event-engine", "mistral-executor"),
    "tacker": ("tacker-conductor", "tacker-server"),
    "trove": ("trove-api", "trove-conductor", "trove-taskmanager"),
    "watcher": ("watcher-api", "watcher-applier", "watcher-engine"),
    "zun": ("zun-api", "zun-cni-daemon", "zun-compute", "zun-wsproxy"),
}  # fmt: skip
#: Variables by which Gnocchi's hosts are given one place for measures.
_SHARED_MEASURES = frozenset({"gnocchi_backend_storage", "gnocchi_metric_datadir_volume"})
#: Services whose settings are no options of oslo.config's files.
_WITHOUT_FILES = ("grafana", "opensearch", "prometheus", "skyline", "swift")


def instead_of(name: str, cloud: Cloud) -> str | None:
    """What took the place of a switch that the release no longer has, or None where it has it."""
    return None if name in cloud.catalog.services else _GONE.get(name)


def _variables(cloud: Cloud) -> Variables:
    cause = Cause("runs if it is listed", (cloud.path("services"),))
    for service in _SWITCHED:
        if service in cloud.layer.services:
            yield f"enable_{service}", Traced(value=True, cause=cause)
            for along in _ALONG.get(service, ()):
                rule = f"`{service}` can't do without it"
                yield along, Traced(value=True, cause=Cause(rule, cause.paths))


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    for position, service in enumerate(cloud.layer.services):
        switch = f"enable_{service}"
        if service in _SWITCHED and switch not in cloud.catalog.services:
            span = spans.at(cloud.ref, "services", position)
            instead = _GONE.get(switch, f"take `{service}` out")
            yield not_offered(span, service, cloud.layer.release, instead)
        elif service == "zun" and cloud.layer.kolla_ansible.container_engine != "docker":
            engine = spans.at(cloud.ref, "deployer", "container_engine")
            yield _needs_docker(spans.at(cloud.ref, "services", position), service, engine)
    yield from _measures(cloud, spans)


def _measures(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Gnocchi on several hosts, each with files of its own."""
    hosts = sum(1 for _ in cloud.model.hosts(cloud.layer.control))
    stated = cloud.layer.tool.get("kolla_ansible", {})
    if "gnocchi" not in cloud.layer.services or hosts < 2 or _SHARED_MEASURES & set(stated):
        return
    position = cloud.layer.services.index("gnocchi")
    span = spans.at(cloud.ref, "services", position)
    yield _measures_apart(span, hosts, spans.at(cloud.ref, "control"))


def not_offered(span: Span, name: str, release: str, instead: str) -> Diagnostic:
    """A service, or a switch, that the release does not have."""
    return Diagnostic(
        NOT_OFFERED, span, f"Kolla-Ansible {release} has no `{name}` any more", hint=instead
    )


def _needs_docker(span: Span, service: str, engine: Span) -> Diagnostic:
    return Diagnostic(
        NEEDS_DOCKER,
        span,
        f"`{service}` runs its containers with Docker, and these hosts have none",
        labels=(Label(engine, "the engine of the hosts"),),
        hint="write `container_engine = docker`",
    )


def _measures_apart(span: Span, hosts: int, control: Span) -> Diagnostic:
    return Diagnostic(
        MEASURES_APART,
        span,
        f"`gnocchi` would keep measures on {hosts} hosts, each its own",
        labels=(Label(control, "its hosts"),),
        hint="share a folder among them and name it, `tool kolla_ansible { gnocchi_metric_datadir_volume = "
        '"/…" }`, or write `gnocchi_backend_storage = "ceph"` there and hand over a keyring',
    )


def _files() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {name: {} for name in _WITHOUT_FILES}
    for service, containers in _CONTAINERS.items():
        main = f"{service}.conf"
        found[service] = {main: "", **{f"{container}.conf": main for container in containers}}
    found["masakari"]["masakari-monitors.conf"] = ""
    found["trove"]["trove-guestagent.conf"] = ""
    return found


SUBJECT = Subject(
    name="services",
    variables=_variables,
    check=_check,
    rules=(NOT_OFFERED, NEEDS_DOCKER, MEASURES_APART),
    derived_variables={
        **{f"enable_{service}": "`services`" for service in _SWITCHED},
        **{along: "`services`" for each in _ALONG.values() for along in each},
    },
    config_files=_files(),
)
