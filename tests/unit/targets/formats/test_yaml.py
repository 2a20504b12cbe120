"""What the YAML writer writes, two independent readers read back as it was."""

from decimal import Decimal
from io import StringIO

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from blueprint.target import Cause, Run
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._formats.yaml import (
    Items,
    Rows,
    ansible_string,
    flow_map,
    plain_string,
    yaml_artifact,
    yaml_documents,
    yaml_sequence,
)

STATED = Cause("stated", ("network.oam.vlan",))
HOSTILE = (
    "no",
    "Yes",
    "ON",
    "y",
    "~",
    "null",
    "",
    " ",
    " lead",
    "trail ",
    "1e3",
    "08:30",
    "0o7",
    "0x1f",
    "010",
    "1_000",
    "1.5",
    ".inf",
    "-",
    "- a",
    "? a",
    "a: b",
    "a #b",
    "#b",
    "&a",
    "*a",
    "!x",
    "|",
    ">",
    "%TAG",
    "@a",
    "`a`",
    "'a'",
    '"a"',
    "\\",
    "a\nb",
    "a\r\nb",
    "\t",
    "\x00",
    "\x85",
    "\u2028",
    "\u202emoc.live",
    "\ufeff",
    "---",
    "...",
    "<<",
    "=",
    "2027-06-30",
    "{{ lookup('pipe','id') }}",
    "{% x %}",
    "../../x",
    "é",
    "中文",
    "🙂",
    "x" * 5000,
    "[1, 2]",
    "{a: 1}",
)


def pyyaml_reads(text: str) -> object:
    return pyyaml.safe_load(text)


def ruamel_reads(text: str) -> object:
    return YAML(typ="safe", pure=True).load(StringIO(text))


both = pytest.mark.parametrize("reads", [pyyaml_reads, ruamel_reads])


@both
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_string_is_read_back_as_it_was(text: str, reads) -> None:
    assert reads(yaml_artifact("x.yml", {"key": text}).text) == {"key": text}


@both
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_key_is_read_back_as_it_was(text: str, reads) -> None:
    written = yaml_artifact("x.yml", {text: {"a": 1}, "z": [text]}).text
    assert reads(written) == {text: {"a": 1}, "z": [text]}


strings = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | strings,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=12,
)


@both
@given(document=st.dictionaries(strings, values, max_size=5))
def test_any_document_is_read_back_as_it_was(reads, document: dict[str, object]) -> None:
    assert reads(yaml_artifact("x.yml", document).text) == document


@both
@given(document=st.dictionaries(strings, values, min_size=1, max_size=3))
def test_every_line_of_a_traced_document_has_a_cause(reads, document: dict[str, object]) -> None:
    traced = {key: Traced(value, STATED) for key, value in document.items()}
    artifact = yaml_artifact("x.yml", traced)
    (run,) = artifact.runs
    assert run.causes == (None, *[STATED] * (artifact.text.count("\n") - 1))


def test_a_decimal_is_a_number_for_every_reader() -> None:
    text = yaml_artifact("x.yml", {"a": Decimal("1.50"), "b": Decimal(4)}).text
    assert (pyyaml_reads(text), ruamel_reads(text)) == ({"a": 1.5, "b": 4.0},) * 2


def test_plain_words_stay_without_quotes() -> None:
    assert [plain_string(t) for t in ("bond0.20", "10.20.0.11", "br-ex", "10.0.0.0/24")] == [
        "bond0.20",
        "10.20.0.11",
        "br-ex",
        "10.0.0.0/24",
    ]


def test_bidirectional_marks_never_reach_a_terminal() -> None:
    assert plain_string("a\u202eb") == '"a\\u202eb"'


@pytest.mark.parametrize("text", ["{{ x }}", "{% x %}", "{# x #}", "a{{b"])
def test_what_looks_like_jinja_is_marked_unsafe_for_ansible(text: str) -> None:
    assert ansible_string(text).startswith('!unsafe "')


def test_what_is_no_jinja_is_not_marked() -> None:
    assert ansible_string("{ a }") == '"{ a }"'


def rows(count: int) -> Rows:
    return Rows(
        members=[Ref(f"hosts.c[{n}]") for n in range(count)],
        keys=[f"c-{n}" for n in range(count)],
        key_cause=Cause("the host's name", ("hosts.c[*].name",)),
        columns={"ansible_host": [f"10.0.0.{n}" for n in range(count)]},
        causes=(Cause("its address", ("hosts.c[*].address.network.oam",)),),
    )


def test_rows_are_entries_of_their_mapping() -> None:
    artifact = yaml_artifact("x.yml", {"group": {"hosts": rows(2)}, "z": 1})
    assert pyyaml_reads(artifact.text) == {
        "group": {
            "hosts": {"c-0": {"ansible_host": "10.0.0.0"}, "c-1": {"ansible_host": "10.0.0.1"}}
        },
        "z": 1,
    }


def test_rows_are_one_run_that_names_its_members() -> None:
    runs = yaml_artifact("x.yml", {"hosts": rows(3), "z": Traced(1, STATED)}).runs
    assert [(run.first, len(run.causes), len(run.members)) for run in runs] == [
        (1, 2, 0),
        (3, 2, 3),
        (9, 1, 0),
    ]


def test_documents_are_kept_apart() -> None:
    text = yaml_documents("x.yml", [{"a": 1}, {}]).text
    assert list(pyyaml.safe_load_all(text)) == [{"a": 1}, {}]


def test_a_list_of_mappings_begins_each_on_the_line_of_its_dash():
    play = {"name": Traced("Prepare", STATED), "tasks": [{"name": "One", "args": [{"a": 1}, {}]}]}
    text = yaml_sequence("p.yml", [play]).text
    assert text == (
        "---\n- name: Prepare\n  tasks:\n    - name: One\n      args:\n        - a: 1\n        - {}\n"
    )


def test_a_long_key_may_begin_an_element_of_a_list():
    items = [{"k" * 2000: 1, "b": "c"}]
    assert pyyaml.safe_load(yaml_sequence("p.yml", items).text) == items


def test_a_value_in_one_line_is_written_as_it_is():
    made = yaml_artifact("a.yml", {"a": [flow_map({"start": "x: y", "end": 1})]})
    assert pyyaml.safe_load(made.text) == {"a": [{"start": "x: y", "end": 1}]}
    assert '- {start: "x: y", end: 1}' in made.text


def test_items_are_one_list_with_a_cause_for_each_member():
    members = (Ref("hosts.c[1]"), Ref("hosts.c[2]"))
    cause = Cause("a host", ("hosts.c[*].name",))
    made = yaml_artifact("a.yml", {"a": ["first", Items(members, ("c-1", "yes"), cause)]})
    assert pyyaml.safe_load(made.text) == {"a": ["first", "c-1", "yes"]}
    assert made.runs[-1] == Run(4, (cause,), members)
