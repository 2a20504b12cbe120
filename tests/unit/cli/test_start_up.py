"""What a start of oib imports: nothing heavy where nothing heavy is done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import BLUEPRINT, SITE

HEAVY = {"lark", "pydantic", "networkx", "jinja2", "yaml", "jsonschema"}
ROOT = Path(__file__).parents[3]


def imported(*arguments: str, cwd: Path = ROOT) -> set[str]:
    """Every module that a run of oib imports."""
    code = "import sys; from blueprint.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-X", "importtime", "-c", code, *arguments]
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": f"{ROOT}:{SITE}"},
    )
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def test_version_imports_nothing_but_the_command_line():
    found = imported("--version")
    ours = {"blueprint", "blueprint.cli"}
    assert (ours, set()) == (
        {name for name in found if name.partition(".")[0] == "blueprint"},
        found & {"argparse", "re", "dataclasses", "pathlib", "json", *HEAVY},
    )


@pytest.mark.parametrize(
    "verb", ["compile", "check", "fmt", "graph", "explain", "init", "lock", "targets"]
)
def test_help_of_a_verb_imports_nothing_heavy(verb):
    assert set() == imported(verb, "--help") & HEAVY


@pytest.mark.parametrize("code", ["OIB4101", "OIB5001", "OIB6001", "OIB9000"])
def test_explaining_a_code_imports_nothing_heavy(code):
    assert set() == imported("explain", code) & HEAVY


def test_help_of_one_verb_does_not_import_another():
    assert "blueprint.cli.compile" not in imported("check", "--help")


def test_a_fault_of_usage_imports_nothing_heavy():
    assert set() == imported("compil") & HEAVY


def test_an_unchanged_compile_imports_nothing_heavy(tmp_path):
    (tmp_path / "main.oib").write_text(BLUEPRINT)
    command = ("compile", ".", "-o", "out", "--target", "stranger")
    imported(*command, cwd=tmp_path)
    assert (True, set()) == (
        (tmp_path / "out" / "DEPLOY.md").is_file(),
        imported(*command, cwd=tmp_path) & HEAVY,
    )


def test_a_compile_imports_no_more_than_the_model_needs(tmp_path):
    (tmp_path / "main.oib").write_text(BLUEPRINT)
    found = imported("compile", ".", "-o", "out", "--target", "stranger", cwd=tmp_path)
    assert {"networkx", "pydantic"} == found & HEAVY
