"""`oib explain`: codes, lines and keys of artifacts."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.mark.parametrize("code", ["OIB4101", "oib4101"])
def test_a_code_has_its_page(oib, code):
    ran = oib("explain", code)
    assert (0, True) == (ran.code, ran.out.startswith("# OIB4101"))


def test_an_unknown_code_is_met_with_the_nearest(oib):
    ran = oib("explain", "OIB4199")
    assert (2, True) == (ran.code, "there is no code `OIB4199`; did you mean `OIB41" in ran.err)


@pytest.mark.parametrize(
    "what",
    ["out/hosts.node/stranger/list.yml:3", "list.yml:3", "list.yml:node-2", "node-2"],
)
def test_a_line_names_its_rule_and_member(hall, what):
    hall.compile()
    ran = hall.oib("explain", what)
    assert (0, True) == (ran.code, "a host of the layer, of hosts.node[2]" in ran.out)


def test_a_line_names_every_cause_with_its_place(hall):
    hall.compile()
    out = hall.oib("explain", "list.yml:2").out
    places = ('prefix: string = "node"', 'name = "${prefix}-${n}"', 'os = "ubuntu-24.04"')
    assert [] == [place for place in places if place not in out]


def test_a_value_from_the_command_line_is_named(hall):
    hall.compile("--set", "prefix=cmp")
    assert "--set" in hall.oib("explain", "list.yml:2").out


def test_a_line_that_the_blueprint_did_not_decide_says_so(hall):
    hall.compile()
    assert "nothing in the blueprint decided this line" in hall.oib("explain", "list.yml:1").out


def test_an_edited_file_is_told(hall):
    hall.compile()
    hall.list.write_text("new first line\n" + hall.list.read_text())
    assert "edited after oib wrote it" in hall.oib("explain", "list.yml:2").out


@pytest.mark.parametrize(
    "damage",
    [None, "{", "null\n", "[" * 100_000, '{"oib-source-map":1,"files":5,"members":[]}\n',
     '{"oib-source-map":1,"files":{"stranger/list.yml":[0,9,9]},"members":[]}\n{"runs":[[1,[7]]]}',
     '{"oib-source-map":1,"files":{"stranger/list.yml":"x"},"members":[]}\n'],
    ids=["gone", "cut", "nothing", "deep", "no files", "short", "no place"],
)  # fmt: skip
def test_a_damaged_source_map_is_told(hall, damage):
    hall.compile()
    path = hall.list.parent.parent / "oib-source-map.jsonl"
    path.unlink()
    if damage is not None:
        path.write_text(damage)
    ran = hall.oib("explain", "list.yml:2")
    assert (1, True) == (ran.code, "OIB4121" in ran.err)


def test_an_unknown_artifact_is_met_with_the_nearest(hall):
    hall.compile()
    ran = hall.oib("explain", "out/hosts.node/stranger/lists.yml:1")
    assert (1, True) == (ran.code, "OIB4110" in ran.err and "stranger/list.yml`?" in ran.err)


def test_a_line_past_the_end_is_a_diagnostic(hall):
    hall.compile()
    ran = hall.oib("explain", "list.yml:99")
    assert (1, True) == (ran.code, "OIB4113" in ran.err)


def test_an_unknown_key_is_met_with_the_nearest(hall):
    hall.compile()
    ran = hall.oib("explain", "list.yml:node-22")
    assert (1, True) == (ran.code, "OIB4111" in ran.err and "did you mean `node-2`?" in ran.err)


def test_without_a_manifest_there_is_nothing_to_explain(oib):
    ran = oib("explain", "globals.yml:1")
    assert (1, True) == (ran.code, "OIB4112" in ran.err)


def test_a_folder_that_was_moved_asks_for_its_blueprint(hall, tmp_path):
    hall.compile()
    shutil.rmtree(hall.out / ".oib")
    ran = hall.oib("explain", "list.yml:2")
    assert (1, True) == (ran.code, "OIB4114" in ran.err)


def test_the_blueprint_can_be_named(hall):
    hall.compile()
    shutil.rmtree(hall.out / ".oib")
    assert "prefix: string" in hall.oib("explain", "list.yml:2", "--blueprint", "hall").out


def test_the_folder_can_be_named(hall, tmp_path):
    hall.oib("compile", "hall", "-o", "elsewhere", "--target", "stranger")
    assert 0 == hall.oib("explain", "node-1", "-o", "elsewhere").code


def test_the_run_book_is_written_by_oib_itself(hall):
    hall.compile()
    assert "written by oib itself" in hall.oib("explain", "out/DEPLOY.md:1").out


def test_a_key_may_look_like_a_code(hall):
    hall.text = hall.text.replace('"${prefix}-${n}"', '"${prefix}${n}"')
    hall.compile("--set", "prefix=node00")
    assert "of hosts.node[2]" in hall.oib("explain", "node002").out


def test_programs_get_every_cause_with_its_place(hall):
    hall.compile()
    answer = json.loads(hall.oib("explain", "list.yml:2", "--format", "json").out)
    (line,) = answer["lines"]
    assert (answer["version"], line["artifact"], line["line"], line["text"]) == (
        1, "hosts.node/stranger/list.yml", 2, "  node-1: ubuntu-24.04",
    )  # fmt: skip
    assert (line["layer"], line["target"], line["member"]) == (
        "hosts.node",
        "stranger",
        "hosts.node[1]",
    )
    named = [c for c in line["causes"] if c["text"] == "states `name`"]
    assert [(c["place"]["path"], c["place"]["start"]["line"]) for c in named] == [
        ("hall/main.oib", 27)
    ]


def test_programs_get_the_page_of_a_code(oib):
    answer = json.loads(oib("explain", "OIB4101", "--format", "json").out)
    assert (answer["code"], answer["page"].startswith("# OIB4101")) == ("OIB4101", True)


def test_programs_are_told_what_cannot_be_explained(oib):
    ran = oib("explain", "globals.yml:1", "--format", "json")
    assert (ran.code, [d["code"] for d in json.loads(ran.out)["diagnostics"]]) == (1, ["OIB4112"])
