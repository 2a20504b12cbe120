"""`oib conform`, `oib test` and what `oib explain` tells of rules."""

from __future__ import annotations

import json

import pytest

PACK = """\
pack acme { title = "ACME's own rules"  version = "1" }
base {
  site s { country = DE }
}
rule acme.1 {
  level = must
  title = "sites say where they are"
  require every s in site: is_set(s.country), "`${s.name}` does not say"
  fail { site s { remove country } }
}
rule acme.2 {
  level = should
  title = "sites name time servers"
  require every s in site: count(s.ntp) > 0, "`${s.name}` names none"
  pass { site s { ntp = [10.0.0.1] } }
  fail { site s { ntp = [] } }
}
"""
BLUEPRINT = "blueprint cloud { language = 1 }\nsite dc { country = DE }\n"


@pytest.fixture
def folder(oib, tmp_path):
    cloud = tmp_path / "cloud"
    cloud.mkdir()
    (cloud / "main.oib").write_text(BLUEPRINT)
    (tmp_path / "acme.oib").write_text(PACK)
    return cloud


def test_a_should_that_fails_is_told_and_is_no_failure(oib, folder):
    ran = oib("conform", "cloud", "--pack", "./acme.oib")
    assert (0, True) == (ran.code, "FAIL      acme.2" in ran.out)


@pytest.mark.parametrize(("level", "code"), [("must", 0), ("should", 1), ("may", 1)])
def test_the_level_raises_the_bar(oib, folder, level, code):
    assert code == oib("conform", "cloud", "--pack", "./acme.oib", "--level", level).code


def test_a_must_that_fails_is_a_failure(oib, folder):
    (folder / "main.oib").write_text(BLUEPRINT.replace("country = DE", ""))
    assert 1 == oib("conform", "cloud", "--pack", "./acme.oib").code


def test_a_pack_may_lie_beside_the_blueprint(oib, folder):
    (folder / "acme.oib").write_text(PACK)
    (folder / "main.oib").write_text(BLUEPRINT + 'conform cloud { to = ["acme.oib"] }\n')
    ran = oib("conform", "cloud")
    assert (0, True) == (ran.code, "pass      acme.1" in ran.out)


def test_a_folder_may_be_a_pack(oib, folder, tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.oib").write_text(PACK)
    assert 0 == oib("conform", "cloud", "--pack", "rules/").code


def test_nothing_to_judge_by_is_a_fault_of_the_command_line(oib, folder):
    ran = oib("conform", "cloud")
    assert (2, "", True) == (ran.code, ran.out, "name a pack with `--pack`" in ran.err)


def test_an_unknown_pack_is_a_diagnostic_with_the_nearest_name(oib, folder):
    ran = oib("conform", "cloud", "--pack", "anuket.ra3")
    assert (1, True) == (ran.code, "did you mean `anuket.ra" in ran.err)


def test_a_wrong_blueprint_is_told_as_by_check(oib, folder):
    (folder / "main.oib").write_text(BLUEPRINT + "nework oam {}\n")
    ran = oib("conform", "cloud", "--pack", "./acme.oib")
    assert (1, "", True) == (ran.code, ran.out, "OIB2002" in ran.err)


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "html", "csv"])
def test_standard_output_is_the_report_alone(oib, folder, form):
    ran = oib("conform", "cloud", "--pack", "./acme.oib", "--format", form)
    assert (0, "", True) == (ran.code, ran.err, "acme.2" in ran.out)


def test_json_is_a_list(oib, folder):
    rows = json.loads(oib("conform", "cloud", "--pack", "./acme.oib", "--format", "json").out)
    assert [("acme.1", "pass"), ("acme.2", "fail")] == [(r["id"], r["verdict"]) for r in rows]


def test_a_day_that_is_none_is_a_fault_of_the_command_line(oib, folder):
    ran = oib("conform", "cloud", "--pack", "./acme.oib", "--as-of", "tomorrow")
    assert (2, True) == (ran.code, "is no date such as 2027-06-30" in ran.err)


def test_waivers_are_judged_as_of_a_day(oib, folder):
    claim = (
        'conform cloud { to = ["acme.oib"]  waive acme.1 { because = "x"  until = 2027-06-30 } }\n'
    )
    (folder / "acme.oib").write_text(PACK)
    (folder / "main.oib").write_text(BLUEPRINT.replace("country = DE", "") + claim)
    codes = [oib("conform", "cloud", "--as-of", day).code for day in ("2027-06-30", "2027-07-01")]
    assert [0, 1] == codes


def test_two_blueprints_are_compared(oib, folder, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "main.oib").write_text(BLUEPRINT.replace("country = DE", ""))
    ran = oib("conform", "cloud", "--pack", "./acme.oib", "--compare", "other")
    assert "acme acme.1 (must): fail → pass" in ran.out


def test_a_report_that_was_kept_is_compared_with(oib, folder, tmp_path):
    kept = oib("conform", "cloud", "--pack", "./acme.oib", "--format", "json").out
    (tmp_path / "before.json").write_text(kept)
    (folder / "main.oib").write_text(BLUEPRINT.replace("country = DE", ""))
    ran = oib("conform", "cloud", "--pack", "./acme.oib", "--compare", "before.json")
    assert (1, True) == (ran.code, "acme acme.1 (must): pass → fail" in ran.out)


ROW = '[{"pack":"a","id":"b","level":"must","title":"t","verdict":"fail","findings":[],"failures":0,"waiver":%s}]'
WAIVERS = ('{"only":null}', '{"only":3}', '{"because":1}', "[]")


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", '[{"id": "a"}]', "[" * 9000, "\udcff", *(ROW % each for each in WAIVERS)],
)
def test_what_is_no_report_is_a_diagnostic(oib, folder, tmp_path, text):
    (tmp_path / "before.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = oib("conform", "cloud", "--pack", "./acme.oib", "--compare", "before.json")
    assert (1, "", True) == (ran.code, ran.out, "OIB2028" in ran.err)


def test_the_library_is_listed(oib):
    ran = oib("conform", "--list", "--format", "json")
    rows = json.loads(ran.out)
    found = next(row for row in rows if row["id"] == "ra2.k8s.002")
    assert ("anuket.ra2", "must", "checked") == (found["pack"], found["level"], found["class"])


def test_rules_are_listed_as_text(oib, folder):
    ran = oib("conform", "--list", "--pack", "./acme.oib")
    assert (0, True) == (ran.code, "acme.1" in ran.out)


def test_a_pack_is_tested(oib, folder):
    ran = oib("test", "./acme.oib")
    assert (0, "acme: 2 rules, 3 examples, all as stated\n") == (ran.code, ran.out)


def test_an_example_that_does_not_fail_is_a_failure(oib, folder, tmp_path):
    (tmp_path / "acme.oib").write_text(PACK.replace("remove country", "country = FR"))
    ran = oib("test", "./acme.oib")
    assert (1, True, True) == (
        ran.code,
        "OIB5905" in ran.err,
        "no example fails: acme.1" in ran.out,
    )


def test_one_rule_is_tested(oib, folder):
    ran = oib("test", "./acme.oib", "--rule", "acme.1")
    assert (0, "acme: 1 rule, 1 example, all as stated\n") == (ran.code, ran.out)


def test_a_rule_that_is_not_there_is_a_diagnostic(oib, folder):
    ran = oib("test", "./acme.oib", "--rule", "acme.9")
    assert (1, True) == (ran.code, "OIB5902" in ran.err)


def test_a_rule_is_explained(oib):
    ran = oib("explain", "ra2.k8s.002")
    assert (0, True) == (ran.code, "MUST of anuket.ra2" in ran.out)


def test_a_rule_is_explained_by_a_blueprint(oib, cloud):
    ran = oib("explain", "res.device.time", "--blueprint", "cloud")
    assert (0, True) == (ran.code, "site.here.ntp = " in ran.out)


def test_a_rule_of_a_pack_of_ones_own_is_explained(oib, folder):
    ran = oib("explain", "acme.2", "--pack", "./acme.oib", "--blueprint", "cloud")
    assert (0, True) == (ran.code, "FAIL      acme.2" in ran.out)


def test_a_rule_is_explained_to_programs(oib, folder):
    ran = oib(
        "explain", "acme.2", "--pack", "./acme.oib", "--blueprint", "cloud", "--format", "json"
    )
    found = json.loads(ran.out)
    assert ("acme.2", "fail", True) == (
        found["id"],
        found["verdict"],
        found["text"].startswith("rule acme.2 {"),
    )


def test_an_unknown_profile_is_a_diagnostic(oib, folder):
    ran = oib("conform", "cloud", "--pack", "anuket.ra2", "--profile", "fast")
    assert (1, True) == (ran.code, "OIB5913" in ran.err)


@pytest.mark.parametrize("words", [["conform", "--list"], ["explain", "acme.1"]])
def test_what_is_said_of_a_rule_moves_no_cursor(oib, folder, words):
    path = folder / "acme.oib"
    path.write_text(PACK.replace('title = "', r'title = "\u{1b}[31m'))
    ran = oib(*words, "--pack", "cloud/acme.oib")
    assert (0, False, True) == (ran.code, "\x1b" in ran.out, "[31m" in ran.out)
