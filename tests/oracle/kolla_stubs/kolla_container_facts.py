#!/usr/bin/python3
"""Stands in for Kolla's `kolla_container_facts`: there is no container engine here, so nothing changes."""
# WANT_JSON

import json

print(
    json.dumps({"changed": False, "result": False, "containers": {}, "states": {}, "volumes": {}})
)
