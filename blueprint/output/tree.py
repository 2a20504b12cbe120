"""Everything that one compile puts into its output folder, as a value: paths and bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blueprint.diagnostics import Outcome
from blueprint.output import runbook, source_map
from blueprint.output.layout import (
    CONSISTENCY,
    ORDER,
    RUNBOOK,
    SOURCE_MAP,
    check_layout,
    folder_of,
)
from blueprint.output.manifest import File
from blueprint.spans import Spans
from blueprint.target import Artifact, Deployment
from blueprint.values import Ref

Tree = Mapping[str, File]


def plan_tree(
    name: str,
    title: str | None,
    deployments: Sequence[Deployment],
    waves: Sequence[Sequence[Ref]],
    needs: Mapping[Ref, Sequence[Ref]],
    spans: Spans,
    report: bytes | None = None,
) -> Outcome[Tree]:
    """The files of all deployments, their source maps, the run-book; the manifest comes with writing.

    `report` says where facts went, for stacks of layers that must agree.
    """
    faults = check_layout(deployments, spans)
    if faults:
        return Outcome(None, faults)
    files: dict[str, File] = {}
    by_folder: dict[str, list[Artifact]] = {}
    for deployment in deployments:
        folder = folder_of(deployment.layer)
        by_folder.setdefault(folder, []).extend(deployment.artifacts)
        for artifact in deployment.artifacts:
            files[f"{folder}/{artifact.path}"] = File(
                artifact.text.encode(),
                artifact.is_executable,
                str(deployment.layer),
                deployment.target,
            )
    for folder, artifacts in by_folder.items():
        files[f"{folder}/{SOURCE_MAP}"] = File(source_map.encode(artifacts))
    ordered = runbook.waves_of(deployments, waves)
    files[RUNBOOK] = File(runbook.deploy_md(name, title, ordered, needs))
    if report is not None:
        files[CONSISTENCY] = File(report)
    files[ORDER] = File(runbook.order_json(ordered, needs))
    return Outcome(dict(sorted(files.items())))


__all__ = ["Tree", "plan_tree"]
