"""Quantities as Kubernetes writes them."""

from decimal import Decimal

import pytest

from blueprint.manifests.quantities import quantity


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("500m", "0.5"), ("2", "2"), (2, "2"), (Decimal("1.5"), "1.5"), ("1.5", "1.5"), (".5", "0.5"), ("1.", "1"),
        ("1k", "1000"), ("1M", "1000000"), ("1Ki", "1024"), ("4Gi", "4294967296"), ("1E", "1e18"), ("1e3", "1000"),
        ("100u", "0.0001"), ("+3", "3"), ("-1", "-1"), ("2E2", "200"),
    ],
)  # fmt: skip
def test_a_quantity_is_the_number_that_it_spells(written, number):
    assert quantity(written) == Decimal(number)


@pytest.mark.parametrize(
    "written",
    ["", "4 GiB", "1K", "GiB", "1GB", "0x10", "1,5", "1e", True, None, [], "9" * 21, "1e999"],
)
def test_what_is_no_quantity_is_none(written):
    assert quantity(written) is None
