"""Which text meets which blueprint: a few always, all of them where the whole matrix is asked for."""

from __future__ import annotations

import pytest

from tests.hostile.test_hostile_texts import BLUEPRINTS
from tests.hostile.texts import SOME, TEXTS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "of" in metafunc.fixturenames:
        names = TEXTS if metafunc.config.getoption("--matrix") else SOME
        metafunc.parametrize(("of", "name"), [(of, name) for of in BLUEPRINTS for name in names])
