"""Systems of each configuration: what every release's own catalogue and the custom resources take."""

from __future__ import annotations

import pytest
import yaml

from blueprint.model import StarlingX
from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import NAMES, cloud, compiled, files_of, texts


@pytest.mark.parametrize("name", NAMES)
def test_overrides_are_ones_that_the_release_knows(name: str) -> None:
    found = cloud(name)
    assert found.model is not None
    systems = found.model.of(StarlingX)
    judged = 0
    for path, text in texts(found).items():
        layer, _, file = path.partition("/starlingx/")
        release = next((s.release for ref, s in systems.items() if ref == layer), None)
        if file == "localhost.yml":
            assert release is not None
            assert catalog(release).judge_bootstrap(yaml.safe_load(text)) == ()
            judged += 1
        elif file == "bootstrap-values.yml":
            assert release is not None
            assert catalog(release).judge_subcloud(yaml.safe_load(text)) == ()
            judged += 1
    assert judged == len(systems)


def test_a_subcloud_has_a_range_of_its_own_out_of_its_row() -> None:
    found = texts(cloud("distributed_cloud"))
    ranges = {
        yaml.safe_load(text)["management_subnet"]
        for path, text in found.items()
        if path.endswith("bootstrap-values.yml")
    }
    assert ranges == {"10.128.0.0/27", "10.128.0.32/27", "10.128.0.64/27"}


def test_rows_that_come_go_and_move_leave_the_files_of_other_sites_alone() -> None:
    files = files_of("distributed_cloud")
    head, first, second, third = str(files["subclouds.csv"]).strip().splitlines()
    new = third.replace("hl-hb-0001,2,", "aa-aa-0001,7,").replace("10.64.0.", "10.65.0.")
    new = new.replace("10.72.0.4", "10.72.0.44").replace("01:00:04", "01:00:44")
    before = texts(cloud("distributed_cloud"))
    rows = f"{head}\n{new}\n{third}\n{first}\n"
    after = compiled(files | {"subclouds.csv": rows})
    assert [d.message for d in after.diagnostics if d.is_error] == []
    kept = {path for path in before if "gd-gz-0002" not in path}
    now = texts(after)
    assert {path for path in kept if now[path] != before[path]} == set()
    assert {path.partition("/")[0] for path in now.keys() - kept} == {
        'starlingx.edge["aa-aa-0001"]'
    }
    assert second.startswith("gd-gz-0002")


def test_every_faulty_row_is_reported_by_file_row_and_column() -> None:
    files = files_of("distributed_cloud")
    rows = str(files["subclouds.csv"])
    rows = rows.replace("gd-gz-0001,0,south,aio_sx", "gd-gz-0001,5000,south,aio_zx")
    rows = rows.replace("10.64.0.17,10.64.0.18", "10.64.0.300,10.64.0.18")
    rows = rows.replace("hl-hb-0001", "gd-gz-0002")
    found = compiled(files | {"subclouds.csv": rows})
    places = [d.span for d in found.diagnostics if d.is_error]
    assert all(span is not None and span.source.path == "subclouds.csv" for span in places)
    assert {span.text for span in places if span is not None} == {
        "5000", "aio_zx", "10.64.0.300", "gd-gz-0002",
    }  # fmt: skip


def test_rows_that_claim_the_same_are_reported_at_both_cells() -> None:
    files = files_of("distributed_cloud")
    rows = str(files["subclouds.csv"])
    rows = rows.replace("hl-hb-0001,2,", "hl-hb-0001,0,")  # the management subnet of the first row
    rows = rows.replace("10.64.0.8/29,10.64.0.9,10.64.0.10", "10.64.0.8/29,10.64.0.9,10.64.0.2")
    found = compiled(files | {"subclouds.csv": rows})
    wrong = [d for d in found.diagnostics if d.is_error]
    assert {d.rule.code for d in wrong} == {"OIB5001", "OIB5010"}
    cells = {
        span.text
        for d in wrong
        for span in (d.span, *(label.span for label in d.labels))
        if span is not None and span.source.path == "subclouds.csv"
    }
    assert cells == {"0", "10.64.0.2", "10.64.0.8/29"}


def test_an_empty_cell_is_reported_at_its_place() -> None:
    files = files_of("distributed_cloud")
    rows = str(files["subclouds.csv"])
    for last in ("02:00:00:01:00:03", "10.72.0.3"):
        found = compiled(files | {"subclouds.csv": rows.replace(last, "")})
        (wrong,) = [d for d in found.diagnostics if d.is_error]
        assert wrong.rule.code == "OIB8030"
        assert wrong.span is not None
        line = next(line for line in rows.splitlines() if last in line)
        assert (wrong.span.source.path, wrong.span.text) == ("subclouds.csv", "")
        assert wrong.span.start - rows.index(line) == line.index(last)
