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


SITE = Path(__file__).parent / "site"

BLUEPRINT = """\
blueprint hall {
  language = 1
}

param count: int in 1..100 = 3
param prefix: string = "node"

environment lab {
  count = 2
}

site here {}

hardware server {
  cpu { cores = 16 }
  memory = 64 GiB
  disk system { size = 480 GB  media = ssd }
  nic onboard { speed = 25 Gbps  names = ["eno1"] }
}

network oam {
  cidr = 10.20.0.0/24
}

hosts node {
  count = count
  name = "${prefix}-${n}"
  hardware = hardware.server
  os = "ubuntu-24.04"
  port nic.onboard[0] { networks = [network.oam] }
}
"""


class Hall:
    """A blueprint that a target of a stranger deploys, and oib with that target installed."""

    def __init__(self, oib: Oib, folder: Path) -> None:
        self.oib = oib
        self.folder = folder
        self.out = folder.parent / "out"
        self.list = self.out / "hosts.node" / "stranger" / "list.yml"

    @property
    def text(self) -> str:
        return (self.folder / "main.oib").read_text()

    @text.setter
    def text(self, text: str) -> None:
        (self.folder / "main.oib").write_text(text)

    def compile(self, *arguments: str | Path) -> Ran:
        return self.oib("compile", "hall", "-o", "out", "--target", "stranger", *arguments)

    def check(self, *arguments: str | Path) -> Ran:
        return self.oib("check", "hall", "--target", "stranger", *arguments)


@pytest.fixture
def hall(oib, tmp_path, monkeypatch) -> Hall:
    monkeypatch.syspath_prepend(SITE)
    (tmp_path / "hall").mkdir()
    (tmp_path / "hall" / "main.oib").write_text(BLUEPRINT)
    return Hall(oib, tmp_path / "hall")
