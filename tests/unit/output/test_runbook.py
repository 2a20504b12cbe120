"""The run-book for people and for programs."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest

from blueprint.output.alike import in_each, names
from blueprint.output.runbook import deploy_md, order_json, waves_of
from blueprint.target import Deployment, Given, HandOver, Step, Taken
from blueprint.values import Ref

CEPH = Ref("ceph.main")
CLOUD = Ref("openstack.core")

STEPS = (
    Step(
        "Generate the passwords",
        ("cp passwords.template passwords.yml", "kolla-genpwd -p passwords.yml"),
        needs=("kolla-ansible 20.x on this host",),
        checks=("grep -c . passwords.yml",),
        gives=("`passwords.yml`, which never enters version control",),
    ),
    Step("Deploy", ("kolla-ansible deploy -i inventory",)),
)


def deployment(layer: Ref, target: str, *steps: Step) -> Deployment:
    return Deployment(layer, target, (), steps)


WAVES = waves_of(
    [
        deployment(CLOUD, "kolla_ansible", *STEPS),
        deployment(CEPH, "cephadm", Step("Start", ("cephadm",))),
    ],
    [(Ref("hosts.node"),), (CEPH,), (CLOUD,)],
)
NEEDS = {CLOUD: (CEPH,), CEPH: (Ref("hosts.node"),)}


def page(**given) -> str:
    step = Step(**{"title": "Title", "commands": ("true",), **given})
    return deploy_md("cloud", None, [[deployment(CLOUD, "tool", step)]], {}).decode()


def test_the_run_book_looks_as_it_did(golden):
    golden.check("DEPLOY.md", deploy_md("cloud", "A cloud", WAVES, NEEDS).decode())


def test_the_order_looks_as_it_did(golden):
    golden.check("order.json", order_json(WAVES, NEEDS).decode())


def test_waves_in_which_nothing_is_deployed_are_left_out():
    assert [["ceph.main"], ["openstack.core"]] == [[d.layer for d in wave] for wave in WAVES]


def test_a_second_tool_for_a_layer_comes_after_the_first():
    wave = [deployment(CLOUD, "first", *STEPS), deployment(CEPH, "other")]
    wave.append(deployment(CLOUD, "second"))
    text = deploy_md("cloud", None, [wave], {CLOUD: (CEPH,)}).decode()
    assert "After the same layer with `first` (1.1 to 1.2)." in text.partition("with `second`")[2]
    listed = json.loads(order_json([wave], {}))["waves"][0]["layers"]
    assert [None, None, ["first"]] == [entry.get("after") for entry in listed]


def test_one_layer_with_two_tools_is_not_said_to_run_at_once():
    wave = (deployment(CLOUD, "first"), deployment(CLOUD, "second"))
    assert "may run at once" not in deploy_md("cloud", None, [wave], {}).decode()


def test_a_layer_that_no_wave_holds_comes_last():
    found = waves_of([deployment(CLOUD, "a"), deployment(CEPH, "b")], [(CLOUD,)])
    assert ["openstack.core", "ceph.main"] == [wave[0].layer for wave in found]


def test_the_order_is_the_same_for_programs_and_people():
    listed = json.loads(order_json(WAVES, NEEDS))["waves"]
    text = deploy_md("cloud", None, WAVES, NEEDS).decode()
    commands = [
        c
        for wave in listed
        for layer in wave["layers"]
        for step in layer["steps"]
        for c in step["commands"]
    ]
    places = [text.index(command) for command in commands]
    assert sorted(places) == places


def test_commands_are_run_from_the_folder_of_the_target():
    assert "```sh\ncd openstack.core/tool\n```" in page()


def test_a_command_cannot_close_its_block():
    assert "````sh" in page(commands=("echo '```'",))


def test_a_title_cannot_start_a_line():
    assert "\n# Evil" not in page(title="x\n# Evil")


def test_the_title_of_a_blueprint_is_no_markup():
    text = deploy_md("cloud", "[x](http://evil) `id` *a*", [], {}).decode()
    assert "# Deploying \\[x\\]\\(http\\://evil\\) \\`id\\` \\*a\\*" == text.splitlines()[0]


def test_html_is_inert():
    assert "<script" not in page(title="<script>alert(1)</script>")


def test_hidden_characters_are_shown():
    assert "\u202e" not in page(title="a\u202eb", commands=("echo '\u202e'",))


def test_a_blueprint_without_layers_has_a_run_book_that_says_so():
    assert "nothing to run" in deploy_md("cloud", None, [], {}).decode()


def test_a_layer_comes_after_what_is_deployed_and_stands_on_the_rest():
    text = deploy_md("cloud", None, WAVES, {CLOUD: (CEPH, Ref("hosts.node"))}).decode()
    assert "After `ceph.main`.\n\nStands on `hosts.node`, which nothing here makes.\n" in text


def test_a_step_for_the_machine_is_told_once_a_host():
    install = Step("Install", ("pip install tool",), is_for_machine=True)
    first, second = (deployment(layer, "tool", install) for layer in (CEPH, CLOUD))
    text = deploy_md("cloud", None, [[first], [second]], {}).decode()
    assert 1 == text.count("pip install tool")
    assert "Done already in step 1.1." in text
    elsewhere = Deployment(CLOUD, "tool", (), (install,), host="node-1")
    assert 2 == deploy_md("cloud", None, [[first], [elsewhere]], {}).decode().count("pip install")
    assert 2 == order_json([[first], [second]], {}).decode().count("pip install tool")


def test_no_two_steps_of_a_wave_have_one_number():
    wave = (
        deployment(CLOUD, "first", *STEPS),
        deployment(CEPH, "other", STEPS[1]),
        deployment(CLOUD, "second", *STEPS),
    )
    text = deploy_md("cloud", None, [wave], {CLOUD: (CEPH,)}).decode()
    heads = [line.split()[1] for line in text.splitlines() if line.startswith("#### ")]
    assert heads == ["1.1", "1.2", "1.3", "1.4", "1.5"]
    assert "| 1 | `openstack.core` | `second` | 1.4 to 1.5 |" in text
    assert "| 1 | `ceph.main` | `other` | 1.3 |" in text
    layers = json.loads(order_json([wave], {}))["waves"][0]["layers"]
    assert [[step["step"] for step in layer["steps"]] for layer in layers] == [
        ["1.1", "1.2"],
        ["1.3"],
        ["1.4", "1.5"],
    ]


def test_layers_that_are_told_once_have_their_steps_under_one_number():
    wave = [*family("a", "b", "c"), deployment(CEPH, "tool", STEPS[1])]
    layers = json.loads(order_json([wave], {}))["waves"][0]["layers"]
    assert [layer["steps"][0]["step"] for layer in layers] == ["1.1", "1.1", "1.1", "1.2"]
    text = deploy_md("cloud", None, [wave], {}).decode()
    assert "#### 1.1 Add it" in text
    assert "#### 1.2 Deploy" in text


def test_an_equal_step_for_a_layer_is_told_again():
    run = Step("Run", ("ansible-playbook playbook.yml",))
    wave = [deployment(CEPH, "tool", run), deployment(CLOUD, "tool", run)]
    assert 2 == deploy_md("cloud", None, [wave], {}).decode().count("ansible-playbook")


def family(*keys: str, **given) -> list[Deployment]:
    step = Step(**{"title": "Add it", "commands": (". ./site.env", "tool add"), **given})
    return [deployment(Ref(f'kubernetes.edge["{key}"]'), "tool", step) for key in keys]


def test_layers_of_a_family_with_the_same_steps_are_told_once():
    text = deploy_md("cloud", None, [family("a", "b", "c")], {}).decode()
    assert text.count("tool add") == 1
    assert "3 of kubernetes.edge" in text


def test_two_layers_are_told_one_by_one():
    assert 2 == deploy_md("cloud", None, [family("a", "b")], {}).decode().count("tool add")


def test_layers_with_other_steps_are_told_apart():
    wave = [*family("a", "b", "c"), *family("d", "e", "f", title="Add another")]
    text = deploy_md("cloud", None, [wave], {}).decode()
    assert text.count("tool add") == 2
    listed = json.loads(order_json([wave], {}))["waves"][0]["layers"]
    assert [entry["alike"] for entry in listed] == ["1-1"] * 3 + ["1-2"] * 3


def test_layers_that_all_take_what_one_made_are_told_once():
    taken = (Taken(HandOver("kubeconfig", CLOUD), "~/kubeconfig"),)
    text = deploy_md("cloud", None, [family("a", "b", "c", takes=taken)], {}).decode()
    assert text.count("tool add") == 1
    assert text.count("kubeconfig of `openstack.core` as `~/kubeconfig`") == 1


def fellows(takers: str = "abc") -> list[list[Deployment]]:
    """Three regions, each with a cluster of the same name whose kubeconfig it takes."""
    keys = ("site-a", "site-b", "site-c")
    made, read = [], []
    for key, other in zip(keys, takers, strict=True):
        given = Given(HandOver("kubeconfig", Ref(f'kubernetes.edge["{key}"]')), path=f"~/{key}")
        made += family(key, commands=("make",), hands_over=(given,))
        whose = Ref(f'kubernetes.edge["site-{other}"]')
        step = Step(
            f"Name {key}",
            (f"tool '{key}.example' > {key}_file",),
            takes=(Taken(HandOver("kubeconfig", whose), "~/kubeconfig"),),
        )
        read.append(deployment(Ref(f'openstack.edge["{key}"]'), "tool", step))
    return [made, read]


def test_layers_that_each_take_of_their_fellow_are_told_once():
    waves = fellows()
    needs = {each.layer: (Ref(f'kubernetes.edge["{each.layer.key}"]'),) for each in waves[1]}
    text = deploy_md("cloud", None, waves, needs).decode()
    assert 'Each after `kubernetes.edge["$name"]`.' in text
    assert "#### 2.1 Name $name" in text
    assert (
        'kubeconfig of `kubernetes.edge["$name"]` as `~/kubeconfig`: bring `~/$name` there' in text
    )
    assert "name=site-a\ncd openstack.edge/$name/tool\n" in text


def test_a_set_names_the_step_that_its_things_come_from():
    assert "where step 1.1 left it" in deploy_md("cloud", None, fellows(), {}).decode()


def test_a_set_whose_things_come_from_several_steps_names_the_layer():
    made, read = fellows()
    names = {each.layer: f"sub {n}" for n, each in enumerate(made)}
    made = [replace(e, steps=(replace(e.steps[0], title=names[e.layer]),)) for e in made]
    text = deploy_md("cloud", None, [made, read], {}).decode()
    assert 'where `kubernetes.edge["$name"]` with `tool` left it' in text


def test_what_fellows_hand_over_is_one_row():
    text = deploy_md("cloud", None, fellows(), {}).decode()
    assert (
        "| 3 of `kubernetes.edge` with `tool` | an administrator's kubeconfig "
        "| each its own of `openstack.edge` with `tool` |"
    ) in text


def test_layers_that_take_of_others_than_their_fellows_are_told_apart():
    text = deploy_md("cloud", None, fellows("cab"), {}).decode()
    assert text.count("openstack.edge\\[") == 3


def test_the_order_has_the_names_in_steps_that_are_told_once():
    listed = json.loads(order_json(fellows(), {}))["waves"][1]["layers"]
    assert [entry["alike"] for entry in listed] == ["2-1"] * 3
    assert listed[2]["steps"][0]["commands"] == ["tool 'site-c.example' > site-c_file"]


def test_the_names_of_a_set_are_asked_of_the_order(tmp_path):
    tmp_path.joinpath("order.json").write_bytes(order_json(fellows(), {}))
    asked = subprocess.run(
        ["bash", "-c", names("2-1")], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert asked.stdout == "site-a site-b site-c\n"


def test_a_set_waits_for_what_deploys_its_layers_before():
    wave = []
    for key in ("site-a", "site-b", "site-c"):
        layer = Ref(f'kubernetes.edge["{key}"]')
        wave.append(deployment(layer, "first", Step("Make", (f"make <<END\n{key}\nEND",))))
        wave.append(deployment(layer, "second", Step("Fill", (f"fill {key}",))))
        wave.append(deployment(layer, "third", Step("Look", (f"look <<END\n{key}\nEND",))))
    text = deploy_md("cloud", None, [wave], {}).decode()
    places = [text.rindex("make <<"), text.index("fill $name"), text.index("look <<")]
    assert places == sorted(places)
    assert "Each after the same layer with `first`." in text


@pytest.mark.parametrize(("count", "is_asked"), [(8, False), (9, True)])
def test_names_that_are_not_listed_are_asked_of_the_order(count, is_asked):
    members = [each for n in range(count) for each in family(f"s{n}", commands=(f"add s{n}",))]
    text = deploy_md("cloud", None, [members], {}).decode()
    assert ("python3 -c" in text) is is_asked


def test_layers_whose_commands_a_shell_might_read_otherwise_are_told_apart():
    members = [
        each
        for key in ("site-a", "site-b", "site-c")
        for each in family(key, commands=(f"tool <<'END'\n{key}\nEND",))
    ]
    assert deploy_md("cloud", None, [members], {}).decode().count("<<") == 3


def test_the_order_has_all_steps_of_layers_that_are_told_once():
    listed = json.loads(order_json([family("a", "b", "c")], {}))["waves"][0]["layers"]
    assert [entry["steps"][0]["commands"][1] for entry in listed] == ["tool add"] * 3


def test_what_a_set_stands_on_is_named_by_family():
    members = family("a", "b", "c")
    needs = {each.layer: (Ref(f'hosts.node["{each.layer.key}"]'),) for each in members}
    text = deploy_md("cloud", None, [members], needs).decode()
    assert "Stands on `hosts.node`, which nothing here makes." in text


def test_many_layers_are_named_by_the_first_and_the_last():
    text = deploy_md("cloud", None, [family(*(f"s{n:03}" for n in range(200)))], {}).decode()
    assert '`kubernetes.edge["s000"]` to `kubernetes.edge["s199"]`' in text
    assert "s100" not in text


def test_steps_of_layers_that_are_told_once_are_laid_out_like_all_others():
    text = order_json([family("a", "b", "c")], {}).decode()
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_a_folder_in_which_a_command_fails_is_named_and_the_next_one_is_gone_on_with(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    (tmp_path / "b" / "broken").touch()
    commands = in_each(("pwd", "test ! -e broken", "touch done"))
    script = "\n".join(("folders='a b c'", *commands))
    said = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.stderr == "failed in b\n"
    assert [name for name in "abc" if (tmp_path / name / "done").exists()] == ["a", "c"]
