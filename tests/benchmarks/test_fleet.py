"""The fleet grows as asked, and a round measures what the goals are about."""

from __future__ import annotations

from collections import Counter

import pytest

from blueprint.cli.opening import locate, open_place
from blueprint.driver import Options, check_blueprint
from blueprint.model import StarlingX
from tests.benchmarks.fleet import changed, goals, grown, one_round

pytestmark = pytest.mark.slow

SITES = 12


def test_there_are_as_many_sites_as_were_asked_for(tmp_path):
    grown(tmp_path / "fleet", SITES)
    found = check_blueprint(open_place(locate(str(tmp_path / "fleet"))), Options())
    assert found.is_ok, found.diagnostics
    assert len(found.model.of(StarlingX)) == SITES + 1


def test_sites_are_spread_over_as_many_system_controllers_as_the_release_needs(tmp_path):
    grown(tmp_path / "fleet", SITES, subclouds=5)
    found = check_blueprint(open_place(locate(str(tmp_path / "fleet"))), Options())
    assert found.is_ok, found.diagnostics
    sites = Counter(system.of for system in found.model.of(StarlingX).values())
    assert sites == {
        None: 3, "starlingx.central": 5, "starlingx.central_1": 5, "starlingx.central_2": 2,
    }  # fmt: skip


def test_one_row_is_changed(tmp_path):
    grown(tmp_path / "fleet", SITES)
    path = tmp_path / "fleet" / "subclouds.csv"
    before = path.read_text().splitlines()
    changed(tmp_path / "fleet", 5)
    after = path.read_text().splitlines()
    assert [6] == [
        n for n, lines in enumerate(zip(before, after, strict=True)) if len(set(lines)) > 1
    ]


def test_a_round_measures_every_goal(tmp_path):
    rounds = {sites: [one_round(tmp_path, sites)] for sites in (10, 20)}
    assert [60, 1500, 1.1, 0.1] == [goal.limit for goal in goals(rounds)]
