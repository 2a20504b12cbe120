"""The subjects of a plan in the order in which they are asked; a new one is a module and a line here."""

from __future__ import annotations

from targets.kolla_ansible.subject import Subject
from targets.kolla_ansible.subjects import (
    acme,
    address_families,
    cells,
    compute,
    coordination,
    designate,
    dpdk,
    federation,
    image_share,
    network_features,
    network_identifiers,
    objects,
    octavia,
    pci,
    scheduler,
    shared_identity,
    shares,
    virtual_functions,
    volumes,
)

#: Every subject.
SUBJECTS: tuple[Subject, ...] = (
    coordination.SUBJECT,
    address_families.SUBJECT,
    network_features.SUBJECT,
    network_identifiers.SUBJECT,
    virtual_functions.SUBJECT,
    dpdk.SUBJECT,
    octavia.SUBJECT,
    designate.SUBJECT,
    compute.SUBJECT,
    cells.SUBJECT,
    pci.SUBJECT,
    scheduler.SUBJECT,
    volumes.SUBJECT,
    image_share.SUBJECT,
    shares.SUBJECT,
    objects.SUBJECT,
    shared_identity.SUBJECT,
    federation.SUBJECT,
    acme.SUBJECT,
)  # fmt: skip
