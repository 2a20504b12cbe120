"""The reference blueprint grows, and its two forms describe the same servers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from blueprint.cli.opening import locate, open_place
from blueprint.driver import Options, check_blueprint
from tests.benchmarks.region import counted, goals, grown, one_round

pytestmark = pytest.mark.slow

SERVERS = 90


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("region")
    racks = grown(folder / "rows", SERVERS)
    counted(folder / "rows", folder / "count")
    return folder, racks


def model_of(folder: Path, racks: int):
    found = check_blueprint(open_place(locate(str(folder))), Options((("racks", str(racks)),)))
    assert found.is_ok, found.diagnostics
    return found.model


def test_the_rack_plan_has_as_many_servers_as_were_asked_for(scratch):
    folder, racks = scratch
    with (folder / "rows" / "servers.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (len(rows), racks) == (SERVERS, 4)


def test_both_forms_have_the_same_groups_of_the_same_size(scratch):
    folder, racks = scratch
    sizes = [
        {ref: len(group) for ref, group in model_of(folder / name, racks).groups.items()}
        for name in ("rows", "count")
    ]
    assert sizes[0] == sizes[1]
    assert sum(sizes[0].values()) == SERVERS


def test_a_round_measures_compiles_and_explanations(scratch):
    folder, racks = scratch
    costs = one_round(folder, racks)
    assert [name for name in costs if name.startswith("explain")]
    assert goals([costs])[0].text == "CPU of rows from CSV to the same by `count`"
