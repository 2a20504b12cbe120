#!/usr/bin/python3
"""Stands in for Kolla's `kolla_container_volume_facts` of 2024.2: no volume is there yet."""
# WANT_JSON

import json

print(json.dumps({"changed": False}))
