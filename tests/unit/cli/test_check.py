"""`oib check`, and what every verb does with a blueprint argument."""

from __future__ import annotations

import json

from tests.unit.cli.conftest import BLUEPRINT


def test_a_good_blueprint_is_fine(hall):
    assert (0, "hall is fine: 4 declarations, 3 hosts\n", "") == hall.check()


def test_the_blueprint_may_be_a_file(hall):
    assert 0 == hall.oib("check", "hall/main.oib", "--target", "stranger").code


def test_the_blueprint_may_be_standard_input(hall):
    ran = hall.oib("check", "-", "--target", "stranger", stdin=BLUEPRINT.encode())
    assert (0, "") == (ran.code, ran.err)


def test_the_current_folder_is_the_default(hall, monkeypatch):
    monkeypatch.chdir(hall.folder)
    assert 0 == hall.oib("check", "--target", "stranger").code


def test_a_fault_in_standard_input_has_its_place(hall):
    ran = hall.oib("check", "-", "--target", "stranger", stdin=b"blueprint x { language = }\n")
    assert (1, True) == (ran.code, "--> <stdin>:1:" in ran.err)


def test_standard_input_in_another_encoding_is_a_diagnostic(hall):
    ran = hall.oib("check", "-", stdin=b"\xff\xfeb\x00")
    assert (1, True) == (ran.code, "it is not UTF-8" in ran.err)


def test_a_file_in_another_encoding_is_a_diagnostic(hall):
    (hall.folder / "main.oib").write_bytes(b"# caf\xe9\n")
    ran = hall.check()
    assert (1, True) == (ran.code, "it is not UTF-8 (byte 6)" in ran.err)


def test_a_folder_without_a_blueprint_is_a_diagnostic(oib, tmp_path):
    ran = oib("check", tmp_path)
    assert (1, True) == (ran.code, "main.oib` can't be read: no such file" in ran.err)


def test_a_special_file_is_a_diagnostic(oib):
    assert (1, True) == ((ran := oib("check", "/dev/null")).code, "it is not a file" in ran.err)


def test_every_fault_is_told_and_counted(hall):
    hall.text += "\nnetwork a { cidr = 1 }\nnetwork b { cidr = 2 }\n"
    ran = hall.check()
    assert (1, "2 errors") == (ran.code, ran.err.splitlines()[-1])


def test_warnings_do_not_fail(hall):
    ran = hall.check("--set", "count=2")
    assert (0, "1 warning") == (ran.code, ran.err.splitlines()[-1])


def test_quiet_hides_warnings(hall):
    assert (0, "", "") == hall.check("--set", "count=2", "--quiet")


def test_quiet_does_not_hide_errors(hall):
    assert "STR0001" in hall.check("--set", "prefix=forbidden", "--quiet").err


def test_json_is_printed_to_standard_output(hall):
    found = json.loads(hall.check("--set", "prefix=forbidden", "--format", "json").out)
    assert {"STR0001"} == {each["code"] for each in found["diagnostics"]}


def test_an_unknown_environment_is_a_diagnostic(hall):
    assert 1 == hall.check("--env", "nowhere").code


def test_an_unknown_parameter_is_a_diagnostic(hall):
    assert 1 == hall.check("--set", "nothing=1").code


def test_a_missing_parameter_file_is_a_diagnostic(hall):
    ran = hall.check("--params", "nowhere.json")
    assert (1, True) == (ran.code, "can't be read" in ran.err)


def test_colour_is_not_printed_where_nobody_sees_it(hall):
    assert "\x1b" not in hall.check("--set", "prefix=forbidden").err
