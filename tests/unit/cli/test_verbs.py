"""The smaller verbs: init, targets, schema, completion, graph, lock."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from blueprint.cli import parser
from blueprint.cli.completion import SHELLS, script

# ------------------------------------------------------------------------------------------------- init


def test_init_makes_a_blueprint_and_says_what_to_do_next(oib, tmp_path):
    ran = oib("init", "cloud")
    assert (True, "next: oib check cloud") == (
        (tmp_path / "cloud" / "main.oib").is_file(),
        ran.out.splitlines()[-1],
    )


def test_init_overwrites_nothing(oib, tmp_path):
    (tmp_path / "main.oib").write_text("mine")
    ran = oib("init")
    assert (1, "mine", True) == (
        ran.code,
        (tmp_path / "main.oib").read_text(),
        "OIB4102" in ran.err,
    )


def test_init_copies_a_reference_blueprint_whole(oib, tmp_path):
    oib("init", "here", "--from", "huawei_dual_engine")
    assert [] == [
        name for name in ("main.oib", "servers.csv") if not (tmp_path / "here" / name).is_file()
    ]


def test_init_lists_what_there_is(oib):
    assert {"starter", "three_node_cloud"} <= set(oib("init", "--list").out.split())


def test_init_from_something_unknown_is_wrong_usage(oib):
    ran = oib("init", "--from", "three_node_clowd")
    assert (2, True) == (ran.code, "did you mean `three_node_cloud`?" in ran.err)


# ---------------------------------------------------------------------------------------------- schema


def test_the_schema_is_one_that_json_schema_knows(oib):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(oib("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "network" in schema["properties"]


def test_the_schema_of_one_kind_holds_all_that_it_refers_to(oib):
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(oib("schema", "physnet").out))
    assert [] == list(validator.iter_errors({"type": "vlan"}))


def test_the_schema_of_one_kind_refuses_what_the_kind_does_not_know(oib):
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(oib("schema", "physnet").out))
    assert not validator.is_valid({"type": "vlan", "tpye": 1})


def test_an_unknown_kind_is_met_with_the_nearest(oib):
    ran = oib("schema", "netwrok")
    assert (2, True) == (ran.code, "did you mean `network`?" in ran.err)


# ------------------------------------------------------------------------------------------ completion


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_names_every_verb(shell):
    assert [] == [verb for verb in parser.VERBS if verb not in script(shell)]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_can_be_parsed_by_its_shell(shell, tmp_path):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(script(shell))
    done = subprocess.run([shell, "-n", "script"], cwd=tmp_path, capture_output=True, check=False)
    assert (0, b"") == (done.returncode, done.stderr)


def completed(words: str, tmp_path) -> set[str]:
    """What bash offers for the last word of a line."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    (tmp_path / "oib.bash").write_text(script("bash"))
    typed = words.split(" ")
    line = " ".join(f"'{word}'" for word in typed)
    code = f"source oib.bash; COMP_WORDS=({line}); COMP_CWORD={len(typed) - 1}; _oib; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(
        ["bash", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_bash_completes_verbs(tmp_path):
    assert {"compile", "completion"} == completed("oib comp", tmp_path)


def test_bash_completes_options(tmp_path):
    assert {"--target"} == completed("oib compile --ta", tmp_path)


def test_bash_completes_words_of_options(tmp_path):
    assert {"text", "json", "sarif"} == completed("oib check --format ", tmp_path)


def test_bash_completes_words_of_arguments(tmp_path):
    assert {"network"} == completed("oib schema net", tmp_path)


def test_bash_completes_files(tmp_path):
    (tmp_path / "cloud.oib").write_text("")
    assert {"cloud.oib"} == completed("oib check cl", tmp_path)


# ----------------------------------------------------------------------------------------------- graph


@pytest.mark.parametrize(
    ("name", "start"),
    [("g.svg", "<svg"), ("g.dot", "digraph"), ("g.json", "{"), ("g.mmd", "flowchart")],
)
def test_the_ending_of_a_file_says_which_picture(hall, tmp_path, name, start):
    ran = hall.oib("graph", "hall", "-o", name)
    assert (0, True) == (ran.code, start in (tmp_path / name).read_text()[:400])


def test_an_ending_that_says_no_form_is_wrong_usage(hall, tmp_path):
    ran = hall.oib("graph", "hall", "-o", "g.png")
    assert (2, False) == (ran.code, (tmp_path / "g.png").exists())
    assert "`.svg`" in ran.err


def test_a_file_without_an_ending_takes_the_form_that_is_asked_for(hall, tmp_path):
    hall.oib("graph", "hall", "--as", "dot", "-o", "picture")
    assert "digraph" in (tmp_path / "picture").read_text()


def test_a_picture_goes_to_standard_output(hall):
    assert "hosts" in hall.oib("graph", "hall", "--as", "dot").out


def test_a_picture_that_cannot_be_written_is_a_diagnostic(hall):
    assert 1 == hall.oib("graph", "hall", "-o", "no/such/folder.svg").code


# ------------------------------------------------------------------------------------------------ lock


def test_lock_writes_the_addresses_beside_the_blueprint(hall):
    hall.oib("lock", "hall")
    found = json.loads((hall.folder / "oib.lock").read_text())
    assert 3 == len(found["addresses"]["network.oam"])


def test_lock_again_changes_nothing(hall):
    hall.oib("lock", "hall")
    assert "is up to date" in hall.oib("lock", "hall").out


def test_lock_check_writes_nothing(hall):
    ran = hall.oib("lock", "hall", "--check")
    assert (1, False) == (ran.code, (hall.folder / "oib.lock").exists())


def test_a_wrong_blueprint_is_not_locked(hall):
    hall.text += "\nnetwork broken { cidr = 1 }\n"
    ran = hall.oib("lock", "hall")
    assert (1, False) == (ran.code, (hall.folder / "oib.lock").exists())


def test_retired_addresses_stay_until_they_are_pruned(hall):
    hall.oib("lock", "hall")
    hall.oib("lock", "hall", "--set", "count=2")
    kept = json.loads((hall.folder / "oib.lock").read_text())["retired"]
    hall.oib("lock", "hall", "--set", "count=2", "--prune")
    pruned = json.loads((hall.folder / "oib.lock").read_text())["retired"]
    assert (1, {}) == (len(kept["network.oam"]), pruned)


# --------------------------------------------------------------------------------------------- targets


def test_targets_are_listed_with_what_they_are_for(hall):
    assert "Lists hosts, for tests." in hall.oib("targets").out


def test_a_target_that_cannot_be_loaded_is_a_diagnostic(hall, tmp_path, monkeypatch):
    info = tmp_path / "site" / "broken_target-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-target\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[oib.targets]\nbroken = broken_target_module:TARGET\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    ran = hall.oib("targets")
    assert (1, True) == (ran.code, "the target `broken` can't be loaded" in ran.err)
