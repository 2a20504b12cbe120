"""Kubernetes resources as targets state them, each value with its cause, and manifests made of them.

    Resource(
        "metallb.io/v1beta1", "IPAddressPool", "public", cause=Cause("…", (f"{ref}.load_balancer",)),
        namespace="metallb-system",
        body={"spec": {"addresses": Traced([...], Cause(...)), "autoAssign": False}},
    )

`body` is all beside `apiVersion`, `kind` and `metadata`. A value in it is what YAML knows (text, numbers,
booleans, None, lists, mappings, addresses of `ipaddress`) or a `Traced` around one; what names no cause
has that of what it lies in, at last that of the resource. Texts stay texts: `yaml.plain_string` quotes
whatever a reader could take for something else, and kubectl evaluates nothing. A field that is None in
`body`, `labels` and so on is written as null; leave out what is not to be written.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blueprint.target import Artifact, Cause
from blueprint.values import Size
from targets._formats.page import Traced
from targets._formats.yaml import yaml_documents
from targets._kubernetes.names import Form, name_fault


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. `cause` is why it exists and has its name."""

    api_version: str
    kind: str
    name: str
    cause: Cause
    namespace: str | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)
    annotations: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The document of a manifest, for the YAML writer and, `plain`, for validators."""
        metadata: dict[str, Any] = {"name": self.name}
        if self.namespace is not None:
            metadata["namespace"] = self.namespace
        for key, entries in (("labels", self.labels), ("annotations", self.annotations)):
            if entries:
                metadata[key] = dict(entries)
        document = {
            "apiVersion": self.api_version,
            "kind": self.kind,
            "metadata": metadata,
            **self.body,
        }
        return {key: within(value, self.cause) for key, value in document.items()}


def within(value: Any, cause: Cause) -> Traced:
    """A value under a cause, unless it names its own."""
    return value if isinstance(value, Traced) else Traced(value, cause)


def manifest(path: str, resources: Iterable[Resource], header: Iterable[str] = ()) -> Artifact:
    """A file of resources, one document each, in their order."""
    return yaml_documents(path, [each.document() for each in resources], header)


def plain(value: Any) -> Any:
    """What a reader of the YAML gets: without causes, addresses as text, whole numbers as int."""
    if isinstance(value, Traced):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (ipaddress._BaseAddress, ipaddress._BaseNetwork)):  # noqa: SLF001 - the one name for both families
        return str(value)
    return str(value) if isinstance(value, str) else float(value)


def quantity(size: Size | int) -> str:
    """An amount of bytes as Kubernetes writes it: `16Gi`, `512Mi`, in bytes where nothing larger fits."""
    count = int(size)
    for unit in ("Ti", "Gi", "Mi", "Ki"):
        factor = 1024 ** ("Ki", "Mi", "Gi", "Ti").index(unit) * 1024
        if count and count % factor == 0:
            return f"{count // factor}{unit}"
    return str(count)


#: Kinds whose names are no subdomain.
_FORMS: Mapping[str, Form] = {"v1 Service": "service", "v1 Namespace": "label"}


def name_faults(resources: Iterable[Resource]) -> Iterator[tuple[Resource, str]]:
    """Resources whose names Kubernetes refuses, or that another one of the same kind has, with the reason.

    A target's `check` reports them at the span that the name came from; a test holds what was emitted
    against it too.
    """
    taken: set[tuple[str, str, str | None, str]] = set()
    for each in resources:
        reason = name_fault(each.name, _FORMS.get(f"{each.api_version} {each.kind}", "subdomain"))
        identity = (each.api_version, each.kind, each.namespace, each.name)
        if reason is not None:
            yield each, reason
        elif identity in taken:
            yield each, "another resource of its kind has the same name"
        taken.add(identity)


def secret_key(name: str, key: str) -> dict[str, Any]:
    """A reference to a key of a Secret, as `secretKeyRef` and its like want it."""
    return {"name": name, "key": key}


__all__: Sequence[str] = (
    "Resource", "manifest", "name_faults", "plain", "quantity", "secret_key", "within",
)  # fmt: skip
