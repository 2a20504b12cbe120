"""Steps that bring secrets and keys onto the cluster, of what watches it and of what it lets in."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Registry
from blueprint.target import Step
from targets._kubernetes.access import takes_kubeconfig
from targets._kubernetes.delivery import use_cluster
from targets.cluster_services import image_policy, logs
from targets.cluster_services.services import Services

#: Makes or renews an object that kubectl prints.
APPLY = "--dry-run=client --output yaml | kubectl apply --server-side --filename -"


def made_namespace(name: str) -> str:
    """The command that makes a namespace, whether it is there or not."""
    return f"kubectl create namespace {name} {APPLY}"


def steps(services: Services) -> Iterator[Step]:
    """Those that the cluster needs."""
    if logs.has_secret(services):
        yield _log_store(services)
    policy = image_policy.stated(services)
    if policy is not None and (policy.keys or image_policy.authority(services) is not None):
        yield _image_keys(services)


def _log_store(services: Services) -> Step:
    block = logs.stated(services)
    assert block is not None
    needs, parts = [], []
    password = getattr(block.store, "password", None)
    if password is not None:
        needs.append(
            f"the password of the store of logs, `{password}`, in a file without a line's end that "
            "`$LOG_PASSWORD` names and that is removed afterwards"
        )
        parts.append(f'--from-file={logs.PASSWORD}="$LOG_PASSWORD"')
    if block.store.ca is not None:
        needs.append(f"`{block.store.ca}`, from beside the blueprint, as `$LOG_CA`")
        parts.append(f'--from-file={logs.CA}="$LOG_CA"')
    secret = f"kubectl --namespace {logs.NAMESPACE}"
    return Step(
        title="Bring the access to the store of logs onto the cluster",
        needs=tuple(needs),
        takes=(takes_kubeconfig(services.ref),),
        commands=(
            use_cluster(services.ref),
            made_namespace(logs.NAMESPACE),
            f"{secret} create secret generic {logs.SECRET} {' '.join(parts)} {APPLY}",
        ),
        checks=(f"{secret} get secret {logs.SECRET}",),
    )


def _image_keys(services: Services) -> Step:
    policy = image_policy.stated(services)
    assert policy is not None
    space = f"kubectl --namespace {image_policy.NAMESPACE}"
    needs, commands, checks = [], [], []
    for position, key in enumerate(policy.keys):
        name = image_policy.key_name(position)
        variable = f"IMAGE_KEY_{position + 1}"
        needs.append(f"the public key `{key}`, from beside the blueprint, as `${variable}`")
        commands.append(
            f'{space} create secret generic {name} --from-file=cosign.pub="${variable}" {APPLY}'
        )
        checks.append(f"{space} get secret {name}")
    ref = services.cluster.registry
    if image_policy.authority(services) is not None and ref is not None:
        registry = services.model.at(ref, Registry)
        name = image_policy.AUTHORITY
        needs.append(f"`{registry.ca}`, from beside the blueprint, as `$REGISTRY_CA`")
        commands.append(
            f'{space} create configmap {name} --from-file={image_policy.CA}="$REGISTRY_CA" {APPLY}'
        )
        checks.append(f"{space} get configmap {name}")
    return Step(
        title="Bring the keys of images onto the cluster",
        needs=tuple(needs),
        takes=(takes_kubeconfig(services.ref),),
        commands=(
            use_cluster(services.ref), made_namespace(image_policy.NAMESPACE), *commands,
        ),
        checks=tuple(checks),
    )  # fmt: skip
