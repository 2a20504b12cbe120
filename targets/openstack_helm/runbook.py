"""The steps of a deployment with OpenStack-Helm: exact commands, what they need, what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model.kubernetes_features import GitDelivery
from blueprint.model.site import FileStore, Secrets, VaultStore
from blueprint.target import HandOver, Step, Taken
from blueprint.values import SecretRef
from targets._kubernetes.access import takes_kubeconfig
from targets._kubernetes.delivery import Delivered, use_cluster
from targets._kubernetes.external_secrets import ready, store_check, store_needs
from targets._kubernetes.gateways import GATEWAY_NAMESPACE, certificate_name, gateway_name
from targets._kubernetes.object_gateways import account_steps
from targets.openstack_helm.bare_metal import bare_metal_steps
from targets.openstack_helm.cloud import ADAPTER, CONTROL_LABEL, Cloud
from targets.openstack_helm.clouds_yaml import access_step
from targets.openstack_helm.endpoints import internal_gateway
from targets.openstack_helm.external_passwords import (
    PASSWORDS,
    place,
    pull_vault,
    secret_name,
    tool_namespace,
    vault,
)
from targets.openstack_helm.federation_steps import federation_steps, image_steps, provider_needs
from targets.openstack_helm.gateway import is_issued
from targets.openstack_helm.images import PULL_SECRET, mirrored
from targets.openstack_helm.password_rules import checks, password_steps
from targets.openstack_helm.passwords import SCRIPT, given, registry_account, secret_folder
from targets.openstack_helm.plan import Plan
from targets.openstack_helm.shares import share_steps
from targets.openstack_helm.storage import ADMIN_SECRET, CONFIG_MAP, uses


def steps(plan: Plan, done: Delivered) -> tuple[Step, ...]:
    """The steps in their order."""
    cloud = plan.cloud
    return (
        *_registry(cloud), *image_steps(cloud), _nodes(cloud), *_passwords(plan), *_storage(cloud), *_certificates(cloud),
        *share_steps(cloud), *bare_metal_steps(cloud), _deploy(plan, done), access_step(cloud), *password_steps(cloud),
        *federation_steps(cloud), *account_steps(cloud.model, cloud.ref),
    )  # fmt: skip


def _kept(cloud: Cloud) -> str:
    """The file of names and passwords."""
    ref = cloud.layer.secrets
    if ref is not None:
        store = cloud.model.at(ref, Secrets).store
        if isinstance(store, FileStore):
            return shlex.quote(store.path)
    return f'"$HOME"/.config/oib/{cloud.name}/secrets.json'


def _use(cloud: Cloud) -> str:
    return use_cluster(cloud.cluster_ref)


def _registry(cloud: Cloud) -> Iterator[Step]:
    if cloud.layer.registry is None:
        return
    example = mirrored(cloud, "quay.io/airshipit/nova:TAG")
    yield Step(
        title="Fill the registry with the images of OpenStack-Helm",
        needs=(
            "`skopeo` on this machine",
            f"the registry, in which `quay.io/airshipit/nova` is `{example}`",
        ),
        commands=(
            (
                "grep -v '^#' images.txt | while read -r from to; do "
                'skopeo copy --all "docker://$from" "docker://$to" || exit 1; done'
            ),
        ),
        checks=(
            'skopeo inspect "docker://$(grep -v \'^#\' images.txt | head -n 1 | cut -d " " -f 2)"',
        ),
    )


def _nodes(cloud: Cloud) -> Step:
    return Step(
        title="Say what each node is for, and make the namespace",
        takes=(takes_kubeconfig(cloud.cluster_ref),),
        commands=(
            _use(cloud),
            "sh label-nodes.sh",
            f"kubectl create namespace {cloud.options.namespace} --dry-run=client -o yaml | kubectl apply -f -",
        ),
        checks=(
            (
                f'test "$(kubectl get nodes --selector {CONTROL_LABEL}=enabled --output name '
                f'| wc -l)" -eq {sum(1 for _ in cloud.model.hosts(cloud.layer.control))}'
            ),
        ),
    )


def _passwords(plan: Plan) -> Iterator[Step]:
    """The passwords, on the cluster without passing here, or brought from this host."""
    cloud = plan.cloud
    store, pull = vault(cloud), pull_vault(cloud)
    if store is not None or pull is not None:
        yield _external(cloud, store, pull)
    if store is None or (pull is None and _registry_password(cloud) is not None):
        yield _brought(cloud, with_passwords=store is None, with_pull=pull is None)


def _external(cloud: Cloud, store: VaultStore | None, pull: tuple[VaultStore, str] | None) -> Step:
    """What External Secrets makes."""
    needs: list[str] = []
    stores: dict[str | None, VaultStore] = {}
    made: list[tuple[str, str]] = []
    if store is not None:
        stores[store.cluster_store] = store
        needs.append(f"at `{place(cloud, store)}` of it a value for each name in `secrets.json`")
        needs += [f"`{name}` there: {what}" for name, what in given(cloud).items()]
        made.append((str(tool_namespace(cloud)), secret_name(cloud)))
    if pull is not None:
        stores[pull[0].cluster_store] = pull[0]
        needs.append(f"at `{pull[1]}` of it the registry's password, as `password`")
        made.append((cloud.options.namespace, PULL_SECRET))
    of_stores = [need for each in stores.values() for need in store_needs(each)]
    return Step(
        title="Let the cluster read the passwords from Vault",
        needs=tuple(dict.fromkeys((*of_stores, *needs))),
        commands=(
            _use(cloud),
            f"kubectl apply --server-side --filename {PASSWORDS}",
            *(ready(name, namespace) for namespace, name in made),
        ),
        checks=tuple(store_check(each) for each in stores.values()),
        takes=(takes_kubeconfig(cloud.cluster_ref),),
    )


def _brought(cloud: Cloud, *, with_passwords: bool, with_pull: bool) -> Step:
    """What goes through this host."""
    needs: list[str] = []
    commands: list[str] = []
    gives: tuple[str, ...] = ()
    if with_passwords:
        gives = _assembled(cloud, needs, commands)
        namespace = tool_namespace(cloud)
        if namespace is not None:
            commands.append(_use(cloud))
            commands.append(
                f"kubectl --namespace {namespace} create secret generic {secret_name(cloud)} "
                f"--from-file={secret_folder(cloud)} --dry-run=client -o yaml | kubectl apply --server-side -f -"
            )
    password, account = _registry_password(cloud), registry_account(cloud)
    if with_pull and password is not None and account is not None:
        needs.append(f"in `OIB_REGISTRY_PASSWORD` the secret `{password}`")
        registry = mirrored(cloud, "x/y")
        assert registry is not None
        commands += [
            _use(cloud),
            (
                f"kubectl --namespace {cloud.options.namespace} create secret docker-registry {PULL_SECRET} "
                f"--docker-server={shlex.quote(registry.split('/')[0])} "
                f'--docker-username={shlex.quote(account[0])} --docker-password="$OIB_REGISTRY_PASSWORD" '
                "--dry-run=client -o yaml | kubectl apply -f -"
            ),
        ]
    check = (
        f"ls {secret_folder(cloud)}"
        if with_passwords
        else f"kubectl --namespace {cloud.options.namespace} get secret {PULL_SECRET}"
    )
    return Step(
        title="Bring the passwords, outside of this folder",
        needs=tuple(needs),
        commands=tuple(dict.fromkeys(commands)),
        checks=(check, *(checks(cloud, _kept(cloud)) if with_passwords else ())),
        gives=gives,
    )


def _assembled(cloud: Cloud, needs: list[str], commands: list[str]) -> tuple[str, ...]:
    """Files of values with passwords, made on this host; what that leaves behind."""
    ref = cloud.layer.secrets
    store = None if ref is None else cloud.model.at(ref, Secrets).store
    kept, folder = _kept(cloud), secret_folder(cloud)
    needs += [f"`{name}` in the passwords: {what}" for name, what in given(cloud).items()]
    generate = "" if isinstance(store, (VaultStore, FileStore)) else " --generate"
    commands.append(f'mkdir -p -m 700 "$HOME"/.config/oib/{cloud.name}')
    gives: tuple[str, ...] = ()
    if isinstance(store, VaultStore):
        at = place(cloud, store)
        needs.append(
            f"at `{at}` of Vault's engine `{store.mount}` (`{store.address}`) a value for each name in `secrets.json`"
        )
        commands.append(
            f"umask 077 && vault kv get -address={shlex.quote(store.address)} "
            f"-mount={shlex.quote(store.mount)} -format=json {shlex.quote(at)} | jq .data.data > {kept}"
        )
    elif isinstance(store, FileStore):
        needs.append(
            f"`{store.path}` on this host, a JSON file with a value for each name in `secrets.json`; "
            f"`--generate` after the command of `{SCRIPT}` makes those that are still missing"
        )
    else:
        gives = (f"{kept}: the only copy of the passwords; keep it where secrets are kept",)
    commands.append(f"python3 {SCRIPT} {kept} {folder}{generate}")
    return gives


def _registry_password(cloud: Cloud) -> SecretRef | None:
    account = registry_account(cloud)
    return None if account is None else account[1]


def _storage(cloud: Cloud) -> Iterator[Step]:
    """Access to a cluster on hosts; the adapter does it where Rook keeps the cluster."""
    if cloud.rook is not None or not (uses(cloud) or cloud.has("manila")):
        return
    ref, namespace = cloud.layer.storage, cloud.options.namespace
    assert ref is not None
    yield Step(
        title="Give OpenStack access to the Ceph cluster",
        takes=(
            Taken(HandOver("ceph_conf", ref), "ceph.conf"),
            Taken(HandOver("keyring", ref, "client.admin"), "admin.keyring"),
        ),
        commands=(
            _use(cloud),
            (
                f"kubectl --namespace {namespace} create configmap {CONFIG_MAP} --from-file=ceph.conf "
                "--dry-run=client -o yaml | kubectl apply -f -"
            ),
            (
                f"kubectl --namespace {namespace} create secret generic {ADMIN_SECRET} --type=kubernetes.io/rbd "
                "--from-literal=key=\"$(sed -n 's/^[[:space:]]*key *= *//p' admin.keyring)\" --dry-run=client -o yaml | kubectl apply -f -"
            ),
        ),
        checks=(
            f"kubectl --namespace {namespace} get configmap/{CONFIG_MAP} secret/{ADMIN_SECRET}",
        ),
        gives=("the administrator's key, with which the charts make clients of their own",),
    )


def _certificates(cloud: Cloud) -> Iterator[Step]:
    """Certificates of the gateways that nothing on the cluster issues."""
    wanted: list[tuple[str, str]] = []
    if cloud.public.tls is not None and cloud.gateway is not None:
        gateway = cloud.cluster.gateway[cloud.gateway[1]]
        if gateway.tls is None or "cert_manager" not in cloud.cluster.addons:
            wanted.append((gateway_name(cloud.gateway[1]), f"*.{cloud.public.fqdn}"))
    inside, internal = internal_gateway(cloud), cloud.layer.api.internal
    if inside is not None and internal.tls is not None and not is_issued(cloud):
        wanted.append((inside, f"*.{internal.fqdn}"))
    if not wanted:
        return
    yield Step(
        title="See that the gateways have certificates",
        needs=tuple(
            f"the Secret `{certificate_name(name)}` in `{GATEWAY_NAMESPACE}`: a certificate for `{host}` "
            f"(`kubectl --namespace {GATEWAY_NAMESPACE} create secret tls {certificate_name(name)} --cert=… --key=…`)"
            for name, host in wanted
        ),
        commands=(),
        checks=(
            _use(cloud),
            *(
                f"kubectl --namespace {GATEWAY_NAMESPACE} get secret {certificate_name(name)}"
                for name, _ in wanted
            ),
        ),
    )


def _deploy(plan: Plan, done: Delivered) -> Step:
    cloud = plan.cloud
    internal = cloud.layer.api.internal
    needs = [
        *done.needs,
        f"the storage class `{cloud.options.storage_class}` on the cluster",
        f"`*.{cloud.public.fqdn}` in the DNS, at `{cloud.public.vip}`",
    ]
    if internal_gateway(cloud) is not None and internal.fqdn is not None:
        needs.append(f"`*.{internal.fqdn}` there too, at `{internal.vip}`, for hosts of the cloud")
    needs += provider_needs(cloud)
    if cloud.rook is not None:
        needs.append(f"Rook's toolbox, which `{ADAPTER}` asks for the key of `client.admin`")
    uses_script = not isinstance(cloud.cluster.delivery, GitDelivery)
    folder = (f"export OIB_SECRET_VALUES={secret_folder(cloud)}",) if uses_script else ()
    return Step(
        title="Install OpenStack's charts",
        needs=tuple(needs),
        takes=(takes_kubeconfig(cloud.cluster_ref),),
        commands=(_use(cloud), *folder, *done.commands),
        checks=(
            *done.checks,
            *_answering(cloud),
        ),
        on_failure=(
            *done.on_failure,
            (
                f"a pod of `{cloud.options.namespace}` that stays in `Init`: `kubectl --namespace "
                f"{cloud.options.namespace} logs` of its container `init` names the service or the job that it waits for"
            ),
        ),
    )


def _answering(cloud: Cloud) -> Iterator[str]:
    """No pod waits or fails, and those that run answer; so does the gateway for hosts."""
    pods = f"kubectl --namespace {cloud.options.namespace}"
    phases = "status.phase!=Running,status.phase!=Succeeded"
    yield f'test -z "$({pods} get pods --field-selector={phases} --output name)"'
    yield (
        f"{pods} wait pods --field-selector=status.phase=Running "
        "--for=condition=Ready --timeout=600s"
    )
    inside = internal_gateway(cloud)
    if inside is not None and is_issued(cloud):
        yield (
            f"kubectl --namespace {GATEWAY_NAMESPACE} wait certificate/{certificate_name(inside)} "
            "--for=condition=Ready --timeout=300s"
        )
