"""`oib fmt`: files, folders and standard input."""

from __future__ import annotations

import json
import os
import stat

import pytest

UGLY = "blueprint a { language=1 }\nparam   x: int=3 # three\n"


@pytest.fixture
def pretty(oib) -> str:
    """How the text looks when it is laid out."""
    return oib("fmt", "-", stdin=UGLY.encode()).out


@pytest.fixture
def ugly(tmp_path):
    path = tmp_path / "a.oib"
    path.write_text(UGLY)
    return path


def test_standard_input_is_laid_out_to_standard_output(pretty):
    assert (True, False) == ("param x: int = 3  # three\n" in pretty, pretty == UGLY)


def test_laying_out_twice_changes_nothing(oib, pretty):
    assert pretty == oib("fmt", "-", stdin=pretty.encode()).out


def test_a_file_is_laid_out_in_place(oib, ugly, pretty):
    ran = oib("fmt", "a.oib")
    assert (0, pretty) == (ran.code, ugly.read_text())


def test_what_was_laid_out_is_named(oib, ugly):
    assert "laid out a.oib\n" == oib("fmt", "a.oib").err


def test_a_folder_is_searched(oib, tmp_path, ugly, pretty):
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "b.oib").write_text(UGLY)
    (tmp_path / "modules" / "b.txt").write_text(UGLY)
    oib("fmt")
    assert (pretty, pretty, UGLY) == (
        ugly.read_text(),
        (tmp_path / "modules" / "b.oib").read_text(),
        (tmp_path / "modules" / "b.txt").read_text(),
    )


def test_hidden_folders_are_not_searched(oib, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.oib").write_text(UGLY)
    oib("fmt")
    assert UGLY == (tmp_path / ".git" / "a.oib").read_text()


def test_check_changes_nothing_and_fails(oib, ugly):
    ran = oib("fmt", "--check")
    assert (1, UGLY, "would lay out a.oib\n") == (ran.code, ugly.read_text(), ran.err)


def test_check_of_what_is_laid_out_is_fine(oib, ugly):
    oib("fmt")
    assert (0, "", "") == oib("fmt", "--check")


def test_diff_shows_what_would_change(oib, ugly):
    ran = oib("fmt", "--diff", "a.oib")
    assert (1, True, True, UGLY) == (
        ran.code,
        "-param   x: int=3 # three\n" in ran.out,
        "+param x: int = 3  # three\n" in ran.out,
        ugly.read_text(),
    )


def test_a_file_with_syntax_errors_stays_as_it_is(oib, tmp_path):
    (tmp_path / "a.oib").write_text("blueprint a {\n")
    ran = oib("fmt")
    assert (1, "blueprint a {\n", True) == (
        ran.code,
        (tmp_path / "a.oib").read_text(),
        "--> a.oib:" in ran.err,
    )


def test_standard_input_with_syntax_errors_comes_back_as_it_was(oib):
    ran = oib("fmt", "-", stdin=b"blueprint a {\n")
    assert (1, "blueprint a {\n") == (ran.code, ran.out)


def test_a_missing_file_does_not_keep_others_from_being_laid_out(oib, ugly, pretty):
    ran = oib("fmt", "nowhere.oib", "a.oib")
    assert (1, pretty) == (ran.code, ugly.read_text())


def test_permissions_stay(oib, ugly):
    ugly.chmod(0o640)
    oib("fmt")
    assert 0o640 == stat.S_IMODE(os.stat(ugly).st_mode)


def test_a_link_stays_a_link(oib, tmp_path, ugly, pretty):
    (tmp_path / "link.oib").symlink_to("a.oib")
    oib("fmt", "link.oib")
    assert (True, pretty) == ((tmp_path / "link.oib").is_symlink(), ugly.read_text())


def test_json_names_the_files(oib, ugly):
    assert ["a.oib"] == json.loads(oib("fmt", "--check", "--format", "json").out)["files"]


def test_a_file_in_another_encoding_is_a_diagnostic(oib, tmp_path):
    (tmp_path / "a.oib").write_bytes(b"# caf\xe9\n")
    ran = oib("fmt")
    assert (1, True) == (ran.code, "it is not UTF-8" in ran.err)
