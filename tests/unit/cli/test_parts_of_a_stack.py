"""The report of facts of a stack, compiled in parts: the first share's, of the files of all layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Oib
from tests.unit.output.trees import standing
from tests.unit.targets.openstack_helm.regions import region

REPORT = "CONSISTENCY.md"


@pytest.fixture
def stack(oib, tmp_path) -> Oib:
    (tmp_path / "stack.oib").write_text(region())
    assert oib("lock", "stack.oib").code == 0
    return oib


def compiled(oib: Oib, out: str, *arguments: str) -> dict[str, bytes]:
    ran = oib("compile", "stack.oib", "-o", out, *arguments)
    assert ran.code == 0, ran.err
    return standing(out)


def test_shares_of_a_stack_are_together_the_whole(stack):
    found: dict[str, bytes] = {}
    for number in (1, 2, 3):
        found.update(compiled(stack, f"part-{number}", "--shard", f"{number}/3"))
    whole = compiled(stack, "whole")
    assert (True, True) == (REPORT in whole, found == whole)


def test_only_the_first_share_writes_the_report(stack):
    assert REPORT not in compiled(stack, "part", "--shard", "2/2")


def test_a_layer_by_itself_leaves_the_report_alone(stack):
    before = compiled(stack, "out")[REPORT]
    text = Path("stack.oib").read_text()
    Path("stack.oib").write_text(text.replace("here-1", "elsewhere-2"))
    assert compiled(stack, "out", "--only", "kubernetes.base")[REPORT] == before
    assert compiled(stack, "out", "--shard", "1/2")[REPORT] != before


def test_a_summary_names_the_report_where_it_is_written(stack):
    whole = stack("compile", "stack.oib", "-o", "out").out
    part = stack("compile", "stack.oib", "-o", "part", "--only", "kubernetes.base").out
    assert (True, False) == (REPORT in whole, REPORT in part)


def test_where_a_stack_is_none_any_more_the_report_is_removed(stack):
    compiled(stack, "out")
    text = region()
    Path("stack.oib").write_text(text[: text.index("openstack core")])
    assert REPORT not in compiled(stack, "out", "--shard", "1/2")
