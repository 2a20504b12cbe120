"""Half of a group that a system was meant to have: one mistake, told once."""

from __future__ import annotations

import pytest

from tests.unit.targets.starlingx.systems import compiled, files_of


@pytest.mark.parametrize(
    ("name", "stated", "changed", "code"),
    [
        (
            "aio_dx",
            "controllers = hosts.controller\n",
            "controllers = hosts.controller[1]\n",
            "OIB8020",
        ),
        (
            "standard",
            "controllers = hosts.controller\n",
            "controllers = hosts.controller[1]\n",
            "OIB8020",
        ),
        (
            "distributed_cloud",
            "controllers = hosts.controller\n",
            "controllers = hosts.controller[1]\n",
            "OIB8020",
        ),
        ("aio_dx", "workers = hosts.worker\n", "workers = hosts.worker[1]\n", "OIB5842"),
        ("aio_sx", "config = aio_sx", "config = aio_dx", "OIB8020"),
    ],
)
def test_half_of_a_group_is_one_error(name, stated, changed, code):
    files = files_of(name)
    main = str(files["main.oib"])
    assert stated in main
    found = compiled(files | {"main.oib": main.replace(stated, changed)})
    assert [d.rule.code for d in found.diagnostics if d.is_error] == [code]
