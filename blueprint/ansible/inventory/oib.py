"""Ansible's inventory plug-in for blueprints: `ansible-inventory -i cloud/main.oib --list`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.utils.unsafe_proxy import wrap_var

DOCUMENTATION = """
name: oib
short_description: Reads the hosts of an oib blueprint
description:
  - Takes a blueprint (C(*.oib)), or a YAML file that names one, and gives its hosts in groups by declaration, by place
    and by role of the layers. Each host has C(ansible_host), C(ansible_user) and, under C(oib), its facts.
  - The blueprint is checked as C(oib check) does. Where it has errors there is no inventory.
options:
  plugin:
    description: Says in a YAML file that it is for this plug-in.
    choices: [oib]
  blueprint:
    description: The blueprint, or the folder with its C(main.oib), relative to the YAML file.
    type: path
    default: .
  env:
    description: The environment of the blueprint.
    type: str
    env:
      - name: OIB_ENV
  set:
    description: Values of parameters by name.
    type: dict
    default: {}
  params:
    description: JSON or YAML files with values of parameters, relative to the YAML file.
    type: list
    elements: path
    default: []
"""
EXAMPLES = """
# cloud.oib.yml
plugin: oib
blueprint: cloud
set:
  release: "2026.1"
"""


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc]  # Ansible has no types
    """The plug-in as Ansible loads it."""

    NAME = "oib"

    def verify_file(self, path: str) -> bool:
        """Whether a source is a blueprint, or a YAML file that may name one."""
        return bool(super().verify_file(path)) and path.endswith((".oib", ".yml", ".yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:  # noqa: FBT001, FBT002  # Ansible's own
        """Adds the hosts of the blueprint that a source is or names."""
        super().parse(inventory, loader, path, cache)
        folder = Path(path).absolute().parent
        sets: dict[str, Any] = {}
        params: list[str] = []
        if path.endswith(".oib"):
            self.set_options()
            blueprint = path
        else:
            self._read_config_data(path)
            blueprint = str(folder / self.get_option("blueprint"))
            sets = self.get_option("set") or {}
            params = [str(folder / each) for each in self.get_option("params")]
        self._add(_inventory(blueprint, sets, params, self.get_option("env")))

    def _add(self, found: dict[str, Any]) -> None:
        variables = found.pop("_meta")["hostvars"]
        for host, values in variables.items():
            self.inventory.add_host(host)
            for name, value in values.items():
                # text of a blueprint is data: nothing in it is ever a template
                self.inventory.set_variable(host, name, wrap_var(value))
        for group, content in found.items():
            self.inventory.add_group(group)
            for host in content["hosts"]:
                self.inventory.add_child(group, host)


def _inventory(
    blueprint: str, sets: dict[str, Any], params: list[str], env: str | None
) -> dict[str, Any]:
    """The inventory of a blueprint; Ansible's own error, with all that is wrong, where it has errors."""
    from blueprint.cli.opening import locate, open_place
    from blueprint.diagnostics import Diagnostic, has_errors
    from blueprint.diagnostics.render_text import render_text
    from blueprint.driver import Options, check_blueprint
    from blueprint.inventory import inventory_of

    place = locate(blueprint)
    if isinstance(place, Diagnostic):
        raise AnsibleParserError(render_text([place]))
    named = tuple(place.relative(each) for each in params)
    pairs = tuple((str(name), _text(value)) for name, value in sets.items())
    compilation = check_blueprint(open_place(place, named), Options(pairs, named, env, ()))
    if compilation.model is None or has_errors(compilation.diagnostics):
        raise AnsibleParserError(
            f"the blueprint has errors\n{render_text(compilation.diagnostics)}"
        )
    return inventory_of(compilation.model)


def _text(value: Any) -> str:
    """A value of a parameter as the command line would give it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
