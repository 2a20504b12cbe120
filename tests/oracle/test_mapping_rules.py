"""Keystone itself takes the mappings that oib takes, and refuses those that oib refuses."""

from __future__ import annotations

import copy
import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from targets._openstack.mapping_rules import faults

from .oslo import service_python
from .tools import or_skip

pytestmark = pytest.mark.oracle

READER = Path(__file__).parent / "readers" / "keystone_mapping.py"
RELEASE = "2025.1"

GOOD: list[Any] = [
    {
        "local": [
            {"user": {"name": "{0}", "email": "{1}", "type": "ephemeral"}},
            {"group": {"name": "operators", "domain": {"name": "staff"}}},
            {"groups": "{2}", "domain": {"name": "staff"}},
            {"projects": [{"name": "{0}-home", "roles": [{"name": "member"}]}]},
        ],
        "remote": [
            {"type": "OIDC-preferred_username"},
            {"type": "OIDC-email"},
            {"type": "OIDC-groups", "whitelist": ["ops", "dev"]},
            {"type": "OIDC-country", "any_one_of": ["DE", "CN"]},
        ],
    },
    {
        "local": [
            {"user": {"id": "{0}", "domain": {"id": "default"}}},
            {"group": {"id": "0cd5e9"}},
        ],
        "remote": [
            {"type": "OIDC-sub"},
            {"type": "OIDC-iss", "not_any_of": [".*test.*"], "regex": True},
        ],
    },
]
BAD = (
    "{}",
    "[]",
    "{",
    '[{"local": []}]',
    '[{"local": [], "remote": []}]',
    '[{"local": [{"usr": {}}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"user": {"name": "{1}"}}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"user": {"name": "{name}"}}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"user": {"name": "{0"}}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"user": {"name": "x", "type": "remote"}}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"group": {"name": "x"}}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"groups": "x"}], "remote": [{"type": "A"}]}]',
    '[{"local": [{"user": {"name": "x"}}], "remote": [{"type": "A", "any_one_of": "x"}]}]',
    '[{"local": [{"user": {"name": "x"}}], "remote": [{"type": "A", "regex": true}]}]',
    '[{"local": [{"user": {"name": "x"}}], "remote": [{"any_one_of": ["x"]}]}]',
    '[{"local": [{"user": {"name": "x"}}], "remote": [{"type": "A", "any_one_of": ["("], "regex": true}]}]',
    '[{"local": [{"projects": [{"name": "x", "roles": [], "domain": {"name": "y"}}]}], "remote": [{"type": "A"}]}]',
)


def judged(mappings: Sequence[tuple[str, str]]) -> list[str | None]:
    """What Keystone says of each mapping under a version of its schema."""
    finished = subprocess.run(
        [str(service_python(RELEASE)), str(READER)],
        input=json.dumps(mappings),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str | None] = json.loads(finished.stdout)
    return found


def mutants(count: int) -> list[str]:
    """Mappings that differ from the good one in one place: a key lost or renamed, a value of another kind."""
    chance = random.Random(20)
    found = []
    for _ in range(count):
        whole = copy.deepcopy(GOOD)
        node, key = chance.choice(list(_places(whole)))
        match chance.randrange(3):
            case 0:
                del node[key]
            case 1 if isinstance(node, dict):
                node[f"{key}s"] = node.pop(key)
            case _:
                # Keystone takes a number among texts to be compared with, and nobody's text is one.
                scalars: list[Any] = [] if isinstance(node, list) else [True, 7]
                node[key] = chance.choice(["x", {"name": "x"}, [], ["x"], "{0}", "{9}", *scalars])
        found.append(json.dumps(whole))
    return found


def _places(node: Any) -> list[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node))
    inner = [node[k] for k in keys if isinstance(node[k], (dict, list))]
    return [(node, key) for key in keys] + [place for each in inner for place in _places(each)]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    or_skip(lambda: service_python(RELEASE))


def test_keystone_takes_what_we_take_under_both_versions_of_its_schema() -> None:
    text = json.dumps(GOOD)
    assert faults(text) == []
    assert judged([(text, "1.0"), (text, "2.0")]) == [None, None]


def test_keystone_refuses_what_we_refuse() -> None:
    assert [bool(faults(text)) for text in BAD] == [True] * len(BAD)
    taken = [
        text
        for text, said in zip(BAD, judged([(t, "1.0") for t in BAD]), strict=True)
        if said is None
    ]
    assert taken == []


def test_we_and_keystone_agree_on_mappings_with_one_mistake() -> None:
    texts = mutants(600)
    verdicts = judged([(text, "1.0") for text in texts])
    ours = [bool(faults(text)) for text in texts]
    apart = [
        (text, said)
        for text, said, refused in zip(texts, verdicts, ours, strict=True)
        if refused != (said is not None)
    ]
    assert any(ours), "no mutant is wrong"
    assert apart == []
