"""What all tests share: golden files."""

from __future__ import annotations

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


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Golden files in the folder `golden` beside the test."""
    return Golden(Path(request.path).parent / "golden", request.config.getoption("--update-golden"))
