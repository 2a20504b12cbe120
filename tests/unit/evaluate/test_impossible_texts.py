"""Texts from outside that no text of the language can hold are refused where they stand."""

from __future__ import annotations

import pytest

from blueprint.driver import Options, check_blueprint
from blueprint.loader import MemoryLoader

DATA = {
    "json": ("data.json", '{"x": "a\\u0000b"}', "data.json:1:7"),
    "half a pair in json": ("data.json", '{"x": "\\ud800"}', "data.json:1:1"),
    "a name in json": ("data.json", '{"x": {"\\u0000": "a"}}', "data.json:1:7"),
    "yaml": ("data.yaml", 'x: "a\\0b"', "data.yaml:1:4"),
    "a name in yaml": ("data.yaml", 'x: { "\\0": a }', "data.yaml:1:4"),
    "csv": ("data.csv", "x\na\0b\n", "data.csv:2:1"),
}


def errors(text, **options):
    found = check_blueprint(MemoryLoader(text), Options(**options)).diagnostics
    return [(str(d.span), d.message) for d in found if d.is_error]


@pytest.mark.parametrize("case", DATA)
def test_data_with_an_impossible_character_is_refused_at_its_place(case):
    path, text, place = DATA[case]
    reader = path.rpartition(".")[2]
    main = f'blueprint b {{ language = 1 }}\nlet d = {reader}("{path}")\n'
    found = errors({"main.oib": main, path: text})
    assert [place] == [place for place, _ in found]
    assert "U+" in found[0][1]


def test_a_text_file_with_an_impossible_character_is_refused():
    main = 'blueprint b { language = 1 }\nlet d = text("a.txt")\n'
    ((place, message),) = errors({"main.oib": main, "a.txt": "a\0b"})
    assert (place, "U+0000" in message) == ("main.oib:2:14", True)


def test_a_parameter_with_a_byte_that_is_no_character_is_refused():
    main = 'blueprint b { language = 1 }\nparam p: string = ""\n'
    ((_, message),) = errors({"main.oib": main}, sets=(("p", "\udcff"),))
    assert "U+DCFF" in message
