"""A run that is killed leaves the old tree, the new one, or a journal from which the next run repairs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCENARIOS = [
    "into a new folder",
    "over an old tree",
    "a part into a new folder",
    "a part over an old tree",
]


@pytest.fixture(scope="module", params=SCENARIOS)
def records(request, tmp_path_factory) -> list[dict]:
    scratch = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.unit.output.killed_writer", request.param, str(scratch)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_are_steps_to_be_killed_at(records):
    assert len(records) > 15


def test_a_kill_leaves_the_old_tree_the_new_one_or_names_what_is_in_doubt(records):
    assert [] == [r for r in records if r["left"] not in ("old", "new", "in doubt")]


def test_what_is_in_doubt_is_settled_by_the_next_run_before_anything_else(records):
    assert [] == [r for r in records if r["repaired"] not in ("old", "new")]


def test_a_tree_in_doubt_becomes_the_new_one(records):
    assert [] == [r for r in records if r["left"] == "in doubt" and r["repaired"] != "new"]


def test_the_next_run_gives_the_new_tree(records):
    assert [] == [r for r in records if r["finally"] != "new"]


def test_the_next_run_leaves_nothing_beside_the_folder(records):
    assert [] == [r for r in records if r["beside"] != ["out"]]


def test_the_next_run_leaves_nothing_staged(records):
    assert [] == [r for r in records if r["staged"]]
