"""What a declaration is like: the chain of templates that its body is merged from."""

from __future__ import annotations

from blueprint.diagnostics import names
from blueprint.resolve.declarations import Layer, Origin
from blueprint.source import Span


def chain_of(origin: Origin) -> list[Layer]:
    """The templates that the origin's block is like, oldest first, and the block itself."""
    if origin.chain is not None:
        return origin.chain
    declaration = origin.owner
    world = declaration.module.world
    layers = [Layer(origin.block, origin.scope, str(declaration.ref))]
    seen: list[tuple[str, Span]] = []
    title = f"{declaration.kind}.{declaration.name}"
    like = origin.block.like
    module = declaration.module
    while like is not None:
        found = module.find_template(like, declaration.kind)
        name = ".".join(like.parts)
        seen.append((title, like.span))
        if found is None:
            origin.is_partial = True
            so_far = [known for known, _ in seen]
            known = [t for t in module.templates_of(declaration.kind) if t not in so_far]
            if like.parts[0] in module.misspelled or like.parts[-2:] in module.meant:
                break
            world.report(names.unknown_template(like.span, name, declaration.kind, known))
            break
        block, home = found
        so_far = [known for known, _ in seen]
        if name in so_far:
            origin.is_partial = True
            world.report_cycle(seen[so_far.index(name) :])
            break
        title = name
        layers.append(Layer(block, declaration.heir_scope(home, origin), name))
        like, module = block.like, home
    layers.reverse()
    origin.chain = layers
    return layers
