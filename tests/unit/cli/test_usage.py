"""The command line itself: help, wrong usage, exit codes."""

from __future__ import annotations

import argparse
import re

import pytest

from blueprint import __version__
from blueprint.cli import check, main, parser

VERBS = tuple(parser.VERBS)


def test_version_is_printed(oib):
    assert (0, f"oib {__version__}\n", "") == oib("--version")


def test_without_arguments_help_is_printed_and_the_usage_is_wrong(oib):
    ran = oib()
    assert (2, True) == (ran.code, "verbs:" in ran.out)


def test_help_names_every_verb(oib):
    out = oib("--help").out
    assert [] == [verb for verb in VERBS if f"  {verb} " not in out]


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_has_examples(oib, verb):
    ran = oib(verb, "--help")
    assert (0, True) == (ran.code, f"examples:\n  oib {verb}" in ran.out)


@pytest.mark.parametrize("verb", VERBS)
def test_every_example_is_a_command_that_is_understood(oib, verb):
    for line in parser.verb_module(verb).EXAMPLES.splitlines():
        command = re.split(r" [|<>#] |  +", line.strip())[0]
        words = command.split()
        assert words[0] == "oib"
        parser.parse(words[1:])


@pytest.mark.parametrize("verb", VERBS)
def test_every_argument_is_explained(verb):
    found = argparse.ArgumentParser()
    parser.verb_module(verb).arguments(found)
    plain = {"CODE | RULE | ARTIFACT:LINE | ARTIFACT:KEY | KEY"}
    assert [] == [a.dest for a in found._actions if not a.help and a.metavar not in plain]


def test_an_unknown_verb_is_met_with_the_nearest(oib):
    ran = oib("chek")
    assert (2, True) == (ran.code, "did you mean `check`?" in ran.err)


def test_an_unknown_option_is_wrong_usage(oib):
    assert 2 == oib("check", "--colour").code


def test_options_are_not_abbreviated(oib):
    assert 2 == oib("check", "--qui").code


@pytest.mark.parametrize("pair", ["novalue", "=x", "1a=x", "a b=c"])
def test_a_set_that_is_no_pair_is_wrong_usage(oib, pair):
    ran = oib("check", "--set", pair)
    assert (2, True) == (ran.code, "is not NAME=VALUE" in ran.err)


def test_an_empty_output_folder_is_wrong_usage(oib):
    ran = oib("compile", "-o", "")
    assert (2, True) == (ran.code, "an empty path names nothing" in ran.err)


def test_a_value_may_hold_equals_signs():
    _, given = parser.parse(["check", "--set", "a=b=c"])
    assert [("a", "b=c")] == given.sets


def test_an_unknown_target_is_wrong_usage_with_the_nearest(oib):
    ran = oib("check", "--target", "kola_ansible")
    assert (2, True) == (ran.code, "did you mean `kolla_ansible`?" in ran.err)


@pytest.fixture
def failing(monkeypatch):
    """A verb with a fault of ours in it."""

    def fail(given):
        return {}["oam\u202e"]

    monkeypatch.setattr(check, "run", fail)


@pytest.mark.usefixtures("failing")
def test_our_own_fault_has_its_exit_code(oib):
    assert 70 == oib("check").code


@pytest.mark.usefixtures("failing")
def test_our_own_fault_is_a_diagnostic_and_no_traceback(oib):
    err = oib("check").err
    assert (True, False) == (
        "error[OIB9000]: oib failed: KeyError: 'oam" in err,
        "Traceback" in err,
    )


@pytest.mark.usefixtures("failing")
def test_our_own_fault_tells_what_to_report(oib):
    err = oib("check").err
    assert [] == [
        part for part in (__version__, "Python 3.", "report it", "OIB_DEBUG=1") if part not in err
    ]


@pytest.mark.usefixtures("failing")
def test_our_own_fault_shows_its_traceback_to_who_asks(monkeypatch):
    monkeypatch.setenv("OIB_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["check"])


def test_an_interrupted_run_ends_quietly(oib, monkeypatch):
    def interrupt(given):
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", interrupt)
    ran = oib("check")
    assert (130, "\ninterrupted\n") == (ran.code, ran.err)
