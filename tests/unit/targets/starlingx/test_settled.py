"""What a bootstrap decides for good, held against the files of the deployment."""

from __future__ import annotations

from blueprint.driver import Options, compile_blueprint
from blueprint.loader import MemoryLoader
from tests.unit.targets.starlingx.systems import cloud, files_of, texts


def told(name: str, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    """The faults of a changed blueprint, held against what was written of it as it was: message and text of the place."""
    written = texts(cloud(name))
    files = files_of(name)
    main = str(files["main.oib"])
    for old, new in changes:
        assert old in main
        main = main.replace(old, new)
    from_folders = {
        path.replace('["', "/").replace('"]', ""): text for path, text in written.items()
    }
    options = Options(
        targets=("starlingx",),
        origin="11.0",
        before=lambda folder, path: from_folders.get(f"{folder}/{path}"),
    )
    found = compile_blueprint(MemoryLoader(files | {"main.oib": main}), options)
    return [(d.message, d.span.text if d.span else "") for d in found.diagnostics if d.is_error]


def test_nothing_is_told_of_what_stayed():
    assert told("aio_dx") == []
    assert told("distributed_cloud") == []


def test_a_changed_subnet_is_told_where_it_stands_with_both_values():
    ((message, place),) = told("aio_dx", ("cidr = 192.168.206.0/24", "cidr = 192.168.207.0/24"))
    assert message == (
        "`cluster_host_subnet` of `starlingx.cell` was `192.168.206.0/24` when it was deployed, and is "
        "`192.168.207.0/24` now"
    )
    assert place == "192.168.207.0/24"


def test_what_commands_can_change_is_not_told():
    assert told("aio_dx", ('timezone = "Asia/Shanghai"', 'timezone = "Europe/Berlin"')) == []


def test_the_management_network_of_several_hosts_is_told():
    (found,) = told("aio_dx", ("..192.168.204.250", "..192.168.204.240"))
    assert "`management_end_address`" in found[0]


def test_subclouds_are_held_against_their_own_files():
    changed = told(
        "distributed_cloud",
        (
            "allot = address(cidr, 2)..address(cidr, 20)",
            "allot = address(cidr, 2)..address(cidr, 19)",
        ),
    )
    assert any("management_end_address" in message for message, _ in changed)
