"""Finds the variables that Kolla-Ansible reads but that no file of its own gives a default."""

import re
from collections import defaultdict

from targets._derivation.ansible_text import (
    ansible_yaml,
    expressions,
    free_names,
    tolerant_environment,
)

from .packages import SharedFiles

_ANSIBLE_OWN = {"group_names", "inventory_hostname", "role_path", "group_hosts"}
# Roles that other roles call like functions: what they read is handed to them, not set by people.
_CALLED_ROLES = re.compile(r"ansible/roles/(haproxy-config|service-|loadbalancer-config)")


def read_variables(shared: SharedFiles, declared: frozenset[str]) -> frozenset[str]:
    """Return the names read somewhere in the playbooks and roles but declared nowhere."""
    environment = tolerant_environment()
    read: dict[str, set[str]] = defaultdict(set)
    local: set[str] = set()
    for path in shared:
        if not path.startswith("ansible/"):
            continue
        if path.endswith(".j2"):
            texts = iter([shared.text(path)])
        elif path.endswith(".yml"):
            document = ansible_yaml(shared.text(path))
            if re.search(r"/roles/[^/]+/vars/", path) and isinstance(document, dict):
                local |= set(document)
            texts = expressions(document, local)
        else:
            continue
        for text in texts:
            for name in free_names(environment, text):
                read[name].add(path)
    return frozenset(
        name
        for name, paths in read.items()
        if name not in declared | local | _ANSIBLE_OWN
        and re.fullmatch(r"[a-z][a-z0-9]*(_[A-Za-z0-9]+)+", name)
        and not name.endswith("_changed_containers")
        and not all(_CALLED_ROLES.match(path) for path in paths)
    )
