"""What is changed in a blueprint is among the causes of every line that changes with it."""

from __future__ import annotations

import difflib
import io
import re
from functools import cache

import pytest

from blueprint.driver import Options, compile_blueprint, front_end
from blueprint.explain import causes
from blueprint.loader import MemoryLoader
from blueprint.output.source_map import SourceMap, encode
from blueprint.values import Ref
from tests.properties.test_provenance import changed_lines
from tests.unit.targets.cluster_services.telco import telco
from tests.unit.targets.cluster_services.watched import watched

KATA = """
  runtime kata { shim = [qemu, fc]  pools = pool.upf  devmapper_disk = disk.thin }
  namespace tenants { runtime = qemu  enforce = true }
"""
DISK = """disk thin { size = 480 GB  media = ssd  paths = ["/dev/sdb"] }
  disk system {"""
TEXT = telco(KATA).replace("disk system {", DISK)
WATCHED = watched()
OPTIONS = Options(targets=("cluster_services", "kata"))
#: Each text, wherever it stands, and what takes its place.
EDITS = (
    ("192.0.2.10..192.0.2.20", "192.0.2.10..192.0.2.19"),
    ("address = 192.0.2.15", "address = 192.0.2.16"),
    ("vlan = 20 ", "vlan = 21 "),
    ("web.example.org", "www.example.org"),
    ("gateway web", "gateway way"),
    ("vfs = 8", "vfs = 9"),
    ("sriov_vfs = 64", "sriov_vfs = 62"),
    ("8086:1592", "8086:1593"),
    ('"ens1f0", "ens1f1"', '"p0", "p1"'),
    ("vlan = 110", "vlan = 112"),
    ("10.50.0.40", "10.50.0.41"),
    ("driver = vfio_pci", "driver = netdevice"),
    ("mtu = 1400", "mtu = 1300"),
    ("secondary_network lab", "secondary_network lob"),
    ("ipam = static", "ipam = none"),
    ("pods = 40", "pods = 41"),
    ('"team" = "core"', '"team" = "edge"'),
    ("deny_all", "deny_ingress"),
    ('"core" = no_schedule', '"cure" = no_schedule'),
    ("storage_class fast", "storage_class slow"),
    ("default = true", "default = false"),
    ("pool volumes {", "pool disks {"),
    ("shim = [qemu, fc]", "shim = [clh, qemu, fc]"),
    ("enforce = true", "enforce = false"),
    ("runtime = qemu ", "runtime = fc "),
    ("/dev/sdb", "/dev/sdc"),
    ("hosts = hosts.node }", "hosts = hosts.node  schedulable = true }"),
)
#: The same of what watches the cluster.
WATCHED_EDITS = (
    ("logs.example.org:9201", "logs.example.net:9201"),
    ('user = "writer"', 'user = "scribe"'),
    ("buffer = 2 GiB", "buffer = 3 GiB"),
    ("retention = 30 days", "retention = 31 days"),
    ("storage = 200 GiB", "storage = 300 GiB"),
    ('storage_class = "fast"', 'storage_class = "slow"'),
    ("pools = pool.upf  replicas", "pools = pool.edge  replicas"),
    ("replicas = 2", "replicas = 3"),
    ("https://alarms.example.org/hook", "https://alarms.example.org/horn"),
    ("registry.example.org/cnf", "registry.example.org/vnf"),
    ("cpu_limit = 60", "cpu_limit = 61"),
    ("limits { cpu = 2", "limits { cpu = 3"),
    ("interval = 150 ms", "interval = 151 ms"),
    ("requests = 100", "requests = 101"),
    ("max_rate = 10 Gbps", "max_rate = 11 Gbps"),
    ("priority = 5", "priority = 6"),
)


def loader(text):
    return MemoryLoader({"main.oib": text, "ca.pem": "ca\n", "cosign.pub": "key\n"})


@cache
def emitted(text):
    made = compile_blueprint(loader(text), OPTIONS)
    assert [d.message for d in made.diagnostics] == []
    return {
        (each.layer, artifact.path): (artifact.text.split("\n"), source_map)
        for each in made.deployments
        for source_map in [SourceMap(io.BytesIO(encode(each.artifacts)))]
        for artifact in each.artifacts
    }


@pytest.mark.parametrize(
    ("whole", "old", "new"),
    [
        *(pytest.param(TEXT, *edit, id=edit[0]) for edit in EDITS),
        *(pytest.param(WATCHED, *edit, id=edit[0]) for edit in WATCHED_EDITS),
    ],
)
def test_a_line_that_changes_names_what_was_changed(whole, old, new):
    text = whole.replace(old, new)
    assert text != whole
    matcher = difflib.SequenceMatcher(None, whole, text, autojunk=False)
    edited = [
        (start, max(end, start + 1))
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag != "equal"
    ]
    front, _ = front_end(loader(text), OPTIONS, lambda _: None, is_traced=True)

    @cache
    def names_the_edit(path):
        spans = [span for span, _ in causes(front, [Ref(path)]) if span is not None]
        return any(s.start < end and start < s.end for s in spans for start, end in edited)

    changed, unexplained = 0, []
    for key, (lines, source_map) in emitted(text).items():
        before, _ = emitted(whole).get(key, ([], source_map))
        for line in changed_lines(before, lines):
            changed += 1
            origin = source_map.origin(key[1], line)
            is_said = origin is not None and any(names_the_edit(path) for path in origin.paths)
            if not is_said and re.search(r"\w", lines[line - 1]):
                unexplained.append(f"{key[1]}:{line}: {lines[line - 1]}")
    assert unexplained == []
    assert changed
