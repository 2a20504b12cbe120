"""Which cells of the oracle matrix run: one in every run, all where `CI` is set or `--matrix` is given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("CI") or config.getoption("--matrix", default=False):
        return
    skip = pytest.mark.skip(reason="a cell of the matrix: runs in CI, or with --matrix")
    for item in items:
        if item.get_closest_marker("matrix") and HERE in Path(item.path).parents:
            item.add_marker(skip)
