#!/usr/bin/python3
"""Stands in for Kolla's `kolla_toolbox`: there is no container engine here, so nothing changes."""
# WANT_JSON

import json

# `resources` is what OpenStack's own listing modules answer before anything is deployed.
print(json.dumps({"changed": False, "resources": []}))
