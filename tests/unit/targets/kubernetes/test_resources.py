"""Resources become manifests that say just what was stated, each line with its cause."""

import ipaddress

import pytest
import yaml

from blueprint.target import Cause
from blueprint.values import Size
from targets._formats.page import Traced
from targets._kubernetes.names import name_fault, object_name, through_tpl
from targets._kubernetes.resources import Resource, manifest, name_faults, plain, quantity

WHY = Cause("it is asked for", ("ceph.main",))
WHOM = Cause("the name that was given", ("ceph.main.pool.x",))
HOSTILE = "{{ .Values.x }} ${HOME} $(id) `id` \"'\n# - : yes"


def _pool(**changes):
    stated = {
        "api_version": "ceph.rook.io/v1", "kind": "CephBlockPool", "name": "x", "cause": WHY, "namespace": "rook",
        "labels": {"a/b": Traced("yes", WHOM)}, "body": {"spec": {"replicated": {"size": Traced(3, WHOM)}}},
    }  # fmt: skip
    return Resource(**{**stated, **changes})


def _causes(artifact):
    (run,) = artifact.runs
    return dict(zip(artifact.text.splitlines(), run.causes, strict=True))


def test_a_manifest_says_what_the_resource_says():
    pools = [_pool(), _pool(name="y")]
    read = list(yaml.safe_load_all(manifest("m.yaml", pools).text))
    assert read == [plain(each.document()) for each in pools]


def test_a_value_has_its_own_cause_and_the_rest_that_of_the_resource():
    causes = _causes(manifest("m.yaml", [_pool()]))
    assert (causes["      size: 3".replace("      ", "    ")], causes["kind: CephBlockPool"]) == (
        WHOM,
        WHY,
    )


@pytest.mark.parametrize("text", [HOSTILE, "0x10", "1e3", "null", "~", "=", "2026-01-01", "\u2028"])
def test_any_text_stays_that_text(text):
    resource = _pool(annotations={"note": text}, body={"spec": {text: text}})
    read = yaml.safe_load(manifest("m.yaml", [resource]).text)
    assert (read["metadata"]["annotations"]["note"], read["spec"]) == (text, {text: text})


def test_addresses_are_text():
    assert plain({"a": ipaddress.ip_address("fd00::1")}) == {"a": "fd00::1"}


@pytest.mark.parametrize(
    ("size", "text"),
    [(Size.of(16, "GiB"), "16Gi"), (Size.of(1536, "MiB"), "1536Mi"), (Size.of(2, "GB"), "1953125Ki"),
     (Size(1000), "1000"), (Size(0), "0"), (Size.of(2, "TiB"), "2Ti")],
)  # fmt: skip
def test_sizes_are_exact_quantities(size, text):
    assert quantity(size) == text


@pytest.mark.parametrize(
    ("name", "form", "fits"),
    [
        ("a" * 63, "label", True), ("a" * 64, "label", False), ("", "label", False), ("-a", "label", False),
        ("a.b-c.1", "subdomain", True), ("a..b", "subdomain", False), ("A", "subdomain", False),
        (".".join(["a" * 62] * 4), "subdomain", True), (".".join(["a" * 62] * 4) + ".bb", "subdomain", False),
        ("1a", "service", False), ("a1", "service", True), ("a/b", "subdomain", False),
        ("example.com/Rack_1.a", "label_key", True), ("Ex.com/a", "label_key", False), ("a/", "label_key", False),
        ("", "label_value", True), ("r 1", "label_value", False), ("R_1", "label_value", True),
        ("a\n", "label", False), ("a\n", "label_value", False), ("é", "label_value", False),
    ],
)  # fmt: skip
def test_names_are_judged_as_kubernetes_does(name, form, fits):
    assert (name_fault(name, form) is None) == fits


def test_words_are_joined_to_a_name_that_fits():
    assert name_fault(object_name("Ceph.Main", "pool_Ä")) is None


def test_two_resources_of_a_kind_may_not_share_a_name():
    assert [each.name for each, _ in name_faults([_pool(), _pool(), _pool(namespace="b")])] == ["x"]


def test_what_passes_tpl_is_fenced():
    assert through_tpl("{{ a }}") == '{{ "{{" }} a }}'
