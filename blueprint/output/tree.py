"""Everything that one compile puts into its output folder, as a value: paths and bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from blueprint.diagnostics import Outcome
from blueprint.output import consistency, runbook, source_map
from blueprint.output.consistency import Facts, Found
from blueprint.output.layout import (
    CONSISTENCY,
    ORDER,
    RUNBOOK,
    SOURCE_MAP,
    check_layout,
    folder_of,
)
from blueprint.output.manifest import File
from blueprint.output.scope import WHOLE, Scope
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref

Tree = Mapping[str, File]


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """What all targets made for one layer: deployments without their artifacts, and files as bytes.

    A layer that is another run's has no files here, only what the run-book says of it.
    """

    layer: Ref
    deployments: tuple[Deployment, ...]
    #: Paths of the artifacts below the layer's folder; one that stands twice is a fault of a target.
    paths: tuple[str, ...] = ()
    files: Tree | None = None
    #: Where facts stand that layers must agree on, also in files of a layer that is another run's.
    found: Found = field(default_factory=dict)
    #: Of all files, where a later compile is to be held against them.
    sha256: str | None = None


def layer_files(
    layer: Ref, deployments: Iterable[Deployment], *, is_owned: bool, facts: Facts | None = None
) -> LayerFiles:
    """What is kept of the deployments of one layer: causes become the source map, texts become bytes."""
    made = tuple(deployments)
    bare = tuple(replace(each, artifacts=()) for each in made)
    found = {} if facts is None else consistency.found_in(facts, layer, made)
    if not is_owned:
        return LayerFiles(layer, bare, found=found)
    folder = folder_of(layer)
    files = {
        f"{folder}/{artifact.path}": File(
            artifact.text.encode(),
            artifact.is_executable,
            str(layer),
            deployment.target,
            folder,
        )
        for deployment in made
        for artifact in deployment.artifacts
    }
    artifacts = [artifact for deployment in made for artifact in deployment.artifacts]
    files[f"{folder}/{SOURCE_MAP}"] = File(source_map.encode(artifacts), folder=folder)
    return LayerFiles(layer, bare, tuple(each.path for each in artifacts), files, found)


def assembled(
    name: str,
    title: str | None,
    layers: Sequence[LayerFiles],
    waves: Sequence[Sequence[Ref]],
    needs: Mapping[Ref, Sequence[Ref]],
    spans: Spans,
    scope: Scope = WHOLE,
    facts: Facts | None = None,
) -> Outcome[Tree]:
    """The files of all layers, and the run-book where it is this run's; the manifest comes with writing.

    `facts` are those that layers of a stack must agree on: the report says where they went.
    """
    faults = check_layout([(each.layer, each.paths) for each in layers], spans)
    if faults:
        return Outcome(None, faults)
    files: dict[str, File] = {}
    for each in layers:
        files.update(each.files or {})
    if scope.has_top:
        made = (deployment for each in layers for deployment in each.deployments)
        ordered = runbook.waves_of(made, waves)
        files[RUNBOOK] = File(runbook.deploy_md(name, title, ordered, needs))
        files[ORDER] = File(runbook.order_json(ordered, needs))
        if facts is not None:
            files[CONSISTENCY] = File(consistency.report(facts, (each.found for each in layers)))
    return Outcome(dict(sorted(files.items())))


def plan_tree(
    name: str,
    title: str | None,
    deployments: Sequence[Deployment],
    waves: Sequence[Sequence[Ref]],
    needs: Mapping[Ref, Sequence[Ref]],
    spans: Spans,
    facts: Facts | None = None,
) -> Outcome[Tree]:
    """The files of deployments that are there at once."""
    by_layer: dict[Ref, list[Deployment]] = {}
    for deployment in deployments:
        by_layer.setdefault(deployment.layer, []).append(deployment)
    layers = [
        layer_files(layer, made, is_owned=True, facts=facts) for layer, made in by_layer.items()
    ]
    return assembled(name, title, layers, waves, needs, spans, facts=facts)


__all__ = ["LayerFiles", "Tree", "assembled", "layer_files", "plan_tree"]
