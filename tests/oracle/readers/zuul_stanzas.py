"""Reads a Zuul configuration from stdin and tells, as JSON, what Zuul's own schemas say against its jobs and projects.

It stands alone, in an environment that holds Zuul.
"""

import json
import sys

import voluptuous
import yaml
from zuul.configloader import JobParser, ProjectParser

SCHEMAS = {"job": JobParser.schema, "project": ProjectParser(None).schema}


def faults(stanzas: list) -> list[str]:
    found = []
    for stanza in stanzas:
        ((kind, body),) = stanza.items()
        try:
            SCHEMAS[kind](body)
        except (KeyError, voluptuous.Invalid) as error:
            found.append(f"{kind} {body.get('name', '')}: {error}")
    return found


if __name__ == "__main__":
    json.dump(faults(yaml.safe_load(sys.stdin)), sys.stdout)
