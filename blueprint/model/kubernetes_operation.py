"""What watches a Kubernetes cluster and what it lets in: logs, measurements, and the images of its pods."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import (
    Account,
    ClassName,
    Count,
    HttpUrl,
    ImagePlaces,
    IndexName,
    NodePools,
    SyslogUrl,
)
from blueprint.model.schema import Block, Choice
from blueprint.values import Duration, FileRef, SecretRef, Size


class OpenSearchStore(Block):
    """An OpenSearch that stands elsewhere."""

    choice: Literal["opensearch"] = "opensearch"
    address: HttpUrl = Field(
        description="URL, `https://logs.example.org:9200`.",
        examples=["https://logs.example.org:9200"],
    )
    index: IndexName = Field(
        "kubernetes", description="What names of indices begin with; the day follows."
    )
    user: Account | None = Field(None, description="Who writes; nobody is asked for where unset.")
    password: SecretRef | None = Field(None, description="The user's password, by reference.")
    ca: FileRef | None = Field(
        None, description="Certificate of its authority; a public one where unset."
    )


class LokiStore(Block):
    """A Loki that stands elsewhere."""

    choice: Literal["loki"] = "loki"
    address: HttpUrl = Field(
        description="URL, `https://loki.example.org:3100`.",
        examples=["https://loki.example.org:3100"],
    )
    tenant: Account | None = Field(None, description="Tenant; one for all where unset.")
    user: Account | None = Field(None, description="Who writes; nobody is asked for where unset.")
    password: SecretRef | None = Field(None, description="The user's password, by reference.")
    ca: FileRef | None = Field(
        None, description="Certificate of its authority; a public one where unset."
    )


class SyslogStore(Block):
    """A syslog server that stands elsewhere (RFC 5424)."""

    choice: Literal["syslog"] = "syslog"
    address: SyslogUrl = Field(
        description="URL, `tls://siem.example.org:6514`; plainly by `tcp://` or `udp://`.",
        examples=["tls://siem.example.org:6514"],
    )
    ca: FileRef | None = Field(
        None, description="Certificate of its authority; a public one where unset."
    )


LogStore: TypeAlias = OpenSearchStore | LokiStore | SyslogStore


class Logging(Block):
    """Logs of pods, of nodes and of the API server's audit, collected on every node and sent to one store."""

    store: Annotated[LogStore, Choice()] = Field(
        description="Where logs are kept.", discriminator="choice"
    )
    buffer: Size = Field(
        Size(1024**3), description="What a node keeps on its disk while the store can't be reached."
    )
    events: bool = Field(
        default=False, description="Whether events of the API server are kept too."
    )
    max_size: Size = Field(
        Size(10 * 1024**2),
        description="Size at which the kubelet closes a file of a container's log.",
    )
    max_files: int = Field(5, ge=2, description="How many files of a container's log a node keeps.")


class Monitoring(Block):
    """Measurements of nodes, pods and the control plane, their store, and alarms (Prometheus)."""

    retention: Duration = Field(
        Duration.of(15, "days"), description="How long measurements are kept."
    )
    storage: Size | None = Field(
        None, description="Volume of each store; what pods have on their nodes where unset."
    )
    storage_class: ClassName | None = Field(
        None, description="Class of the volumes; the cluster's default where unset."
    )
    replicas: Count = Field(1, description="Stores that measure alike, and senders of alarms.")
    pools: NodePools = Field((), description="The pools that stores run on; any nodes where unset.")
    alerts_to: HttpUrl | None = Field(
        None, description="URL that alarms are posted to (a webhook); nobody is told where unset."
    )


class ImagePolicy(Block):
    """Images that pods of the cluster's namespaces may have: signed ones, of registries that are named."""

    registries: ImagePlaces = Field(
        (), description="Registries whose images are let in; any where unset."
    )
    keys: tuple[FileRef, ...] = Field(
        (),
        description="Public keys (Cosign), one of which signed an image; none are asked for where unset.",
    )
    mode: Literal["enforce", "warn"] = Field(
        "enforce", description="Whether other images are refused, or let in with a warning."
    )


class RateLimit(Block):
    """The most that one way in takes."""

    requests: Count = Field(
        description="Requests that each of its proxies takes in a unit of time."
    )
    per: Literal["second", "minute", "hour"] = Field("second", description="The unit of time.")


__all__ = [
    "ImagePolicy", "LogStore", "Logging", "LokiStore", "Monitoring", "OpenSearchStore", "RateLimit",
    "SyslogStore",
]  # fmt: skip
