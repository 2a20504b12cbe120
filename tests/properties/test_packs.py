"""Packs from strangers: any text gives rules or diagnostics, ends, and the same sources give the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.conform.run import Asked, judge_blueprint, packs_tested
from blueprint.diagnostics import Diagnostic
from blueprint.loader import MemoryLoader, library_files
from blueprint.resolve.world import Options

ROOT = Path(__file__).parents[2]
PIECES = (
    "require", "every h in hosts:", "some", "for k in kubernetes", "if", "{", "}", "(", "]", '"${', "let x = x",
    "fail", "pass", "remove", "base", "like base.x", "rule a.1", "hosts.name[0]", "0 / 0", "??", "is_set(", "in",
    "count(pairs(hosts))", "users_of(hosts_of(1))", "k.cni.cni", "chapter c {}", "extends anuket.ra2 {}", "9" * 400,
)  # fmt: skip
BLUEPRINT = 'blueprint b { language = 1 }\nsite s { country = DE }\nconform b { to = ["p.oib"] }\n'


@cache
def packs() -> tuple[str, ...]:
    from importlib.resources import files

    root = files("blueprint") / "std"
    names = [n for n in library_files("packs") if n.endswith(".oib") and "openinfra" in n]
    return tuple((root / name).read_text(encoding="utf-8") for name in names)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """The text of a pack with some of it cut out, doubled, or put elsewhere."""
    text = draw(st.sampled_from(packs()))
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 60))
        piece = draw(st.sampled_from((*PIECES, text[at : at + length] * 2, "")))
        text = f"{text[:at]} {piece} {text[at + length :]}"
    return text


def is_told(diagnostic: Diagnostic) -> bool:
    return bool(diagnostic.message) and diagnostic.rule.code.startswith("OIB")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(mangled())
def test_any_text_of_a_pack_gives_diagnostics_and_no_exception(text):
    _, found = packs_tested(MemoryLoader({"p.oib": text}), ["p.oib"])
    assert all(is_told(d) for d in found)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(mangled())
def test_a_blueprint_is_judged_by_any_text_without_an_exception(text):
    loader = MemoryLoader({"main.oib": BLUEPRINT, "p.oib": text})
    _, found = judge_blueprint(loader, Options(), Asked(wants_evidence=True))
    assert all(is_told(d) for d in found)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "html", "csv", "sarif", "junit"])
def test_hash_seeds_change_no_byte(form):
    command = [
        sys.executable,
        "-m",
        "blueprint.cli",
        "conform",
        "reference_blueprints/china_mobile",
        "--format",
        form,
    ]
    command += ["--pack", "openinfra.resilience", "--pack", "openinfra.sovereignty"]
    out = {
        subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(out)
