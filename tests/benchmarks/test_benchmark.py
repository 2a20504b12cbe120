"""The benchmark runs, and what it compares is the same work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.measuring import CommandFailedError, cost_of
from tests.benchmarks.run import COMPILE, goals, growth, one_round, table
from tests.benchmarks.work import Work, differences, peer_tools, prepared
from tests.oracle.tools import or_skip

pytestmark = [pytest.mark.oracle, pytest.mark.slow]


@pytest.fixture(scope="module")
def python() -> Path:
    return or_skip(peer_tools).python


def test_every_tool_makes_what_oib_makes(python: Path, tmp_path: Path) -> None:
    work = prepared(10, tmp_path)

    rounds = [one_round(work, python, is_checked=True)]  # it ends where content differs

    assert "\n".join(table(10, rounds)).count("\n") == 11
    assert list(growth({10: rounds})) == []
    assert [goal.text for goal in goals({10: rounds})]
    assert rounds[0][COMPILE].cpu > 0


def test_a_host_with_another_address_is_a_difference(python: Path, tmp_path: Path) -> None:
    work = prepared(10, tmp_path)
    cost_of(work.jinja(python, "c", "export.yml"))
    hosts = tmp_path / "peer" / "inventory" / "hosts.yml"

    hosts.write_text(hosts.read_text().replace("10.20.0.12", "10.20.0.99"))

    assert differences(work) == ["inventory/hosts.yml"]


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="No such file"):
        cost_of(Work(0, tmp_path).jinja(tmp_path / "missing", "c", "export.yml"))
