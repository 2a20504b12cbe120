"""Plans what kubeadm is told: the control plane's programs, and how nodes of each pool join."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes_features import OidcAuth
from blueprint.model.site import Site
from blueprint.target import Cause
from blueprint.values import Duration, Ip
from targets._formats.page import Traced
from targets.cluster_api import api_address, files, metal_network, nodes
from targets.cluster_api.cluster import Cluster, arguments

_DAY = Duration.units["day"]
_MEBIBYTE = 1024**2
#: What kubeadm enables itself, and no longer does where others are named.
_NODE_RESTRICTION = "NodeRestriction"
_ETCD_LABEL = "oib-etcd"


def control_plane(cluster: Cluster) -> dict[str, Any]:
    """The configuration of the nodes of the control plane."""
    labels = {
        key: Traced(value, cluster.stated("a label of the nodes", f"control.labels.{key}"))
        for key, value in cluster.layer.control.labels.items()
    }
    join = nodes.registration(cluster, labels, nodes.control_taints(cluster), None)
    first: dict[str, Any] = {"nodeRegistration": join}
    if cluster.layer.kube_proxy == "none":
        cause = cluster.stated("the network balances services", "kube_proxy")
        first["skipPhases"] = Traced(["addon/kube-proxy"], cause)
    port = cluster.layer.api.port
    endpoint: dict[str, Any] = {}
    if cluster.is_metal and port != 6443:
        endpoint = {
            "localAPIEndpoint": {
                "bindPort": Traced(port, cluster.stated("the port of the API", "api.port"))
            }
        }
    return {
        "clusterConfiguration": dict(_programs(cluster)),
        "initConfiguration": {**first, **endpoint},
        "joinConfiguration": {
            "nodeRegistration": join,
            **({"controlPlane": endpoint} if endpoint else {}),
        },
        **_system(cluster, None),
    }


def worker(cluster: Cluster, pool: str) -> dict[str, Any]:
    """The configuration of the nodes of a pool."""
    labels, taints = cluster.pool_labels(pool), nodes.pool_taints(cluster, pool)
    join = {"nodeRegistration": nodes.registration(cluster, labels, taints, pool)}
    return {"joinConfiguration": join, **_system(cluster, pool)}


def _system(cluster: Cluster, pool: str | None) -> dict[str, Any]:
    """What the system of a node is given: files, commands, time, and who reads them."""
    found: dict[str, Any] = {}
    is_control = pool is None
    watched = list(_watched_bonds(cluster, pool)) if cluster.is_metal else []
    if watched:
        found["bootCommands"] = watched
    written = list(files.control_files(cluster) if is_control else files.node_files(cluster))
    if written:
        found["files"] = written
    before = [*_ignition_commands(cluster), *files.commands(cluster)]
    if is_control:
        before += api_address.commands_before(cluster)
        after = list(api_address.commands_after(cluster))
        if after:
            found["postKubeadmCommands"] = after
        found.update(_etcd_disk(cluster))
    if before:
        found["preKubeadmCommands"] = before
    found.update(_time(cluster))
    if cluster.is_ignition:
        cause = Cause(
            "the system of the image reads Ignition",
            (cluster.path("image"), f"{cluster.layer.image}.os"),
        )
        found["format"] = Traced("ignition", cause)
        found["ignition"] = Traced({"containerLinuxConfig": {"additionalConfig": _UNITS}}, cause)
    return found


#: Units of Flatcar, after which kubeadm knows the guest's name and identity.
_UNITS = """systemd:
  units:
  - name: coreos-metadata-sshkeys@.service
    enabled: true
  - name: kubeadm.service
    enabled: true
    dropins:
    - name: 10-flatcar.conf
      contents: |
        [Unit]
        Requires=containerd.service coreos-metadata.service
        After=containerd.service coreos-metadata.service

        [Service]
        EnvironmentFile=/run/metadata/flatcar
"""
_FILLED = (
    "export COREOS_OPENSTACK_HOSTNAME=${COREOS_OPENSTACK_HOSTNAME%.*}",
    "export COREOS_OPENSTACK_INSTANCE_UUID=${COREOS_OPENSTACK_INSTANCE_UUID}",
    "envsubst < /etc/kubeadm.yml > /etc/kubeadm.yml.tmp",
    "mv /etc/kubeadm.yml.tmp /etc/kubeadm.yml",
)


def _ignition_commands(cluster: Cluster) -> Iterator[Traced]:
    if cluster.is_ignition:
        cause = Cause(
            "the guest's name and identity are filled in",
            (cluster.path("image"), f"{cluster.layer.image}.os"),
        )
        for command in _FILLED:
            yield Traced(command, cause)


def _watched_bonds(cluster: Cluster, pool: str | None) -> Iterator[Traced]:
    """Bonds look after their links: Metal3's own field for that takes no number."""
    hosts = cluster.control_hosts if pool is None else cluster.pool_hosts(pool)
    for name in metal_network.bonds(cluster, hosts):
        cause = Cause("the bond sees which of its links are up", (f"{hosts[0].group}.bond.{name}",))
        yield Traced(f"echo 100 > /sys/class/net/{name}/bonding/miimon", cause)


def _programs(cluster: Cluster) -> Iterator[tuple[str, Any]]:
    api = dict(_api_server(cluster))
    if api:
        yield "apiServer", api
    manager: list[Any] = []
    if not cluster.is_metal:
        below = cluster.stated("nodes are guests, whom the cloud provider looks after", "on")
        manager.append(Traced(arguments(("cloud-provider", "external"))[0], below))
    manager += [
        Traced(arguments((name, str(size)))[0], cause) for name, size, cause in _shares(cluster)
    ]
    if cluster.layer.monitoring is None:
        yield "controllerManager", {"extraArgs": manager}
        return
    asked = cluster.stated("the control plane is measured", "monitoring", "pods")
    everywhere = files.every_address(cluster)
    address = arguments(("bind-address", everywhere))[0]
    manager.append(Traced(address, asked))
    yield "controllerManager", {"extraArgs": manager}
    yield "scheduler", {"extraArgs": [Traced(address, asked)]}
    host = f"[{everywhere}]" if ":" in everywhere else everywhere
    etcd = arguments(("listen-metrics-urls", f"http://{host}:2381"))[0]
    yield "etcd", {"local": {"extraArgs": [Traced(etcd, asked)]}}


def _shares(cluster: Cluster) -> Iterator[tuple[str, int, Cause]]:
    """The prefix lengths of nodes' shares of the pods' addresses."""
    versions = [cidr.version for cidr in cluster.layer.pods]
    is_dual = len(versions) > 1
    for version, field, size in (
        (4, "node_prefix", cluster.layer.node_prefix),
        (6, "node_prefix6", cluster.layer.node_prefix6),
    ):
        if version in versions:
            name = f"node-cidr-mask-size-ipv{version}" if is_dual else "node-cidr-mask-size"
            cause = cluster.stated("a node's share of the pods' addresses", field, "pods")
            yield name, size, cause


def _api_server(cluster: Cluster) -> Iterator[tuple[str, Any]]:
    listed = [
        Traced(arguments((name, value))[0], cause) for name, value, cause in _api_arguments(cluster)
    ]
    if listed:
        yield "extraArgs", listed
    volumes = [Traced(each, cause) for each, cause in _volumes(cluster)]
    if volumes:
        yield "extraVolumes", volumes
    api = cluster.layer.api
    names = [
        Traced(
            str(value), cluster.stated("what the API is called in its certificate", f"api.{field}")
        )
        for field, value in (("fqdn", api.fqdn), ("vip", api.vip))
        if value is not None
    ]
    if names:
        yield "certSANs", names


def _api_arguments(cluster: Cluster) -> Iterator[tuple[str, str, Cause]]:
    auth, security = cluster.layer.auth, cluster.layer.security
    if isinstance(auth, OidcAuth):
        for name, field, value in (
            ("oidc-issuer-url", "issuer", auth.issuer),
            ("oidc-client-id", "client_id", auth.client_id),
            ("oidc-username-claim", "username_claim", auth.username_claim),
            ("oidc-groups-claim", "groups_claim", auth.groups_claim),
        ):
            if value is not None:
                yield name, value, cluster.stated("the provider of users", f"auth.{field}")
    if security.admission_plugins:
        cause = cluster.stated(
            "admission plug-ins beside Kubernetes' own", "security.admission_plugins"
        )
        names = dict.fromkeys((_NODE_RESTRICTION, *security.admission_plugins))
        yield "enable-admission-plugins", ",".join(names), cause
    if security.pod_security != "privileged":
        cause = cluster.stated(
            "the standard of namespaces that state none", "security.pod_security"
        )
        yield "admission-control-config-file", files.ADMISSION, cause
    if security.encryption is not None:
        cause = cluster.stated("secrets are encrypted in etcd", "security.encryption")
        yield "encryption-provider-config", files.ENCRYPTION, cause
    audit = security.audit
    if audit is not None:
        cause = cluster.stated("requests are logged", "security.audit")
        yield "audit-policy-file", files.AUDIT_POLICY, cause
        yield "audit-log-path", f"{files.AUDIT_LOG}/audit.log", cause
        for name, field, number in (
            ("audit-log-maxage", "max_age", int(audit.max_age) // _DAY),
            ("audit-log-maxsize", "max_size", int(audit.max_size) // _MEBIBYTE),
            ("audit-log-maxbackup", "max_backups", audit.max_backups),
        ):
            yield (
                name,
                str(number),
                cluster.stated("what is kept of the log", f"security.audit.{field}"),
            )


def _volumes(cluster: Cluster) -> Iterator[tuple[dict[str, Any], Cause]]:
    security = cluster.layer.security
    if security.audit is not None:
        cause = cluster.stated("requests are logged", "security.audit")
        yield _mounted("audit-policy", files.AUDIT_POLICY, "File"), cause
        yield _mounted("audit-log", files.AUDIT_LOG, "DirectoryOrCreate", is_read_only=False), cause
    if security.encryption is not None:
        cause = cluster.stated("secrets are encrypted in etcd", "security.encryption")
        yield _mounted("encryption", files.ENCRYPTION, "File"), cause
    if security.pod_security != "privileged":
        cause = cluster.stated(
            "the standard of namespaces that state none", "security.pod_security"
        )
        yield _mounted("admission", files.ADMISSION, "File"), cause


def _mounted(name: str, path: str, sort: str, *, is_read_only: bool = True) -> dict[str, Any]:
    return {
        "name": name, "hostPath": path, "mountPath": path, "pathType": sort, "readOnly": is_read_only,
    }  # fmt: skip


def _time(cluster: Cluster) -> dict[str, Any]:
    """Time servers of the site, which hosts reach; guests have their hypervisors' clock."""
    sites = (
        {host.site for host in cluster.control_hosts if host.site} if cluster.is_metal else set()
    )
    if not sites:
        return {}
    site = min(sites)
    servers = [str(each) for each in cluster.model.at(site, Site).ntp if isinstance(each, Ip | str)]
    if not servers:
        return {}
    return {
        "ntp": Traced(
            {"enabled": True, "servers": servers},
            Cause("time servers of the site", (f"{site}.ntp",)),
        )
    }


def etcd_device(cluster: Cluster) -> str | None:
    """The path of the disk that etcd has to itself, where all of the control plane's hosts have the same."""
    ref = cluster.layer.etcd.disk
    if ref is None:
        return None
    found = set()
    for host in cluster.control_hosts:
        disk = cluster.model.hardware(host).disk.get(ref.name)
        index = int(ref.key) if ref.key is not None else 0
        found.add(disk.paths[index] if disk is not None and index < len(disk.paths) else None)
    return found.pop() if len(found) == 1 else None


def _etcd_disk(cluster: Cluster) -> dict[str, Any]:
    device = etcd_device(cluster) if cluster.is_metal else None
    if device is None:
        return {}
    cause = Cause("etcd has a disk to itself", (cluster.path("etcd", "disk"),))
    made = {"device": device, "filesystem": "ext4", "label": _ETCD_LABEL, "overwrite": False}
    return {
        "diskSetup": Traced({"filesystems": [made]}, cause),
        "mounts": Traced([[f"LABEL={_ETCD_LABEL}", "/var/lib/etcd"]], cause),
    }
