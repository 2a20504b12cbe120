"""Loaders read what a blueprint may read, and remember it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from blueprint.diagnostics import Diagnostic
from blueprint.loader import (
    FILE_LIMIT,
    SOURCE_LIMIT,
    FileLoader,
    MemoryLoader,
    library,
    resolve_path,
)
from blueprint.source import Source


@pytest.mark.parametrize(
    ("base", "written", "expected"),
    [
        ("main.oib", "a.csv", "a.csv"),
        ("main.oib", "./data/a.csv", "data/a.csv"),
        ("modules/m.oib", "../a.csv", "a.csv"),
        ("modules/m.oib", "a.csv", "modules/a.csv"),
        ("std:hardware/generic.oib", "other.oib", "std:hardware/other.oib"),
    ],
)
def test_a_path_is_relative_to_the_file_that_names_it(base, written, expected):
    assert resolve_path(base, written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "../a",
        "a/../../b",
        "/etc/passwd",
        "..",
        "C:\\x",
        "a\\b",
        "\\\\host\\share",
        "a\0b",
        "std:x/y",
    ],
)
def test_a_path_does_not_leave_the_folder(written):
    assert resolve_path("main.oib", written) is None


def test_a_module_of_the_library_does_not_reach_into_the_blueprint():
    assert resolve_path("std:hardware/generic.oib", "../../main.oib") is None


def test_inputs_are_what_was_read_with_its_digest():
    loader = MemoryLoader({"main.oib": "x", "a.csv": "y", "unread.csv": "z"})
    loader.text("a.csv", None, 100)
    assert [tuple(i)[:2] for i in loader.inputs()] == [("a.csv", hashlib.sha256(b"y").hexdigest())]


def test_the_library_is_no_input():
    loader = MemoryLoader({})
    assert isinstance(loader.text("std:" + library()[0], None, SOURCE_LIMIT), Source)
    assert loader.inputs() == ()


def test_a_byte_order_mark_and_foreign_line_ends_are_read_over():
    loader = MemoryLoader({"a": b"\xef\xbb\xbfx\r\ny\rz"})
    assert loader.text("a", None, 100).text == "x\ny\nz"  # type: ignore[union-attr]  # a source


def test_what_is_not_utf8_is_refused():
    found = MemoryLoader({"a": b"ab\xff"}).text("a", None, 100)
    assert isinstance(found, Diagnostic)
    assert "not UTF-8 (byte 3)" in found.message


def test_a_file_that_is_too_large_is_refused():
    found = MemoryLoader({"a": "x" * 101}).text("a", None, 100)
    assert isinstance(found, Diagnostic)
    assert found.rule.code == "OIB2030"


def test_too_many_files_are_refused():
    loader = MemoryLoader({str(i): "" for i in range(FILE_LIMIT + 1)})
    found = [loader.text(str(i), None, 100) for i in range(FILE_LIMIT + 1)]
    assert [d.rule.code for d in found if isinstance(d, Diagnostic)] == ["OIB2030"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "blueprint"
    folder.mkdir()
    os.symlink(tmp_path / "secret", folder / "a.csv")
    found = FileLoader(folder).text("a.csv", None, 100)
    assert isinstance(found, Diagnostic)
    assert "outside the blueprint's folder" in found.message


def test_a_link_inside_the_folder_is_followed(tmp_path):
    (tmp_path / "b.csv").write_text("x")
    os.symlink("b.csv", tmp_path / "a.csv")
    assert FileLoader(tmp_path).text("a.csv", None, 100).text == "x"  # type: ignore[union-attr]


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a").mkdir()
    assert isinstance(FileLoader(tmp_path).text("a", None, 100), Diagnostic)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_refused_before_anything_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "p.csv")
    found = FileLoader(tmp_path).text("p.csv", None, 100)
    assert isinstance(found, Diagnostic)
    assert (found.rule.code, "not a regular file" in found.message) == ("OIB2028", True)


def test_a_device_is_no_file():
    assert FileLoader(Path("/dev")).obstacle("null") == "it is not a regular file"


def test_why_a_file_cannot_be_had_is_told_of_what_is_only_named_too(tmp_path):
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "blueprint"
    folder.mkdir()
    os.symlink(tmp_path / "secret", folder / "ca.pem")
    obstacle = FileLoader(folder).obstacle("ca.pem")
    assert obstacle == "it lies outside the blueprint's folder"
