"""The steps: what of secrets goes onto the cluster first, then everything in its order, then what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import Pki, Registry
from blueprint.model.ceph import KUBERNETES_CLIENT
from blueprint.model.site import VaultStore
from blueprint.target import HandOver, Step, Taken
from blueprint.values import Ref
from targets._kubernetes.access import takes_kubeconfig
from targets._kubernetes.delivery import Delivered, use_cluster
from targets._kubernetes.external_secrets import ready, store_check, store_needs
from targets._kubernetes.gateways import GATEWAY_NAMESPACE, certificate_name, gateway_name
from targets.cluster_services import (
    brought,
    certificates,
    external_authorities,
    gateways,
    image_policy,
    load_balancer,
    measurements,
    sriov,
    storage,
)
from targets.cluster_services.brought import APPLY, made_namespace
from targets.cluster_services.graphics import driver_needs
from targets.cluster_services.services import Services


def steps(services: Services, delivered: Delivered) -> tuple[Step, ...]:
    """The steps in their order, run where the cluster's tools run."""
    first = (
        _authorities(services), _certificates(services), _keyrings(services), brought.steps(services),
    )  # fmt: skip
    return (*(step for part in first for step in part), _install(services, delivered))


def _secret(namespace: str, name: str, certificate: str, key: str) -> str:
    pair = f'--cert "${certificate}" --key "${key}"'
    return f"kubectl --namespace {namespace} create secret tls {name} {pair} {APPLY}"


def _authorities(services: Services) -> Iterator[Step]:
    read: list[tuple[Ref, VaultStore, str]] = []
    for ref, pki in external_authorities.brought(services).items():
        found = external_authorities.vault(services, pki)
        if found is not None:
            read.append((ref, *found))
            continue
        secret = certificates.ca_secret(ref)
        yield Step(
            title=f"Bring the authority {ref} onto the cluster",
            needs=(
                f"`{pki.ca_certificate}`, from beside the blueprint, as `$CA_CERTIFICATE`",
                f"its private key, `{pki.ca_key}`, in a file that `$CA_KEY` names and that is removed afterwards",
            ),
            takes=(takes_kubeconfig(services.ref),),
            commands=(
                use_cluster(services.ref),
                made_namespace(certificates.NAMESPACE),
                _secret(certificates.NAMESPACE, secret, "CA_CERTIFICATE", "CA_KEY"),
            ),
            checks=(f"kubectl --namespace {certificates.NAMESPACE} get secret {secret}",),
        )
    if read:
        yield _read_authorities(services, read)


def _read_authorities(services: Services, read: list[tuple[Ref, VaultStore, str]]) -> Step:
    needs: list[str] = []
    for ref, store, place in read:
        needs += store_needs(store)
        pki = services.model.at(ref, Pki)
        needs.append(
            f"at `{place}` of it `tls.crt`, which is `{pki.ca_certificate}` beside the blueprint, and its private key, `tls.key`"
        )
    return Step(
        title="Let the cluster read its authorities from Vault",
        needs=tuple(dict.fromkeys(needs)),
        takes=(takes_kubeconfig(services.ref),),
        commands=(
            use_cluster(services.ref),
            made_namespace(certificates.NAMESPACE),
            f"kubectl apply --server-side --filename {external_authorities.FILE}",
            *(ready(certificates.ca_secret(ref), certificates.NAMESPACE) for ref, _, _ in read),
        ),
        checks=tuple(dict.fromkeys(store_check(store) for _, store, _ in read)),
    )


def _certificates(services: Services) -> Iterator[Step]:
    for label, gateway in services.cluster.gateway.items():
        if gateway.tls is None or services.model.at(gateway.tls, Pki).issuer != "provided":
            continue
        secret = certificate_name(gateway_name(label))
        found = gateways.names(services, label, gateway)
        listed = ", ".join(f"`{name}`" for name in found.value) if found is not None else "it"
        yield Step(
            title=f"Bring the certificate of gateway {label} onto the cluster",
            needs=(
                f"a certificate for {listed} with its chain, in a file that `$CERTIFICATE` names",
                "its private key, in a file that `$CERTIFICATE_KEY` names and that is removed afterwards",
            ),
            takes=(takes_kubeconfig(services.ref),),
            commands=(
                use_cluster(services.ref),
                made_namespace(GATEWAY_NAMESPACE),
                _secret(GATEWAY_NAMESPACE, secret, "CERTIFICATE", "CERTIFICATE_KEY"),
            ),
            checks=(f"kubectl --namespace {GATEWAY_NAMESPACE} get secret {secret}",),
        )


def _keyrings(services: Services) -> Iterator[Step]:
    found = storage.clusters(services)
    if not found:
        return
    taken, commands = [], []
    for ref in found:
        client = f"client.{KUBERNETES_CLIENT}"
        path = f"~/{storage.name_of(ref)}.{client}.keyring"
        taken.append(Taken(HandOver("keyring", ref, client), path))
        commands.append(
            f'awk \'$1 == "key" {{ printf "%s", $3 }}\' {path} | kubectl --namespace {storage.NAMESPACE} '
            f"create secret generic {storage.secret_name(ref)} --from-literal=userID={KUBERNETES_CLIENT} "
            f"--from-file=userKey=/dev/stdin {APPLY}"
        )
    yield Step(
        title="Bring the keys of Ceph's client onto the cluster",
        takes=(takes_kubeconfig(services.ref), *taken),
        commands=(use_cluster(services.ref), made_namespace(storage.NAMESPACE), *commands),
        checks=tuple(
            f"kubectl --namespace {storage.NAMESPACE} get secret {storage.secret_name(ref)}"
            for ref in found
        ),
    )


def _install(services: Services, delivered: Delivered) -> Step:
    return Step(
        title="Install what stands on the cluster",
        needs=(
            *delivered.needs,
            *driver_needs(services),
            *_images(services),
            *_signatures(services),
        ),
        takes=(takes_kubeconfig(services.ref),),
        commands=(use_cluster(services.ref), *delivered.commands),
        checks=(*delivered.checks, *_checks(services)),
        on_failure=delivered.on_failure,
        gives=tuple(_gives(services)),
    )


def _images(services: Services) -> Iterator[str]:
    """The charts name images where their makers keep them; engines ask the cluster's registry first."""
    if services.cluster.registry is not None and services.cluster.on is None:
        url = services.model.at(services.cluster.registry, Registry).url
        host = url.removeprefix("https://").removeprefix("http://")
        yield f"`{host}` holds the images of these charts, or nodes reach where their makers keep them"


def _signatures(services: Services) -> Iterator[str]:
    """The policy controller asks the registry as a pod would, not as an engine does."""
    ref = services.cluster.registry
    if image_policy.stated(services) is None or ref is None:
        return
    if services.model.at(ref, Registry).username is not None:
        yield (
            "pods of the cluster's namespaces with an `imagePullSecrets` for the registry: by it alone the policy "
            "controller reads what is signed"
        )


def _checks(services: Services) -> Iterator[str]:
    cluster = services.cluster
    if load_balancer.balancer(services) is not None:
        yield f"kubectl --namespace {load_balancer.NAMESPACE} get ipaddresspools"
    for label, gateway in cluster.gateway.items():
        name = gateway_name(label)
        wait = f"kubectl --namespace {GATEWAY_NAMESPACE} wait gateway/{name} --for condition=Programmed"
        yield f"{wait} --timeout 300s"
        if gateway.tls is not None and services.has("cert_manager"):
            secret = certificate_name(name)
            if services.model.at(gateway.tls, Pki).issuer != "provided":
                yield (
                    f"kubectl --namespace {GATEWAY_NAMESPACE} wait certificate/{secret} "
                    "--for condition=Ready --timeout 300s"
                )
    if sriov.networks(services):
        yield (
            f"kubectl --namespace {sriov.NAMESPACE} wait sriovnetworknodestates --all "
            "--for jsonpath='{.status.syncStatus}'=Succeeded --timeout 1800s"
        )
    for space in dict.fromkeys(each.namespace for each in cluster.secondary_network.values()):
        yield f"kubectl --namespace {shlex.quote(space)} get network-attachment-definitions"
    if cluster.storage_class:
        yield "kubectl get storageclass"
    if services.has("metrics_server"):
        yield "kubectl top nodes"
    if services.cluster.security.image_policy is not None:
        yield "kubectl get clusterimagepolicies"
    if services.has("trivy_operator"):
        yield "kubectl get clustercompliancereports"
    if services.cluster.monitoring is not None:
        yield f"kubectl --namespace {measurements.NAMESPACE} get prometheuses,alertmanagers"
    if services.has("gpu_operator"):
        yield "kubectl wait clusterpolicy/cluster-policy --for jsonpath='{.status.state}'=ready --timeout 1800s"


def _gives(services: Services) -> Iterator[str]:
    cluster = services.cluster
    for label in cluster.storage_class:
        yield f"the storage class `{label}`"
    for label, gateway in cluster.gateway.items():
        found = gateways.address(services, label, gateway)
        at = f" at {found.value}" if found is not None else ""
        yield f"the gateway `{gateway_name(label)}` in `{GATEWAY_NAMESPACE}`{at}"
    for label, network in cluster.secondary_network.items():
        yield f"the network `{label}` for pods of `{network.namespace}`"
