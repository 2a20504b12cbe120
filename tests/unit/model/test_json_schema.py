import jsonschema
import pytest

from blueprint.model.json_schema import json_schema
from tests import clouds

SCHEMA = json_schema()
CHECKER = jsonschema.Draft202012Validator(SCHEMA)


def as_json(cloud):
    document = {}
    for ref, thing in cloud.things.items():
        dumped = thing.model_dump(mode="json", by_alias=True, exclude_none=True)
        document.setdefault(type(thing).kind, {})[ref.parts[-1]] = dumped
    for ref, group in cloud.groups.items():
        dumped = group.members[0].spec.model_dump(mode="json", by_alias=True, exclude_none=True)
        document.setdefault("hosts", {})[ref.parts[-1]] = dumped
    return document


def test_it_is_a_schema_of_its_dialect():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("cloud", [clouds.collapsed(), clouds.roles_apart()])
def test_a_model_written_as_json_is_accepted(cloud):
    assert [error.message for error in CHECKER.iter_errors(as_json(cloud))] == []


def test_an_unknown_attribute_is_refused():
    document = as_json(clouds.collapsed())
    document["network"]["api"]["vlann"] = 3
    assert not CHECKER.is_valid(document)


def test_a_vlan_out_of_bounds_is_refused():
    document = as_json(clouds.collapsed())
    document["network"]["api"]["vlan"] = 4095
    assert not CHECKER.is_valid(document)


def test_an_unknown_kind_is_refused():
    assert not CHECKER.is_valid({"netwrok": {}})


def test_a_missing_attribute_is_refused():
    document = as_json(clouds.collapsed())
    del document["openstack"]["core"]["release"]
    assert not CHECKER.is_valid(document)


def test_no_attribute_may_be_null():
    document = as_json(clouds.collapsed())
    document["network"]["api"]["gateway"] = None
    assert not CHECKER.is_valid(document)


def test_references_say_what_they_may_name():
    assert SCHEMA["$defs"]["OpenStack"]["properties"]["storage"]["x-oib-refers-to"] == ["ceph"]
