"""Delivery by a plain script: helm and kubectl commands in their order, safe to run again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets._kubernetes.delivery_items import Item, Made, Release

#: The variable that names the folder with files of values that hold passwords, `RELEASE.json` each.
SECRETS = "OIB_SECRET_VALUES"


_ON_FAILURE = (
    (
        "the script stops at what failed, and may be run again as often as it takes: what stands already stays; "
        "`kubectl get events --all-namespaces --field-selector type=Warning` says what pods wait for"
    ),
    (
        "`another operation (install/upgrade/rollback) is in progress`, and nobody else runs `helm`: an earlier run broke off; "
        "`helm list --all-namespaces --pending` names the release; `kubectl --namespace NAMESPACE delete secret --selector "
        "'owner=helm,name=RELEASE,status in (pending-install,pending-upgrade,pending-rollback)'` takes the note of the "
        "broken run away and nothing else; then run this step again; `helm uninstall` would take away what runs"
    ),
)


def deliver(folder: str, cause: Cause, waves: tuple[tuple[Item, ...], ...]) -> Made:
    """`deploy.sh`, and the step that runs it."""
    items = [item for wave in waves for item in wave]
    checks = [
        f"helm status {shlex.quote(item.name)} --namespace {shlex.quote(item.namespace)}"
        for item in items
        if isinstance(item, Release)
    ]
    return Made(
        artifacts=(_script(folder, cause, items),),
        needs=("`helm` 3.19 or 4 and `kubectl` on this machine",),
        commands=("sh deploy.sh",),
        checks=tuple(checks),
        on_failure=_ON_FAILURE if checks else _ON_FAILURE[:1],
    )


def _script(folder: str, cause: Cause, items: list[Item]) -> Artifact:
    page = Page()
    page.line("#!/bin/sh", cause)
    page.line("# Installs or upgrades what lies here, in its order; safe to run again.", cause)
    page.line("set -eu", cause)
    page.line(': "${KUBECONFIG:?must name the kubeconfig of the cluster}"', cause)
    if any(isinstance(item, Release) and item.has_secrets for item in items):
        page.line(
            f': "${{{SECRETS}:?must name the folder with the values that hold passwords}}"', cause
        )
    page.line('cd "$(dirname "$0")"', cause)
    for item in items:
        page.line("", None)
        for line in _release(item) if isinstance(item, Release) else _manifests(item):
            page.line(line, item.cause)
    made = page.artifact(f"{folder}/deploy.sh")
    return Artifact(made.path, made.text, made.runs, is_executable=True)


def _release(item: Release) -> Iterator[str]:
    chart = f"{item.repository}/{item.chart}" if item.is_oci else item.chart
    yield f"helm upgrade --install {shlex.quote(item.name)} {shlex.quote(chart)} \\"
    if not item.is_oci:
        yield f"  --repo {shlex.quote(item.repository)} \\"
    yield f"  --version {shlex.quote(item.version)} \\"
    yield f"  --namespace {shlex.quote(item.namespace)} --create-namespace \\"
    yield f"  --values {shlex.quote(item.values_file)} \\"
    if item.has_secrets:
        yield f'  --values "${SECRETS}"/{shlex.quote(item.name)}.json \\'
    yield f"  {'--wait ' if item.is_waited else ''}--timeout {item.timeout_s}s"
    yield from item.waits


def _manifests(item: Item) -> Iterator[str]:
    assert not isinstance(item, Release)
    yield f"kubectl apply --server-side --filename {shlex.quote(item.file)}"
    yield from item.waits
