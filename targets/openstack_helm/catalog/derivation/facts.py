"""Derives what the charts say of themselves: accounts, endpoints, routes, labels, replicas, storage, daemon sets."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .charts import leaves, values_document

_ENDPOINT = re.compile(r"\.Values\.endpoints\.(\w+)\.host_fqdn_override")
_OVERRIDDEN = re.compile(r'\$daemonset\s*:=\s*"([\w-]+)"')
_FILE = re.compile(
    r"^\s+([\w.-]+):.*to_(?:oslo_conf|ini)\"\s+(?:\$\w+)?\.Values\.(conf(?:\.\w+)+)", re.MULTILINE
)
_ROOT = "daemonset_overrides_root"
_BY_CONF = re.compile(r"helm-toolkit\.utils\.daemonset_overrides\"")


def facts_document(checkout: Path, charts: Iterable[str]) -> dict[str, Any]:
    """The facts of each chart."""
    return {name: _facts(checkout, name) for name in charts}


def _facts(checkout: Path, name: str) -> dict[str, Any]:
    values = values_document(checkout / name / "values.yaml")
    chart = values_document(checkout / name / "Chart.yaml")
    found = {
        "accounts": _accounts(values),
        "daemon_sets": _daemon_sets(checkout / name / "templates"),
        "endpoints": _endpoints(values),
        "files": {
            file: place
            for _, text in _texts(checkout / name / "templates")
            for file, place in _FILE.findall(text)
        },
        "labels": _labels(values),
        "replicas": sorted((values.get("pod") or {}).get("replicas") or {}),
        "routes": _routes(checkout / "values_overrides" / name / "gateway.yaml"),
        "storage_classes": sorted(
            ".".join(path) for path, _ in leaves(values) if path[-1] == "class_name"
        ),
        "tolerations": sorted((values.get("pod") or {}).get("tolerations") or {}),
        "version": _version(checkout, name, str(chart["version"])),
    }
    return {key: value for key, value in found.items() if value}


def _version(checkout: Path, name: str, base: str) -> str:
    """The version that the project publishes a chart under (its `tools/chart_version.sh`)."""
    since = _git(checkout, "log", "--oneline", f"{base}..", "--", name).splitlines()
    major, minor, _ = base.split(".")
    return f"{major}.{minor}.{len(since)}+{_git(checkout, 'rev-parse', '--short', 'HEAD')}"


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return finished.stdout.strip()


def _accounts(values: dict[str, Any]) -> dict[str, str]:
    """Path of a password below `endpoints` -> the user that it belongs to, as the chart calls it."""
    found = {}
    for path, _ in leaves(values.get("endpoints") or {}):
        if path[-1] == "password" and "auth" in path:
            place: Any = values["endpoints"]
            for part in path[:-1]:
                place = place[part]
            found[".".join(path)] = str(place.get("username") or path[-2])
    return found


def _endpoints(values: dict[str, Any]) -> dict[str, Any]:
    """What an endpoint is called inside the cluster, its ports, and the users with a region."""
    found: dict[str, Any] = {}
    for name, endpoint in (values.get("endpoints") or {}).items():
        if not isinstance(endpoint, dict):
            continue
        kept = {key: endpoint[key] for key in ("hosts", "port", "statefulset") if endpoint.get(key)}
        users = [u for u, a in (endpoint.get("auth") or {}).items() if isinstance(a, dict)]
        if users:
            kept["users"] = sorted(users)
        found[name] = kept
    return found


def _labels(values: dict[str, Any]) -> dict[str, str]:
    """Path of each node selector -> the label's key."""
    return {
        ".".join(path[:-1]): str(value)
        for path, value in leaves(values.get("labels") or {}, ("labels",))
        if path[-1] == "node_selector_key"
    }


def _routes(path: Path) -> list[dict[str, Any]]:
    """The routes that the project offers for a chart: endpoint, service, port."""
    if not path.exists():
        return []
    found: list[dict[str, Any]] = []
    for name, each in sorted((values_document(path).get("extraObjects") or {}).items()):
        match = _ENDPOINT.search(" ".join(each["spec"].get("hostnames") or ()))
        if match is None:
            continue
        backends = [
            backend
            for rule in each["spec"].get("rules") or ()
            for backend in rule.get("backendRefs") or ()
        ]
        said = {"endpoint": match.group(1), "name": name}
        found += [{**said, "port": b["port"], "service": b["name"]} for b in backends]
    return found


def _daemon_sets(templates: Path) -> dict[str, list[str]]:
    """Daemon sets whose values may differ by node: wholly (`root`), or in their configuration (`conf`)."""
    found: dict[str, list[str]] = {}
    for path, text in _texts(templates):
        names = _OVERRIDDEN.findall(text)
        kind = "root" if _ROOT in text else "conf" if _BY_CONF.search(text) else None
        if kind is not None and names and "daemonset" in path.name:
            found.setdefault(kind, []).extend(names)
    return {kind: sorted(names) for kind, names in found.items()}


def _texts(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob("*.yaml")):
        yield path, path.read_text(encoding="utf-8")
