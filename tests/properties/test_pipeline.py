"""Properties of whole compiles: what must not matter does not, what is lost is lost for nobody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from blueprint.model.schema import Kind
from blueprint.source import Source
from blueprint.syntax import ast
from blueprint.syntax.parser import parse
from tests.properties.compiling import (
    REFERENCES,
    artifacts,
    codes,
    compiled,
    files_of,
    hosts_in,
    lock_of,
    tree,
)
from tests.properties.small_clouds import Cloud, clouds

FEW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A compile takes a while, and a cloud is small: what fails is shown as it was drawn.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
CSV = "servers.csv"


@FEW
@given(clouds(), st.data())
def test_the_order_of_declarations_changes_no_artifact(cloud: Cloud, data):
    order = data.draw(st.permutations(range(len(cloud.declarations))))
    shuffled = compiled(cloud.with_order(order).all_files)
    assert artifacts(shuffled) == artifacts(compiled(cloud.all_files))


# ------------------------------------------------------------------------------------ model and JSON


def kinds_of(found) -> list[Kind]:
    specs = {id(host.spec): host.spec for group in found.model.groups.values() for host in group}
    return [*found.model.things.values(), *specs.values()]


def through_json(kind: Kind) -> Kind:
    return type(kind).model_validate_json(kind.model_dump_json(by_alias=True))


@FEW
@given(clouds())
def test_every_kind_survives_json_and_back(cloud: Cloud):
    kinds = kinds_of(compiled(cloud.all_files))
    assert [through_json(kind) for kind in kinds] == kinds


@pytest.mark.parametrize("name", REFERENCES)
def test_every_kind_of_a_reference_blueprint_survives_json_and_back(name):
    kinds = kinds_of(compiled(files_of(name)))
    assert [through_json(kind) for kind in kinds] == kinds


# ---------------------------------------------------------------------------------------- deletions


def declared(text: str) -> list[tuple[str, str]]:
    """Declarations of a text that can be deleted: how they are referred to, and their text."""
    file = parse(Source("main.oib", text)).value
    assert file is not None
    found = []
    for entry in file.body.entries:
        whole = text[entry.span.start : entry.span.end]
        if isinstance(entry, ast.LetDecl | ast.ParamDecl):
            found.append((rf"\b{entry.name}\b", whole))
        elif isinstance(entry, ast.BlockDecl) and entry.label is not None:
            found.append((rf"\b{entry.kind}\.{entry.label.name}\b", whole))
    return found


def without_unreferenced(text: str) -> list[str]:
    """The text without each declaration that no other part of it names."""
    found = []
    for reference, whole in declared(text):
        rest = text.replace(whole, "", 1)
        if not re.search(reference, rest) and not reference.startswith(r"\bblueprint\."):
            found.append(rest)
    return found


def is_of_names_or_types(code: str) -> bool:
    return code[3] in "123"


@FEW
@given(
    clouds(),
    st.sampled_from(["let spare = 1", "network spare { cidr = 192.0.2.0/24 }", "site spare { }"]),
)
def test_what_nobody_names_can_be_deleted(cloud: Cloud, spare):
    files = {**cloud.all_files, "main.oib": f"{spare}\n{cloud.text}"}
    cut = without_unreferenced(files["main.oib"])
    assert cut
    for text in cut:
        assert not any(map(is_of_names_or_types, codes({**files, "main.oib": text})))


@pytest.mark.parametrize("name", REFERENCES)
def test_what_nobody_names_in_a_reference_blueprint_can_be_deleted(name):
    files = files_of(name)
    files.pop("oib.lock")
    cut = without_unreferenced(files["main.oib"])
    assert cut
    for text in cut:
        assert not any(map(is_of_names_or_types, codes({**files, "main.oib": text})))


# --------------------------------------------------------------------------------------- determinism

WRITE = """
import sys
from tests.properties.compiling import compiled, files_of, tree
for path, data in tree(compiled(files_of(sys.argv[1]))).items():
    sys.stdout.buffer.write(b"\\0" + path.encode() + b"\\0" + data)
"""


def written_with_seed(name: str, seed: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-c", WRITE, name],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
    ).stdout


@pytest.mark.parametrize("name", REFERENCES)
def test_two_hash_seeds_give_the_same_bytes(name):
    first = written_with_seed(name, "0")
    assert first.count(b"\0") > 10
    assert first == written_with_seed(name, "12345")


def test_the_same_blueprint_gives_the_same_bytes_wherever_it_is(tmp_path, monkeypatch):
    before = tree(compiled(files_of("three_node_cloud")))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("LC_ALL", "C")
    assert tree(compiled(files_of("three_node_cloud"))) == before


# --------------------------------------------------------------------------------------------- hosts


def installed(found) -> set[str]:
    """The hosts that deployment tools reach: bare metal is the cloud's own to give out."""
    return {h.name for h in found.model.host.values() if h.spec.managed_by == "oib"}


@FEW
@given(clouds())
def test_every_host_of_an_artifact_is_in_the_model_and_the_reverse(cloud: Cloud):
    found = compiled(cloud.all_files)
    assert {name for _, name in hosts_in(found)} == installed(found)


@pytest.mark.parametrize("name", REFERENCES)
def test_every_host_of_a_reference_blueprint_is_in_an_artifact_and_the_reverse(name):
    found = compiled(files_of(name))
    assert {name for _, name in hosts_in(found)} == installed(found)


# ---------------------------------------------------------------------------------------------- rows


def lines_about(found, hosts: set[str]) -> dict[str, list[str]]:
    """Of every file that lists hosts one by one: what it says of some of them."""
    said: dict[str, list[str]] = {}
    for path, text in artifacts(found).items():
        if path.endswith("/inventory/hosts.yml"):
            blocks = re.findall(r"^    (\S+):\n((?:      .*\n)*)", text, re.MULTILINE)
        elif path.endswith("/cephadm/hosts.yaml"):
            blocks = [
                (match[1], block)
                for block in text.split("---\n")
                if (match := re.search(r"hostname: (\S+)", block))
            ]
        else:
            continue
        for name, block in blocks:
            if name in hosts:
                said.setdefault(f"{path} {name}", []).append(block)
    return said


def rows_of(files: dict[str, str]) -> tuple[str, list[str]]:
    head, *rows = files[CSV].splitlines()
    return head, rows


def with_rows(files: dict[str, str], head: str, rows: list[str]) -> dict[str, str]:
    return {**files, CSV: "\n".join([head, *rows]) + "\n"}


def relocked(files: dict[str, str]) -> dict[str, str]:
    return {**files, "oib.lock": lock_of(files)}


def names_of(rows: list[str]) -> set[str]:
    return {row.partition(",")[0] for row in rows}


NEW = "aaa-{n},{role},{rack},{unit},CSX{n},10.10.0.{low},02:00:5e:10:77:{n:02x},tor-1,25GE1/0/4{n}"


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_no_line_of_a_host(seed):
    files = files_of("huawei_dual_engine")
    head, rows = rows_of(files)
    shuffled = Random(seed).sample(rows, len(rows))
    before, after = compiled(files), compiled(with_rows(files, head, shuffled))
    assert lines_about(before, names_of(rows)) == lines_about(after, names_of(rows))


@pytest.mark.parametrize("seed", range(3))
def test_new_rows_change_no_line_of_other_hosts(seed):
    chance = Random(seed)
    files = files_of("huawei_dual_engine")
    head, rows = rows_of(files)
    more = list(rows)
    for n in range(3):
        row = NEW.format(n=n, role="cmp", rack=n + 1, unit=47, low=200 + n)
        more.insert(chance.randrange(len(more)), row)
    changed = relocked(with_rows(files, head, more))
    assert lines_about(compiled(files), names_of(rows)) == lines_about(
        compiled(changed), names_of(rows)
    )


@pytest.mark.parametrize("seed", range(3))
def test_rows_that_go_change_no_line_of_other_hosts(seed):
    files = files_of("huawei_dual_engine")
    head, rows = rows_of(files)
    gone = set(Random(seed).sample([row for row in rows if ",cmp," in row], 3))
    kept = [row for row in rows if row not in gone]
    changed = relocked(with_rows(files, head, kept))
    assert lines_about(compiled(files), names_of(kept)) == lines_about(
        compiled(changed), names_of(kept)
    )


def test_a_row_that_comes_back_has_its_addresses_again():
    files = files_of("huawei_dual_engine")
    head, rows = rows_of(files)
    kept = [row for row in rows if not row.startswith("cmp-02,")]
    without = relocked(with_rows(files, head, kept))
    again = relocked(with_rows(without, head, rows))
    assert lines_about(compiled(files), {"cmp-02"}) == lines_about(compiled(again), {"cmp-02"})


def test_a_new_row_makes_the_lock_stale():
    files = files_of("huawei_dual_engine")
    head, rows = rows_of(files)
    row = NEW.format(n=1, role="cmp", rack=1, unit=47, low=200)
    assert codes(with_rows(files, head, [*rows, row])) == {"OIB3106"}


def test_rows_are_told_apart_here():
    """Else nothing of the above could fail."""
    files = files_of("huawei_dual_engine")
    _, rows = rows_of(files)
    said = lines_about(compiled(files), names_of(rows))
    assert len(said) > len(rows)
    assert len({str(block) for block in said.values()}) > len(rows)
