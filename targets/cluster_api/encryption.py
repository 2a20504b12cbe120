"""The script that makes the configuration by which etcd's secrets are encrypted; its key is in no file of ours."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets.cluster_api.cluster import Cluster

SCRIPT = "encryption.sh"


def artifacts(cluster: Cluster) -> Iterator[Artifact]:
    """The script, where secrets are encrypted."""
    encryption = cluster.layer.security.encryption
    if encryption is None:
        return
    path = cluster.path("security", "encryption")
    cause = Cause("how secrets are encrypted in etcd", (path,))
    page = Page()
    for line in _lines(encryption.provider):
        page.line(line, cause)
    made = page.artifact(f"cluster_api/{SCRIPT}")
    yield Artifact(made.path, made.text, made.runs, is_executable=True)


def _lines(provider: str) -> Iterator[str]:
    yield "#!/bin/sh"
    yield "# Prints a configuration with a new key, which is written nowhere else."
    yield "set -eu"
    yield "key=$(head -c 32 /dev/urandom | base64)"
    yield "cat <<END"
    yield "apiVersion: apiserver.config.k8s.io/v1"
    yield "kind: EncryptionConfiguration"
    yield "resources:"
    yield "- resources: [secrets]"
    yield "  providers:"
    yield f"  - {provider}:"
    yield "      keys:"
    yield "      - name: key1"
    yield "        secret: $key"
    yield "  - identity: {}"
    yield "END"


__all__ = ["SCRIPT", "artifacts"]
