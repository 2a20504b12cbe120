"""What all tests share: golden files, and which cells of matrices run.

One cell runs in every run, all of them where `CI` is set or `--matrix` is given.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.golden_files import Golden


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files with what the tests give"
    )
    parser.addoption(
        "--matrix", action="store_true", help="judge every release and blueprint, as CI does"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("CI") or config.getoption("--matrix"):
        return
    skip = pytest.mark.skip(reason="a cell of the matrix: runs in CI, or with --matrix")
    for item in items:
        if item.get_closest_marker("matrix"):
            item.add_marker(skip)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Golden files in the folder `golden` beside the test."""
    return Golden(Path(request.path).parent / "golden", request.config.getoption("--update-golden"))
