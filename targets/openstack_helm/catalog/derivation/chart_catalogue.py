"""Derives the catalogue of one chart: its value paths, what each holds, and whether it is read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .charts import Chart, Path_, leaves, maps, merged, nested
from .mutation import Variant, mark

#: Sets of values that hold nothing but images of a release.
_OF_A_RELEASE = re.compile(r"^(loci-)?\d{4}\.\d|^ubuntu_|^opensuse_")
#: Sets of values that every service has and that switch on the same parts of the library in each: some are enough.
_ALIKE = frozenset({
    "annotations", "gateway", "gateway-tls", "mariadb-crd", "mariadb-tls", "tls",
    "tls-offloading",
})  # fmt: skip
_REFERENCE = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)+)(\s+(?:\"[\w-]+\"\s*)+)?")
_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
#: Faces of an endpoint, which the library looks up by name.
_FACES = ("default", "public", "internal", "admin", "service")
#: Maps at the top whose entries templates look up by name, so that no new one is ever read.
_CLOSED = frozenset({"dependencies", "endpoints", "images", "labels", "manifests", "secrets"})
_LETTERS = {bool: "b", int: "i", float: "f", str: "s", list: "l", dict: "m", type(None): "n"}
#: A key that the charts generate anew in each rendering unless it is given.
_STEADY = {"endpoints": {"oslo_cache": {"auth": {"memcache_secret_key": "steady"}}}}
#: More sets of values that switch templates on, for charts whose own offers do not.
_MORE: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "cinder": {"rbd": {"conf": {"ceph": {"enabled": True}}}, "pvc": {"storage": "lvm"}},
    "glance": {"pvc": {"storage": "pvc"}, "cinder": {"storage": "cinder"}},
    "libvirt": {"sriov": {"network": {"backend": ["openvswitch", "sriov"]}}},
    "neutron": {
        "sriov": {"network": {"backend": ["openvswitch", "sriov"]}},
        "linuxbridge": {"network": {"backend": ["linuxbridge"]}},
    },
    "nova": {
        "ironic": {"console": {"console_kind": "none"}},
        "spice": {"console": {"console_kind": "spice"}},
        "serial": {"console": {"console_kind": "serial"}},
    },
}


def chart_document(chart: Chart) -> dict[str, Any]:
    """What is known of a chart: version, and the tree of its values (see the package's reader)."""
    own = chart.values
    held: dict[Path_, Any] = dict(leaves(own))
    variants = list(_variants(chart))
    switches = _switches(chart, held)
    read = switches | _read(variants, {p: v for p, v in held.items() if p not in switches})
    further = dict(_further(chart, held))
    read_further: dict[Path_, Any] = {}
    for variant in variants:
        left = {path: value for path, value in further.items() if path not in read_further}
        for path in variant.read(list(left), left.__getitem__):
            read_further[path] = further[path]
    open_maps = _open_maps(variants, [*maps(own)])
    read_further |= _of_overrides(chart, {*held, *read_further}, open_maps)
    templated = _templated(variants, held, open_maps)
    mentioned = _mentioned(chart)
    tree: dict[str, Any] = {}
    for path, value in held.items():
        state = "" if path in read else "?" if _is_mentioned(path, mentioned) else "!"
        _put(tree, path, _LETTERS[type(value)] + ("t" if path in templated else "") + state)
    for path, value in read_further.items():
        _put(tree, path, "n" if isinstance(value, str) else _LETTERS[type(value)])
    for path in further:
        if path not in read_further and path in mentioned:
            _put(tree, path, "n?")
    for path, forms in open_maps.items():
        _put(tree, path, forms + ("t" if path in templated else ""), is_open=True)
    return {"version": chart.version, "values": _pruned(tree)}


def _variants(chart: Chart) -> Iterator[Variant]:
    yield Variant(chart, "own", _STEADY)
    yield Variant(chart, "all on", merged(_all_on(chart), _STEADY))
    for name, values in chart.overrides():
        if not _OF_A_RELEASE.search(name) and name not in _ALIKE:
            yield Variant(chart, name, merged(values, _STEADY))
    for name, more in _MORE.get(chart.name, {}).items():
        yield Variant(chart, name, merged(more, _STEADY))


def _all_on(chart: Chart) -> dict[str, Any]:
    """As many of the chart's switches on as render together."""
    switches = [path for path, value in leaves(chart.values) if value is False]
    kept: list[Path_] = []

    def add(group: Sequence[Path_]) -> None:
        if chart.render(nested(dict.fromkeys([*kept, *group], True))) is not None:
            kept.extend(group)
        elif len(group) > 1:
            middle = len(group) // 2
            add(group[:middle])
            add(group[middle:])

    if switches:
        add(switches)
    return nested(dict.fromkeys(kept, True))


def _read(variants: Sequence[Variant], held: Mapping[Path_, Any]) -> set[Path_]:
    """The values that some variant reads."""
    found: set[Path_] = set()
    for variant in variants:
        left = [path for path in held if path not in found]
        over = {**held, **dict(leaves(dict(variant.values)))}
        found |= variant.read(left, over.__getitem__)
    return found


def _switches(chart: Chart, held: Mapping[Path_, Any]) -> set[Path_]:
    """Switches of whole manifests that the chart's templates name: they are conditions, and nothing else."""
    mentioned = _mentioned(chart)
    return {
        path
        for path, value in held.items()
        if path[0] == "manifests" and isinstance(value, bool) and path in mentioned
    }


def _further(chart: Chart, held: Mapping[Path_, Any]) -> Iterator[tuple[Path_, Any]]:
    """Paths that the values do not hold and templates may read all the same."""
    known = set(held) | {path[:n] for path in held for n in range(1, len(path))}
    for name, endpoint in chart.values.get("endpoints", {}).items():
        if not isinstance(endpoint, dict):
            continue
        for face in _FACES:
            for part in ("hosts", "scheme", "path", "host_fqdn_override"):
                place: Path_ = ("endpoints", name, part, face)
                if isinstance(endpoint.get(part), dict) and _is_new(place, known, held):
                    yield (*place, "host") if part == "host_fqdn_override" else place, "oib"
            for port, numbers in (endpoint.get("port") or {}).items():
                place = ("endpoints", name, "port", port, face)
                if isinstance(numbers, dict) and _is_new(place, known, held):
                    yield place, 44999
    for path in _mentioned(chart) | _mentioned(chart, "charts"):
        if len(path) > 1 and _is_new(path, known, held):
            yield path, "oib"


def _is_new(path: Path_, known: set[Path_], held: Mapping[Path_, Any]) -> bool:
    return path not in known and not any(
        path[:n] in held and not isinstance(held[path[:n]], (dict, type(None)))
        for n in range(1, len(path))
    )


def _of_overrides(
    chart: Chart, known: set[Path_], open_maps: Mapping[Path_, str]
) -> dict[Path_, Any]:
    """What the project's own sets of values state beyond the chart's, where it is read."""
    found: dict[Path_, Any] = {}
    for name, values in chart.overrides():
        if _OF_A_RELEASE.search(name):
            continue
        if name in _ALIKE:
            continue
        new = {
            path: value
            for path, value in leaves(values)
            if path not in known and not any(path[:n] in open_maps for n in range(1, len(path)))
        }
        if new:
            variant = Variant(chart, name, merged(values, _STEADY))
            found |= {path: new[path] for path in variant.read(list(new), new.__getitem__)}
    return found


def _open_maps(variants: Sequence[Variant], paths: Sequence[Path_]) -> dict[Path_, str]:
    """The maps whose new entries are rendered: `s`, `m`, `l` for texts, maps and lists."""
    found: dict[Path_, str] = {}
    paths = [path for path in paths if path[0] not in _CLOSED]
    for variant in variants[:2]:
        for form in ("s", "m", "l"):
            entries = {
                (*path, mark(number)): _made(form, mark(number))
                for number, path in enumerate(paths)
                if form not in found.get(path, "") and not (form == "l" and found.get(path))
            }
            for shown in variant.shown(entries):
                path = shown[:-1]
                found[path] = "".join(sorted({*found.get(path, ""), form}))
    return found


def _made(form: str, text: str) -> Any:
    """A new entry of a map: a text, a map or a list."""
    return {"s": text, "m": {text: text}, "l": [text]}[form]


def _templated(
    variants: Sequence[Variant], held: Mapping[Path_, Any], open_maps: Mapping[Path_, str]
) -> set[Path_]:
    """The texts, and the maps whose new texts, are run as templates of their own."""
    texts = [path for path, value in held.items() if isinstance(value, str)]
    inner = [path for path, forms in open_maps.items() if "s" in forms]
    found: set[Path_] = set()
    for variant in variants[:2]:
        numbered = {path: number for number, path in enumerate(texts) if path not in found}
        found |= variant.evaluated(numbered)
        new = {(*path, mark(n)): len(texts) + n for n, path in enumerate(inner)}
        found |= {path[:-1] for path in variant.evaluated(new)}
        whole = [path for path, forms in open_maps.items() if "s" not in forms]
        deep = {(*path, mark(n), "name"): len(texts) + n for n, path in enumerate(whole)}
        found |= {path[:-2] for path in variant.evaluated(deep)}
    return found


def _mentioned(chart: Chart, folder: str = "templates") -> set[Path_]:
    """The paths that the chart's own templates name; what the library reads must show in a rendering."""
    found: set[Path_] = set()
    for path in sorted((chart.folder / folder).rglob("*")):
        if path.is_file() and "templates" in path.parts:
            text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
            for match in _REFERENCE.finditer(text):
                parts = tuple(match.group(1).strip(".").split("."))
                if parts[0].startswith("__"):
                    continue  # what the library keeps for itself while it renders
                words = re.findall(r"\"([\w-]+)\"", match.group(2) or "")
                found.add(parts)
                if words:
                    found.add((*parts, *words))
    return found


def _is_mentioned(path: Path_, mentioned: set[Path_]) -> bool:
    """Whether a template names a value itself; one that names what it lies in says nothing."""
    return path in mentioned


def _put(tree: dict[str, Any], path: Path_, code: str, *, is_open: bool = False) -> None:
    place = tree
    for part in path if is_open else path[:-1]:
        held = place.get(part)
        if not isinstance(held, dict):
            held = place[part] = {}
        place = held
    if is_open:
        place[""] = code
    elif not isinstance(place.get(path[-1]), dict):
        place[path[-1]] = code


def _pruned(tree: dict[str, Any], above: Path_ = ()) -> dict[str, Any]:
    """The tree without the entries of configuration that is open and read throughout."""
    result: dict[str, Any] = {}
    for key, value in tree.items():
        if not isinstance(value, dict):
            result[key] = value
            continue
        inner = _pruned(value, (*above, key))
        if above[:1] == ("conf",) and "s" in inner.get("", "") and _is_read(inner):
            inner = {"": inner[""]}
        result[key] = inner
    return result


def _is_read(tree: Mapping[str, Any]) -> bool:
    return all(
        _is_read(value) if isinstance(value, dict) else not value.endswith(("!", "?"))
        for key, value in tree.items()
        if key
    )


def made_ready(checkout: Path, name: str, scratch: Path) -> Chart:
    """A chart of the checkout, ready for rendering."""
    return Chart(checkout, name, scratch)
