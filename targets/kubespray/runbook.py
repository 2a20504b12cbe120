"""The steps of a deployment with Kubespray: exact commands, what they need, what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model.kubernetes_features import Calico
from blueprint.model.naming import kubeconfig
from blueprint.model.site import Registry
from blueprint.target import Given, HandOver, Step
from targets.kubespray import playbooks
from targets.kubespray.cluster import Cluster
from targets.kubespray.control_plane import AUDIT_POLICY
from targets.kubespray.engine import PASSWORD, REGISTRY_CA, registry_of

HEALTH = "/usr/local/bin/etcdctl.sh --endpoints https://127.0.0.1:2379 endpoint health"
_REPOSITORY = "https://github.com/kubernetes-sigs/kubespray"


def steps(cluster: Cluster) -> tuple[Step, ...]:
    """The steps in their order, run on the host that deploys."""
    parts = (installation, configuration, _preparation, _deployment, access, _backup)
    return tuple(step for part in parts for step in part(cluster))


def checkout(cluster: Cluster) -> str:
    """The folder of this release of Kubespray."""
    return f"~/kubespray-{cluster.catalog.tag}"


def home(cluster: Cluster) -> str:
    """The folder of the cluster on the host that deploys."""
    return f"~/kubernetes-{cluster.name}"


def inventory_option(cluster: Cluster) -> str:
    """The option by which Ansible is given the inventory."""
    return f"-i {home(cluster)}/inventory/hosts.yaml"


def installation(cluster: Cluster) -> Iterator[Step]:
    """Kubespray in the release that makes the version, with its Ansible."""
    where = "the host on which you read this"
    if cluster.layer.deploy_from:
        names = [host.name for host in cluster.model.hosts(cluster.layer.deploy_from)]
        where = ", ".join(f"`{name}`" for name in names)
    tag, release = cluster.catalog.tag, cluster.catalog.release
    yield Step(
        title=f"Install Kubespray {release}",
        needs=(
            f"run this and all that follows on {where}, with this folder copied there",
            "Python 3.11 or later with `venv`, and Git",
        ),
        commands=(
            f"test -d {checkout(cluster)} || git clone --depth 1 --branch {tag} {_REPOSITORY} {checkout(cluster)}",
            f"python3 -m venv ~/kubespray-venv-{release}",
            f". ~/kubespray-venv-{release}/bin/activate",
            f"pip install -r {checkout(cluster)}/requirements.txt",
        ),
        checks=("ansible-playbook --version", f"git -C {checkout(cluster)} describe --tags"),
        gives=(
            f"`ansible-playbook` of Ansible {cluster.catalog.ansible['package']}, which the steps below expect to be active",
        ),
    )


def configuration(cluster: Cluster) -> Iterator[Step]:
    """The inventory and the variables in their place."""
    folder = home(cluster)
    supplied = list(_supplied(cluster))
    yield Step(
        title="Put the inventory in its place",
        needs=tuple(need for _, need in supplied),
        commands=(
            f"install -d -m 0700 {folder} {folder}/inventory {folder}/inventory/files",
            f"rm -rf {folder}/inventory/group_vars {folder}/inventory/hosts.yaml",
            f"cp -R inventory/. {folder}/inventory/",
            *(f"test -s {folder}/inventory/{path}" for path, _ in supplied),
        ),
        checks=(
            f"ansible-inventory {inventory_option(cluster)} --graph k8s_cluster",
            f"ansible {inventory_option(cluster)} all -b -m ansible.builtin.ping",
        ),
        gives=(
            f"`{folder}/inventory`, where Kubespray also keeps what it makes: its `artifacts` and `credentials` stay",
        ),
    )


def _supplied(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Files of the blueprint's folder that the tool reads."""
    folder = f"{home(cluster)}/inventory"
    registry = registry_of(cluster)
    if registry is not None and registry.ca is not None:
        yield (
            REGISTRY_CA,
            f"`{folder}/{REGISTRY_CA}`: the registry's authority, which is `{registry.ca}` beside the blueprint",
        )
    audit = cluster.layer.security.audit
    if audit is not None and audit.policy is not None:
        yield (
            AUDIT_POLICY,
            f"`{folder}/{AUDIT_POLICY}`: the audit policy, which is `{audit.policy}` beside the blueprint",
        )


def _preparation(cluster: Cluster) -> Iterator[Step]:
    if not playbooks.preparation(cluster):
        return
    needs = []
    if cluster.layer.etcd.disk is not None:
        needs.append(
            "the disks for etcd are empty, or hold its file system already: others are not touched"
        )
    yield Step(
        title="Prepare the nodes",
        needs=tuple(needs),
        commands=(f"ansible-playbook {inventory_option(cluster)} playbooks/prepare.yml",),
        checks=(
            (
                f"ansible {inventory_option(cluster)} etcd -b -m ansible.builtin.command -a 'findmnt /var/lib/etcd'",
            )
            if cluster.layer.etcd.disk is not None
            else ()
        ),
    )


def _deployment(cluster: Cluster) -> Iterator[Step]:
    yield Step(
        title=f"Deploy Kubernetes {cluster.version}",
        needs=tuple(_needs(cluster)),
        commands=(
            *password(cluster),
            f"(cd {checkout(cluster)} && ansible-playbook {inventory_option(cluster)} -b cluster.yml)",
        ),
        checks=(
            f"ansible {inventory_option(cluster)} etcd -b -m ansible.builtin.command -a {shlex.quote(HEALTH)}",
        ),
        on_failure=(
            (
                "the task that failed and its host stand above `PLAY RECAP`; once the cause is put right, run this step "
                "again, for all hosts: what is done already stays"
            ),
            (
                "`reset.yml` of Kubespray repairs nothing: it takes the cluster away, with all that etcd holds"
            ),
        ),
        gives=tuple(_gives(cluster)),
    )


def _needs(cluster: Cluster) -> Iterator[str]:
    prepared = dict.fromkeys(
        h.group for h in cluster.hosts if h.group not in cluster.model.existing
    )
    if prepared:
        names = ", ".join(f"`{ref}`" for ref in prepared)
        yield f"{names}: prepared, as the steps of their own layers say"
    standing = dict.fromkeys(h.group for h in cluster.hosts if h.group in cluster.model.existing)
    if standing:
        names = ", ".join(f"`{ref}`" for ref in standing)
        yield f"{names}: `sudo` without a password, Python 3, a resolver that answers, no swap, and no firewall between nodes"
    likened = dict.fromkeys(
        (each.spec.os.name, each.spec.os.like) for each in cluster.classes if each.spec.os.like
    )
    for name, like in likened:
        yield f"repositories of `{name}` have the packages of `{like}` under the same names"
    api = cluster.layer.api
    if api.vip is not None:
        if api.provider == "external":
            yield f"a load balancer answers on `{api.vip}`, port {api.port}, for all nodes of the control plane"
        else:
            yield f"nothing answers on `{api.vip}` yet, unless this cluster is deployed already"
    if api.fqdn is not None:
        yield f"`{api.fqdn}` leads to `{api.vip}` for those who use the name, which the API's certificate has too"
    yield from sources(cluster)


def sources(cluster: Cluster) -> Iterator[str]:
    """Where nodes get images and files of a version from."""
    registry = registry_of(cluster)
    if registry is not None:
        yield f"`{registry.url}` holds the images, which `contrib/offline/generate_list.sh` of Kubespray lists"
        yield from _password_need(registry)
    yield (
        "nodes reach `dl.k8s.io`, `github.com` and the repositories of their system, through the proxy where one is "
        "stated; where they can't, `tool kubespray { … }` says where files lie instead: `github_url`, `dl_k8s_io_url`"
    )


def _password_need(registry: Registry) -> Iterator[str]:
    if registry.username is not None and registry.password is not None:
        secret = registry.password
        yield (
            f"`{PASSWORD}` in the environment: the secret `{secret.key}` of `{secret.store}`, the password of "
            f"`{registry.username}` at `{registry.url}`"
        )


def password(cluster: Cluster) -> tuple[str, ...]:
    """A command that fails where the registry's password is missing."""
    registry = registry_of(cluster)
    if registry is None or registry.username is None or registry.password is None:
        return ()
    return (f'test -n "${PASSWORD}"',)


def _gives(cluster: Cluster) -> Iterator[str]:
    folder = home(cluster)
    yield f"`{folder}/inventory/artifacts/admin.conf`, the administrator's access, and `kubectl` beside it"
    if cluster.layer.security.encryption is not None:
        yield (
            f"`{folder}/inventory/credentials/kube_encrypt_token.creds`, the key of the secrets in etcd, made in the first "
            "run: keep a copy where secrets are kept, since a copy of etcd is worth nothing without it"
        )


def access(cluster: Cluster) -> Iterator[Step]:
    """The administrator's kubeconfig in its place, and whether all is there."""
    artifacts = f"{home(cluster)}/inventory/artifacts"
    place = kubeconfig(cluster.ref)
    kubectl = f"{artifacts}/kubectl --kubeconfig {place}"
    yield Step(
        title="Look at the cluster",
        commands=(
            "install -d -m 0700 ~/.kube",
            f"install -m 0600 {artifacts}/admin.conf {place}",
        ),
        checks=(
            f"{kubectl} wait --for=condition=Ready nodes --all --timeout=10m",
            f'test "$({kubectl} get nodes -o name | wc -l)" -eq {_node_count(cluster)}',
            f"{kubectl} get --raw '/readyz?verbose'",
            *(
                f"{kubectl} -n {namespace} rollout status {what} --timeout=10m"
                for namespace, what in _rollouts(cluster)
            ),
        ),
        hands_over=(Given(HandOver("kubeconfig", cluster.ref), place),),
    )


def _node_count(cluster: Cluster) -> int:
    return sum(len(each.hosts) for each in cluster.classes if each.is_control or each.pools)


def _rollouts(cluster: Cluster) -> Iterator[tuple[str, str]]:
    is_calico = isinstance(cluster.layer.cni, Calico)
    yield "kube-system", f"daemonset/{'calico-node' if is_calico else 'cilium'}"
    yield "kube-system", "deployment/coredns"


def _backup(cluster: Cluster) -> Iterator[Step]:
    if cluster.layer.etcd.backup is None:
        return
    there = f"ansible {inventory_option(cluster)} etcd -b -m ansible.builtin.command -a"
    yield Step(
        title="Copy etcd from time to time",
        commands=(f"ansible-playbook {inventory_option(cluster)} playbooks/etcd-backup.yml",),
        checks=(
            f"{there} 'systemctl start oib-etcd-backup.service'",
            f"{there} {shlex.quote(f'ls -l {playbooks.BACKUPS}')}",
        ),
        gives=(f"`{playbooks.BACKUPS}` on each host of etcd: copy it away from there",),
    )
