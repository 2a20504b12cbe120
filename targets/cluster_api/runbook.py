"""The steps of a deployment through Cluster API: exact commands, what they need, what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model.naming import cloud_access, kubeconfig
from blueprint.target import Given, HandOver, Step, Taken
from targets._kubernetes import managers
from targets._kubernetes.external_secrets import ready, store_needs
from targets.cluster_api import addons, controller_secrets, encryption, files, metal, openstack
from targets.cluster_api.addons import CLOUD_SECRET
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.emit import beside, installed

_VENV = "~/openstack-venv"
_COLLECTION = "ansible==12.3.0"


def steps(cluster: Cluster) -> tuple[Step, ...]:
    """The steps in their order."""
    parts = (_manager, prerequisites_step, _secrets, _machines, cluster_step, ready_step)
    return tuple(step for part in parts for step in part(cluster))


def _folder(cluster: Cluster) -> str:
    return f"~/cluster-api-{cluster.name}"


def on_manager(cluster: Cluster) -> str:
    """The command after which kubectl speaks to the manager."""
    return f"export KUBECONFIG={cluster.manager_access}"


def takes_manager(cluster: Cluster) -> tuple[Taken, ...]:
    """The manager's kubeconfig, where the blueprint has the manager."""
    ref = cluster.layer.manager
    if ref is None:
        return ()
    return (Taken(HandOver("kubeconfig", ref), cluster.manager_access),)


def _manager(cluster: Cluster) -> Iterator[Step]:
    needs = [f"`clusterctl` {managers.CLUSTER_API}, `kubectl` and `helm` on this machine"]
    if cluster.layer.manager is None:
        needs.append(
            f"`{cluster.manager_access}`: the kubeconfig of a cluster that is to manage this one"
        )
    if cluster.is_metal:
        needs.append("the manager's nodes reach the hosts' controllers, and the hosts reach them")
    else:
        needs.append("the manager's nodes reach the region's APIs")
    yield Step(
        title="Give the manager Cluster API",
        needs=tuple(needs),
        commands=(on_manager(cluster), "sh manager/providers.sh"),
        checks=("kubectl get providers --all-namespaces",),
        takes=takes_manager(cluster),
    )


def prerequisites_step(cluster: Cluster) -> Iterator[Step]:
    """What the region must have for the cluster, made by a playbook; nothing on bare metal."""
    if cluster.is_metal:
        return
    access = cloud_access(cluster.model, cluster.region_ref)
    needs = ["Python 3.11 or later with `venv`"]
    if cluster.layer.key_pair is not None:
        needs.append(
            f"`{_folder(cluster)}/key.pub`: the public half of the SSH key of the nodes, if the region has none yet"
        )
    yield Step(
        title="Make what the cluster needs of the region",
        needs=tuple(needs),
        commands=(
            f"test -d {_VENV} || python3 -m venv {_VENV}",
            f". {_VENV}/bin/activate",
            f"pip install {_COLLECTION} openstacksdk python-openstackclient",
            access.export,
            f"install -d -m 0700 {_folder(cluster)}",
            "ansible-playbook prerequisites.yml",
        ),
        checks=(f"test -s {_folder(cluster)}/clouds.yaml",),
        gives=(
            f"`{_folder(cluster)}/clouds.yaml`, an application credential of a user of the cluster's own",
        ),
        takes=(Taken(HandOver("clouds", cluster.region_ref), access.path),),
    )


def _secret(name: str, namespace: str, files: dict[str, str]) -> str:
    """A command that makes a Secret of files, or changes it."""
    places = {key: path.replace("~/", '"$HOME"/', 1) for key, path in files.items()}
    given = " ".join(f"--from-file={key}={path}" for key, path in places.items())
    return (
        f"kubectl create secret generic {name} --namespace {namespace} {given} "
        "--dry-run=client --output yaml | kubectl apply --filename -"
    )


def _secrets(cluster: Cluster) -> Iterator[Step]:
    namespace, folder = cluster.namespace, _folder(cluster)
    commands = [
        on_manager(cluster),
        f"kubectl create namespace {namespace} --dry-run=client --output yaml | kubectl apply --filename -",
    ]
    needs: list[str] = []
    takes: list[Taken] = [*takes_manager(cluster)]
    if cluster.is_metal:
        needs += list(_controllers(cluster, commands))
    else:
        given = {"clouds.yaml": f"{folder}/clouds.yaml"}
        if addons.has_authority(cluster):
            given["cacert"] = f"{folder}/cacert.pem"
            takes.append(Taken(HandOver("authorities", cluster.region_ref), given["cacert"]))
        name = openstack.secret_name(cluster)
        commands.append(_secret(name, namespace, given))
        commands.append(
            f"kubectl label secret {name} --namespace {namespace} --overwrite clusterctl.cluster.x-k8s.io/move=true"
        )
    commands += list(_own_secrets(cluster, needs))
    yield Step(
        title="Bring the secrets that the manager reads",
        needs=tuple(needs),
        commands=tuple(commands),
        checks=(f"kubectl get secrets --namespace {namespace}",),
        takes=tuple(takes),
    )


def _controllers(cluster: Cluster, commands: list[str]) -> Iterator[str]:
    folder = _folder(cluster)
    read = {
        secret: (store, at) for secret, store, at in controller_secrets.read_by_manager(cluster)
    }
    if read:
        commands.append(f"kubectl apply --server-side --filename {controller_secrets.FILE}")
    needs: dict[str, None] = {}
    for secret, (store, at) in read.items():
        commands.append(ready(metal.credentials(secret), cluster.namespace))
        needs.update(dict.fromkeys(store_needs(store)))
        needs[
            f"at `{at}` of it `username` and `password` of controllers, the secret `{secret}`"
        ] = None
    yield from needs
    brought = [each for each in controller_secrets.secrets(cluster) if each not in read]
    for secret in brought:
        place = f"{folder}/{metal.credentials(secret)}"
        yield f"`{place}/username` and `{place}/password`: user and password of controllers, the secret `{secret}`"
    if brought:
        names = " ".join(metal.credentials(secret) for secret in brought)
        place = f'{folder}/"$secret"'
        given = {word: f"{place}/{word}" for word in ("username", "password")}
        made = _secret('"$secret"', cluster.namespace, given)
        gone = " ".join(given.values())
        commands.append(f"(for secret in {names}; do {made} && rm -f {gone} || exit 1; done)")


def _own_secrets(cluster: Cluster, needs: list[str]) -> Iterator[str]:
    security, folder, namespace = cluster.layer.security, _folder(cluster), cluster.namespace
    if security.encryption is not None:
        name = files.secret(cluster, "encryption")
        yield (
            f"kubectl get secret {name} --namespace {namespace} >/dev/null 2>&1 || "
            f"sh {encryption.SCRIPT} | "
            f"kubectl create secret generic {name} --namespace {namespace} --from-file=config=/dev/stdin"
        )
    if security.audit is not None and security.audit.policy is not None:
        needs.append(
            f"`{folder}/audit-policy.yaml`: the audit policy, which is `{security.audit.policy}` beside the blueprint"
        )
        yield _secret(
            files.secret(cluster, "audit"), namespace, {"policy": f"{folder}/audit-policy.yaml"}
        )
    registry = cluster.registry
    if registry is not None and registry.ca is not None:
        needs.append(
            f"`{folder}/registry.crt`: the registry's authority, which is `{registry.ca}` beside the blueprint"
        )
        yield _secret(
            files.secret(cluster, "registry"), namespace, {"ca.crt": f"{folder}/registry.crt"}
        )


def _machines(cluster: Cluster) -> Iterator[Step]:
    name, namespace = cluster.name, cluster.namespace
    timeout = "180m" if cluster.is_metal else "60m"
    commands = [
        on_manager(cluster),
        "kubectl apply --filename cluster.yaml",
        f"kubectl wait cluster/{name} --namespace {namespace} --for=condition=ControlPlaneInitialized --timeout={timeout}",
        "install -d -m 0700 ~/.kube",
        f"(umask 077 && clusterctl get kubeconfig {name} --namespace {namespace} > {kubeconfig(cluster.ref)})",
    ]
    yield Step(
        title="Make the cluster",
        commands=tuple(commands),
        checks=(f"clusterctl describe cluster {name} --namespace {namespace}",),
        takes=takes_manager(cluster),
        gives=("nodes that wait for their network, which the next step brings",),
        on_failure=_stuck(cluster),
    )


def cluster_step(cluster: Cluster) -> Iterator[Step]:
    """What nodes need to be a cluster: its network, the cloud's parts."""
    done = installed(cluster)
    commands = [f"export KUBECONFIG={kubeconfig(cluster.ref)}"]
    takes: list[Taken] = []
    if not cluster.is_metal:
        commands += list(_cloud_secret(cluster))
        access = cloud_access(cluster.model, cluster.region_ref)
        takes.append(Taken(HandOver("clouds", cluster.region_ref), access.path))
    yield Step(
        title="Install what makes it a cluster",
        needs=done.needs,
        commands=(*commands, *done.commands),
        checks=(*done.checks, "kubectl get nodes --output wide"),
        on_failure=done.on_failure,
        takes=tuple(takes),
    )


def _cloud_secret(cluster: Cluster) -> Iterator[str]:
    folder = _folder(cluster)
    yield f"install -m 0600 cloud.conf {folder}/cloud.conf"
    if len(cluster.region.external_network) > 1 and cluster.external is not None:
        access = cloud_access(cluster.model, cluster.region_ref)
        yield access.export
        identity = f"$(openstack network show {shlex.quote(cluster.external)} -f value -c id)"
        yield f"printf 'floating-network-id = %s\\n' \"{identity}\" >> {folder}/cloud.conf"
    given = {"cloud.conf": f"{folder}/cloud.conf", "clouds.yaml": f"{folder}/clouds.yaml"}
    if addons.has_authority(cluster):
        given["cacert"] = f"{folder}/cacert.pem"
    yield _secret(CLOUD_SECRET, "kube-system", given)


def ready_step(cluster: Cluster) -> Iterator[Step]:
    """Waits for all nodes, and hands over the kubeconfig."""
    name, namespace = cluster.name, cluster.namespace
    timeout = "180m" if cluster.is_metal else "60m"
    commands = [
        on_manager(cluster),
        f"kubectl wait cluster/{name} --namespace {namespace} --for=condition=Available --timeout={timeout}",
    ]
    extra = beside(cluster)
    if extra is not None:
        commands.append("sh manager/deploy.sh")
    place = kubeconfig(cluster.ref)
    yield Step(
        title="Wait for all nodes",
        commands=tuple(commands),
        checks=(
            f"clusterctl describe cluster {name} --namespace {namespace} --show-conditions all",
            f"kubectl --kubeconfig {place} get nodes",
        ),
        takes=takes_manager(cluster),
        hands_over=(Given(HandOver("kubeconfig", cluster.ref), place),),
        on_failure=_stuck(cluster),
    )


def _stuck(cluster: Cluster) -> tuple[str, ...]:
    """A wait that ended, and what it was waiting for."""
    name, namespace = cluster.name, cluster.namespace
    machines = "baremetalhosts,metal3machines" if cluster.is_metal else "openstackmachines"
    return (
        (
            "a wait that ran out stops nothing: the manager goes on, and this step may be run again; "
            f"`clusterctl describe cluster {name} --namespace {namespace} --show-conditions all` names what is not ready, "
            f"and `kubectl describe {machines} --namespace {namespace}` why"
        ),
        (
            "a machine is never deleted in the region or at its controller, but by `kubectl delete machine`: the manager makes "
            "another one"
        ),
    )
