"""Values of services' options: what oslo.config would take is taken, the rest is refused."""

from decimal import Decimal

import pytest

from targets._openstack.option_values import fault, written
from targets._openstack.options import Option


def option(kind="string", **limits):
    fields = {
        "item_type": "string",
        "choices": (),
        "minimum": None,
        "maximum": None,
        "pattern": None,
        "is_repeatable": False,
        "deprecated_names": (),
    }
    return Option(name="x", type=kind, **{**fields, **limits})


FITS = [
    (option("bool"), True),
    (option("int"), -3),
    (option("int", minimum=1), 1),
    (option("int", maximum=9), 9),
    (option("float", minimum=0.0), Decimal("0.0")),
    (option("float"), 4),
    (option("port", minimum=0, maximum=65535), 65535),
    (option("string"), "a"),
    (option("string"), 5),
    (option("string", choices=("a", "b")), "a"),
    (option("string", pattern="^a"), "abc"),
    (option("ip"), "2001:db8::1"),
    (option("host"), "node-1.example"),
    (option("hostname"), "node-1"),
    (option("list"), ["a", "b"]),
    (option("list"), "a, b"),
    (option("list"), []),
    (option("list", item_type="int"), [1, 2]),
    (option("list", item_type="int"), "1,2"),
    (option("list", choices=("a", "b")), ["a"]),
    (option("dict"), {"a": "b"}),
    (option("dict"), "a:b"),
    (option("string", is_repeatable=True), ["a", "b"]),
    (option("string", is_repeatable=True), "a"),
    (option("int"), "$other_option"),
]
DOES_NOT_FIT = [
    (option("bool"), "yes"),
    (option("bool"), 1),
    (option("int"), True),
    (option("int"), "5"),
    (option("int"), Decimal("1.5")),
    (option("int", minimum=1), 0),
    (option("int", maximum=9), 10),
    (option("float", minimum=0.0), Decimal("-0.1")),
    (option("port", minimum=0, maximum=65535), 65536),
    (option("string"), True),
    (option("string"), ["a"]),
    (option("string"), {"a": "b"}),
    (option("string", choices=("a", "b")), "c"),
    (option("string", pattern="^a"), "bc"),
    (option("ip"), "300.1.1.1"),
    (option("ip"), 5),
    (option("hostname"), "a b"),
    (option("list"), ["a,b"]),
    (option("list", item_type="int"), ["a"]),
    (option("list", choices=("a", "b")), ["a", "c"]),
    (option("dict"), ["a"]),
    (option("dict"), {"a": ["b"]}),
    (option("int", is_repeatable=True), [1, "a"]),
]


@pytest.mark.parametrize(("wanted", "value"), FITS)
def test_a_value_that_fits_is_taken(wanted, value):
    assert fault(wanted, value) is None


@pytest.mark.parametrize(("wanted", "value"), DOES_NOT_FIT)
def test_a_value_that_does_not_fit_is_refused(wanted, value):
    assert fault(wanted, value) is not None


def test_a_fault_says_what_to_write():
    assert fault(option("int", minimum=1, maximum=9), 0) == "a whole number from 1 to 9"


def test_choices_are_named():
    assert fault(option(choices=("a", "b")), "c") == "one of `a`, `b`"


def test_a_map_is_one_line():
    assert written(option("dict"), {"a": "b", "c": 1}) == "a:b,c:1"


def test_booleans_in_a_list_are_words_that_services_know():
    assert written(option("list"), [True, "a"]) == "true,a"


def test_elements_of_a_repeatable_option_stay_apart():
    assert written(option("list", is_repeatable=True), ["a", "b"]) == ["a", "b"]
