"""The lock file: versioned and sorted, addresses only; what is gone is kept until pruned."""

from __future__ import annotations

import json

from blueprint.driver import Options, locked
from blueprint.loader import MemoryLoader, lock_beside
from blueprint.lock import Lock, read_lock
from tests.unit.fronts import HEADER

TEXT = HEADER + (
    "hardware s { cpu { cores = 8 }  memory = 64 GiB  nic ocp { ports = 2  speed = 25 Gbps } }\n"
    "network a { cidr = 10.1.0.0/24 }\n"
    'let rows = csv("r.csv", key = "name")\n'
    "hosts h[for r in rows] { hardware = hardware.s  port nic.ocp[0] { networks = [network.a] } }\n"
)


def lock(rows: list[str], before: str | None = None, *, prune: bool = False) -> str:
    files = {"main.oib": TEXT, "r.csv": "\n".join(["name", *rows]) + "\n"}
    if before is not None:
        files["oib.lock"] = before
    text, found = locked(MemoryLoader(files), Options(), prune=prune)
    assert text is not None, found
    return text


def table(text: str, part: str = "addresses") -> dict[str, str]:
    return json.loads(text)[part].get("network.a", {})


def test_a_lock_holds_the_address_of_every_host():
    assert table(lock(["x", "y"])) == {'hosts.h["x"]': "10.1.0.1", 'hosts.h["y"]': "10.1.0.2"}


def test_no_lock_is_made_of_a_range_that_is_in_no_subnet():
    text = TEXT.replace("10.1.0.0/24", "10.1.0.0/24  allot = 10.2.0.1..10.2.0.9")
    files = {"main.oib": text, "r.csv": "name\nx\n"}
    made, found = locked(MemoryLoader(files), Options(), prune=False)
    assert (made, [d.rule.code for d in found]) == (None, ["OIB5002"])


def test_locking_again_changes_nothing():
    first = lock(["x", "y"])
    assert lock(["x", "y"], first) == first


def test_a_new_host_gets_a_new_address_and_the_others_keep_theirs():
    first = lock(["m", "z"])
    second = table(lock(["a", "m", "z"], first))
    assert second == {**table(first), 'hosts.h["a"]': "10.1.0.3"}


def test_the_address_of_a_host_that_is_gone_is_kept_as_retired():
    text = lock(["y"], lock(["x", "y"]))
    assert table(text, "retired") == {'hosts.h["x"]': "10.1.0.1"}
    assert table(lock(["n", "y"], text)) == {'hosts.h["n"]': "10.1.0.3", 'hosts.h["y"]': "10.1.0.2"}


def test_a_host_that_comes_back_has_its_address_and_is_retired_no_more():
    gone = lock(["y"], lock(["x", "y"]))
    back = lock(["x", "y"], gone)
    assert table(back) == {'hosts.h["x"]': "10.1.0.1", 'hosts.h["y"]': "10.1.0.2"}
    assert table(back, "retired") == {}


def test_pruning_lets_retired_addresses_go():
    gone = lock(["y"], lock(["x", "y"]))
    assert table(lock(["y"], gone, prune=True), "retired") == {}


def test_a_lock_is_read_as_it_was_written():
    text = lock(["x"])
    found = read_lock(MemoryLoader({"main.oib": "", "oib.lock": text}))
    assert found == Lock({"network.a": {'hosts.h["x"]': 0x0A010001}}, {})


def test_without_a_lock_there_is_none():
    assert read_lock(MemoryLoader({"main.oib": ""})) is None


def test_a_lock_of_another_version_is_refused():
    found = read_lock(MemoryLoader({"oib.lock": '{"version": 9, "addresses": {}}'}))
    assert "version 9" in getattr(found, "message", "")


def test_blueprints_in_one_folder_have_locks_of_their_own():
    main = "blueprint a { language = 1 }\n" + TEXT.partition("\n")[2]
    files = {"a.oib": main, "main.oib": TEXT, "r.csv": "name\nx\ny\n"}
    text, found = locked(MemoryLoader(files, "a.oib"), Options(), prune=False)
    assert text is not None, found
    kept = text.replace("10.1.0.1", "10.1.0.9")
    files |= {"a.oib.lock": kept}
    assert locked(MemoryLoader(files, "a.oib"), Options(), prune=False)[0] == kept
    assert locked(MemoryLoader(files), Options(), prune=False)[0] == text


def test_a_lock_lies_beside_its_main_file():
    names = ("main.oib", "cloud.oib", "sites/main.oib", "sites/north.oib", "<stdin>")
    assert [lock_beside(name) for name in names] == [
        "oib.lock", "cloud.oib.lock", "sites/oib.lock", "sites/north.oib.lock", "oib.lock",
    ]  # fmt: skip
