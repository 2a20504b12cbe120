"""Plans what the control plane is told: version, names, address, who may do what, what is kept how."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.kubernetes_features import OidcAuth
from blueprint.target import Cause
from blueprint.values import Duration
from targets._formats.page import Traced
from targets.kubespray.cluster import Cluster
from targets.kubespray.values import MEBIBYTE, expression, mebibytes

#: Where the audit policy of the blueprint's folder is put, beside the inventory.
AUDIT_POLICY = "files/audit-policy.yaml"
#: The port at which hosts of etcd are measured.
ETCD_METRICS = 2381
DAY = Duration.units["day"]
#: Namespaces whose pods Kubespray itself needs to be privileged.
_PRIVILEGED = ("kube-system",)
Settings = Iterator[tuple[str, Traced]]


def kubernetes(cluster: Cluster) -> Settings:
    """The version and the names, and what is handed over to whoever deployed."""
    version = Cause(
        "the version, in full the newest that this release of Kubespray knows",
        (cluster.path("version"), cluster.path("deployer")),
    )
    yield "kube_version", Traced(cluster.version, version)
    yield "cluster_name", Traced(cluster.name, Cause("the name of the layer", (str(cluster.ref),)))
    domain = Cause("the domain of services", (cluster.path("domain"),))
    yield "dns_domain", Traced(cluster.layer.domain, domain)
    given = Cause("the kubeconfig and its client are handed over", (str(cluster.ref),))
    yield "kubeconfig_localhost", Traced(value=True, cause=given)
    yield "kubectl_localhost", Traced(value=True, cause=given)
    kata = Cause("Kata Containers come with kata-deploy, never twice", (cluster.path("runtime"),))
    yield "kata_containers_enabled", Traced(value=False, cause=kata)


def api_server(cluster: Cluster) -> Settings:
    """The address of the API server and who holds it."""
    api = cluster.layer.api
    port = Cause("the port of the API", (cluster.path("api", "port"),))
    if api.provider != "external":
        yield "kube_apiserver_port", Traced(api.port, port)
    if api.vip is not None:
        vip = Cause("the address of the API", (cluster.path("api", "vip"),))
        yield (
            "loadbalancer_apiserver",
            Traced({"address": Traced(str(api.vip), vip), "port": Traced(api.port, port)}, vip),
        )
        nodes = Cause(
            "nodes reach the API by its address, so that they need no name server", vip.paths
        )
        yield "apiserver_loadbalancer_domain_name", Traced(str(api.vip), nodes)
        yield from _kube_vip(cluster)
    elif api.provider == "haproxy":
        cause = Cause(
            "each node reaches the API through its own HAProxy", (cluster.path("api", "provider"),)
        )
        yield "loadbalancer_apiserver_localhost", Traced(value=True, cause=cause)
        yield "loadbalancer_apiserver_type", Traced("haproxy", cause)
    named = [str(each) for each in (api.vip, api.fqdn) if each is not None]
    if named:
        fields = (cluster.path("api", "vip"), cluster.path("api", "fqdn"))
        cause = Cause("what the API is called in its certificate beside the nodes", fields)
        yield "supplementary_addresses_in_ssl_keys", Traced(named, cause)


def _kube_vip(cluster: Cluster) -> Settings:
    if not cluster.holds_address:
        return
    api = cluster.layer.api
    held = Cause(
        "kube-vip holds the API's address on the control plane",
        (cluster.path("api", "vip"), cluster.path("api", "provider")),
    )
    assert api.vip is not None
    for name in ("kube_vip_enabled", "kube_vip_controlplane_enabled", "kube_vip_arp_enabled"):
        yield name, Traced(value=True, cause=held)
    yield "kube_vip_address", Traced(str(api.vip), held)
    yield "kube_vip_cidr", Traced(api.vip.max_prefixlen, held)


def authentication(cluster: Cluster) -> Settings:
    """Who vouches for users."""
    auth = cluster.layer.auth
    if not isinstance(auth, OidcAuth):
        return

    def cause(field: str) -> Cause:
        return Cause("the OpenID Connect provider of users", (cluster.path("auth", field),))

    yield (
        "kube_oidc_auth",
        Traced(value=True, cause=Cause("users come from a provider", (cluster.path("auth"),))),
    )
    yield "kube_oidc_url", Traced(auth.issuer, cause("issuer"))
    yield "kube_oidc_client_id", Traced(auth.client_id, cause("client_id"))
    yield "kube_oidc_username_claim", Traced(auth.username_claim, cause("username_claim"))
    if auth.groups_claim is not None:
        yield "kube_oidc_groups_claim", Traced(auth.groups_claim, cause("groups_claim"))


def security(cluster: Cluster) -> Settings:
    """Admission, audit, and encryption at rest."""
    stated = cluster.layer.security
    plugins = list(stated.admission_plugins)
    paths = [cluster.path("security", "admission_plugins")]
    if stated.pod_security != "privileged":
        field = cluster.path("security", "pod_security")
        cause = Cause("the standard of namespaces that state none", (field,))
        yield "kube_pod_security_use_default", Traced(value=True, cause=cause)
        for verb in ("enforce", "audit", "warn"):
            yield f"kube_pod_security_default_{verb}", Traced(stated.pod_security, cause)
        exempt = Cause("namespaces whose pods Kubespray itself needs to be privileged", (field,))
        yield "kube_pod_security_exemptions_namespaces", Traced(list(_PRIVILEGED), exempt)
        plugins += [name for name in ("PodSecurity",) if name not in plugins]
        paths.append(field)
    if plugins:  # kubeadm's own NodeRestriction goes where others are named
        plugins = [*(n for n in ("NodeRestriction",) if n not in plugins), *plugins]
        cause = Cause("admission plug-ins beside Kubernetes' own", tuple(paths))
        yield "kube_apiserver_enable_admission_plugins", Traced(plugins, cause)
        yield "kube_apiserver_admission_control_config_file", Traced(value=True, cause=cause)
    if stated.encryption is not None:
        field = cluster.path("security", "encryption")
        cause = Cause("secrets are encrypted in etcd", (field,))
        yield "kube_encrypt_secret_data", Traced(value=True, cause=cause)
        cipher = Cause("the cipher of secrets in etcd", (f"{field}.provider",))
        yield "kube_encryption_algorithm", Traced(stated.encryption.provider, cipher)
    yield from _audit(cluster)


def _audit(cluster: Cluster) -> Settings:
    audit = cluster.layer.security.audit
    if audit is None:
        return
    field = cluster.path("security", "audit")
    yield "kubernetes_audit", Traced(value=True, cause=Cause("requests are logged", (field,)))
    values = {
        "audit_log_maxage": ("max_age", int(audit.max_age) // DAY, "days that the log is kept"),
        "audit_log_maxsize": (
            "max_size",
            int(audit.max_size) // MEBIBYTE,
            "mebibytes of a file of the log",
        ),
        "audit_log_maxbackups": (
            "max_backups",
            audit.max_backups,
            "files of the log that are kept",
        ),
    }
    for name, (attribute, value, rule) in values.items():
        yield name, Traced(value, Cause(rule, (f"{field}.{attribute}",)))
    if audit.policy is not None:
        rules = expression(
            f"(lookup('file', inventory_dir + '/{AUDIT_POLICY}') | from_yaml).rules | to_nice_yaml(indent=2)"
        )
        cause = Cause(
            "the rules of the audit policy, as they lie beside the inventory", (f"{field}.policy",)
        )
        yield "audit_policy_custom_rules", Traced(rules, cause)


def etcd(cluster: Cluster) -> Settings:
    """How etcd runs: of its own, not in the control plane's containers."""
    cause = Cause("etcd runs as a service of its hosts", (cluster.path("etcd"),))
    yield "etcd_deployment_type", Traced("host", cause)
    yield "etcd_data_dir", Traced("/var/lib/etcd", cause)


def watched(cluster: Cluster) -> Settings:
    """Logs that kubelets close and keep, and addresses at which parts of the control plane are measured."""
    logging = cluster.layer.logging
    if logging is not None:
        size = Cause("size of a file of a container's log", (cluster.path("logging", "max_size"),))
        yield "kubelet_logfiles_max_size", Traced(mebibytes(int(logging.max_size)), size)
        number = Cause("files of a container's log", (cluster.path("logging", "max_files"),))
        yield "kubelet_logfiles_max_nr", Traced(logging.max_files, number)
    if cluster.layer.monitoring is None:
        return
    asked = Cause("the control plane is measured", (cluster.path("monitoring"),))
    for name in ("kube_controller_manager_bind_address", "kube_scheduler_bind_address"):
        yield name, Traced("::", asked)
    yield "etcd_metrics_port", Traced(ETCD_METRICS, asked)
    if cluster.layer.kube_proxy != "none":
        everywhere = "0.0.0.0" if 4 in cluster.families else "[::]"  # noqa: S104 - only figures are told
        families = Cause(asked.rule, (*asked.paths, cluster.path("pods")))
        yield "kube_proxy_metrics_bind_address", Traced(f"{everywhere}:10249", families)
