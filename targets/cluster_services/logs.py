"""Logs: Fluent Bit on every node, which keeps what it can't send, and one more that follows the events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes_operation import Logging, LokiStore, OpenSearchStore, SyslogStore
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NAMESPACE = "logging"
#: The Secret with the password of the store and its authority's certificate, and the keys in it.
SECRET = "log-store"  # noqa: S105 - a name
PASSWORD, CA = "password", "ca.crt"
_ENVIRONMENT = "LOG_STORE_PASSWORD"
_CERTIFICATES = "/log-store"
#: Where API servers write their audit log on nodes of the control plane, by Kubespray and by Cluster API.
AUDIT_LOGS = "/var/log/kubernetes/audit/*.log"
_STATE = "/var/log/fluent-bit"
_EVERYWHERE = [{"operator": "Exists"}]
_DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "tls": 6514,
    "tcp": 601,
    "udp": 514,
}


def stated(services: Services) -> Logging | None:
    """The block, where the cluster has it."""
    return services.cluster.logging


def nodes(services: Services) -> dict[str, Any]:
    """Values of the release that runs on every node."""
    everywhere = services.cause("logs of every node, whatever it is kept for", "logging")
    return tree(
        Setting(("tolerations",), _EVERYWHERE, everywhere),
        Setting(("testFramework", "enabled"), value=False, cause=everywhere),
        _texts(services, _inputs(services), _filters(services)),
        _access(services),
    )


def events(services: Services) -> dict[str, Any]:
    """Values of the release that follows the events: one of it, since each would see all."""
    cause = services.cause("events are kept too", "logging", "events")
    inputs = _section("INPUT", {"Name": "kubernetes_events", "Tag": "events.kubernetes"})
    return tree(
        Setting(("kind",), "Deployment", cause),
        Setting(("rbac", "eventsAccess"), value=True, cause=cause),
        Setting(("testFramework", "enabled"), value=False, cause=cause),
        _texts(services, Traced(inputs, cause), _named(services)),
        _access(services),
    )


def _named(services: Services) -> str:
    if not _is_syslog(services):
        return ""
    return _section("FILTER", {"Name": "modify", "Match": "events.*", "Rename": "message log"})


def _texts(services: Services, inputs: Traced, filters: str) -> Iterator[Setting]:
    every = services.cause("logs are sent to one store", "logging", "store")
    yield Setting(("config", "service"), *_service(services))
    yield Setting(("config", "inputs"), inputs.value, inputs.cause)
    yield Setting(("config", "filters"), filters, every)
    output = _output(services)
    yield Setting(("config", "outputs"), output.value, output.cause)


def _section(name: str, values: dict[str, object]) -> str:
    lines = [f"[{name}]", *(f"    {key} {value}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _service(services: Services) -> tuple[str, Cause]:
    has_ipv4 = any(subnet.version == 4 for subnet in services.cluster.pods)
    text = _section(
        "SERVICE",
        {
            "Daemon": "Off",
            "Flush": 1,
            "Log_Level": "info",
            "Parsers_File": "/fluent-bit/etc/parsers.conf",
            "HTTP_Server": "On",
            "HTTP_Listen": "0.0.0.0" if has_ipv4 else "::",  # noqa: S104 - of the pod, for its probes
            "HTTP_Port": 2020,
            "Health_Check": "On",
            "storage.path": f"{_STATE}/waiting",
            "storage.sync": "normal",
            "storage.checksum": "off",
            "storage.max_chunks_up": 128,
        },
    )
    fields = (services.path("logging", "buffer"), services.path("pods"))
    return text, Cause("what can't be sent waits on the node's disk", fields)


def _inputs(services: Services) -> Traced:
    waits = {"storage.type": "filesystem"}
    parsed = {} if _is_syslog(services) else {"Parser": "json"}
    texts = [
        _section("INPUT", {
            "Name": "tail", "Tag": "kube.*", "Path": "/var/log/containers/*.log",
            "multiline.parser": "docker, cri", "DB": f"{_STATE}/containers.db",
            "Skip_Long_Lines": "On", **waits,
        }),
        _section("INPUT", {
            "Name": "systemd", "Tag": "host.*", "DB": f"{_STATE}/journal.db",
            "Read_From_Tail": "On", **waits,
        }),
    ]  # fmt: skip
    fields = [services.path("logging"), services.path("security", "audit")]
    if services.cluster.security.audit is not None:
        texts.append(
            _section("INPUT", {
                "Name": "tail", "Tag": "audit.kubernetes", "Path": AUDIT_LOGS, **parsed,
                "DB": f"{_STATE}/audit.db", "Read_From_Head": "On", **waits,
            })
        )  # fmt: skip
    rule = "logs of containers, of the node's services, and of the API server's audit"
    return Traced("\n".join(texts), Cause(rule, tuple(fields)))


def _filters(services: Services) -> str:
    """Whose a container is; for syslog, which takes one field of a record, the text in the same one of all."""
    texts = {
        "Name": "kubernetes",
        "Match": "kube.*",
        "Merge_Log": "Off" if _is_syslog(services) else "On",
    }
    found = [_section("FILTER", {**texts, "Keep_Log": "On" if _is_syslog(services) else "Off"})]
    if _is_syslog(services):
        found.append(
            _section("FILTER", {"Name": "modify", "Match": "host.*", "Rename": "MESSAGE log"})
        )
    return "\n".join(found)


def _is_syslog(services: Services) -> bool:
    block = stated(services)
    return block is not None and isinstance(block.store, SyslogStore)


def _output(services: Services) -> Traced:
    block = stated(services)
    assert block is not None
    store = block.store
    scheme, _, rest = store.address.partition("://")
    authority, slash, path = rest.partition("/")
    host, port = _host_port(authority, _DEFAULT_PORTS[scheme])
    is_tls = scheme in ("https", "tls")
    values: dict[str, object] = {
        "Name": store.choice, "Match": "*", "Host": host, "Port": port,
        "Retry_Limit": "no_limits", "storage.total_limit_size": _megabytes(int(block.buffer)),
    }  # fmt: skip
    fields = ["address"]
    match store:
        case OpenSearchStore():
            values |= {
                "Logstash_Format": "On", "Logstash_Prefix": store.index, "Replace_Dots": "On",
                "Suppress_Type_Name": "On", "Generate_ID": "On",
            }  # fmt: skip
            fields.append("index")
            if slash and path:
                values["Path"] = f"/{path.rstrip('/')}"
        case LokiStore():
            values |= {
                "Labels": "job=fluent-bit, cluster=" + services.ref.plain,
                "Line_Format": "json",
            }
            if store.tenant is not None:
                values["Tenant_ID"] = store.tenant
                fields.append("tenant")
            if slash and path:
                values["Uri"] = f"/{path.rstrip('/')}/loki/api/v1/push"
        case SyslogStore():
            values |= {
                "Mode": scheme, "Syslog_Format": "rfc5424", "Syslog_Message_Key": "log",
                "Syslog_Appname_Preset": services.ref.plain,
            }  # fmt: skip
    if not isinstance(store, SyslogStore) and store.user is not None:
        values |= {"HTTP_User": store.user, "HTTP_Passwd": f"${{{_ENVIRONMENT}}}"}
        fields += ["user", "password"]
    if is_tls:
        values |= {"tls": "On", "tls.verify": "On"}
        if store.ca is not None:
            values["tls.ca_file"] = f"{_CERTIFICATES}/{CA}"
            fields.append("ca")
    paths = tuple(services.path("logging", "store", field) for field in fields)
    cause = Cause(
        "where logs are kept, and how much waits on a node",
        (*paths, services.path("logging", "buffer")),
    )
    return Traced(_section("OUTPUT", values), cause)


def _host_port(authority: str, default: int) -> tuple[str, int]:
    """Host and port of a URL; an IPv6 address stands in brackets there, and without them here."""
    if authority.startswith("["):
        host, _, port = authority[1:].partition("]")
        return host, int(port[1:] or default)
    host, _, port = authority.partition(":")
    return host, int(port or default)


def _megabytes(size: int) -> str:
    """An amount as Fluent Bit writes it, whose `M` are of 1024 times 1024 bytes."""
    return f"{max(1, size // 1024**2)}M"


def has_secret(services: Services) -> bool:
    """Whether a password or a certificate has to be brought onto the cluster."""
    block = stated(services)
    if block is None:
        return False
    return block.store.ca is not None or getattr(block.store, "password", None) is not None


def _access(services: Services) -> Iterator[Setting]:
    """The password as a variable, and the authority's certificate as a file, out of the Secret."""
    block = stated(services)
    assert block is not None
    if getattr(block.store, "password", None) is not None:
        cause = services.cause("the password of the store", "logging", "store", "password")
        source = {"secretKeyRef": {"name": SECRET, "key": PASSWORD}}
        yield Setting(("env",), [{"name": _ENVIRONMENT, "valueFrom": source}], cause)
    if block.store.ca is not None:
        cause = services.cause("the authority of the store", "logging", "store", "ca")
        items = {"secretName": SECRET, "items": [{"key": CA, "path": CA}]}
        yield Setting(("extraVolumes",), [{"name": SECRET, "secret": items}], cause)
        mount = {"name": SECRET, "mountPath": _CERTIFICATES, "readOnly": True}
        yield Setting(("extraVolumeMounts",), [mount], cause)
