"""Rules about workloads: where a failure stands, and what can't be seen before a chart is rendered."""

from __future__ import annotations

import pytest

from tests.unit.conform.judging import conformance, judged, only, rule

CLUSTER = """
existing kubernetes main {
  version = "1.34"  control {}  pods = 10.200.0.0/16  services = 10.210.0.0/16  cni = calico
}
"""
RENDERED = CLUSTER + 'workload upf { on = kubernetes.main  manifests = "upf.yaml" }\n'
CHART = 'workload smf { on = kubernetes.main  chart = "oci://r.example/smf"  version = "1.2.3"  namespace = "core" }\n'
UPF = """\
apiVersion: v1
kind: Pod
metadata: { name: upf }
spec:
  hostNetwork: true
  containers:
    - name: upf
      image: registry.example/upf:4.2.1
"""
NO_HOST_NETWORK = rule('for p in workload.pod { require not p.host_network, "`${p.name}`" }')
FILES = {"upf.yaml": UPF}


def test_a_failure_stands_at_the_line_of_the_manifest():
    (finding,) = only(NO_HOST_NETWORK, RENDERED, files=FILES).findings
    (evidence,) = [e for e in finding.evidence if e.subject.endswith("host_network")]
    assert evidence.span is not None
    assert (evidence.span.source.path, evidence.span.line, evidence.value) == (
        "upf.yaml",
        5,
        "true",
    )


def test_what_is_missing_is_missing_in_its_container():
    probes = rule("require every c in workload.pod.container: c.has_liveness")
    (finding,) = only(probes, RENDERED, files=FILES).findings
    evidence = finding.evidence[0]
    assert evidence.span is not None
    assert (evidence.span.source.path, evidence.span.line) == ("upf.yaml", 7)


def test_a_chart_alone_is_to_be_rendered_first():
    found = only(NO_HOST_NETWORK, CLUSTER + CHART)
    assert found.verdict == "not_checkable"
    command = "helm template smf oci://r.example/smf --namespace core --version 1.2.3 > smf.yaml"
    assert f"`workload.smf` must be rendered first: `{command}`" in found.note


def test_what_is_seen_to_fail_fails_whatever_is_not_rendered():
    assert only(NO_HOST_NETWORK, RENDERED + CHART, files=FILES).verdict == "fail"


def test_what_passes_is_not_passed_while_something_is_not_rendered():
    files = {"upf.yaml": UPF.replace("true", "false")}
    assert only(NO_HOST_NETWORK, RENDERED, files=files).verdict == "pass"
    assert only(NO_HOST_NETWORK, RENDERED + CHART, files=files).verdict == "not_checkable"


def test_a_let_that_was_worked_out_before_hides_nothing():
    pack = "let pods = [for p in workload.pod: p]\n" + "".join(
        rule("require every p in pods: not p.host_network").replace("a.1", f"a.{n}") for n in (1, 2)
    )
    assert {j.verdict for j in judged(pack, CLUSTER + CHART).values()} == {"not_checkable"}


def test_what_is_not_seen_does_not_fail_for_being_absent():
    some = rule('for w in workload { require count(w.object) > 0, "`${w.name}` is empty" }')
    assert only(some, CLUSTER + CHART).verdict == "not_checkable"


def test_of_two_that_fail_the_one_that_is_seen_is_told():
    probes = rule(
        'require every w in workload: every c in w.pod.container: c.has_liveness, "`${w.name}` has none"\n'
        'require every w in workload: some s in w.service: s.type == "x", "`${w.name}` has no service"'
    )
    found = only(probes, RENDERED + CHART, files=FILES)
    assert (found.verdict, [f.message for f in found.findings]) == ("fail", ["`upf` has none", "`upf` has no service"])  # fmt: skip
    assert found.findings[0].evidence


def test_what_is_said_of_a_chart_fails_though_its_objects_are_not_seen():
    pinned = rule(
        'for w in workload { require w.version == "2", "`${w.name}` is old"\n'
        "  require every p in w.pod: p.host_network }"
    )
    found = only(pinned, CLUSTER + CHART)
    assert (found.verdict, [f.message for f in found.findings]) == ("fail", ["`smf` is old"])
    assert [e.value for e in found.findings[0].evidence] == ["1.2.3"]


def test_rules_that_look_at_no_object_judge_a_chart_as_it_is():
    assert (
        only(rule('require every w in workload: w.package_name == "helm"'), CLUSTER + CHART).verdict
        == "pass"
    )


def test_a_rule_of_other_things_is_judged_as_ever():
    assert only(rule("require count(kubernetes) == 1"), CLUSTER + CHART).verdict == "pass"


@pytest.mark.parametrize("written", ["$(id)", "a b", "x;id", "--post-renderer=x", "-x", ""])
def test_a_chart_that_a_shell_or_helm_would_take_for_something_else_is_refused(written):
    _, found = conformance(NO_HOST_NETWORK, CLUSTER + CHART.replace("oci://r.example/smf", written))
    assert [d.rule.code for d in found if d.is_error] == ["OIB3002"]


@pytest.mark.parametrize("written", ["--post-renderer=x", "1.2.3;id", ""])
def test_a_version_that_helm_would_take_for_something_else_is_refused(written):
    _, found = conformance(NO_HOST_NETWORK, CLUSTER + CHART.replace("1.2.3", written))
    assert [d.rule.code for d in found if d.is_error] == ["OIB3002"]
