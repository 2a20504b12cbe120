"""Values of variables: expressions of ours, sizes in the kubelet's words, and what pass-through becomes."""

from __future__ import annotations

from targets._formats.yaml import Flow

MEBIBYTE = 2**20


def expression(jinja: str) -> Flow:
    """A value that Ansible works out when it runs; never a text of the blueprint."""
    escaped = jinja.replace("\\", "\\\\").replace('"', '\\"')
    return Flow(f'"{{{{ {escaped} }}}}"')


def mebibytes(count: int) -> str:
    """Bytes as the kubelet takes them: whole mebibytes."""
    return f"{count // MEBIBYTE}Mi"
