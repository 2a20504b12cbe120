"""Judges mappings with Keystone itself: `null` where it can use one, else what it says. Runs in Keystone's environment."""

import json
import sys

import keystone.conf
from keystone.federation import utils

keystone.conf.configure()


def assertion(rules):
    """What a provider would have to say for every rule to hold."""
    said = {}
    for rule in rules:
        for remote in rule["remote"]:
            value = "nobody" if remote.get("not_any_of") is not None else "somebody"
            for word in ("any_one_of", "whitelist"):
                if remote.get(word):
                    value = str(remote[word][0])
            said[remote["type"]] = value
    return said


def verdict(text, version):
    try:
        rules = json.loads(text)
        utils.validate_mapping_structure({"rules": rules, "schema_version": version})
        for rule in rules:
            utils.RuleProcessor("corp", [rule]).process(assertion([rule]))
    except Exception as problem:  # noqa: BLE001 - whatever it is, a user could not log in
        return f"{type(problem).__name__}: {problem}"
    return None


print(json.dumps([verdict(text, version) for text, version in json.load(sys.stdin)]))
