"""What StarlingX can't do or would refuse: its rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Rule
from targets.starlingx import (
    address_limits,
    boot_limits,
    bootstrap_limits,
    configuration,
    device_limits,
    fleet_limits,
    host_limits,
    journal_limits,
    openstack_limits,
    passthrough_limits,
    registries,
    resource_limits,
    settled,
    storage_limits,
    texts,
    upgrade_limits,
    workload_limits,
)

RULES: tuple[Rule, ...] = (
    *passthrough_limits.RULES,
    *configuration.RULES,
    *storage_limits.RULES,
    *journal_limits.RULES,
    *device_limits.RULES,
    *address_limits.RULES,
    *boot_limits.RULES,
    *host_limits.RULES,
    *fleet_limits.RULES,
    *bootstrap_limits.RULES,
    *registries.RULES,
    *resource_limits.RULES,
    *openstack_limits.RULES,
    *workload_limits.RULES,
    *texts.RULES,
    *upgrade_limits.RULES,
    *settled.RULES,
)
