"""The subjects of a plan in the order in which they are asked; a new one is a module and a line here."""

from __future__ import annotations

from targets.kolla_ansible.subject import Subject
from targets.kolla_ansible.subjects import coordination

#: Every subject.
SUBJECTS: tuple[Subject, ...] = (
    coordination.SUBJECT,
)  # fmt: skip
