"""Blueprints with manifests, compiled as far as the model."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint.diagnostics import Diagnostic
from blueprint.driver import front_end
from blueprint.loader import Loader, MemoryLoader
from blueprint.model import Workload
from blueprint.resolve.world import Options
from blueprint.spans import Spans

MAIN = """blueprint demo { language = 1 }
existing kubernetes main {
  version = "1.34"
  control {}
  pods = 10.200.0.0/16
  services = 10.210.0.0/16
  cni = calico
}
workload upf {
  on = kubernetes.main
  namespace = "core"
  manifests = "rendered"
}
"""


def read(loader: Loader) -> tuple[Workload, Spans, list[Diagnostic]]:
    """The workload of a blueprint, the places of what was read, and what is wrong."""
    front, found = front_end(loader, Options(), lambda *_: None)
    assert front is not None
    return front.model.at("workload.upf", Workload), front.spans, found


def of_files(
    files: Mapping[str, str | bytes], main: str = MAIN
) -> tuple[Workload, list[Diagnostic]]:
    """The workload whose manifests are these files of the folder `rendered`."""
    loader = MemoryLoader(
        {"main.oib": main, **{f"rendered/{n}": text for n, text in files.items()}}
    )
    workload, _, found = read(loader)
    return workload, found


def of_text(text: str) -> tuple[Workload, list[Diagnostic]]:
    """The workload with one file of manifests."""
    return of_files({"upf.yaml": text})


def sound(text: str) -> Workload:
    """The workload with one file of manifests in which nothing is wrong."""
    workload, found = of_text(text)
    assert [str(d.message) for d in found] == []
    return workload


def told(text: str) -> list[str]:
    """The codes and messages of what is wrong with one file of manifests."""
    return [f"{d.rule.code} {d.message}" for d in of_text(text)[1]]
