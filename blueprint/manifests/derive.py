"""Derives `fields.json` from the models of Kubernetes' Python client: `python -m blueprint.manifests.derive FOLDER`.

The folder holds one wheel of the package `kubernetes` a minor version, `kubernetes-33.1.0-….whl` for 1.33. Their
models are made from the API's own description; only names and types of fields are taken, of the kinds below.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import TypeAlias

#: The kinds whose fields are known, by API version, and the client's model of each.
KINDS: dict[str, dict[str, str]] = {
    "v1": {
        name: f"V1{name}"
        for name in (
            "ConfigMap", "LimitRange", "Namespace", "PersistentVolume", "PersistentVolumeClaim", "Pod",
            "ReplicationController", "ResourceQuota", "Secret", "Service", "ServiceAccount",
        )
    },
    "apps/v1": {n: f"V1{n}" for n in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")},
    "autoscaling/v1": {"HorizontalPodAutoscaler": "V1HorizontalPodAutoscaler"},
    "autoscaling/v2": {"HorizontalPodAutoscaler": "V2HorizontalPodAutoscaler"},
    "batch/v1": {n: f"V1{n}" for n in ("CronJob", "Job")},
    "networking.k8s.io/v1": {n: f"V1{n}" for n in ("Ingress", "NetworkPolicy")},
    "node.k8s.io/v1": {"RuntimeClass": "V1RuntimeClass"},
    "policy/v1": {"PodDisruptionBudget": "V1PodDisruptionBudget"},
    "rbac.authorization.k8s.io/v1": {
        n: f"V1{n}" for n in ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
    },
    "scheduling.k8s.io/v1": {"PriorityClass": "V1PriorityClass"},
    "storage.k8s.io/v1": {"StorageClass": "V1StorageClass"},
}  # fmt: skip
#: Fields that hold quantities, which may be numbers too: the client calls them texts.
_QUANTITIES = frozenset(
    {
        "allocatable", "allocatedResources", "averageValue", "capacity", "default", "defaultRequest",
        "divisor", "hard", "limits", "max", "maxLimitRequestRatio", "min", "overhead", "podFixed", "requests",
        "sizeLimit", "value:V2MetricTarget",
    }
)  # fmt: skip
_SCALARS = {
    "str": "text", "int": "int", "bool": "bool", "float": "number", "object": "any", "datetime": "any", "date": "any",
}  # fmt: skip

#: Names of fields with their types, by model.
Models: TypeAlias = dict[str, dict[str, str]]


def _models(wheel: Path) -> Models:
    """The fields of all models of a client."""
    found: Models = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not re.fullmatch(
                r"kubernetes/client/models/v\d\w*_\w+\.py|kubernetes/client/models/\w+\.py", name
            ):
                continue
            for node in ast.parse(archive.read(name).decode()).body:
                if isinstance(node, ast.ClassDef):
                    maps = {
                        part.targets[0].id: ast.literal_eval(part.value)
                        for part in node.body
                        if isinstance(part, ast.Assign)
                        and isinstance(part.targets[0], ast.Name)
                        and part.targets[0].id in ("openapi_types", "attribute_map")
                    }
                    if len(maps) == 2:  # both
                        types, names = maps["openapi_types"], maps["attribute_map"]
                        found[node.name] = {
                            json_name: _type(types[own], json_name, node.name)
                            for own, json_name in names.items()
                        }
    return found


def _type(written: str, name: str, model: str) -> str:
    """A type as the table has it: a word, a model, `[of a list]`, `{of a map}`."""
    if name == "status":
        return "any"
    if (name in _QUANTITIES or f"{name}:{model}" in _QUANTITIES) and "str" in written:
        return "{quantity}" if written.startswith("dict") else "quantity"
    if inner := re.fullmatch(r"list\[(.*)\]", written):
        return f"[{_type(inner[1], '', model)}]"
    if inner := re.fullmatch(r"dict\(str, (.*)\)", written):
        return f"{{{_type(inner[1], '', model)}}}"
    return _SCALARS.get(written, written)


def table(folder: Path) -> dict[str, object]:
    """Kinds and models with the first and last of the known versions that has each field."""
    wheels = {int(w.name.split("-")[1].split(".")[0]): w for w in folder.glob("kubernetes-*.whl")}
    by_version = {minor: _models(wheel) for minor, wheel in sorted(wheels.items())}
    first, last = min(by_version), max(by_version)
    wanted = dict.fromkeys(model for kinds in KINDS.values() for model in kinds.values())
    models: dict[str, dict[str, str]] = {}
    todo = list(wanted)
    while todo:
        name = todo.pop(0)
        if name in models or name == "V1ManagedFieldsEntry":
            continue
        having = {minor: known[name] for minor, known in by_version.items() if name in known}
        fields: dict[str, str] = {}
        for known in having.values():
            for field, type_ in known.items():
                stated = [minor for minor, fields_then in having.items() if field in fields_then]
                since = "" if stated[0] == min(having) else str(stated[0])
                until = "" if stated[-1] == last else str(stated[-1])
                fields[field] = f"{type_} {since}-{until}" if since or until else type_
        models[name] = fields
        todo += re.findall(r"[A-Z]\w+", " ".join(fields.values()))
    return {"first": first, "last": last, "kinds": KINDS, "models": dict(sorted(models.items()))}


if __name__ == "__main__":
    found = table(Path(sys.argv[1]))
    target = Path(__file__).with_name("fields.json")
    lines = [f' "{key}": {json.dumps(found[key])},' for key in ("first", "last", "kinds")]
    models = found["models"]
    assert isinstance(models, dict)
    rows = ",\n".join(f'  "{name}": {json.dumps(fields)}' for name, fields in models.items())
    target.write_text(
        "\n".join(["{", *lines, ' "models": {', rows, " }", "}", ""]), encoding="utf-8"
    )
