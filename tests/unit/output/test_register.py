"""The register is given back as it was left, and anything else in its place is none."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprint.output.manifest import Settings
from blueprint.output.register import Claims, Emitted, Origin, Register, recall, remember
from blueprint.resolve.rows import RowId

ROW, OTHER = RowId("a.csv", 0), RowId("a.csv", 3)
REGISTER = Register(
    texts={"a.csv": "name\none\n"},
    claims={ROW: Claims((1, 2, 1 << 90, 1 << 91), ("02:00:00:00:00:01",)), OTHER: Claims()},
    tied=frozenset({OTHER}),
    crossed=frozenset({"seq"}),
    layers={"starlingx.edge/one": Emitted(ROW, "00ff")},
)
ORIGIN = Origin(
    "digest",
    "main.oib",
    Settings((("a", "1"),), ("lab.oib",), "lab", ("starlingx",), None),
    {"main.oib": "aa", "missing.txt": None},
)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / ".oib").mkdir()
    remember(str(tmp_path), REGISTER, ORIGIN)
    return tmp_path


def path_in(folder: Path) -> Path:
    return folder / ".oib" / "register.json"


def rewrite(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Changes what the register says, under a digest that fits."""
    data = json.loads(path_in(folder).read_bytes().partition(b"\n")[2])
    changed = change(data)
    body = json.dumps(data if changed is None else changed).encode()
    path_in(folder).write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def test_what_is_remembered_is_recalled(folder):
    assert recall(str(folder)) == (REGISTER, ORIGIN)


def test_a_rewritten_register_is_recalled_where_its_shape_is_right(folder):
    rewrite(folder, lambda _: None)
    assert recall(str(folder)) == (REGISTER, ORIGIN)


def test_nothing_to_remember_takes_away_what_was(folder):
    remember(str(folder), None, ORIGIN)
    assert recall(str(folder)) is None
    assert [each.name for each in (folder / ".oib").iterdir()] == []


def test_without_a_folder_nothing_is_recalled_nor_remembered(tmp_path):
    remember(str(tmp_path / "none"), REGISTER, ORIGIN)
    assert recall(str(tmp_path / "none")) is None


@pytest.mark.parametrize("at", [0, 40, 64, 65, 70, 200, -1])
def test_a_damaged_byte_makes_it_none(folder, at):
    data = bytearray(path_in(folder).read_bytes())
    data[at] ^= 1
    path_in(folder).write_bytes(data)
    assert recall(str(folder)) is None


@pytest.mark.parametrize("size", [0, 10, 65, 300])
def test_a_part_of_it_is_none(folder, size):
    path_in(folder).write_bytes(path_in(folder).read_bytes()[:size])
    assert recall(str(folder)) is None


def test_a_link_is_none(folder):
    path_in(folder).rename(folder / "elsewhere")
    path_in(folder).symlink_to(folder / "elsewhere")
    assert recall(str(folder)) is None


def test_a_pipe_is_none(folder):
    path_in(folder).unlink()
    os.mkfifo(path_in(folder))
    assert recall(str(folder)) is None


def rows(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["files"]["a.csv"]["rows"]
    return found


SHAPES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a list": lambda _: [],
    "a number": lambda _: 7,
    "another format": lambda data: data | {"format": 2},
    "no format": lambda _: {},
    "a row without a number": lambda data: rows(data).update(x=[[], []]),
    "an interval without an end": lambda data: rows(data).update({"0": [[1], []]}),
    "an interval of texts": lambda data: rows(data).update({"0": [["1", "2"], []]}),
    "an interval of truths": lambda data: rows(data).update({"0": [[True, True], []]}),
    "an interval of decimals": lambda data: rows(data).update({"0": [[1.5, 2.5], []]}),
    "a MAC address that is a number": lambda data: rows(data).update({"0": [[], [1]]}),
    "rows that are a list": lambda data: data["files"].update({"a.csv": {"text": "", "rows": []}}),
    "a text that is none": lambda data: data["files"]["a.csv"].update(text=1),
    "a layer without a digest": lambda data: data["layers"].update(x=["a.csv", 0]),
    "a layer of a row that is a text": lambda data: data["layers"].update(x=["a.csv", "0", "ff"]),
    "a tie of three": lambda data: data["tied"].append(["a.csv", 0, 1]),
    "a column that is a number": lambda data: data["crossed"].append(1),
    "settings that are a list": lambda data: data.update(settings=[]),
    "an input that is a number": lambda data: data["inputs"].update(x=1),
    "an oib that is a number": lambda data: data.update(oib=1),
}


@pytest.mark.parametrize("name", SHAPES)
def test_another_shape_is_none_even_under_a_digest_that_fits(folder, name):
    rewrite(folder, SHAPES[name])
    assert recall(str(folder)) is None


def test_a_shape_without_an_end_is_none(folder):
    body = b"[" * 200_000
    path_in(folder).write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert recall(str(folder)) is None
