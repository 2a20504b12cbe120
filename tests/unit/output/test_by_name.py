"""A name's place in texts that are said once for many."""

from __future__ import annotations

import subprocess

import pytest

from blueprint.output.by_name import has_shell_name, in_prose, in_shell


@pytest.mark.parametrize(
    "command",
    [
        "printf %s site-a",
        "printf %s edge-site-a.yaml",
        "printf %s site-a_file",
        'printf %s "of site-a: it\'s site-a"',
        """printf %s '{"edge-site-a": {"url": "http://site-a.example"}}'""",
        "printf %s \"$HOME\"/'site-a'/site-a",
    ],
)
def test_a_shell_reads_the_command_as_it_was(command):
    assert has_shell_name(command, "site-a")
    told = in_shell(command, "site-a")
    assert "site-a" not in told
    printed = [
        subprocess.run(["bash", "-c", each], capture_output=True, check=True).stdout
        for each in (command, f"name=site-a\n{told}")
    ]
    assert printed[0] == printed[1]


@pytest.mark.parametrize(
    "command",
    [
        "cat <<END\nsite-a\nEND",
        "printf %s \"$(printf %s 'site-a')\"",
        "printf %s $'site-a'",
        "for name in x; do printf %s $name site-a; done",
    ],
)
def test_a_command_that_needs_more_than_its_quotes_keeps_its_name(command):
    assert not has_shell_name(command, "site-a")


def test_a_key_that_is_no_plain_word_is_left():
    assert not has_shell_name("tool 'a b'", "a b")


def test_a_name_within_a_word_is_none():
    assert in_prose("apply a to xa, a1 and edge-a", "a") == "apply $name to xa, a1 and edge-$name"
