"""From release to release: the ways that there are, what changes on them, and the steps."""

import json
from pathlib import Path

import pytest

from blueprint.model import Registry, Secrets
from blueprint.model.openstack_services import Neutron
from blueprint.model.site import FileStore, GeneratedStore, VaultStore
from blueprint.values import Ref, SecretRef
from targets.kolla_ansible import TARGET
from targets.kolla_ansible.catalog import catalog, releases
from targets.kolla_ansible.plan import plan
from targets.kolla_ansible.upgrade.changes import changes
from targets.kolla_ansible.upgrade.notes import NOTES
from targets.kolla_ansible.upgrade.paths import (
    MARIADB,
    RABBITMQ,
    RABBITMQ_STEPS,
    is_slurp,
    next_releases,
    way,
)
from targets.kolla_ansible.upgrade.renames import RENAMES
from tests.unit.targets.models import openstack, region, spans_of, three_node_cloud

FACTS = Path(__file__).parents[5] / "shared" / "facts" / "compat.json"
CORE = Ref("openstack.core")
WAYS = [(origin, goal) for origin in releases() for goal in next_releases(origin)]
every_way = pytest.mark.parametrize(("origin", "goal"), WAYS)


def deployed(model, origin, layer=CORE):
    return TARGET.upgrades.emit(layer, model, spans_of(model), origin)


def upgrade(origin, goal, make=three_node_cloud, **changes):
    return deployed(make(release=goal, **changes), origin)


def steps(deployment):
    return {step.title: step for step in deployment.steps}


def titles(origin, goal, **changes):
    return [step.title for step in upgrade(origin, goal, **changes).steps]


def page(deployment):
    (text,) = (a.text for a in deployment.artifacts if a.path.endswith("/upgrade.md"))
    return text


def lists(deployment):
    (text,) = (a.text for a in deployment.artifacts if a.path.endswith("/upgrade.json"))
    return json.loads(text)


def globals_of(deployment):
    (text,) = (a.text for a in deployment.artifacts if a.path.endswith("/globals.yml"))
    return text


# Ways


def test_an_upgrade_goes_to_the_next_release_or_to_the_next_slurp():
    assert {origin: next_releases(origin) for origin in releases()} == {
        "2024.2": ("2025.1",),
        "2025.1": ("2025.2", "2026.1"),
        "2025.2": ("2026.1",),
        "2026.1": (),
    }


@pytest.mark.parametrize(
    ("origin", "goal", "expected"),
    [
        ("2024.2", "2025.2", ("2024.2", "2025.1", "2025.2")),
        ("2024.2", "2026.1", ("2024.2", "2025.1", "2026.1")),
        ("2025.1", "2026.1", ("2025.1", "2026.1")),
    ],
)
def test_the_way_has_the_fewest_upgrades(origin, goal, expected):
    assert way(origin, goal) == expected


@every_way
def test_rabbitmq_can_go_every_way(origin, goal):
    old, new = RABBITMQ[origin], RABBITMQ[goal]
    (major, minor), after = old.split("."), new.split(".")
    is_next = after == [major, str(int(minor) + 1)]
    assert old == new or is_next or new in RABBITMQ_STEPS[old]


@pytest.fixture(scope="module")
def facts():
    if not FACTS.exists():
        pytest.skip("the table of facts (facts/compat.json) is not beside this checkout")
    return json.loads(FACTS.read_text(encoding="utf-8"))


def test_the_steps_of_rabbitmq_are_those_of_the_facts(facts):
    listed = facts["rabbitmq_kolla_paths"]
    assert all(set(after) <= set(listed[version]) for version, after in RABBITMQ_STEPS.items())


def test_slurp_releases_are_those_of_the_facts(facts):
    listed = {entry["id"]: entry.get("slurp") for entry in facts["openstack_releases"]}
    assert {r: is_slurp(r) for r in releases()} == {r: listed[r] for r in releases()}


def test_every_release_names_its_database_and_queue():
    assert set(RABBITMQ) == set(MARIADB) == set(releases())


# The reviewed tables


@pytest.mark.parametrize("rename", RENAMES, ids=lambda each: each.old)
def test_a_new_name_is_there_from_its_release_on_and_the_old_one_until_then(rename):
    known = {"group": "groups", "service": "services", "variable": "variables"}[rename.kind]
    names = {release: set(getattr(catalog(release), known)) for release in releases()}
    before = max(release for release in releases() if release < rename.since)
    there = (rename.old in names[before], rename.old in names[rename.since])
    assert (there, rename.new in names[rename.since]) == ((True, False), True)


def test_notes_are_of_known_releases():
    assert {note.since for note in NOTES} <= set(releases())


# What changes


def test_nine_groups_come_and_nine_go_between_2025_2_and_2026_1():
    groups = lists(upgrade("2025.2", "2026.1"))["groups"]
    came = [*groups["added"], *(each["new"] for each in groups["renamed"])]
    gone = [*groups["removed"], *(each["old"] for each in groups["renamed"])]
    assert (len(came), len(gone)) == (9, 9)


def test_a_group_with_a_new_name_is_neither_new_nor_gone():
    groups = lists(upgrade("2025.2", "2026.1"))["groups"]
    names = {(each["old"], each["new"]) for each in groups["renamed"]}
    assert names == {("kolla-logs", "kolla_logs"), ("kolla-toolbox", "kolla_toolbox")}
    assert "kolla_toolbox" not in groups["added"]
    assert "kolla-toolbox" not in groups["removed"]


def test_the_page_names_only_what_this_cloud_runs():
    text = page(upgrade("2025.2", "2026.1"))
    assert "`cinder-volume-lvm`" in text
    assert "zun" not in text


def test_lists_hold_what_this_cloud_does_not_run_as_well():
    found = lists(upgrade("2025.2", "2026.1"))["groups"]
    assert "zun-compute" in found["removed"]
    assert "zun-compute" not in found["concerning"]["removed"]


def test_what_a_cloud_ran_before_concerns_it_too():
    before = plan(CORE, three_node_cloud(release="2024.2"))
    now = plan(CORE, three_node_cloud(release="2025.1", services=("keystone",)))
    found = changes("2024.2", before, now)
    assert (found.concerns("redis"), found.concerns("swift-proxy-server")) == (True, False)


def test_a_password_that_comes_is_named():
    assert lists(upgrade("2024.2", "2025.1"))["passwords"]["added"] == [
        "prometheus_haproxy_password",
        "valkey_master_password",
    ]


def test_the_page_says_which_variables_the_blueprint_sets_now():
    own = lists(upgrade("2024.2", "2025.1"))["blueprint"]
    assert (own["added"], own["removed"]) == (["enable_valkey"], ["enable_redis"])


def test_defaults_that_the_blueprint_goes_by_are_told():
    assert "`om_rabbitmq_qos_prefetch_count`: `1`, then `50`" in page(upgrade("2025.1", "2026.1"))


def test_a_default_that_the_blueprint_states_itself_is_no_change():
    names = [each["name"] for each in lists(upgrade("2025.1", "2026.1"))["defaults"]]
    assert "openstack_release" not in names


def test_hosts_that_leave_a_group_are_told():
    before = plan(CORE, region(release="2025.2", monitoring=(Ref("hosts.control"),)))
    now = plan(CORE, region(release="2026.1", monitoring=(Ref("hosts.gateway"),)))
    own = changes("2025.2", before, now).own
    assert own.members["grafana"] == (("oib_control",), ("oib_gateway",))


def test_hosts_of_a_group_with_a_new_name_are_the_same():
    assert lists(upgrade("2025.2", "2026.1", region))["blueprint"]["members"] == {}


def test_notes_are_about_what_the_cloud_runs():
    with_ovn = page(upgrade("2025.1", "2025.2"))
    with_ovs = page(upgrade("2025.1", "2025.2", neutron=Neutron(plugin="ovs", overlay="vxlan")))
    helpers = "start their helpers in containers of their own"
    assert (helpers in with_ovn, helpers in with_ovs) == (False, True)


def test_the_changes_of_a_release_that_is_skipped_are_told():
    assert "Horizon listens on port 8080" in page(upgrade("2025.1", "2026.1"))


@every_way
def test_the_new_files_are_those_of_a_fresh_deployment(origin, goal):
    fresh = TARGET.emit(CORE, three_node_cloud(release=goal)).artifacts
    found = [a for a in upgrade(origin, goal).artifacts if "/upgrade." not in a.path]
    assert list(fresh) == found


@every_way
def test_every_line_of_what_changes_has_a_cause(origin, goal):
    for artifact in upgrade(origin, goal).artifacts:
        lines = sum(len(run.causes) * max(1, len(run.members)) for run in artifact.runs)
        assert lines == artifact.text.count("\n")


# Faults of upgrades that operators met


@every_way
def test_the_old_group_of_redis_is_there_while_its_data_moves(origin, goal):
    """Without it, the upgrade to Valkey stops (LP#2140980)."""
    (groups,) = (
        a.text for a in upgrade(origin, goal).artifacts if a.path.endswith("inventory/groups.yml")
    )
    assert "\nredis:\n  children:\n    control: {}\n" in groups


def test_the_new_password_of_valkey_is_held_against_that_of_redis():
    """Another one locks out what still speaks to Redis (LP#2138461)."""
    checks = steps(upgrade("2024.2", "2025.1"))["Merge the passwords"].checks
    assert any("redis_master_password|valkey_master_password" in check for check in checks)


def test_a_cloud_that_has_valkey_already_compares_no_passwords():
    checks = steps(upgrade("2025.1", "2026.1"))["Merge the passwords"].checks
    assert not any("valkey" in check for check in checks)


def test_redis_is_moved_by_the_command_of_2025_1():
    step = steps(upgrade("2024.2", "2025.1"))["Move from Redis to Valkey"]
    assert step.commands[0].startswith("kolla-ansible migrate-valkey ")


def test_a_cloud_without_a_store_moves_nothing():
    assert "Move from Redis to Valkey" not in titles("2024.2", "2025.1", services=("keystone",))


def test_queues_become_durable_before_rabbitmq_4_comes():
    found = titles("2024.2", "2025.1")
    before = "Make every queue durable, still with Kolla-Ansible 2024.2"
    assert found.index(before) < found.index("Install Kolla-Ansible 2025.1")


@pytest.mark.parametrize(("origin", "goal"), [w for w in WAYS if w[0] != "2024.2"])
def test_durable_queues_stay_as_they_are(origin, goal):
    assert not any(title.startswith("Make every queue durable") for title in titles(origin, goal))


# The steps


def test_the_steps_come_in_their_order():
    assert titles("2025.1", "2026.1") == [
        "Before the upgrade from 2025.1 to 2026.1: keep what is there",
        "Install Kolla-Ansible 2026.1",
        "Put the configuration in its place",
        "Merge the passwords",
        "Upgrade to 2026.1",
        "Make the administrator's credentials",
    ]


@every_way
def test_every_command_is_one_of_the_release_that_runs_it(origin, goal):
    for step in upgrade(origin, goal).steps:
        release = origin if step.title.endswith(f"still with Kolla-Ansible {origin}") else goal
        texts = (*step.commands, *step.checks)
        used = {text.split()[1] for text in texts if text.startswith("kolla-ansible ")}
        assert used - catalog(release).commands - {"--version"} == set()


def test_nothing_is_deployed_anew():
    commands = [c for step in upgrade("2025.1", "2025.2").steps for c in step.commands]
    assert not any(c.startswith("kolla-ansible deploy ") for c in commands)


def test_prechecks_come_before_images_and_these_before_the_upgrade():
    verbs = [c.split()[1] for c in steps(upgrade("2025.1", "2025.2"))["Upgrade to 2025.2"].commands]
    assert verbs == ["prechecks", "pull", "upgrade"]


@pytest.mark.parametrize(
    ("store", "part"),
    [
        (GeneratedStore(), "install -m 0640 /etc/kolla/passwords.yml /etc/kolla/passwords.yml.old"),
        (FileStore(path="/srv/p.yml"), "install -m 0640 /srv/p.yml /etc/kolla/passwords.yml.old"),
    ],
)
def test_old_passwords_come_from_where_they_are_kept(store, part):
    model = three_node_cloud({"secrets.vault": Secrets(store=store)}, release="2025.2")
    assert part in steps(deployed(model, "2025.1"))["Merge the passwords"].commands


def test_merged_passwords_go_back_into_vault():
    commands = steps(upgrade("2025.1", "2025.2"))["Merge the passwords"].commands
    words = [command.split()[0] for command in commands]
    assert [w for w in words if w.startswith("kolla-")] == [
        "kolla-readpwd",
        "kolla-genpwd",
        "kolla-mergepwd",
        "kolla-writepwd",
    ]


@pytest.mark.parametrize(
    ("store", "place"),
    [(VaultStore(address="https://v:8200", path="k"), "/etc/kolla/passwords.yml.old"),
     (GeneratedStore(), "/etc/kolla/passwords.yml.old"),
     (FileStore(path="/srv/p.yml"), "/srv/p.yml")],
)  # fmt: skip
def test_given_secrets_are_there_before_the_tool_invents_any(store, place):
    secret = SecretRef('secrets.vault["robot"]')
    registry = Registry(url="harbor.example", username="u", password=secret)
    things = {"registry.r": registry, "secrets.vault": Secrets(store=store)}
    model = three_node_cloud(things, release="2025.2", registry=Ref("registry.r"))
    found = list(deployed(model, "2025.1").steps)
    (asked,) = (i for i, s in enumerate(found) if any(f"in `{place}`" in n for n in s.needs))
    assert any("docker_registry_password" in check for check in found[asked].checks)
    assert not any("genpwd" in c for step in found[: asked + 1] for c in step.commands)


def test_a_region_that_stays_is_left_alone():
    model = three_node_cloud(
        {"openstack.edge": openstack(region="edge", release="2025.1")}, release="2025.2"
    )
    edge = Ref("openstack.edge")
    (step,) = deployed(model, "2025.1", edge).steps
    fresh = TARGET.emit(edge, model)
    assert deployed(model, "2025.1", edge).artifacts == fresh.artifacts
    assert step.commands == ()
    assert step.hands_over == tuple(given for each in fresh.steps for given in each.hands_over)


def test_a_region_that_stays_is_no_error_while_another_goes_on():
    model = three_node_cloud(
        {"openstack.edge": openstack(region="edge", release="2025.1")}, release="2025.2"
    )
    assert TARGET.upgrades.check(Ref("openstack.edge"), model, spans_of(model), "2025.1") == ()
