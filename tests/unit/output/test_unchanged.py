"""When a compile may be skipped, and when not."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from blueprint.loader import MANIFESTS, FileLoader
from blueprint.output.manifest import Settings
from blueprint.output.unchanged import digest_of_oib, unchanged
from blueprint.output.writer import write
from tests.unit.output.trees import GLOBALS, MANIFEST, tree

SETTINGS = Settings(sets=(("release", "2026.1"),), env="lab")


@pytest.fixture
def cloud(tmp_path: Path) -> Path:
    (tmp_path / "main.oib").write_text("blueprint cloud { language = 1 }\n")
    (tmp_path / "data.csv").write_text("a,b\n")
    inputs = {p.name: sha256(p.read_bytes()).hexdigest() for p in tmp_path.iterdir()}
    manifest = replace(
        MANIFEST, digest=digest_of_oib(), inputs={**inputs, "absent.csv": None}, settings=SETTINGS
    )
    write(str(tmp_path / "out"), tree(globals="a: 1\n", specs="x\n"), manifest)
    return tmp_path


def is_unchanged(cloud: Path, main: str = "main.oib", settings: Settings = SETTINGS) -> bool:
    return unchanged(str(cloud / "out"), str(cloud), main, settings) is not None


def test_a_run_on_the_same_inputs_is_unchanged(cloud):
    assert is_unchanged(cloud)


def test_a_changed_input_is_a_change(cloud):
    (cloud / "data.csv").write_text("a,c\n")
    assert not is_unchanged(cloud)


def test_a_missing_input_is_a_change(cloud):
    (cloud / "data.csv").unlink()
    assert not is_unchanged(cloud)


def test_an_input_that_was_looked_for_in_vain_and_is_there_now_is_a_change(cloud):
    (cloud / "absent.csv").write_text("")
    assert not is_unchanged(cloud)


def test_a_new_lock_file_is_a_change(cloud):
    (cloud / "oib.lock").write_text("{}")
    assert not is_unchanged(cloud)


def test_other_options_are_a_change(cloud):
    assert not is_unchanged(cloud, settings=replace(SETTINGS, env="production"))


def test_another_release_to_come_from_is_a_change(cloud):
    assert not is_unchanged(cloud, settings=replace(SETTINGS, origin="2025.1"))


def test_another_main_file_is_a_change(cloud):
    assert not is_unchanged(cloud, main="data.csv")


def test_an_edited_artifact_is_a_change(cloud):
    (cloud / "out" / GLOBALS).write_text("edited")
    assert not is_unchanged(cloud)


def test_a_missing_artifact_is_a_change(cloud):
    (cloud / "out" / GLOBALS).unlink()
    assert not is_unchanged(cloud)


def test_a_folder_that_became_a_link_is_a_change(cloud):
    (cloud / "out" / "ceph.main").rename(cloud / "elsewhere")
    (cloud / "out" / "ceph.main").symlink_to(cloud / "elsewhere")
    assert not is_unchanged(cloud)


def test_another_oib_is_a_change(cloud):
    path = cloud / "out" / "oib-manifest.json"
    path.write_text(path.read_text().replace(digest_of_oib(), "0" * 64))
    assert not is_unchanged(cloud)


def test_no_manifest_is_a_change(cloud):
    (cloud / "out" / "oib-manifest.json").unlink()
    assert not is_unchanged(cloud)


def test_a_folder_that_is_not_there_is_a_change(cloud):
    assert unchanged(str(cloud / "nowhere"), str(cloud), "main.oib", SETTINGS) is None


def test_a_file_that_comes_into_a_folder_of_manifests_is_a_change(tmp_path):
    folder = tmp_path / "manifests"
    folder.mkdir()
    (tmp_path / "main.oib").write_text("blueprint cloud { language = 1 }\n")
    (folder / "a.yaml").write_text("a: 1\n")
    loader = FileLoader(tmp_path)
    assert loader.files_in("manifests", MANIFESTS) == ["manifests/a.yaml"]
    inputs = {each.path: each.sha256 for each in loader.inputs()}
    manifest = replace(MANIFEST, digest=digest_of_oib(), inputs=inputs, settings=SETTINGS)
    write(str(tmp_path / "out"), tree(globals="a: 1\n", specs="x\n"), manifest)
    assert is_unchanged(tmp_path)
    (folder / "notes.txt").write_text("of no account")
    assert is_unchanged(tmp_path)
    (folder / "b.yaml").write_text("b: 1\n")
    assert not is_unchanged(tmp_path)


def test_a_folder_of_manifests_that_is_gone_is_a_change(cloud):
    manifest = replace(
        MANIFEST, digest=digest_of_oib(), inputs={"gone/": "0" * 64}, settings=SETTINGS
    )
    write(str(cloud / "out"), tree(globals="a: 1\n", specs="x\n"), manifest)
    assert not is_unchanged(cloud)
