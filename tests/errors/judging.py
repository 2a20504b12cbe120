"""Packs and blueprints with `conform` from their text: what `oib test` and `oib conform` find in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from blueprint.conform.run import Asked, judge_blueprint, packs_tested
from blueprint.diagnostics import Diagnostic
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.source import Source

#: Beside every blueprint: a pack that shares an id with another one.
TWINS = {
    name: f'pack {name} {{ title = "{name}"  version = "1" }}\n'
    'rule shared.id { level = must  title = "sites"  require count(site) > 0 }\n'
    for name in ("one", "other")
}
FILES = {f"{name}.oib": text for name, text in TWINS.items()}


def judged(source: Source) -> Iterable[Diagnostic]:
    """Everything that is wrong in a pack and its examples, or in a blueprint that claims to conform."""
    if re.search(r"^pack ", source.text, re.MULTILINE):
        loader = MemoryLoader({**FILES, "page.oib": source.text})
        return packs_tested(loader, ["page.oib"])[1]
    loader = MemoryLoader({**FILES, "main.oib": source.text})
    return judge_blueprint(loader, Options(), Asked())[1]
