"""`oib compile`, from arguments to the folder it leaves."""

from __future__ import annotations

import json
from hashlib import sha256

from blueprint.output.manifest import journal
from tests.unit.output.trees import standing


def test_a_compile_writes_what_the_target_gives(hall):
    hall.compile()
    assert "all:\n  node-1: ubuntu-24.04\n  node-2: ubuntu-24.04\n  node-3: ubuntu-24.04\n" == (
        hall.list.read_text()
    )


def test_a_compile_leaves_a_run_book_an_order_a_manifest_and_a_source_map(hall):
    hall.compile()
    assert {
        "DEPLOY.md",
        "order.json",
        "oib-manifest.json",
        "oib-manifest.d/hosts.node.json",
        "hosts.node/oib-source-map.jsonl",
        "hosts.node/stranger/list.yml",
    } == set(standing(hall.out))


def test_the_summary_tells_what_was_made_and_what_to_do_next(hall):
    out = hall.compile().out
    parts = ("hosts.node/stranger/", "wave 1: hosts.node with stranger", "next: read out/DEPLOY.md")
    assert [] == [part for part in parts if part not in out]


def test_quiet_says_nothing(hall):
    assert (0, "", "") == hall.compile("--quiet")


def test_parameters_decide_the_output(hall):
    hall.compile("--set", "count=1", "--set", "prefix=cmp")
    assert "all:\n  cmp-1: ubuntu-24.04\n" == hall.list.read_text()


def test_a_parameter_file_may_lie_outside_the_blueprint(hall, tmp_path):
    (tmp_path / "values.json").write_text('{"prefix": "cmp", "count": 1}')
    hall.compile("--params", "values.json")
    assert "all:\n  cmp-1: ubuntu-24.04\n" == hall.list.read_text()


def test_an_environment_decides_the_output(hall):
    hall.compile("--env", "lab")
    assert "node-3" not in hall.list.read_text()


def test_an_upgrade_of_what_has_no_releases_is_refused(hall):
    ran = hall.compile("--from", "2025.1")
    assert (1, True, False) == (ran.code, "OIB4117" in ran.err, hall.out.exists())


def test_a_wrong_blueprint_writes_nothing(hall):
    hall.text += "\nnetwork broken { cidr = 10.20.0.1/24 }\n"
    ran = hall.compile()
    assert (1, False) == (ran.code, hall.out.exists())


def test_a_blueprint_that_went_wrong_leaves_the_folder_as_it_was(hall):
    hall.compile()
    before = standing(hall.out)
    hall.text = hall.text.replace('"ubuntu-24.04"', '"ubunto-24.04"').replace(
        '"${prefix}', '"forbidden'
    )
    ran = hall.compile()
    assert (1, before) == (ran.code, standing(hall.out))


def test_a_fault_that_a_target_finds_stops_a_compile(hall):
    ran = hall.compile("--set", "prefix=forbidden")
    assert (1, True, False) == (ran.code, "error[STR0001]" in ran.err, hall.out.exists())


def test_paths_are_told_as_seen_from_the_current_folder(hall):
    assert "--> hall/main.oib:" in hall.compile("--set", "prefix=forbidden").err


def test_a_second_compile_says_that_nothing_changed(hall):
    hall.compile()
    assert "nothing changed: 4 files in out\n" == hall.compile().out


def test_an_unchanged_compile_repeats_its_warnings(hall):
    first = hall.compile("--set", "count=2").err
    second = hall.compile("--set", "count=2").err
    assert ("warning[STR0002]" in first, first) == (True, second)


def test_other_options_are_another_compile(hall):
    hall.compile()
    hall.compile("--set", "count=1")
    assert "node-3" not in hall.list.read_text()


def test_a_changed_blueprint_is_compiled_again(hall):
    hall.compile()
    hall.text = hall.text.replace('prefix: string = "node"', 'prefix: string = "rack"')
    hall.compile()
    assert "rack-1" in hall.list.read_text()


def test_an_edited_file_stops_a_compile_and_is_named(hall):
    hall.compile()
    hall.list.write_text("edited\n")
    ran = hall.compile()
    assert (1, True, "edited\n") == (
        ran.code,
        "`hosts.node/stranger/list.yml` was edited" in ran.err,
        hall.list.read_text(),
    )


def test_force_overwrites_an_edited_file(hall):
    hall.compile()
    hall.list.write_text("edited\n")
    hall.compile("--force")
    assert "node-1" in hall.list.read_text()


def test_check_of_a_folder_as_it_should_be_is_fine(hall):
    hall.compile()
    assert 0 == hall.compile("--check").code


def test_check_lists_what_differs_and_writes_nothing(hall):
    hall.compile()
    before = standing(hall.out)
    ran = hall.compile("--check", "--set", "count=1")
    assert (1, True, before) == (
        ran.code,
        "`hosts.node/stranger/list.yml` differs" in ran.err,
        standing(hall.out),
    )


def test_check_of_a_missing_folder_makes_none(hall):
    ran = hall.compile("--check")
    assert (1, False) == (ran.code, hall.out.exists())


def test_check_of_a_wrong_blueprint_tells_what_is_wrong(hall):
    hall.compile()
    assert "error[STR0001]" in hall.compile("--check", "--set", "prefix=forbidden").err


def test_json_tells_what_was_written(hall):
    found = json.loads(hall.compile("--format", "json").out)
    assert (6, 0, {"errors": 0, "warnings": 0, "notes": 0}) == (
        len(found["output"]["written"]),
        found["output"]["unchanged"],
        found["summary"],
    )


def test_json_of_an_unchanged_run_counts_the_same_files(hall):
    hall.compile()
    found = json.loads(hall.compile("--format", "json").out)
    assert ([], 6) == (found["output"]["written"], found["output"]["unchanged"])


def test_sarif_names_the_rule(hall):
    found = json.loads(hall.compile("--format", "sarif", "--set", "prefix=forbidden").out)
    assert {"STR0001"} == {result["ruleId"] for result in found["runs"][0]["results"]}


def test_machine_forms_print_one_document_and_nothing_else(hall):
    assert "" == hall.compile("--format", "json", "--set", "prefix=forbidden").err


def test_the_output_does_not_depend_on_where_it_is_written(hall, tmp_path):
    hall.compile()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    hall.oib("compile", "hall", "-o", "deep/er/out", "--target", "stranger")
    assert standing(hall.out) == standing(tmp_path / "deep" / "er" / "out")


def test_no_artifact_holds_a_path_of_the_machine(hall, tmp_path):
    hall.compile()
    assert [] == [
        path for path, data in standing(hall.out).items() if str(tmp_path).encode() in data
    ]


def test_a_torn_folder_is_repaired_even_where_the_blueprint_is_wrong(hall):
    hall.compile()
    old = hall.list.read_bytes()
    staged = hall.out / ".oib" / "staging"
    (staged / "hosts.node" / "stranger").mkdir(parents=True)
    (staged / "hosts.node" / "stranger" / "list.yml").write_bytes(b"new\n")
    doubt = {
        "hosts.node/stranger/list.yml": (sha256(old).hexdigest(), sha256(b"new\n").hexdigest())
    }
    (hall.out / "oib-in-doubt.json").write_bytes(journal(doubt))
    hall.text = "not a blueprint"
    hall.compile()
    assert b"new\n" == hall.list.read_bytes()


def test_standard_input_cannot_be_compiled(hall):
    assert 2 == hall.oib("compile", "-", stdin=b"").code


def test_a_missing_blueprint_is_a_diagnostic(oib):
    ran = oib("compile", "nowhere.oib")
    assert (1, True) == (
        ran.code,
        "error[OIB2028]: `nowhere.oib` can't be read: no such file" in ran.err,
    )


def test_a_folder_that_cannot_be_made_is_a_diagnostic(hall):
    ran = hall.oib("compile", "hall", "--target", "stranger", "-o", "/dev/null/out")
    assert (1, True) == (ran.code, "error[OIB4108]: `/dev/null" in ran.err)


def test_an_output_that_is_a_file_is_a_diagnostic(hall):
    hall.out.write_text("")
    ran = hall.compile()
    assert (1, True) == (ran.code, "OIB4108" in ran.err)


def test_the_folder_of_another_blueprint_is_left_alone(hall):
    hall.compile()
    before = standing(hall.out)
    hall.text = hall.text.replace("blueprint hall", "blueprint annex")
    ran = hall.compile()
    assert (1, True) == (ran.code, "OIB4116" in ran.err and "`hall` gave (main.oib)" in ran.err)
    assert standing(hall.out) == before


def test_force_puts_another_blueprint_in_its_place(hall):
    hall.compile()
    hall.text = hall.text.replace("blueprint hall", "blueprint annex")
    assert hall.compile("--force").code == 0
    assert json.loads((hall.out / "oib-manifest.json").read_text())["blueprint"]["name"] == "annex"


def test_the_root_and_the_home_folder_are_no_place_for_output(hall, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in ("/", "/..", tmp_path):
        ran = hall.oib("compile", "hall", "-o", folder, "--target", "stranger")
        assert (2, True) == (ran.code, "name a folder of its own" in ran.err)
