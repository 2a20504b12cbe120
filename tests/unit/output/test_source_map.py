"""The source map: whatever was written into it is found again, line by line."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.output.source_map import Origin, SourceMap, about, encode
from blueprint.target import Artifact, Cause, Run
from blueprint.values import Ref, keyed

KEYS = st.one_of(
    st.integers(0, 40).map(str), st.text('ab1.-"\\', min_size=1, max_size=4), st.just("007")
)
FAMILIES = st.sampled_from(["hosts.compute", "hosts.control", 'region["bj1"].hosts.edge'])
MEMBERS = st.lists(st.one_of(st.builds(keyed, FAMILIES, KEYS), FAMILIES.map(Ref)), max_size=12).map(
    tuple
)
PATHS = st.sampled_from(
    ["openstack.core.api.internal.vip", "hosts.compute[*].address.network.oam", "hosts.compute[*]"]
)
CAUSES = st.builds(
    Cause, st.sampled_from(["a rule", "another – rule"]), st.lists(PATHS, max_size=3).map(tuple)
)
SHAPES = st.lists(
    st.tuples(
        st.integers(0, 3), st.lists(st.none() | CAUSES, min_size=1, max_size=4).map(tuple), MEMBERS
    ),
    max_size=6,
)


def laid_out(shapes) -> tuple[tuple[Run, ...], int]:
    """Runs that do not overlap, with gaps between, and the number of lines that they need."""
    runs, line = [], 1
    for gap, causes, members in shapes:
        line += gap
        runs.append(Run(line, causes, members))
        line += len(causes) * max(1, len(members))
    return tuple(runs), line - 1


def naive(runs, line: int) -> Origin | None:
    """What a line comes from, found by unrolling everything."""
    for run in runs:
        at = run.first
        for member in run.members or (None,):
            for cause in run.causes:
                if at == line:
                    if cause is None:
                        return None
                    return Origin(cause.rule, tuple(about(p, member) for p in cause.paths), member)
                at += 1
    return None


def opened(*artifacts: Artifact) -> SourceMap:
    return SourceMap(io.BytesIO(encode(artifacts)))


@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_every_line_has_the_origin_that_it_was_given(files):
    artifacts, expected = [], {}
    for number, shapes in enumerate(files):
        runs, lines = laid_out(shapes)
        artifacts.append(Artifact(f"f{number}", "x\n" * (lines + 2), runs))
        for line in range(1, lines + 3):
            expected[f"f{number}", line] = naive(runs, line)
    found = opened(*artifacts)
    assert expected == {(path, line): found.origin(path, line) for path, line in expected}


@given(SHAPES)
def test_the_order_in_which_runs_are_told_does_not_matter(shapes):
    runs, lines = laid_out(shapes)
    text = "x\n" * lines
    assert encode([Artifact("f", text, runs)]) == encode([Artifact("f", text, runs[::-1])])


def test_ten_thousand_hosts_cost_a_line():
    members = tuple(keyed("hosts.compute", str(n)) for n in range(1, 10_001))
    run = Run(1, (Cause("a host", ("hosts.compute[*].name",)),), members)
    assert len(encode([Artifact("inventory", "x\n" * 10_000, (run,))])) < 400


def test_one_list_of_members_serves_all_files():
    def members():
        return tuple(keyed("hosts.compute", f"cmp-{n}") for n in range(1000))

    one = encode([Artifact("a", "", (Run(1, (Cause("r"),), members()),))])
    many = encode([Artifact(str(n), "", (Run(1, (Cause("r"),), members()),)) for n in range(50)])
    assert len(many) < 2 * len(one)


def about_one_each(count: int) -> list[Artifact]:
    causes = (Cause("a host", ("hosts.compute[*].name",)), None)
    members = (keyed("hosts.compute", str(n)) for n in range(1, count + 1))
    return [Artifact(f"h{m.key}", "x\n\n", (Run(1, causes, (m,)),)) for m in members]


def test_files_about_one_member_each_share_a_section():
    assert len(encode(about_one_each(1000))) < 60 * 1000


def test_a_file_about_one_member_names_it():
    found = opened(*about_one_each(3))
    member = Ref("hosts.compute[2]")
    assert found.origin("h2", 1) == Origin("a host", ("hosts.compute[2].name",), member)


def test_a_file_about_one_member_has_no_origin_behind_its_lines():
    assert opened(*about_one_each(3)).origin("h2", 3) is None


def test_a_look_up_does_not_read_other_sections():
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    files = [
        Artifact(f"f{n:04}", "x\n", (Run(1, (Cause(f"rule {n} " + "x" * 500),)),))
        for n in range(1000)
    ]
    stream = Counting(encode(files))
    SourceMap(stream).origin("f0500", 1)
    assert stream.taken < 1000


def test_lines_are_counted_with_and_without_a_last_line_end():
    found = opened(Artifact("a", "1\n2"), Artifact("b", "1\n2\n"), Artifact("c", ""))
    assert (2, 2, 0) == tuple(found.line_count(path) for path in "abc")


def test_an_unknown_artifact_is_a_key_error():
    with pytest.raises(KeyError):
        opened().origin("nowhere", 1)


def test_another_file_is_no_source_map():
    with pytest.raises(ValueError):
        SourceMap(io.BytesIO(b'{"oib-source-map": 99}\n'))


def test_a_member_takes_the_place_of_its_family():
    assert 'hosts.c["x"].name' == about("hosts.c[*].name", Ref('hosts.c["x"]'))
