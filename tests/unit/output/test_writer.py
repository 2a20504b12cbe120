"""What the writer does to a folder: writes what changed, removes what is stale, and leaves the rest alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from blueprint.output.manifest import File, decode
from blueprint.output.writer import compare, write
from tests.unit.output.trees import (
    GLOBALS,
    INVENTORY,
    MANIFEST,
    SPECS,
    artifacts,
    contents,
    standing,
    tree,
)

OLD = tree(globals="a: 1\n", inventory="[control]\n", specs="osd: yes\n")
NEW = tree(globals="a: 2\n", inventory="[control]\n", extra__deep__file="x\n")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write(str(tmp_path / "out"), OLD, MANIFEST)
    return tmp_path / "out"


def codes(outcome) -> list[str]:
    return [each.rule.code for each in outcome.diagnostics]


def test_a_new_folder_holds_the_tree_and_a_manifest(tmp_path):
    write(str(tmp_path / "a" / "out"), OLD, MANIFEST)
    assert {*contents(OLD), "oib-manifest.json"} == set(standing(tmp_path / "a" / "out"))


def test_nothing_but_the_folder_is_left_beside_it(tmp_path):
    write(str(tmp_path / "out"), OLD, MANIFEST)
    assert os.listdir(tmp_path) == ["out"]


def test_a_second_tree_takes_the_place_of_the_first(out):
    write(str(out), NEW, MANIFEST)
    assert contents(NEW) == artifacts(out)


def test_only_changed_files_are_written(out):
    done = write(str(out), NEW, MANIFEST).value
    assert ("extra/deep/file", GLOBALS, "oib-manifest.json") == done.written


def test_a_file_that_did_not_change_keeps_its_inode(out):
    before = os.stat(out / INVENTORY).st_ino
    write(str(out), NEW, MANIFEST)
    assert before == os.stat(out / INVENTORY).st_ino


def test_stale_files_and_the_folders_they_leave_empty_go(out):
    write(str(out), NEW, MANIFEST)
    assert not (out / "ceph.main").exists()


def test_writing_the_same_again_writes_nothing(out):
    before = {path: os.stat(out / path).st_mtime_ns for path in standing(out)}
    done = write(str(out), OLD, MANIFEST).value
    assert ((), before) == (
        done.written,
        {path: os.stat(out / path).st_mtime_ns for path in standing(out)},
    )


def test_files_of_others_are_never_touched(out):
    (out / "openstack.core" / "notes.txt").write_text("mine")
    (out / "ceph.main" / "cephadm" / "mine").write_text("mine too")
    write(str(out), NEW, MANIFEST)
    found = artifacts(out)
    assert (b"mine", b"mine too") == (
        found["openstack.core/notes.txt"],
        found["ceph.main/cephadm/mine"],
    )


def test_an_edited_file_is_named(out):
    (out / GLOBALS).write_text("a: 3\n")
    [fault] = write(str(out), NEW, MANIFEST).diagnostics
    assert (fault.rule.code, GLOBALS in fault.message) == ("OIB4101", True)


def test_nothing_is_written_where_a_file_was_edited(out):
    (out / GLOBALS).write_text("a: 3\n")
    before = standing(out)
    write(str(out), NEW, MANIFEST)
    assert before == standing(out)


def test_force_overwrites_an_edited_file(out):
    (out / GLOBALS).write_text("a: 3\n")
    write(str(out), NEW, MANIFEST, is_forced=True)
    assert contents(NEW) == artifacts(out)


def test_an_edited_file_that_would_be_removed_stays(out):
    (out / SPECS).write_text("edited")
    assert ["OIB4101"] == codes(write(str(out), NEW, MANIFEST))


def test_an_edit_that_makes_a_file_what_it_would_be_is_no_fault(out):
    (out / GLOBALS).write_text("a: 2\n")
    assert [] == codes(write(str(out), NEW, MANIFEST))


def test_a_file_that_was_deleted_is_written_again(out):
    (out / GLOBALS).unlink()
    write(str(out), OLD, MANIFEST)
    assert contents(OLD) == artifacts(out)


def test_a_foreign_file_in_the_way_stays_even_with_force(out):
    (out / "extra" / "deep").mkdir(parents=True)
    (out / "extra" / "deep" / "file").write_text("mine")
    assert ["OIB4102"] == codes(write(str(out), NEW, MANIFEST, is_forced=True))


def test_a_foreign_file_that_is_what_it_would_be_is_taken_over(out):
    (out / "oib-manifest.json").unlink()
    assert [] == codes(write(str(out), OLD, MANIFEST))


def test_a_foreign_file_where_a_folder_should_be_is_named(out):
    (out / "extra").write_text("mine")
    assert ["OIB4102"] == codes(write(str(out), NEW, MANIFEST))


def test_a_file_of_ours_makes_room_for_a_folder(out):
    write(str(out), tree(thing="x"), MANIFEST)
    write(str(out), tree(thing__inside="y"), MANIFEST)
    assert {"thing/inside": b"y"} == artifacts(out)


def test_a_folder_of_ours_makes_room_for_a_file(out):
    write(str(out), tree(thing__inside="y"), MANIFEST)
    write(str(out), tree(thing="x"), MANIFEST)
    assert {"thing": b"x"} == artifacts(out)


def test_a_link_to_a_folder_is_not_entered(tmp_path, out):
    (tmp_path / "elsewhere").mkdir()
    (out / "extra").symlink_to(tmp_path / "elsewhere")
    found = write(str(out), NEW, MANIFEST)
    assert (["OIB4103"], []) == (codes(found), os.listdir(tmp_path / "elsewhere"))


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path, out):
    (tmp_path / "precious").write_text("precious")
    (out / GLOBALS).unlink()
    (out / GLOBALS).symlink_to(tmp_path / "precious")
    found = write(str(out), NEW, MANIFEST, is_forced=True)
    assert (["OIB4103"], "precious") == (codes(found), (tmp_path / "precious").read_text())


def test_a_stale_file_below_a_link_is_not_removed(tmp_path, out):
    (tmp_path / "elsewhere" / "cephadm").mkdir(parents=True)
    (tmp_path / "elsewhere" / "cephadm" / "specs.yml").write_text("osd: yes\n")
    (out / SPECS).unlink()
    (out / "ceph.main" / "cephadm").rmdir()
    (out / "ceph.main").rmdir()
    (out / "ceph.main").symlink_to(tmp_path / "elsewhere")
    assert ["OIB4103"] == codes(write(str(out), NEW, MANIFEST))


def test_the_output_folder_itself_may_be_a_link(tmp_path, out):
    (tmp_path / "link").symlink_to(out)
    write(str(tmp_path / "link"), NEW, MANIFEST)
    assert contents(NEW) == artifacts(out)


@pytest.mark.parametrize(
    "damage",
    ["<<<<<<< HEAD\n", "[" * 200_000, '{"manifest": ' * 200_000, "null", '{"manifest": 1e999}'],
    ids=["merged", "deep", "deeper", "nothing", "endless"],
)
def test_a_damaged_manifest_stops_the_writer(out, damage):
    (out / "oib-manifest.json").write_text(damage)
    before = standing(out)
    assert (["OIB4107"], before) == (codes(write(str(out), NEW, MANIFEST)), standing(out))


def test_a_manifest_cannot_name_files_outside(tmp_path, out):
    (tmp_path / "victim").write_text("")
    text = (out / "oib-manifest.json").read_text()
    (out / "oib-manifest.json").write_text(text.replace(SPECS, "../victim"))
    assert ["OIB4107"] == codes(write(str(out), NEW, MANIFEST))


def test_an_executable_is_one(tmp_path):
    write(str(tmp_path / "out"), {"run": File(b"#!/bin/sh\n", is_executable=True)}, MANIFEST)
    assert os.access(tmp_path / "out" / "run", os.X_OK)


def test_a_lost_executable_bit_comes_back(tmp_path):
    wanted = {"run": File(b"#!/bin/sh\n", is_executable=True)}
    write(str(tmp_path / "out"), wanted, MANIFEST)
    (tmp_path / "out" / "run").chmod(0o644)
    write(str(tmp_path / "out"), wanted, MANIFEST)
    assert os.access(tmp_path / "out" / "run", os.X_OK)


def test_a_file_in_place_of_the_folder_is_a_diagnostic(tmp_path):
    (tmp_path / "out").write_text("a file")
    assert ["OIB4108"] == codes(write(str(tmp_path / "out"), OLD, MANIFEST))


def test_the_manifest_tells_digest_size_mode_and_source(tmp_path):
    file = File(b"abc", layer="openstack.core", target="kolla_ansible")
    write(str(tmp_path / "out"), {"f": file}, MANIFEST)
    entry = decode((tmp_path / "out" / "oib-manifest.json").read_bytes()).files["f"]
    assert (3, False, "openstack.core", "kolla_ansible") == (
        entry.size,
        entry.is_executable,
        entry.layer,
        entry.target,
    )


def test_check_finds_what_differs_is_missing_and_is_stale(out):
    (out / INVENTORY).unlink()
    found = [each.message for each in compare(str(out), NEW, MANIFEST)]
    assert [
        "`extra/deep/file` is missing",
        f"`{GLOBALS}` differs",
        f"`{INVENTORY}` is missing",
        "`oib-manifest.json` differs",
        f"`{SPECS}` is stale",
    ] == found


def test_check_finds_nothing_in_a_folder_that_is_as_it_should_be(out):
    assert () == compare(str(out), OLD, MANIFEST)


def test_check_makes_no_folder(tmp_path):
    compare(str(tmp_path / "out"), OLD, MANIFEST)
    assert [] == os.listdir(tmp_path)


def test_a_second_run_at_the_same_time_is_told_to_wait(out):
    outcomes = []

    def meanwhile(step: str) -> None:
        if step.startswith("replace") and not outcomes:
            outcomes.append(write(str(out), NEW, MANIFEST))

    write(str(out), NEW, MANIFEST, announce=meanwhile)
    assert ["OIB4106"] == codes(outcomes[0])


def test_a_second_run_into_a_new_folder_is_told_to_wait(tmp_path):
    outcomes = []

    def meanwhile(step: str) -> None:
        if step.startswith("open") and step.endswith("globals.yml") and not outcomes:
            outcomes.append(write(str(tmp_path / "out"), NEW, MANIFEST))

    write(str(tmp_path / "out"), OLD, MANIFEST, announce=meanwhile)
    assert ["OIB4106"] == codes(outcomes[0])
