"""What the next run does where all was not well after a kill."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from blueprint.output.manifest import read_journal
from blueprint.output.writer import compare, repair, write
from tests.unit.output.trees import (
    GLOBALS,
    INVENTORY,
    MANIFEST,
    artifacts,
    contents,
    standing,
    tree,
)

OLD = tree(globals="a: 1\n", inventory="one\n", specs="x\n")
NEW = tree(globals="a: 2\n", inventory="two\n")


class StopError(BaseException):
    """Ends a run without giving it a chance to tidy up."""


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    """A folder in which one of two files has been replaced."""
    out = tmp_path / "out"
    write(str(out), OLD, MANIFEST)

    def stop(step: str) -> None:
        if step == f"replace {out / INVENTORY}":
            raise StopError

    with pytest.raises(StopError):
        write(str(out), NEW, MANIFEST, announce=stop)
    return out


def test_the_journal_names_what_is_in_doubt(torn):
    doubt = sorted(read_journal(torn))
    assert ["ceph.main/cephadm/specs.yml", "oib-manifest.json", GLOBALS, INVENTORY] == doubt


def test_repair_finishes_what_was_begun(torn):
    repair(str(torn))
    assert contents(NEW) == artifacts(torn)


def test_repair_leaves_no_doubt(torn):
    repair(str(torn))
    assert not read_journal(torn)


def test_repair_of_a_healthy_folder_does_nothing(tmp_path):
    write(str(tmp_path / "out"), OLD, MANIFEST)
    before = {
        path: os.stat(tmp_path / "out" / path).st_mtime_ns for path in standing(tmp_path / "out")
    }
    repair(str(tmp_path / "out"))
    assert before == {path: os.stat(tmp_path / "out" / path).st_mtime_ns for path in before}


def test_without_what_was_staged_the_next_tree_is_written_over_both_forms(torn):
    shutil.rmtree(torn / ".oib")
    write(str(torn), OLD, MANIFEST)
    assert contents(OLD) == artifacts(torn)


def test_an_edit_made_meanwhile_is_not_overwritten(torn):
    (torn / INVENTORY).write_text("edited\n")
    [fault] = write(str(torn), NEW, MANIFEST).diagnostics
    assert "OIB4101" == fault.rule.code


def test_check_tells_what_is_in_doubt(torn):
    found = [each.message for each in compare(str(torn), NEW, MANIFEST)]
    assert f"`{INVENTORY}` is in doubt" in found


def test_damage_to_what_was_staged_is_noticed(torn):
    (torn / ".oib" / "staging" / INVENTORY).write_text("damaged\n")
    repair(str(torn))
    assert b"one\n" == artifacts(torn)[INVENTORY]
