#!/usr/bin/python3
"""Stands in for Kolla's `kolla_toolbox`: there is no container engine here, so nothing changes."""
# WANT_JSON

import json

# What OpenStack's own modules answer: listings are empty before anything is deployed, and what the
# deployment itself makes for Octavia has an identifier.
MADE = {"id": "00000000-0000-4000-8000-000000000001", "name": "made"}
print(
    json.dumps(
        {
            "changed": False,
            "resources": [],
            "flavors": [MADE],
            "networks": [MADE],
            "projects": [MADE],
            "security_group": MADE,
        }
    )
)
