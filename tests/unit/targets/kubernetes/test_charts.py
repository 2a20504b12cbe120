"""Catalogues of charts say what a value path holds and whether it has an effect."""

import pytest

from blueprint.target import Cause
from targets._kubernetes.charts import chart, names
from targets._kubernetes.charts.catalogue import read, written
from targets._kubernetes.charts.derive import catalogue_of
from targets._kubernetes.resources import plain
from targets._kubernetes.values import Setting, laid_over, traced, tree, values_artifact

WHY = Cause("it is asked for", ("ceph.main",))


def _nested(path, value):
    for name in reversed(path):
        value = {name: value}
    return value


def _strays(name, **values):
    return [(each.path, each.sort, each.nearest) for each in chart(name).strays(values)]


@pytest.mark.parametrize("name", names())
def test_every_pinned_chart_has_a_catalogue(name):
    each = chart(name)
    assert each.values
    assert each.repository.startswith(("https://", "oci://"))


def test_what_a_chart_knows_is_no_stray():
    assert _strays("metallb", speaker={"enabled": True, "frr": {"enabled": False}}) == []


def test_an_unknown_name_brings_the_nearest_beside_it():
    wanted = [(("speaker", "enable"), "unknown", "enabled")]
    assert _strays("metallb", speaker={"enable": True}) == wanted


def test_a_name_that_no_template_reads_is_a_stray():
    wanted = [(("operator", "nameOverride"), "unread", None)]
    assert _strays("sriov-network-operator-chart", operator={"nameOverride": "x"}) == wanted


def test_a_value_of_another_type_is_a_stray():
    assert [s for _, s, _ in _strays("rook-ceph", monitoring={"enabled": "yes"})] == ["type"]


def test_what_is_handed_on_whole_takes_more_names():
    assert _strays("rook-ceph", nodeSelector={"anything": "goes"}) == []


def test_a_single_path_is_judged_like_a_tree():
    (stray,) = [chart("metallb").stray(("speakr",), {})]
    assert (stray.sort, stray.nearest) == ("unknown", "speaker")


@pytest.mark.parametrize("path", [("a", "b"), ("a.b", "c"), ("kubernetes.io/os",)])
def test_paths_survive_writing(path):
    assert read(written(path)) == path


def test_settings_become_one_tree_in_their_order():
    made = tree(
        Setting(("b", "x"), 1, WHY), [Setting(("a",), [2], WHY), Setting(("b", "y"), 3, WHY)]
    )
    assert list(plain(made).items()) == [("b", {"x": 1, "y": 3}), ("a", [2])]


@pytest.mark.parametrize("path", [("a",), ("a", "b")])
def test_a_path_is_set_once(path):
    with pytest.raises(ValueError, match="a"):
        tree(Setting(("a",), {}, WHY), Setting(path, 1, WHY))


def test_values_laid_over_others_merge_as_helm_merges_files():
    under = tree(Setting(("a",), {"x": 1, "l": [1]}, WHY), Setting(("b", "c"), 1, WHY))
    over = traced({"a": {"l": [2]}, "b": {"d": 2}}, "as stated", "ceph.main.tool.rook")
    merged = laid_over(under, over)
    assert plain(merged) == {"a": {"x": 1, "l": [2]}, "b": {"c": 1, "d": 2}}


def test_what_is_passed_through_has_its_own_place_as_cause():
    over = traced({"b": {"d": 2}}, "as stated", "ceph.main.tool.rook")
    (run,) = values_artifact("v.yaml", over).runs
    assert run.causes[-1] == Cause("as stated", ("ceph.main.tool.rook.b.d",))


def _chart(folder, values, template, **extra):
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(extra.get("chart", "name: x\n"))
    (folder / "values.yaml").write_text(values)
    (folder / "templates" / "all.yaml").write_text(template)
    return folder


@pytest.mark.parametrize(
    ("values", "template", "path", "entry"),
    [
        ("a: 1", "{{ .Values.a }}", "a", "integer"),
        ("a: 1\nb: x", "{{ .Values.a }}", "b", "string unread"),
        ("a: {b: 1}", "{{ .Values.a.b }}", "a", "map"),
        ("a: {b: 1}", "{{ toYaml .Values.a }}", "a", "map whole"),
        ("a: {b: 1}", "{{ toYaml .Values.a }}", "a.b", "integer"),
        ("a: {b: 1, c: 2}", "{{ if .Values.a }}{{ .Values.a.b }}{{ end }}", "a.c", "integer unread"),
        ("a: {b-c: 1}", '{{ index .Values "a" "b-c" }}', "a.b-c", "integer"),
        ("a: {x: {b: 1}}", "{{ index $.Values.a $name }}", "a", "map whole"),
        ("a: t", "{{ tpl .Values.a . }}", "a", "string tpl"),
        ("a: {}", "{{ .Values.a.hidden }}", "a.hidden", "any whole"),
        ("a: {b: 1}", '{{ include "f" .Values }}{{ .a.b }}', "a.b", "integer"),
        ("a: 1", "{{/* .Values.a */}}", "a", "integer unread"),
        ("a: null", "{{ $.Values.a | quote }}", "a", "any whole"),
    ],
)  # fmt: skip
def test_the_derivation_sees_what_templates_read(tmp_path, values, template, path, entry):
    assert catalogue_of(_chart(tmp_path / "x", values, template))[path] == entry


def test_values_of_a_chart_below_lie_under_its_name(tmp_path):
    parent = _chart(
        tmp_path / "p", "own: 1\nbelow: {a: 2}", "{{ .Values.own }}",
        chart="name: p\ndependencies:\n  - {name: below, condition: below.enabled}\n",
    )  # fmt: skip
    _chart(parent / "charts" / "below", "a: 1\nb: 2", "{{ .Values.a }}")
    derived = catalogue_of(parent)
    below = [derived.get(f"below.{name}") for name in ("a", "b", "enabled")]
    assert below == ["integer", "integer unread", "any whole"]
