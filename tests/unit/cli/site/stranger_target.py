"""A target of somebody else, installed beside oib: it writes a list of hosts, and refuses one name."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule, Severity
from blueprint.target import Artifact, Cause, Deployment, Run, Step

FORBIDDEN = Rule("STR0001", "forbidden-name")
SMALL = Rule("STR0002", "small-group", Severity.WARNING)


class Stranger:
    name = "stranger"
    summary = "Lists hosts, for tests."
    after = ()
    upgrades = None

    def layers(self, model):
        return tuple(model.groups)

    def check(self, layer, model, spans):
        group = model.groups[layer]
        found = [
            Diagnostic(FORBIDDEN, spans.at(layer, "name"), f"`{host.name}` is not allowed")
            for host in group
            if host.name.startswith("forbidden")
        ]
        if len(group) == 2:
            found.append(Diagnostic(SMALL, spans.at(layer), "two hosts are few"))
        return tuple(found)

    def emit(self, layer, model):
        hosts = tuple(model.groups[layer])
        lines = ["all:", *(f"  {host.name}: {host.spec.os.choice}" for host in hosts)]
        cause = Cause("a host of the layer", (f"{layer}[*].name", f"{layer}[*].os"))
        run = Run(2, (cause,), tuple(host.ref for host in hosts))
        artifact = Artifact("stranger/list.yml", "\n".join(lines) + "\n", (run,))
        step = Step("Read the list", ("cat list.yml",), checks=("test -s list.yml",))
        return Deployment(layer, self.name, (artifact,), (step,))

    def rules(self):
        return (FORBIDDEN, SMALL)


TARGET = Stranger()
