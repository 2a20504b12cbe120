"""What a terminal sees: colour where it is wanted, and progress where it takes long."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def on_a_terminal(code: str, cwd: Path, **environment: str) -> str:
    """What Python code prints to standard error where that is a terminal."""
    terminal, line = pty.openpty()
    variables = {
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "PATH": os.environ["PATH"],
        **environment,
    }
    done = subprocess.Popen(
        [sys.executable, "-c", code], cwd=cwd, stdout=subprocess.DEVNULL, stderr=line, env=variables
    )
    os.close(line)
    found = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux tells the end of a terminal so
            part = b""
        if not part:
            break
        found += part
    done.wait()
    os.close(terminal)
    return found.decode()


FMT = "from blueprint.cli import main; main(['fmt', 'nowhere.oib'{}])"


def test_colour_is_printed_on_a_terminal(tmp_path):
    assert "\x1b[1;31merror[OIB2028]" in on_a_terminal(FMT.format(""), tmp_path)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_the_environment_can_forbid_colour(tmp_path, variables):
    assert "\x1b" not in on_a_terminal(FMT.format(""), tmp_path, **variables)


def test_an_empty_no_color_forbids_nothing(tmp_path):
    assert "\x1b" in on_a_terminal(FMT.format(""), tmp_path, NO_COLOR="")


def test_an_option_can_forbid_colour(tmp_path):
    assert "\x1b" not in on_a_terminal(FMT.format(", '--no-color'"), tmp_path)


PROGRESS = """
from blueprint.cli import console
console._PATIENCE_S = {patience}
shown, close = console.progress_for(console.Console())
shown("reading")
{wait}
shown("evaluating")
close()
"""


def test_progress_is_shown_where_it_takes_long(tmp_path):
    wait = "while not shown._is_shown: pass"
    shown = on_a_terminal(PROGRESS.format(patience=0, wait=wait), tmp_path)
    assert "\r\x1b[Kevaluating …\r\x1b[K" == shown[shown.index("\r\x1b[Kevaluating") :]


BAR = """
from blueprint.cli import console
console._PATIENCE_S = 0
shown, close = console.progress_for(console.Console())
shown("reading")
while not shown._is_shown: pass
for done in range(201): shown("emitting", done, 200)
close()
"""


def test_long_work_has_a_bar(tmp_path):
    shown = on_a_terminal(BAR, tmp_path).split("\r\x1b[K")
    assert "emitting [##########          ]  50 %" in shown
    assert ["emitting [####################] 100 %", ""] == shown[-2:]


def test_a_bar_is_printed_no_oftener_than_it_changes(tmp_path):
    assert 101 == on_a_terminal(BAR, tmp_path).count("emitting")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_where_colour_is_forbidden_the_bar_has_no_control_sequence(tmp_path, variables):
    shown = on_a_terminal(BAR, tmp_path, **variables)
    assert ("\x1b" not in shown, "100 %" in shown) == (True, True)
    assert shown.endswith(f"\r{' ' * len('emitting [####################] 100 %')}\r")


def test_progress_is_not_shown_where_it_does_not(tmp_path):
    assert "" == on_a_terminal(PROGRESS.format(patience=60, wait=""), tmp_path)
