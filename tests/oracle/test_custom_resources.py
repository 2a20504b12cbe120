"""The field tables judge as the projects' definitions do, also what is nearly right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from targets._kubernetes.crds import judge
from tests.oracle.custom_resources import schemas, upstream
from tests.unit.targets.rook.clouds import EVERYTHING, rook


def variants(value: Any) -> Iterator[Any]:
    """A value with one thing in it changed: a name more, a name less, a value of another type."""
    if isinstance(value, dict):
        yield {**value, "zzz": 1}
        for name, each in value.items():
            yield {n: e for n, e in value.items() if n != name}
            yield from ({**value, name: variant} for variant in variants(each))
    elif isinstance(value, list):
        yield "no list"
        for position, each in enumerate(value[:1]):
            yield from ([*value[:position], variant] for variant in variants(each))
    else:
        yield {"of": "another type"}
        yield -1 if isinstance(value, str) else "text"


def resources(tool: str) -> list[dict[str, Any]]:
    """What a way of delivery reads, and clients of Ceph."""
    delivery = f'delivery {tool} {{ repository = "https://git.example.org/x.git" }}'
    return [
        each
        for path, artifact in rook(EVERYTHING, delivery=delivery).files.items()
        if path.endswith(".yaml") and "/values/" not in path
        for each in yaml.safe_load_all(artifact.text)
        if each.get("kind") not in (None, "Secret")
    ]


def built() -> list[dict[str, Any]]:
    """What the chart of the cluster makes of its values."""
    values = rook(EVERYTHING).values("rook-ceph-cluster")
    parts = [("CephCluster", values["cephClusterSpec"])]
    for kind, field in (
        ("CephBlockPool", "cephBlockPools"),
        ("CephFilesystem", "cephFileSystems"),
        ("CephObjectStore", "cephObjectStores"),
    ):
        parts += [(kind, each["spec"]) for each in values[field]]
    return [
        {"apiVersion": "ceph.rook.io/v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}
        for kind, spec in parts
    ]


@pytest.mark.parametrize("project", ["argocd", "flux", "rook"])
def test_tables_and_definitions_agree(project):
    known = schemas(*upstream(project))
    whole = built() if project == "rook" else resources(project)
    compared = 0
    for resource in whole:
        schema = known.get((resource["apiVersion"], resource["kind"]))
        if schema is None:
            continue
        validator = jsonschema.Draft202012Validator(schema)
        for body in ({}, *variants(resource["spec"])):
            changed = {**resource, "spec": body}
            verdicts = (judge(changed) == (), validator.is_valid(changed))
            assert verdicts[0] == verdicts[1], (judge(changed), changed)
            compared += 1
    assert compared
