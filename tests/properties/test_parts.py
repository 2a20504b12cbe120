"""Parts of a compile: whatever the blueprint and however it is divided, they are together the whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from blueprint.driver import Compiled, Options, Part, compile_files
from blueprint.loader import MemoryLoader
from blueprint.output.layout import folder_of
from blueprint.output.manifest import Manifest
from blueprint.output.scope import EVERYTHING
from blueprint.output.writer import compare, write
from tests.benchmarks.fleet import BLUEPRINT, row
from tests.properties.compiling import lock_of
from tests.properties.small_clouds import Cloud, clouds
from tests.unit.output.trees import standing

FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
LIST = "subclouds.csv"
FIXED = {
    path.name: path.read_text(encoding="utf-8") for path in BLUEPRINT.iterdir() if path.is_file()
}
COLUMNS = FIXED[LIST].splitlines()[0]
SITES = st.lists(st.integers(0, 60), min_size=1, max_size=7, unique=True)
COUNTS = st.integers(1, 9)


def fleet(numbers: list[int]) -> dict[str, str]:
    """A distributed cloud of some sites, in some order."""
    rows = "\n".join([COLUMNS, *(",".join(row(number)) for number in numbers)])
    return {**FIXED, LIST: f"{rows}\n"}


def made(files: dict[str, str], part: Part = EVERYTHING, jobs: int = 1) -> Compiled:
    """What a blueprint in memory gives, or a part of it; it has no errors."""
    found = compile_files(MemoryLoader(files), Options(), part, jobs=jobs)
    assert [d for d in found.found.diagnostics if d.is_error] == []
    assert found.tree.value is not None
    return found


def files_of(compiled: Compiled) -> dict[str, bytes]:
    """The bytes of everything that is written, the manifest and its parts too."""
    tree = compiled.tree.value
    assert tree is not None
    manifest = head_of(compiled).written(tree, has_head=compiled.scope.has_top)
    return {path: file.data for path, file in {**tree, **manifest}.items()}


def head_of(compiled: Compiled) -> Manifest:
    inputs = {each.path: each.sha256 for each in compiled.found.inputs}
    return Manifest(oib="1", digest="d", blueprint="cloud", main="main.oib", inputs=inputs)


def together(files: dict[str, str], count: int) -> dict[str, bytes]:
    """All shards in one, where no two have the same file."""
    found: dict[str, bytes] = {}
    for number in range(1, count + 1):
        part = files_of(made(files, Part(shard=(number, count))))
        assert set(part) & set(found) == set()
        found.update(part)
    return found


@FEW
@given(clouds(), COUNTS)
def test_shards_of_any_cloud_are_together_the_whole(cloud: Cloud, count: int) -> None:
    files = {**cloud.all_files, "oib.lock": lock_of(cloud.all_files)}
    assert together(files, count) == files_of(made(files))


@FEW
@given(SITES, COUNTS)
def test_shards_of_any_fleet_are_together_the_whole(numbers: list[int], count: int) -> None:
    assert together(fleet(numbers), count) == files_of(made(fleet(numbers)))


@FEW
@given(SITES, st.data())
def test_named_layers_are_what_the_whole_gives_for_them(numbers: list[int], data) -> None:
    whole = made(fleet(numbers))
    layers = sorted({each.layer for each in whole.found.deployments})
    chosen = data.draw(st.lists(st.sampled_from(layers), min_size=1, unique=True))
    part = files_of(made(fleet(numbers), Part(only=tuple(map(str, chosen)))))
    folders = tuple(f"{folder_of(layer)}/" for layer in chosen)
    lists = {f"oib-manifest.d/{folder_of(layer)}.json" for layer in chosen}
    everything = files_of(whole)
    assert part == {p: everything[p] for p in everything if p.startswith(folders) or p in lists}


@FEW
@given(SITES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_layer(numbers: list[int], random: Random) -> None:
    shuffled = list(numbers)
    random.shuffle(shuffled)
    found, other = (files_of(made(fleet(each))) for each in (numbers, shuffled))
    tops = {path for path in found if "/" not in path}
    assert {p: d for p, d in found.items() if p not in tops} == {
        p: d for p, d in other.items() if p not in tops
    }


@FEW
@given(SITES, SITES, COUNTS, st.randoms(use_true_random=False))
def test_shards_over_an_older_tree_make_the_tree_that_a_fresh_compile_makes(
    before: list[int], after: list[int], count: int, random: Random
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        out, fresh = str(Path(scratch, "out")), str(Path(scratch, "fresh"))
        put(out, made(fleet(before)))
        order = list(range(1, count + 1))
        random.shuffle(order)
        for number in order:
            put(out, made(fleet(after), Part(shard=(number, count))))
        whole = made(fleet(after))
        put(fresh, whole)
        assert standing(out) == standing(fresh)
        assert whole.tree.value is not None
        assert compare(out, whole.tree.value, head_of(whole)) == ()


def put(out: str, compiled: Compiled) -> None:
    assert compiled.tree.value is not None
    done = write(out, compiled.tree.value, head_of(compiled), compiled.scope)
    assert done.value is not None, done.diagnostics
