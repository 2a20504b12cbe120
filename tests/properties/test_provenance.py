"""Change a cause, and every line that changes names it among its causes: nothing that decides is left out.

The other direction, that a named cause changes the line, cannot hold for each value: two MTUs may both fit.
"""

from __future__ import annotations

import difflib
import io
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.driver import Options, compile_blueprint, front_end
from blueprint.explain import causes
from blueprint.loader import MemoryLoader
from blueprint.output.source_map import SourceMap, encode
from blueprint.values import Ref

FOLDER = Path(__file__).parents[2] / "reference_blueprints" / "three_node_cloud"
TEXT = (FOLDER / "main.oib").read_text(encoding="utf-8")

WORDS = st.from_regex(r"[a-z]{1,12}", fullmatch=True)

#: What is changed, as it stands in the blueprint, and what may stand in its place.
EDITS = {
    "a parameter's default": ('domain: string = "cloud.example"', WORDS.map(lambda w: f'domain: string = "{w}.example"')),
    "an address": ("vip = 10.20.0.250", st.integers(200, 249).map(lambda n: f"vip = 10.20.0.{n}")),
    "a VLAN": ("vlan = 20", st.integers(21, 29).map(lambda n: f"vlan = {n}")),
    "names of hosts": ('name = "node-${n}"', WORDS.map(lambda w: f'name = "{w}-${{n}}"')),
    "a user": ('user = "deploy"', WORDS.map(lambda w: f'user = "{w}"')),
    "a region": ('region = "region-1"', WORDS.map(lambda w: f'region = "{w}"')),
    "a virtual router": ("vrid = 51", st.integers(52, 200).map(lambda n: f"vrid = {n}")),
    "a ratio": ("cpu_ratio = 4", st.integers(5, 16).map(lambda n: f"cpu_ratio = {n}")),
    "an option of a service": ("max_attempts = 5", st.integers(6, 99).map(lambda n: f"max_attempts = {n}")),
    "VLANs of a physical network": ("vlans = 1000..1999", st.integers(1100, 1900).map(lambda n: f"vlans = 1000..{n}")),
    "a pool's share": ("share = 50 %", st.integers(11, 49).map(lambda n: f"share = {n} %")),
    "a pool's name": ("pool images {", WORDS.filter(lambda w: len(w) > 7).map(lambda w: f"pool {w} {{")),
    "copies of a pool": ("pool vms { use = nova  size = 3", st.just("pool vms { use = nova  size = 2")),
    "a cluster's network": ("public_network = network.storage", st.just("public_network = network.tenant")),
    "a count": ("count = 3\n", st.just("count = 5\n")),
}  # fmt: skip


def loader(text: str) -> MemoryLoader:
    return MemoryLoader({"main.oib": text})


@cache
def emitted(text: str) -> dict[tuple[str, str], tuple[list[str], SourceMap]] | None:
    """Artifacts by layer and path: their lines, and the source map of the layer; None where it doesn't compile."""
    found = compile_blueprint(loader(text), Options())
    if not found.is_ok:
        return None
    result = {}
    for deployment in found.deployments:
        source_map = SourceMap(io.BytesIO(encode(deployment.artifacts)))
        for artifact in deployment.artifacts:
            lines = artifact.text.split("\n")
            result[deployment.layer, artifact.path] = (lines, source_map)
    return result


def before() -> dict[tuple[str, str], tuple[list[str], SourceMap]]:
    found = emitted(TEXT)
    assert found is not None
    return found


def changed_lines(old: list[str], new: list[str]) -> list[int]:
    """The lines (from 1) of a new text that the old one does not have there."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        number + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert")
        for number in range(start, end)
    ]


@cache
def unexplained(old_text: str, new_text: str) -> list[str]:
    """The lines that an edit changes without naming it."""
    text = TEXT.replace(old_text, new_text, 1)
    start = TEXT.index(old_text)
    front, _ = front_end(loader(text), Options(), lambda _: None, is_traced=True)
    assert front is not None

    @cache
    def names_the_edit(path: str) -> bool:
        spans = [span for span, _ in causes(front, [Ref(path)]) if span is not None]
        return any(s.start < start + len(new_text) and start < s.end for s in spans)

    found = []
    for key, (lines, source_map) in (emitted(text) or {}).items():
        old, _ = before().get(key, ([], source_map))
        for line in changed_lines(old, lines):
            origin = source_map.origin(key[1], line)
            is_said = origin is not None and any(names_the_edit(path) for path in origin.paths)
            if not is_said and re.search(r"\w", lines[line - 1]):  # else it only parts documents
                found.append(f"{key[0]} {key[1]}:{line}: {lines[line - 1]}")
    return found


@pytest.mark.parametrize("what", EDITS)
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_line_that_changes_names_what_changed(what, data):
    old, values = EDITS[what]
    assert [] == unexplained(old, data.draw(values))


@pytest.mark.parametrize("what", EDITS)
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_edit_compiles_and_changes_something(what, data):
    old, values = EDITS[what]
    after = emitted(TEXT.replace(old, data.draw(values), 1))
    assert after is not None
    assert {key: lines for key, (lines, _) in after.items()} != {
        key: lines for key, (lines, _) in before().items()
    }


def test_the_blueprint_still_says_what_is_changed_here():
    assert [] == [old for old, _ in EDITS.values() if old not in TEXT]
