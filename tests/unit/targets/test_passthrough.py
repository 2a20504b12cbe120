"""Variables that a blueprint passes through fit what a catalogue says, or are described as what they are."""

from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from blueprint.values import SecretRef
from targets._passthrough.values import as_variable, described, refused
from targets._passthrough.variables import Variable, VariableType, wanted

_EXAMPLES: dict[VariableType, tuple[Any, ...]] = {
    "bool": (True, False),
    "int": (0, -3),
    "float": (1, Decimal("0.5")),
    "string": ("", "text", ip_address("192.0.2.1"), ip_network("192.0.2.0/24")),
    "list": ([], ("a",)),
    "map": ({}, {"key": 1}),
}
_ALSO_FITS = {("float", "int")}


@pytest.mark.parametrize("kind", _EXAMPLES)
def test_a_variable_takes_values_of_its_type_and_no_others(kind: VariableType) -> None:
    taken = {
        other
        for other, values in _EXAMPLES.items()
        if all(wanted(Variable("name", kind), value) is None for value in values)
    }
    assert taken == {kind, *(other for mine, other in _ALSO_FITS if mine == kind)}


@pytest.mark.parametrize("value", [value for values in _EXAMPLES.values() for value in values])
def test_a_variable_of_unknown_type_takes_anything(value: Any) -> None:
    assert wanted(Variable("name", "unknown"), value) is None


@pytest.mark.parametrize(
    ("words", "value", "message"),
    [
        (("ovn", "openvswitch"), "ovn", None),
        (("ovn", "openvswitch"), "linuxbridge", "one of `ovn`, `openvswitch`"),
        ((4, 6), 5, "one of `4`, `6`"),
    ],
)
def test_a_variable_with_words_takes_these_alone(
    words: tuple[str | int, ...], value: Any, message: str | None
) -> None:
    assert wanted(Variable("name", "unknown", words=words), value) == message


def test_a_secret_deep_in_a_value_is_refused() -> None:
    secret = SecretRef.from_text('secrets.kv["password"]')
    assert refused({"users": [{"password": secret}]}) == "a secret"
    with pytest.raises(TypeError):
        as_variable([secret])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "`true`"),
        ({}, "a map"),
        ((), "a list"),
        ("short", 'the text `"short"`'),
        ("x" * 41, "a text"),
        (7, "`7`"),
    ],
)
def test_a_message_names_a_value_briefly(value: Any, words: str) -> None:
    assert described(value) == words
