"""oib as a function: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from blueprint.cli import main


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Oib = Callable[..., Ran]


@pytest.fixture
def oib(capsys, monkeypatch, tmp_path) -> Oib:
    """Runs oib in an empty folder; `stdin` is what is piped to it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OIB_DEBUG", raising=False)

    def run(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def cloud(oib, tmp_path) -> Path:
    """A folder with the starter blueprint."""
    assert oib("init", "cloud").code == 0
    return tmp_path / "cloud"
