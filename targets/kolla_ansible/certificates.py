"""Plans the places of certificates: which files Kolla-Ansible makes, and which the operator provides.

ProxySQL and MariaDB read the authority from `ca-certificates/root.crt` and nowhere else, so the
authority of the internal API has that name whoever it is, and is copied into the containers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.model import Pki
from blueprint.model.openstack import Endpoint
from blueprint.target import Cause
from blueprint.values import FileRef, Ref
from targets.kolla_ansible.cloud import Cloud

#: Certificate of the authority behind the internal API; `kolla-ansible certificates` makes it too.
AUTHORITY = "certificates/ca/root.crt"
#: Certificate of another authority, behind the public API alone.
PUBLIC_AUTHORITY = "certificates/ca/public.crt"
#: Certificate of an ACME authority of the operator's own, behind the internal API.
ACME_AUTHORITY = "certificates/ca/acme.crt"
#: Where the role `nova-cell` looks for what libvirt daemons prove themselves with.
_LIBVIRT = "config/nova/nova-libvirt"
#: The release in which TLS between services and the database follows that of the back ends
#: (`database_enable_tls_internal`); in later ones it follows that of the internal API.
_DATABASE_FOLLOWS_BACK_ENDS = "2024.2"


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """A file that the operator puts into the configuration folder, and what it holds.

    `source` is the file beside the blueprint that is meant, where the blueprint names one.
    """

    path: str
    content: str
    pki: Ref
    source: FileRef | None = None


def authorities(cloud: Cloud) -> tuple[Ref, ...]:
    """The authorities behind the endpoints, each once."""
    named = (cloud.internal.tls, cloud.public.tls)
    return tuple(dict.fromkeys(ref for ref in named if ref is not None))


def made_by_tool(cloud: Cloud) -> bool:
    """Whether Kolla-Ansible makes certificates: of an endpoint, or of what ACME gives none for."""
    issuers = {_issuer(cloud, endpoint) for endpoint in (cloud.internal, cloud.public)}
    behind = database_tls(cloud) or backends(cloud) or cloud.layer.nova.migration_tls
    return "internal" in issuers or (
        "acme" in issuers and behind and _provider(cloud, cloud.internal) is None
    )


def backends(cloud: Cloud) -> bool:
    """Whether servers behind the load balancers have certificates: services, the database, the queue."""
    api = cloud.layer.api
    return api.backend_tls or api.queue_tls or bool(api.database_tls)


def database_tls(cloud: Cloud) -> bool:
    """Whether services speak TLS with ProxySQL."""
    if cloud.layer.release == _DATABASE_FOLLOWS_BACK_ENDS:
        return cloud.layer.api.backend_tls
    return cloud.internal.tls is not None


def is_known_everywhere(cloud: Cloud, endpoint: Endpoint) -> bool:
    """Whether every system trusts the authority of an endpoint without being told of it."""
    if endpoint.tls is None:
        return False
    pki = cloud.model.at(endpoint.tls, Pki)
    if pki.ca_certificate is not None:
        return False
    return pki.issuer == "acme" or (pki.issuer == "provided" and endpoint is not cloud.internal)


def authority(cloud: Cloud) -> tuple[str, Cause] | None:
    """The file of the authority that containers must be given to trust, and why; None without one."""
    internal = cloud.internal.tls
    if internal is not None:
        paths = (cloud.path("api", "internal", "tls"), f"{internal}.issuer")
        return AUTHORITY, Cause("services trust the authority of the internal API", paths)
    public = cloud.public.tls
    if public is None or (is_known_everywhere(cloud, cloud.public) and not made_by_tool(cloud)):
        return None
    fields = (f"{cloud.public_field}.tls", f"{public}.issuer", f"{public}.ca_certificate")
    return AUTHORITY, Cause("services trust the authority of the public API", fields)


def provided_files(cloud: Cloud) -> tuple[CertificateFile, ...]:
    """The files that the operator provides; none where Kolla-Ansible makes them all."""
    return tuple(_provided(cloud))


def _provided(cloud: Cloud) -> Iterator[CertificateFile]:
    internal, public = _provider(cloud, cloud.internal), _provider(cloud, cloud.public)
    if internal is not None:
        source = cloud.model.at(internal, Pki).ca_certificate
        yield CertificateFile(AUTHORITY, "certificate of the authority", internal, source)
        names = _names(cloud.internal)
        pair = f"certificate chain, then private key, for {names}"
        yield CertificateFile("certificates/haproxy-internal.pem", pair, internal)
        if database_tls(cloud):
            proxy = f"certificate chain for {names}, for the database"
            yield CertificateFile("certificates/proxysql-cert.pem", proxy, internal)
            yield CertificateFile("certificates/proxysql-key.pem", "its private key", internal)
    if public is not None:
        pair = f"certificate chain, then private key, for {_names(cloud.public)}"
        yield CertificateFile("certificates/haproxy.pem", pair, public)
        source = cloud.model.at(public, Pki).ca_certificate
        if public != internal and source is not None:
            path = AUTHORITY if cloud.internal.tls is None else PUBLIC_AUTHORITY
            yield CertificateFile(path, "certificate of the authority", public, source)
    yield from _of_acme(cloud)
    behind = internal or public
    if backends(cloud) and behind is not None and not made_by_tool(cloud):
        hosts = "every control and network host's address on the network of the internal API"
        yield CertificateFile("certificates/backend-cert.pem", f"certificate for {hosts}", behind)
        yield CertificateFile("certificates/backend-key.pem", "its private key", behind)
    if cloud.layer.api.queue_tls and behind is not None and not made_by_tool(cloud):
        hosts = "every control host's address on the network of the internal API, for the queue"
        yield CertificateFile("certificates/rabbitmq-cert.pem", f"certificate for {hosts}", behind)
        yield CertificateFile("certificates/rabbitmq-key.pem", "its private key", behind)
    migrating = cloud.layer.nova.migration_tls and "nova" in cloud.layer.services
    if migrating and behind is not None and not made_by_tool(cloud):
        hosts = "every compute's own name"
        yield CertificateFile(f"{_LIBVIRT}/cacert.pem", "certificate of the authority", behind)
        for side in ("server", "client"):
            pair = f"certificate for {hosts}"
            yield CertificateFile(f"{_LIBVIRT}/{side}cert.pem", pair, behind)
            yield CertificateFile(f"{_LIBVIRT}/{side}key.pem", "its private key", behind)


def _of_acme(cloud: Cloud) -> Iterator[CertificateFile]:
    """Certificates of ACME authorities that systems don't know."""
    named = dict.fromkeys(
        endpoint.tls
        for endpoint in (cloud.internal, cloud.public)
        if _issuer(cloud, endpoint) == "acme"
    )
    for ref in named:
        assert ref is not None
        source = cloud.model.at(ref, Pki).ca_certificate
        if source is not None:
            place = ACME_AUTHORITY if ref == cloud.internal.tls else PUBLIC_AUTHORITY
            yield CertificateFile(place, "certificate of the ACME authority", ref, source)


def _issuer(cloud: Cloud, endpoint: Endpoint) -> str | None:
    return None if endpoint.tls is None else cloud.model.at(endpoint.tls, Pki).issuer


def _provider(cloud: Cloud, endpoint: Endpoint) -> Ref | None:
    return endpoint.tls if _issuer(cloud, endpoint) == "provided" else None


def _names(endpoint: Endpoint) -> str:
    return str(endpoint.vip) if endpoint.fqdn is None else f"{endpoint.fqdn} and {endpoint.vip}"
