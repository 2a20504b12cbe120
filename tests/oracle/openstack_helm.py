"""The real charts of OpenStack-Helm: what they render to, and which field of a manifest a value reaches.

That is found by changing: each value that `oib` emits is changed, alone, and the fields of the manifests that
change with it are its carriers. A value whose change alters nothing has no effect where it stands.
"""

import base64
import configparser
import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from targets._kubernetes.resources import plain
from targets.openstack_helm.catalog.derivation.charts import Chart, nested
from targets.openstack_helm.catalog.derivation.mutation import changed, mark
from targets.openstack_helm.places import Place
from tests.oracle.helm import clients

VARIABLE = "OIB_OPENSTACK_HELM"
#: Names and digests that the charts make of contents; they change with everything.
_DERIVED = re.compile(r"(-hash$|^checksum|release_uuid)")
_DIGEST = re.compile(
    r"-[0-9a-f]{16}\b|(?<=-client-ceph-config)-[a-z0-9]{5}\b|(?<=-client-key)-[a-z0-9]{5}\b"
)
#: A key that the charts make anew in each rendering unless they are given one.
_STEADY = {"endpoints": {"oslo_cache": {"auth": {"memcache_secret_key": "steady"}}}}
#: How a container asks for a label of its node.
_LOOKED_UP = re.compile(r"metadata\.labels\.([\w-]+)\}")
_MARK = re.compile(r"oibm(\d+)x")
_LONGEST = 80

Fields = dict[str, Any]


def checkout() -> Path:
    """The checkout of the charts; skips the test where there is none."""
    stated = os.environ.get(VARIABLE)
    if not stated:
        pytest.skip(
            f"the charts are not here: set {VARIABLE} to a checkout of openstack/openstack-helm"
        )
    return Path(stated)


class Rendering:
    """One chart with the values that a plan gives it."""

    def __init__(self, name: str, values: Mapping[str, Any], namespace: str, scratch: Path) -> None:
        """Make the chart ready."""
        self.chart = Chart(checkout(), name, scratch)
        self.values = _over(plain(values), _STEADY)
        self.namespace = namespace

    def documents(self, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]] | None:
        """What it renders to, or None where it can't be rendered."""
        path = self.chart.scratch / "values.json"
        path.write_text(json.dumps(self.values if values is None else values), encoding="utf-8")
        command = [
            clients().helm, "template", self.chart.name, str(self.chart.folder),
            "--namespace", self.namespace, "--kube-version", "v1.34.0", "--values", str(path),
        ]  # fmt: skip
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.chart.scratch)}
        finished = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment
        )
        if finished.returncode:
            return None
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return [each for each in yaml.load_all(finished.stdout, Loader=loader) if each]

    @cached_property
    def fields(self) -> Fields:
        """Every field of every document."""
        documents = self.documents()
        assert documents is not None, f"{self.chart.name} can't be rendered"
        return _collected(documents)

    def kept(self, wanted: Mapping[tuple[str, ...], str]) -> list[list[str]]:
        """For each path of a password, in their order, the keys of Secrets and others that hold it."""
        marked = deepcopy(self.values)
        for number, path in enumerate(wanted):
            marked = _over(marked, nested({path: mark(number)}))
        documents = self.documents(marked)
        assert documents is not None, f"{self.chart.name} can't be rendered with passwords"
        shown: dict[int, set[str]] = {}
        for field, value in _fields(documents):
            for number in _MARK.findall(str(value)):
                shown.setdefault(int(number), set()).add(_MARK.sub("", field.split(" [")[0]))
        return [sorted(shown.get(number, ())) for number, _ in enumerate(wanted)]

    def selectors(self) -> Iterator[tuple[str, str]]:
        """Labels that pods ask of their nodes, or look up there, each with the workload."""
        for document in self.documents() or ():
            name = _DIGEST.sub("-*", document.get("metadata", {}).get("name", ""))
            for path, value in _leaves(document, ()):
                if path[-2:-1] == ("nodeSelector",):
                    yield f"{path[-1]}={value}", f"{document['kind']}/{name}"
                elif "command" in path:
                    for label in _LOOKED_UP.findall(str(value)):
                        yield f"{label}=enabled", f"{document['kind']}/{name}"

    def carriers(self, wanted: Sequence[Place]) -> list[dict[str, Any]]:
        """For each value the fields that change with it, as they are now.

        Texts are changed together, each to one of its own; what does not show up then, and all else, is
        changed alone.
        """
        marked = deepcopy(self.values)
        for number, place in enumerate(wanted):
            value = plain(place.value)
            if isinstance(value, str):
                _set(marked, place.path, f"{value}oibm{number}x")
        documents = self.documents(marked)
        shown: dict[int, dict[str, Any]] = {}
        for field, value in () if documents is None else _fields(documents):
            for number in _MARK.findall(str(value)):
                shown.setdefault(int(number), {})[_MARK.sub("", field)] = None
        found = []
        for number, place in enumerate(wanted):
            carried = {
                field: self.fields[field] for field in shown.get(number, ()) if field in self.fields
            }
            found.append(_shortened(carried) if carried else self._alone(place))
        return found

    def _alone(self, place: Place) -> dict[str, Any]:
        values = deepcopy(self.values)
        _set(values, place.path, changed(plain(place.value)))
        documents = self.documents(values)
        if documents is None:
            return {"(no rendering)": None}
        now, other = self.fields, _collected(documents)
        different = {
            field: now.get(field) for field in {*now, *other} if now.get(field) != other.get(field)
        }
        return _shortened(different)


def pod_specs(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The pods that a document asks for."""
    if document["kind"] == "Pod":
        yield document["spec"]
    elif document["kind"] == "CronJob":
        yield document["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    elif document["kind"] in {"DaemonSet", "Deployment", "Job", "StatefulSet"}:
        yield document["spec"]["template"]["spec"]


def images_of(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Every image that pods run."""
    return {
        container["image"]
        for document in documents
        for spec in pod_specs(document)
        for container in (*spec.get("initContainers", ()), *spec["containers"])
    }


def pull_secrets(documents: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """Each workload, and the Secrets that its images are pulled with: its own, or its account's."""
    accounts = {
        each["metadata"]["name"]: each for each in documents if each["kind"] == "ServiceAccount"
    }
    for document in documents:
        for spec in pod_specs(document):
            account = accounts[spec.get("serviceAccountName") or spec["serviceAccount"]]
            named = spec.get("imagePullSecrets") or account.get("imagePullSecrets") or ()
            name = document["metadata"]["name"]
            yield f"{document['kind']}/{name}", {each["name"] for each in named}


def _collected(documents: list[dict[str, Any]]) -> Fields:
    """The fields by name; what several documents of one name hold is one after the other."""
    found: Fields = {}
    for field, value in _fields(documents):
        found[field] = (
            f"{found[field]}, {value}" if field in found and found[field] != value else value
        )
    return found


def _fields(documents: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for document in documents:
        name = _DIGEST.sub("-*", document.get("metadata", {}).get("name", ""))
        where = f"{document['kind']}/{name}"
        if document["kind"] == "Secret":
            for key, value in (document.get("data") or {}).items():
                yield from _file(
                    f"{where} {key}", base64.b64decode(value or "").decode("utf-8", "replace")
                )
            for key, value in (document.get("stringData") or {}).items():
                yield from _file(f"{where} {key}", str(value))
            continue
        if document["kind"] == "ConfigMap":
            for key, value in (document.get("data") or {}).items():
                yield from _file(f"{where} {key}", str(value))
            continue
        for path, value in _leaves(document, ()):
            if not any(_DERIVED.search(part) for part in path):
                yield (
                    f"{where} {'.'.join(path)}",
                    _DIGEST.sub("-*", value) if isinstance(value, str) else value,
                )


def _file(where: str, text: str) -> Iterator[tuple[str, Any]]:
    """The options of a configuration file, or the lines of a script."""
    if re.search(r"\.(conf|ini)$", where) and "logging" not in where:
        parser = configparser.RawConfigParser(
            strict=False, default_section="-", allow_no_value=True
        )
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # options keep their case
        try:
            parser.read_string(text)
        except configparser.Error:
            yield where, text
            return
        for section in parser.sections():
            for option, value in parser.items(section):
                yield f"{where} [{section}] {option}", value
        return
    if "\n" not in text:
        yield where, text
        return
    for number, line in enumerate(text.splitlines()):
        yield f"{where} line {number + 1}", line.strip()


def _leaves(value: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*above, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            label = item.get("name", number) if isinstance(item, dict) else number
            yield from _leaves(item, (*above, str(label)))
    else:
        yield above, value


def _shortened(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A few of the fields are enough to find the fact again: one of each kind of document."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for field in sorted(
        fields, key=lambda each: (fields[each] is None, len(str(fields[each])), each)
    ):
        kind = field.split("/", 1)[0]
        if kind in seen:
            continue
        seen.add(kind)
        value = fields[field]
        text = (
            value
            if not isinstance(value, str) or len(value) <= _LONGEST
            else f"{value[:_LONGEST]}…"
        )
        found[field] = text
    return dict(sorted(found.items()))


def _over(base: Any, over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        held = result.get(key)
        result[key] = (
            _over(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
        )
    return result


def _set(tree: Any, path: tuple[str, ...], value: Any) -> None:
    place = tree
    for part in path[:-1]:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if isinstance(place, list):
        place[int(path[-1])] = value
    else:
        place[path[-1]] = value
