"""What the INI writer writes, services read back as it was, after Jinja and two parsers."""

import jinja2
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blueprint.target import Cause
from targets._formats.ini import (
    Only,
    ini_artifact,
    unsayable,
    unsayable_name,
    unsayable_section,
)
from targets._formats.page import Traced

STATED = Cause("stated", ("openstack.core.nova.config",))


def traced(value: object) -> Traced:
    return Traced(value, STATED)


def as_kolla_reads(text: str) -> str:
    """Jinja as Ansible sets it up for configuration files."""
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    return environment.from_string(text).render(group_names=["oib_compute"])


def as_a_service_reads(text: str) -> dict[str, dict[str, list[str]]]:
    """The rules of oslo.config's reader: no interpolation, outer quotes removed, later lines added."""
    sections: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    for raw in text.split("\n"):
        line = raw.rstrip()
        if not line or line.startswith(("#", ";")):
            continue
        assert not line.startswith((" ", "\t"))
        if line.startswith("["):
            assert line.endswith("]")
            current = sections.setdefault(line[1:-1], {})
            continue
        equal, colon = line.find("="), line.find(":")
        cut = min(at for at in (equal, colon) if at >= 0)
        value = line[cut + 1 :].strip()
        if value and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        current.setdefault(line[:cut].strip(), []).append(value)
    return sections


def written_anew(sections: dict[str, dict[str, list[str]]]) -> str:
    lines = []
    for name, options in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {value}" for key, values in options.items() for value in values]
    return "\n".join(lines)


def read_twice(text: str) -> dict[str, dict[str, list[str]]]:
    return as_a_service_reads(written_anew(as_a_service_reads(as_kolla_reads(text))))


@given(st.text())
def test_any_value_is_refused_or_read_back_as_it_was(value: str) -> None:
    assume(unsayable(value) is None)
    text = ini_artifact("nova.conf", {"DEFAULT": {"a": traced(value), "b": traced(1)}}).text
    assert read_twice(text) == {"DEFAULT": {"a": [value], "b": ["1"]}}


@given(st.text("{}%#- 'ab", max_size=12))
def test_braces_never_become_jinja(value: str) -> None:
    assume(unsayable(value) is None)
    text = ini_artifact("nova.conf", {"DEFAULT": {"a": traced(value), "b": traced(1)}}).text
    assert read_twice(text) == {"DEFAULT": {"a": [value], "b": ["1"]}}


@pytest.mark.parametrize(
    "value", ["a\nb", "a\rb", "\x00", "\u2028", " a", "a ", '"a"', "'a'", '"', "a\x85b"]
)
def test_what_would_be_read_otherwise_is_refused(value: str) -> None:
    assert unsayable(value)


def test_a_value_that_cannot_be_said_is_never_written() -> None:
    with pytest.raises(ValueError, match="control character"):
        ini_artifact("nova.conf", {"DEFAULT": {"a": traced("x\n[evil]")}})


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a:b", "[a", "#a", "a\nb", "{{a}}", "é"])
def test_a_name_that_would_be_read_otherwise_is_refused(name: str) -> None:
    assert unsayable_name(name)


@pytest.mark.parametrize("name", ["", "]", "a]", "a\nb", " a", "{{a}}"])
def test_a_section_that_would_be_read_otherwise_is_refused(name: str) -> None:
    assert unsayable_section(name)


def test_a_list_is_one_line_for_each_element() -> None:
    text = ini_artifact("nova.conf", {"pci": {"alias": traced(["a", "b"])}}).text
    assert read_twice(text) == {"pci": {"alias": ["a", "b"]}}


def test_booleans_are_words_that_services_know() -> None:
    assert "a = true\n" in ini_artifact("x", {"s": {"a": traced(True)}}).text


def test_an_option_under_a_condition_holds_only_there() -> None:
    section = ({"a": traced(1)}, [Only("'oib_x' in group_names", {"b": traced(2)})])
    text = ini_artifact("nova.conf", {"DEFAULT": section}).text
    assert read_twice(text) == {"DEFAULT": {"a": ["1"]}}


def test_an_option_under_a_condition_that_holds_is_there() -> None:
    section = ({}, [Only("'oib_compute' in group_names", {"b": traced(2)})])
    text = ini_artifact("nova.conf", {"DEFAULT": section, "z": {"c": traced(3)}}).text
    assert read_twice(text) == {"DEFAULT": {"b": ["2"]}, "z": {"c": ["3"]}}


def test_every_line_but_comments_and_blank_ones_has_a_cause() -> None:
    section = ({"a": traced(1)}, [Only("true", {"b": traced(2)})])
    artifact = ini_artifact("x", {"s": section, "t": {"c": traced(3)}}, header=["head"])
    causes = [c for run in artifact.runs for c in run.causes]
    uncaused = [
        line
        for line, cause in zip(artifact.text.splitlines(), causes, strict=True)
        if cause is None
    ]
    assert uncaused == ["# head", ""]
