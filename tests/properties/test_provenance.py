"""Change a cause, and every line that changes names it among its causes: nothing that decides is left out.

The other direction, that a named cause changes the line, cannot hold for each value: two MTUs may both fit.
"""

from __future__ import annotations

import difflib
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.driver import Options, compile_blueprint, front_end
from blueprint.explain import causes
from blueprint.loader import MemoryLoader
from blueprint.output.source_map import SourceMap, encode
from blueprint.values import Ref
from tests.properties.edits import STACK, THREE_NODES

REFERENCES = Path(__file__).parents[2] / "reference_blueprints"
EDITS: dict[str, dict[str, tuple[str, Any]]] = {
    "three_node_cloud": THREE_NODES,
    "h3c_cloudos": STACK,
}
CASES = pytest.mark.parametrize(
    ("name", "what"), [(name, what) for name, edits in EDITS.items() for what in edits]
)


@cache
def files_of(name: str) -> dict[str, str]:
    """Every file of a blueprint but its lock and its pages."""
    folder = REFERENCES / name
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".lock", ".md", ".svg")
    }


def text_of(name: str) -> str:
    return files_of(name)["main.oib"]


def loader(name: str, text: str) -> MemoryLoader:
    return MemoryLoader({**files_of(name), "main.oib": text})


@cache
def emitted(name: str, text: str) -> dict[tuple[str, str], tuple[list[str], SourceMap]] | None:
    """Artifacts by layer and path: their lines, and the source map of the layer; None where it doesn't compile."""
    found = compile_blueprint(loader(name, text), Options())
    if not found.is_ok:
        return None
    result = {}
    for deployment in found.deployments:
        source_map = SourceMap(io.BytesIO(encode(deployment.artifacts)))
        for artifact in deployment.artifacts:
            lines = artifact.text.split("\n")
            result[deployment.layer, artifact.path] = (lines, source_map)
    return result


def before(name: str) -> dict[tuple[str, str], tuple[list[str], SourceMap]]:
    found = emitted(name, text_of(name))
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
def unexplained(name: str, old_text: str, new_text: str) -> list[str]:
    """The lines that an edit changes without naming it."""
    text = text_of(name).replace(old_text, new_text, 1)
    start = text_of(name).index(old_text)
    front, _ = front_end(loader(name, text), Options(), lambda _: None, is_traced=True)
    assert front is not None

    @cache
    def names_the_edit(path: str) -> bool:
        spans = [span for span, _ in causes(front, [Ref(path)]) if span is not None]
        return any(s.start < start + len(new_text) and start < s.end for s in spans)

    found = []
    for key, (lines, source_map) in (emitted(name, text) or {}).items():
        old, _ = before(name).get(key, ([], source_map))
        for line in changed_lines(old, lines):
            origin = source_map.origin(key[1], line)
            is_said = origin is not None and any(names_the_edit(path) for path in origin.paths)
            if not is_said and re.search(r"\w", lines[line - 1]):  # else it only parts documents
                found.append(f"{key[0]} {key[1]}:{line}: {lines[line - 1]}")
    return found


@CASES
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_line_that_changes_names_what_changed(name, what, data):
    old, values = EDITS[name][what]
    assert [] == unexplained(name, old, data.draw(values))


@CASES
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_edit_compiles_and_changes_something(name, what, data):
    old, values = EDITS[name][what]
    after = emitted(name, text_of(name).replace(old, data.draw(values), 1))
    assert after is not None
    assert {key: lines for key, (lines, _) in after.items()} != {
        key: lines for key, (lines, _) in before(name).items()
    }


@pytest.mark.parametrize("name", EDITS)
def test_a_blueprint_still_says_what_is_changed_here(name):
    assert [] == [old for old, _ in EDITS[name].values() if old not in text_of(name)]
