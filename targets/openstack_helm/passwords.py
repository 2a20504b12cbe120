"""Plans the passwords: which value of which chart each goes to. Never a value: only names leave the compiler.

The charts take passwords as values alone, and one password stands in many charts: an account's own, and those of all
that use it. Here each gets one name, after the account, and a table says where it goes. The operator's side of it is
the script `assemble-secrets.py`, which makes a file of values for each chart out of a file of names and passwords.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from blueprint.model import Kubernetes, Registry
from blueprint.model.naming import kubeconfig
from blueprint.target import Artifact, Cause
from blueprint.values import Ref, SecretRef
from targets._formats.page import Page
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.federation import CLIENT_SECRET, PASSPHRASE, provider_of

Kind = Literal["password", "key", "given"]
SCRIPT, TABLE = "assemble-secrets.py", "secrets.json"
_WORDS = {
    "identity": "keystone",
    "oslo_messaging": "messaging",
    "ceph_object_store": "object_store",
}
#: Passwords outside of `endpoints`: chart, path, name, how it comes about.
_OTHERS: tuple[tuple[str, str, str, Kind], ...] = (
    ("barbican", "conf.barbican.simple_crypto_plugin.kek", "barbican_kek", "key"),
    ("blazar", "conf.blazar.physical_host_plugin.blazar_password", "keystone_blazar", "password"),
    ("heat", "conf.heat.DEFAULT.auth_encryption_key", "heat_auth_encryption_key", "password"),
    ("horizon", "conf.horizon.local_settings.config.horizon_secret_key", "horizon_key", "password"),
    (
        "neutron", "conf.metadata_agent.DEFAULT.metadata_proxy_shared_secret", "metadata_proxy",
        "password",
    ),
    (
        "neutron", "conf.ovn_metadata_agent.DEFAULT.metadata_proxy_shared_secret", "metadata_proxy",
        "password",
    ),
    ("nova", "conf.nova.neutron.metadata_proxy_shared_secret", "metadata_proxy", "password"),
    ("octavia", "conf.octavia.health_manager.heartbeat_key", "octavia_heartbeat", "password"),
    ("rabbitmq", "endpoints.oslo_messaging.auth.erlang_cookie", "messaging_cookie", "password"),
)  # fmt: skip
#: The secret that goes with the cloud's name at its identity provider.
_OIDC_CLIENT = "keystone_oidc_client"
#: What Magnum's driver is told of the cluster that makes clusters, out of its kubeconfig.
_CLUSTER_API = (
    ("apiServer", "magnum_cluster_api_server"),
    ("certificateAuthorityData", "magnum_cluster_api_ca"),
    ("clientCertificateData", "magnum_cluster_api_certificate"),
    ("clientKeyData", "magnum_cluster_api_key"),
)


@dataclass(frozen=True, slots=True)
class Password:
    """One password at one place: its name, the chart and the path, how it comes about."""

    name: str
    chart: str
    path: tuple[str, ...]
    kind: Kind
    cause: Cause


def passwords(cloud: Cloud) -> Iterator[Password]:
    """Every place of every password, chart by chart."""
    cause = Cause("a password of the services", (cloud.path("services"), cloud.path("secrets")))
    for chart in cloud.charts:
        for dotted, user in cloud.facts(chart).accounts.items():
            endpoint = dotted.split(".", 1)[0]
            path = ("endpoints", *dotted.split("."))
            if endpoint != "oci_image_registry" and cloud.reads(chart, *path):
                yield Password(_name(endpoint, user), chart, path, "password", cause)
        key = ("endpoints", "oslo_cache", "auth", "memcache_secret_key")
        if cloud.reads(chart, *key):
            yield Password("memcached_key", chart, key, "password", cause)
        for name, dotted, secret, kind in _OTHERS:
            path = tuple(dotted.split("."))
            if name == chart and cloud.reads(chart, *path):
                yield Password(secret, chart, path, kind, cause)
    yield from _cluster_api(cloud)
    yield from _identity_provider(cloud)


def _name(endpoint: str, user: str) -> str:
    """A password's name: the kind of account and the user, as no two accounts of one kind share a user."""
    word = "database" if endpoint.startswith("oslo_db") else _WORDS.get(endpoint, endpoint)
    return f"{word}_{user}".replace("-", "_")


def _cluster_api(cloud: Cloud) -> Iterator[Password]:
    magnum = cloud.layer.magnum
    if cloud.has("magnum") and magnum.driver == "cluster_api":
        cause = Cause("access to the Cluster API manager", (cloud.path("magnum", "kubeconfig"),))
        for part, name in _CLUSTER_API:
            yield Password(name, "magnum", ("conf", "capi", part), "given", cause)


def _identity_provider(cloud: Cloud) -> Iterator[Password]:
    found = provider_of(cloud)
    if found is not None:
        field = cloud.path("keystone", "federation", found[0])
        shared = Cause("what the cloud and the identity provider share", (f"{field}.secret",))
        yield Password(_OIDC_CLIENT, "keystone", CLIENT_SECRET, "given", shared)
        session = Cause("what sessions of its users are encrypted with", (field,))
        yield Password("keystone_oidc_passphrase", "keystone", PASSPHRASE, "password", session)


def given(cloud: Cloud) -> dict[str, str]:
    """What somebody else gives: the name, and what it is."""
    found: dict[str, str] = {}
    provider = provider_of(cloud)
    if provider is not None:
        name, stated = provider
        found[_OIDC_CLIENT] = (
            f"the secret `{stated.secret}`, which goes with `{stated.client}` at `{name}`"
        )
    if cloud.has("magnum") and cloud.layer.magnum.driver == "cluster_api":
        config = cloud.layer.magnum.kubeconfig
        of = "the manager's kubeconfig" if config is None else f"the kubeconfig `{config}`"
        managers = _managers(cloud)
        if len(managers) == 1:
            of += f", which may be `{kubeconfig(managers[0])}` of `{managers[0]}`"
        parts = (
            "server",
            "certificate-authority-data",
            "client-certificate-data",
            "client-key-data",
        )
        for part, (_, name) in zip(parts, _CLUSTER_API, strict=True):
            found[name] = f"`{part}` of {of}"
    return found


def _managers(cloud: Cloud) -> tuple[Ref, ...]:
    """The clusters of this blueprint on which Magnum's driver makes the region's clusters."""
    made = cloud.model.of(Kubernetes).values()
    named = (c.manager for c in made if c.on == cloud.ref and c.tool_name == "magnum")
    return tuple(dict.fromkeys(manager for manager in named if manager is not None))


def registry_account(cloud: Cloud) -> tuple[str, SecretRef | None] | None:
    """The account at the registry: user, and the password by reference."""
    ref = cloud.layer.registry
    if ref is None:
        return None
    registry = cloud.model.at(ref, Registry)
    return None if registry.username is None else (registry.username, registry.password)


def secret_folder(cloud: Cloud) -> str:
    """Where the files of values with passwords lie on the host that tools run on."""
    return f'"$HOME"/.config/oib/{cloud.name}/values'


def charts_with_passwords(cloud: Cloud) -> frozenset[str]:
    """The charts that a file of passwords is made for."""
    return frozenset(each.chart for each in passwords(cloud))


def templates(cloud: Cloud) -> dict[str, str]:
    """For each chart its file of values, as a template of External Secrets that names the passwords."""
    charts: dict[str, dict[str, Any]] = {}
    names = set()
    for each in passwords(cloud):
        place = charts.setdefault(each.chart, {})
        for part in each.path[:-1]:
            place = place.setdefault(part, {})
        place[each.path[-1]] = f"<{each.name}>"
        names.add(each.name)
    found = {chart: json.dumps(tree, indent=1) + "\n" for chart, tree in charts.items()}
    for name in names:
        template = f"{{{{ .{name} | toJson }}}}"
        found = {chart: text.replace(f'"<{name}>"', template) for chart, text in found.items()}
    return found


def table(cloud: Cloud) -> Artifact:
    """The table: how each password comes about, and where it goes."""
    listed = list(passwords(cloud))
    kinds = {each.name: each for each in listed}
    page = Page()
    why = Cause("passwords of the services, by name", (cloud.path("services"),))
    page.line("{", why)
    page.line(' "secrets": {', why)
    names = sorted(kinds)
    for number, name in enumerate(names):
        comma = "," if number + 1 < len(names) else ""
        page.line(f'  "{name}": "{kinds[name].kind}"{comma}', kinds[name].cause)
    page.line(" },", why)
    page.line(' "values": [', why)
    for number, each in enumerate(listed):
        comma = "," if number + 1 < len(listed) else ""
        path = ", ".join(f'"{part}"' for part in each.path)
        page.line(f'  ["{each.chart}", [{path}], "{each.name}"]{comma}', each.cause)
    page.line(" ]", why)
    page.line("}", why)
    return page.artifact(f"openstack_helm/{TABLE}")


def script() -> Artifact:
    """The script that makes files of values."""
    text = files(__package__).joinpath("scripts", "assemble_secrets.py").read_text("utf-8")
    return Artifact(f"openstack_helm/{SCRIPT}", text, (), is_executable=True)
