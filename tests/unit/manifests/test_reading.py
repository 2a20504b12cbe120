"""Manifests come with pull requests of strangers: how much is read, from where, and that nothing breaks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.driver import front_end
from blueprint.loader import FileLoader, MemoryLoader
from blueprint.manifests import reading
from blueprint.manifests.fields import REMOVED, table
from blueprint.model import Workload
from blueprint.resolve.world import Options
from blueprint.spans import Spans
from tests.unit.manifests.reading import MAIN, of_files, of_text, read, told
from tests.unit.manifests.test_objects import DEPLOYMENT, OTHERS

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m%s }\n"


def test_the_files_of_a_folder_are_read_by_their_names():
    found, wrong = of_files({"b.yml": MAP % 2, "a.yaml": MAP % 1, "c.json": "", "notes.txt": "}"})
    assert (list(found.config_map), wrong) == (["m1", "m2"], [])


def test_folders_below_a_folder_are_not_read():
    found, _ = of_files({"a.yaml": MAP % 1, "below/b.yaml": MAP % 2})
    assert list(found.config_map) == ["m1"]


def test_json_is_read_as_the_yaml_that_it_is():
    text = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "immutable": true}'
    assert of_files({"a.json": text})[0].config_map["m"].immutable


def test_a_list_of_one_kind_holds_objects():
    text = "apiVersion: v1\nkind: ConfigMapList\nitems:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: m}}\n"
    assert list(of_text(text)[0].config_map) == ["m"]


def test_a_custom_resource_whose_kind_ends_like_a_list_is_an_object():
    text = (
        "apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: a }\nitems: [10.0.0.0/8]\n"
    )
    assert list(of_text(text)[0].object) == ["AllowList/a"]


def test_a_lone_sign_of_equality_is_a_text():
    text = (
        "apiVersion: example.com/v1\nkind: Match\nmetadata: { name: a }\nvalues:\n  - =\n  - =~\n"
    )
    assert told(text) == []


def test_paths_are_those_beside_the_file_that_names_them():
    head = MAIN.replace('manifests = "rendered"', 'manifests = "m.yaml"')
    module = head.replace("blueprint demo { language = 1 }", "module parts { language = 1 }")
    main = 'blueprint demo { language = 1 }\nuse "parts/parts.oib" as parts\n'
    loader = MemoryLoader({"main.oib": main, "parts/parts.oib": module, "parts/m.yaml": MAP % 1})
    front, found = front_end(loader, Options(), lambda *_: None)
    assert front is not None
    (workload,) = front.model.of(Workload).values()
    assert (list(workload.config_map), found) == (["m1"], [])


def test_a_file_with_windows_line_ends_and_a_byte_order_mark_is_read():
    text = ("\ufeff" + MAP % 1).replace("\n", "\r\n").encode()
    assert list(of_files({"a.yaml": text})[0].config_map) == ["m1"]


FAMILY = MAIN.replace("workload upf {", 'workload upf[for k in ["a", "b"]] {')


def family(main: str) -> tuple[list[Workload], Spans, list[str]]:
    loader = MemoryLoader({"main.oib": main, "rendered/a.yaml": MAP % 1})
    front, found = front_end(loader, Options(), lambda *_: None)
    assert front is not None
    return list(front.model.of(Workload).values()), front.spans, [d.rule.code for d in found]


def test_members_of_a_family_in_one_namespace_have_the_same_objects_twice():
    assert family(FAMILY)[2] == ["OIB5918"]


def test_each_member_of_a_family_has_its_objects_and_their_places():
    members, spans, found = family(FAMILY.replace('"core"', '"core-${k}"'))
    assert found == []
    assert [w.config_map["m1"].namespace for w in members] == ["core-a", "core-b"]
    for key in ("a", "b"):
        span = spans.at(f'workload.upf["{key}"]', "config_map", "m1")
        assert (span.source.path, span.text) == ("rendered/a.yaml", "m1")


def test_members_on_clusters_of_their_own_share_what_is_the_same():
    two = FAMILY.replace("kubernetes main {", 'kubernetes main[for k in ["a", "b"]] {')
    members, spans, found = family(two.replace("kubernetes.main", "kubernetes.main[k]"))
    assert found == []
    assert members[0].config_map is members[1].config_map
    assert spans.at('workload.upf["b"]', "config_map", "m1").text == "m1"


# ------------------------------------------------------------------------------------------- bounds


def test_as_many_objects_as_a_workload_may_have(monkeypatch):
    monkeypatch.setattr(reading, "OBJECT_LIMIT", 3)
    assert told("---\n".join(MAP % n for n in range(3))) == []


def test_one_object_more_is_too_much(monkeypatch):
    monkeypatch.setattr(reading, "OBJECT_LIMIT", 3)
    (fault,) = told("---\n".join(MAP % n for n in range(4)))
    assert fault.startswith("OIB2021")


def test_a_file_just_large_enough_is_read(monkeypatch):
    monkeypatch.setattr(reading, "FILE_LIMIT", len(MAP % 1))
    assert told(MAP % 1) == []


def test_a_byte_more_is_too_large(monkeypatch):
    monkeypatch.setattr(reading, "FILE_LIMIT", len(MAP % 1) - 1)
    (fault,) = told(MAP % 1)
    assert fault.startswith("OIB2030")


def test_all_manifests_together_may_be_just_so_large(monkeypatch):
    monkeypatch.setattr(reading, "TEXT_LIMIT", 2 * len(MAP % 1))
    assert of_files({"a.yaml": MAP % 1, "b.yaml": MAP % 2})[1] == []


def test_all_manifests_together_may_be_no_larger(monkeypatch):
    monkeypatch.setattr(reading, "TEXT_LIMIT", 2 * len(MAP % 1) - 1)
    (fault,) = of_files({"a.yaml": MAP % 1, "b.yaml": MAP % 2})[1]
    assert fault.rule.code == "OIB2030"


# ------------------------------------------------------------------------------------- hostile texts

LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "OIB2031"),
        (MAP % 1 + "data: &d { a: *d }\n", "OIB2031"),
        (MAP % 1 + "data: !!python/object/apply:os.system ['id']\n", "OIB5916"),
        (MAP % 1 + "data: { a: !!python/name:os.system x }\n", "OIB2031"),
        (MAP % 1 + "data: { a: !!binary QUJD }\n", "OIB2031"),
        (MAP % 1 + "data: " + "{ a: " * 150 + "}" * 150, "OIB2021"),
        (MAP % 1 + "data: " + "[" * 50_000, "OIB2021"),
        ("\n".join("  " * n + "a:" for n in range(200)), "OIB2021"),
        (MAP % 1 + 'data: { a: "\\0" }\n', "OIB2031"),
        (MAP % 1 + 'data: { "\\ud800": b }\n', "OIB2031"),
        (MAP % 1 + "data: {\n", "OIB2031"),
        ("- 1\n", "OIB5914"),
        ("text\n", "OIB5914"),
        ("12\n", "OIB5914"),
        ("? [a, b]\n: c\n", "OIB5914"),
        ("apiVersion: [v1]\nkind: {}\nmetadata: 3\n", "OIB5914"),
        ("apiVersion: v1\nkind: List\nitems: [3, null, text]\n", "OIB5914"),
    ],
)  # fmt: skip
def test_a_hostile_text_is_a_fault_at_its_place(text, code):
    found = of_text(text)[1]
    assert {d.rule.code for d in found} == {code}
    assert all(d.span is not None for d in found)


def test_what_is_no_text_at_all_is_a_fault():
    assert [d.rule.code for d in of_files({"a.yaml": b"\xff\xfe\x00"})[1]] == ["OIB2028"]


def test_an_empty_file_holds_nothing():
    assert told("") == []
    assert told("# only a comment\n---\n...\n---\n") == []


@pytest.mark.parametrize("written", ["/etc/hosts", "../up.yaml", "a/../../b.yaml", "C:\\\\x.yaml"])
def test_a_path_that_leads_out_is_refused(written):
    _, _, found = read(MemoryLoader({"main.oib": MAIN.replace("rendered", written)}))
    assert [d.rule.code for d in found] == ["OIB2029"]


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path):
    (tmp_path / "secret.yaml").write_text(MAP % 1)
    root = tmp_path / "cloud"
    (root / "rendered").mkdir(parents=True)
    (root / "main.oib").write_text(MAIN)
    (root / "rendered" / "a.yaml").symlink_to(tmp_path / "secret.yaml")
    found, _, wrong = read(FileLoader(root))
    assert (dict(found.config_map), [d.rule.code for d in wrong]) == ({}, ["OIB2028"])


def test_a_folder_that_is_a_link_out_is_not_read(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.yaml").write_text(MAP % 1)
    root = tmp_path / "cloud"
    root.mkdir()
    (root / "main.oib").write_text(MAIN)
    (root / "rendered").symlink_to(tmp_path / "elsewhere")
    assert [d.rule.code for d in read(FileLoader(root))[2]] == ["OIB2028"]


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    (tmp_path / "main.oib").write_text(MAIN)
    (tmp_path / "rendered").mkdir()
    os.mkfifo(tmp_path / "rendered" / "a.yaml")
    assert [d.rule.code for d in read(FileLoader(tmp_path))[2]] == ["OIB2028"]


VALUES = st.sampled_from(
    ["null", "[]", "{}", "true", "12", "-1", "1.5", ".nan", "'x'", "''", "[[]]", "[null]", "{ a: { b: [1] } }", "2026-01-01", "08:30",
     "9999999999999999999999", "1e999", "'10.0.0.1'", "' '", "'[{'", "{ name: x }", "[{ name: x }, { name: x }, 3]"]
)  # fmt: skip
LINES = [n for n, line in enumerate((DEPLOYMENT + "---\n" + OTHERS).split("\n")) if ": " in line]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(LINES), VALUES)
def test_a_value_of_any_kind_in_any_place_breaks_nothing(number, value):
    lines = (DEPLOYMENT + "---\n" + OTHERS).split("\n")
    name = lines[number].partition(": ")[0]
    lines[number] = f"{name}: {value}"
    _, found = of_text("\n".join(lines))
    assert {d.rule.code for d in found} <= {
        "OIB2031",
        "OIB5914",
        "OIB5915",
        "OIB5916",
        "OIB5917",
        "OIB5918",
    }


# ------------------------------------------------------------------------------- the table of fields


def test_the_table_knows_every_model_that_it_names():
    named = {model for kinds in table().kinds.values() for model in kinds.values()}
    for fields in table().models.values():
        for field in fields.values():
            inner = field.type.strip("[]{}")
            if inner[0].isupper():
                named.add(inner)
    assert named - table().models.keys() == {"V1ManagedFieldsEntry"} - table().models.keys()


def test_no_api_version_is_both_known_and_gone():
    known = {(api, kind) for api, kinds in table().kinds.items() for kind in kinds}
    assert known & REMOVED.keys() == set()


def test_all_that_went_has_gone_to_a_version_that_is_known_or_is_not_looked_at():
    kinds = {kind for known in table().kinds.values() for kind in known}
    for (_, kind), (_, instead) in REMOVED.items():
        if kind in kinds and instead:
            assert kind in table().kinds[instead]
