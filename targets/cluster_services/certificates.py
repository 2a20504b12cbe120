"""Certificates: issuers of cert-manager for each authority, and the certificates of gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Pki
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.certificates import API, certificate, issuer_name
from targets._kubernetes.gateways import GATEWAY_NAMESPACE, certificate_name, gateway_name
from targets._kubernetes.resources import Resource
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.gateways import authorities, names
from targets.cluster_services.services import Services

NAMESPACE = "cert-manager"
LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"


def values(services: Services) -> dict[str, Any]:
    """Values of the chart: its kinds come with it, and it knows gateways where there are some."""
    cause = services.cause("an add-on of the cluster", "addons")
    settings = [Setting(("crds", "enabled"), value=True, cause=cause)]
    if any(pki.issuer == "acme" for pki in authorities(services).values()):
        proof = services.cause("names are proved through a gateway", "gateway")
        settings.append(
            Setting(("config", "apiVersion"), "controller.config.cert-manager.io/v1alpha1", proof)
        )
        settings.append(Setting(("config", "kind"), "ControllerConfiguration", proof))
        settings.append(Setting(("config", "enableGatewayAPI"), value=True, cause=proof))
    return tree(*settings)


def issuers(services: Services) -> Iterator[Resource]:
    """An issuer for each authority that does not hand certificates over itself."""
    for ref, pki in authorities(services).items():
        if pki.issuer == "acme":
            yield _acme(services, ref, pki)
        elif pki.issuer == "internal":
            yield from _internal(ref, pki)


def ca_secret(pki: Ref) -> str:
    """The Secret with the certificate and the key of an authority."""
    return f"{issuer_name(pki)}-ca"


def is_brought(pki: Pki) -> bool:
    """Whether the authority's own certificate is the operator's; cert-manager makes one otherwise."""
    return pki.issuer == "internal" and pki.ca_certificate is not None and pki.ca_key is not None


def _internal(ref: Ref, pki: Pki) -> Iterator[Resource]:
    cause = Cause("the authority of the blueprint", (f"{ref}.issuer",))
    name = issuer_name(ref)
    if not is_brought(pki):
        yield Resource(
            API, "ClusterIssuer", f"{name}-root", cause, body={"spec": {"selfSigned": {}}}
        )
        spec = {
            "isCA": True,
            "commonName": name,
            "secretName": ca_secret(ref),
            "duration": "87600h",
            "privateKey": {"algorithm": "ECDSA", "size": 256},
            "issuerRef": {"kind": "ClusterIssuer", "name": f"{name}-root"},
        }
        yield Resource(API, "Certificate", ca_secret(ref), cause, NAMESPACE, body={"spec": spec})
    issued: dict[str, Any] = {"spec": {"ca": {"secretName": ca_secret(ref)}}}
    yield Resource(API, "ClusterIssuer", name, cause, body=issued)


def _acme(services: Services, ref: Ref, pki: Pki) -> Resource:
    cause = Cause("the public authority of the blueprint", (f"{ref}.issuer",))
    directory = Cause("where the authority is reached", (f"{ref}.directory",))
    parents = [
        {"kind": "Gateway", "name": gateway_name(label), "namespace": GATEWAY_NAMESPACE}
        for label, gateway in services.cluster.gateway.items()
        if gateway.tls == ref
    ]
    acme: dict[str, Any] = {
        "server": Traced(pki.directory or LETS_ENCRYPT, directory),
        "privateKeySecretRef": {"name": f"{issuer_name(ref)}-account"},
        "solvers": [{"http01": {"gatewayHTTPRoute": {"parentRefs": parents}}}],
    }
    if pki.email is not None:
        acme["email"] = Traced(pki.email, Cause("whom the authority writes to", (f"{ref}.email",)))
    return Resource(API, "ClusterIssuer", issuer_name(ref), cause, body={"spec": {"acme": acme}})


def certificates(services: Services) -> Iterator[Resource]:
    """The certificate of each gateway whose authority issues them."""
    for label, gateway in services.cluster.gateway.items():
        found = names(services, label, gateway)
        if gateway.tls is None or found is None:
            continue
        pki = services.model.at(gateway.tls, Pki)
        if pki.issuer == "provided":
            continue
        cause = services.cause("the certificate of a gateway", "gateway", label, "tls")
        secret = certificate_name(gateway_name(label))
        yield certificate(secret, GATEWAY_NAMESPACE, found, gateway.tls, pki, cause)
