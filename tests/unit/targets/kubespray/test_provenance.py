"""Change a cause, and every line that changes names it among its causes."""

from __future__ import annotations

import difflib
import io
import re
from functools import cache
from pathlib import Path

import pytest

from blueprint.driver import Options, compile_blueprint, front_end
from blueprint.explain import causes
from blueprint.loader import MemoryLoader
from blueprint.output.source_map import SourceMap, encode
from blueprint.values import Ref

FOLDER = Path(__file__).parents[3] / "oracle" / "fixtures" / "kubespray"
FILES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
TEXT = FILES["main.oib"]
OPTIONS = Options(targets=("kubespray",))
#: What is changed, and what stands in its place.
EDITS = (
    ('version = "1.34"', 'version = "1.33"'),
    ("vip = 10.64.3.250", "vip = 10.64.3.251"),
    ('fqdn = "k8s.example"', 'fqdn = "api.example"'),
    ("vlan = 64", "vlan = 63"),
    ("mtu = 9000\n", "mtu = 8000\n"),
    ("cidr6 = fd00:64::/64", "cidr6 = fd00:65::/64"),
    ("10.200.0.0/14", "10.208.0.0/14"),
    ("10.204.0.0/16", "10.220.0.0/16"),
    ('name = "w-${n}"', 'name = "x-${n}"'),
    ('name = "cp-${n}"', 'name = "c-${n}"'),
    ("count = 2", "count = 4"),
    ('user = "deploy"', 'user = "admin"'),
    ('region = "de-1"', 'region = "de-2"'),
    ("racks = [rack.r[n]]", "racks = [rack.r[4 - n]]"),
    ("cores { platform = 2 }", "cores { platform = 3 }"),
    ("memory { platform = 8 GiB", "memory { platform = 9 GiB"),
    ("cores = 16", "cores = 18"),
    ("sockets = 2", "sockets = 1"),
    ('labels = { "role" = "dpdk" }', 'labels = { "role" = "other" }'),
    ('taints = { "node-role/dpdk" = no_schedule }', 'taints = { "node-role/dpdk" = no_execute }'),
    ("pool dpdk {", "pool fast {"),
    ("cpu_manager = static", "cpu_manager = none"),
    ("topology_manager = single_numa_node", "topology_manager = restricted"),
    ("memory_manager = static", "memory_manager = none"),
    ("max_pods = 200", "max_pods = 100"),
    ("encapsulation = vxlan", "encapsulation = vxlan_cross_subnet"),
    ("kube_proxy = ipvs", "kube_proxy = nftables"),
    ("every = 6 h", "every = 8 h"),
    ("keep = 14", "keep = 3"),
    ('admission_plugins = ["AlwaysPullImages"]', 'admission_plugins = ["NodeRestriction"]'),
    ("pod_security = baseline", "pod_security = restricted"),
    ("max_age = 90 days", "max_age = 30 days"),
    ("encryption {}", "encryption { provider = aesgcm }"),
    ('client_id = "k8s"', 'client_id = "other"'),
    ('url = "registry.example"', 'url = "other.example"'),
    ('namespace = "mirror"', 'namespace = "copies"'),
    ('username = "puller"', 'username = "other"'),
    ('mirrors = ["https://hub.example"]', 'mirrors = ["https://other.example"]'),
    ('https = "http://proxy.example:3128"', 'https = "http://proxy.example:3129"'),
    ('no_proxy = [".example"]', 'no_proxy = [".other"]'),
    ("dns = [10.64.0.53]", "dns = [10.64.0.123]"),
    ("nvme-1", "nvme-2"),
    ("kubelet_image_gc_high_threshold = 80", "kubelet_image_gc_high_threshold = 70"),
)  # fmt: skip
Emitted = dict[str, tuple[list[str], SourceMap]]


@cache
def emitted(text: str) -> Emitted:
    found = compile_blueprint(MemoryLoader({**FILES, "main.oib": text}), OPTIONS)
    assert found.is_ok, [d.message for d in found.diagnostics]
    (deployment,) = found.deployments
    source_map = SourceMap(io.BytesIO(encode(deployment.artifacts)))
    return {a.path: (a.text.split("\n"), source_map) for a in deployment.artifacts}


def changed(old: list[str], new: list[str]) -> list[int]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        number + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert")
        for number in range(start, end)
    ]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_every_line_that_changes_names_what_changed(old, new):
    start = TEXT.index(old)
    text = TEXT.replace(old, new, 1)
    loader = MemoryLoader({**FILES, "main.oib": text})
    front, _ = front_end(loader, OPTIONS, lambda _: None, is_traced=True)
    assert front is not None

    @cache
    def names_the_edit(path: str) -> bool:
        spans = [span for span, _ in causes(front, [Ref(path)]) if span is not None]
        return any(s.start < start + len(new) and start < s.end for s in spans)

    lines_changed, unexplained = 0, []
    for path, (lines, source_map) in emitted(text).items():
        if path not in emitted(TEXT):  # a file of another name is new from its first line on
            lines_changed += 1
            continue
        before, _ = emitted(TEXT)[path]
        for line in changed(before, lines):
            lines_changed += 1
            origin = source_map.origin(path, line)
            is_said = origin is not None and any(names_the_edit(each) for each in origin.paths)
            if not is_said and re.search(r"\w", lines[line - 1]) and lines[line - 1][:1] != "#":
                unexplained.append(f"{path}:{line}: {lines[line - 1]}")
    assert unexplained == []
    is_gone = any(
        len(lines) > len(emitted(text).get(path, ([], None))[0])
        for path, (lines, _) in emitted(TEXT).items()
    )
    assert lines_changed or is_gone, "nothing changed"
