"""What all tests share: golden files, and which cells of matrices run.

One cell runs in every run, more where `CI` is set, all of them where `--matrix` is given.
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
    if config.getoption("--matrix"):
        return
    reasons = {"nightly": "a cell of the whole matrix: runs with --matrix"}
    if not os.environ.get("CI"):
        reasons["matrix"] = "a cell of the matrix: runs in CI, or with --matrix"
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Golden files in the folder `golden` beside the test."""
    return Golden(Path(request.path).parent / "golden", request.config.getoption("--update-golden"))
