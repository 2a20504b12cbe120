"""StarlingX: systems of one host to many, distributed clouds, and OpenStack on them."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Model, OpenStack, StarlingX
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.starlingx.checks import check
from targets.starlingx.emit import emit
from targets.starlingx.limits import RULES
from targets.starlingx.openstack_app import Region
from targets.starlingx.openstack_layer import layer as region_layer
from targets.starlingx.runbook import steps
from targets.starlingx.system import System
from targets.starlingx.upgrade import StarlingXUpgrades


class StarlingXTarget:
    """The target of the `starlingx` layers of a blueprint, and of `openstack` layers on them."""

    name = "starlingx"
    summary = "StarlingX by its bootstrap playbook, its deployment manager, and dcmanager"
    after: tuple[str, ...] = ()
    upgrades = StarlingXUpgrades(name)

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every system, and every region on one, that is not there already."""
        regions = (ref for ref, region in model.of(OpenStack).items() if region.is_on_starlingx)
        return tuple(ref for ref in (*model.of(StarlingX), *regions) if ref not in model.existing)

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What StarlingX can't do or would refuse of a system."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """The files of a system, or of OpenStack's application on one, and the steps."""
        thing = model.things[layer]
        if isinstance(thing, OpenStack):
            return region_layer(Region(layer, model), self.name)
        system = System(layer, model)
        return Deployment(layer, self.name, emit(system), steps(system))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = StarlingXTarget()
