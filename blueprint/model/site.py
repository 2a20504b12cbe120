"""Where things stand: sites with their racks and zones, and the services around the stack."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.model.countries import COUNTRIES
from blueprint.model.fields import Count, Ip, Racks, Servers, Strings
from blueprint.model.schema import Block, Choice, Kind, Words
from blueprint.values import Duration, FileRef, SecretRef


class Rack(Block):
    """A rack: the smallest failure domain above the host."""

    units: Count = Field(42, description="Height in rack units.")
    power: Strings = Field((), description="Names of the power feeds that enter the rack.")


class Zone(Block):
    """An availability zone: racks that fail together, apart from those of other zones."""

    racks: Racks = Field(description="The racks of the zone; every used rack is in exactly one.")


class Site(Kind):
    """A place with racks, its time zone, its name servers and its clocks."""

    kind: ClassVar[str] = "site"

    country: Annotated[str, Words(COUNTRIES)] | None = Field(
        None, description="ISO 3166-1 alpha-2 code; data-locality rules read it."
    )
    region: str | None = Field(None, description="Name of the region that the site belongs to.")
    category: Literal["core", "regional", "edge"] = Field(
        "core", description="How far from the centre of the network the site is."
    )
    timezone: str = Field("UTC", description="Name in the IANA time zone database.")
    dns: Servers = Field((), description="Recursive name servers, in order of preference.")
    ntp: Servers = Field((), description="Time servers.")
    nts: bool = Field(
        default=False,
        description="Whether time servers prove who they are (Network Time Security, RFC 8915).",
    )
    latitude: Decimal | int | None = Field(None, description="Degrees north, negative is south.")
    longitude: Decimal | int | None = Field(None, description="Degrees east, negative is west.")
    rack: dict[str, Rack] = Field({}, description="The racks.")
    zone: dict[str, Zone] = Field({}, description="The availability zones.")


class VaultStore(Block):
    """HashiCorp Vault, read by whoever deploys."""

    choice: Literal["vault"] = "vault"
    address: str = Field(description="URL of the Vault server.")
    mount: str = Field("secret", description="Mount point of the key-value engine.")
    path: str = Field(description="Path of the secrets under the mount point.")
    cluster_store: str | None = Field(
        None,
        description="Name of the ClusterSecretStore by which External Secrets reads it, for charts that come by "
        "Argo CD or Flux and for controllers of servers; whoever deploys reads it where unset.",
    )


class FileStore(Block):
    """An encrypted or protected file on the deployment host; never read by the compiler."""

    choice: Literal["file"] = "file"
    path: str = Field(description="Path on the deployment host.")


class GeneratedStore(Block):
    """Secrets that the deployment tool generates once and keeps."""

    choice: Literal["generated"] = "generated"


class Secrets(Kind):
    """Where secrets are kept; `secrets.NAME["key"]` refers to one."""

    kind: ClassVar[str] = "secrets"

    store: Annotated[VaultStore | FileStore | GeneratedStore, Choice()] = Field(
        discriminator="choice", description="The kind of store."
    )


class Pki(Kind):
    """A certificate authority and how certificates come from it."""

    kind: ClassVar[str] = "pki"

    issuer: Literal["internal", "provided", "acme"] = Field(
        "internal",
        description="`internal`: the deployment tool makes the certificates; "
        "`provided`: the operator puts them in place; `acme`: a public authority gives them.",
    )
    names: Strings = Field(
        (), description="Names and addresses that provided certificates carry; all where unset."
    )
    email: str | None = Field(None, description="Whom an ACME authority writes to.")
    directory: str | None = Field(
        None, description="URL of the ACME authority; Let's Encrypt where unset."
    )
    ca_certificate: FileRef | None = Field(None, description="The CA certificate, PEM.")
    ca_key: SecretRef | None = Field(None, description="The CA's private key, by reference.")
    renew_before: Duration = Field(
        Duration.of(30, "days"), description="How long before their end certificates are renewed."
    )


class Registry(Kind):
    """A registry of container images."""

    kind: ClassVar[str] = "registry"

    url: str = Field(description="Host name or address, with a port where it is not 443.")
    namespace: str | None = Field(None, description="Path before the image names.")
    username: str | None = Field(None, description="User who pulls.")
    password: SecretRef | None = Field(None, description="The user's password, by reference.")
    ca: FileRef | None = Field(None, description="CA certificate of the registry, PEM.")
    insecure: bool = Field(default=False, description="Whether it is reached without TLS.")
    mirrors: Strings = Field(
        (), description="URLs of mirrors of the public registry that are asked first."
    )
    scanning: Literal["none", "on_push", "continuous"] = Field(
        "none",
        description="A fact: when it looks for vulnerabilities in its images; nothing is written for it.",
    )


class Proxy(Kind):
    """An HTTP proxy between the hosts and the outside."""

    kind: ClassVar[str] = "proxy"

    http: str | None = Field(None, description="URL for plain HTTP.")
    https: str | None = Field(None, description="URL for HTTPS.")
    no_proxy: Strings = Field((), description="Host names and networks reached without the proxy.")


__all__ = [
    "FileStore", "GeneratedStore", "Ip", "Pki", "Proxy", "Rack", "Registry", "Secrets", "Site",
    "VaultStore", "Zone",
]  # fmt: skip
