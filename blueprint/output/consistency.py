"""The consistency report: each fact that several tools must agree on, its value, and every file that it went to.

A fact is stated once in the blueprint. This page is made of the causes of the lines themselves, so a file is listed
where a line of it names the fact among its causes and holds its value: two files can't disagree unseen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from blueprint.diagnostics.display import escaped
from blueprint.model import (
    Ceph,
    Kubernetes,
    Model,
    Network,
    OpenStack,
    Physnet,
    Registry,
    Secrets,
    Site,
)
from blueprint.model.naming import physnet_names
from blueprint.output.layout import folder_of
from blueprint.target import Artifact, Deployment

#: Files of one folder are named one by one up to so many.
_LISTED = 2
_TITLE = "# Where each fact went"
_PREFACE = (
    "Each fact is stated once in the blueprint. What several tools must agree on is listed here: what it is, and in",
    "how many lines of which files it stands. `oib explain` says why a line is as it is.",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that files must agree on: the field that states it, or the block, and how it is written."""

    path: str
    texts: tuple[str, ...]
    #: Whether fields below the path are part of the fact too, as of a block with a name.
    is_block: bool = False

    def is_among(self, paths: Iterable[str]) -> bool:
        """Whether one of a line's causes is this fact."""
        below = f"{self.path}."
        return any(
            path == self.path or (self.is_block and path.startswith(below)) for path in paths
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A fact with the lines that hold its value: file -> numbers of lines."""

    fact: Fact
    lines: Mapping[str, Sequence[int]]


def is_stack(model: Model) -> bool:
    """Whether layers stand on others that a tool of its own deploys, so that several must agree."""
    return any(region.on is not None for region in model.of(OpenStack).values())


def facts_of(model: Model) -> Iterator[Fact]:
    """What several tools must agree on, in the order of the kinds."""
    for ref, region in model.of(OpenStack).items():
        yield from _stated(f"{ref}.region", region.region)
        for side, endpoint in (("internal", region.api.internal), ("public", region.api.public)):
            if endpoint is not None:
                yield from _stated(f"{ref}.api.{side}.vip", endpoint.vip)
                yield from _stated(f"{ref}.api.{side}.fqdn", endpoint.fqdn)
    for ref, cluster in model.of(Kubernetes).items():
        yield from _stated(f"{ref}.api.vip", cluster.api.vip)
        yield from _stated(f"{ref}.api.fqdn", cluster.api.fqdn)
        yield from _stated(f"{ref}.domain", cluster.domain)
        yield from _stated(f"{ref}.pods", *cluster.pods)
        yield from _stated(f"{ref}.services", *cluster.services)
    for ref, ceph in model.of(Ceph).items():
        for name in ceph.pool:
            yield Fact(f"{ref}.pool.{name}", (name,), is_block=True)
    for ref, registry in model.of(Registry).items():
        yield from _stated(f"{ref}.url", registry.url)
        yield from _stated(f"{ref}.namespace", registry.namespace)
        yield from _stated(f"{ref}.username", registry.username)
    for ref, secrets in model.of(Secrets).items():
        yield from _stated(f"{ref}.store.address", getattr(secrets.store, "address", None))
    for ref, site in model.of(Site).items():
        yield from _stated(f"{ref}.region", site.region)
        yield from _stated(f"{ref}.dns", *site.dns)
        yield from _stated(f"{ref}.ntp", *site.ntp)
        yield from _stated(f"{ref}.timezone", site.timezone)
    for ref, network in model.of(Network).items():
        yield from _stated(f"{ref}.cidr", network.cidr)
        yield from _stated(f"{ref}.gateway", network.gateway)
        yield from _stated(f"{ref}.vlan", network.vlan)
    for ref, name in physnet_names(model).items():
        if isinstance(model.things[ref], Physnet):
            yield Fact(str(ref), (name,), is_block=True)


def standings(model: Model, deployments: Iterable[Deployment]) -> list[Standing]:
    """Each fact with where it stands; facts that no file holds among them."""
    facts = list(facts_of(model))
    found: dict[str, dict[str, list[int]]] = {fact.path: {} for fact in facts}
    for deployment in deployments:
        for artifact in deployment.artifacts:
            here = [f for f in facts if any(text in artifact.text for text in f.texts)]
            if here:
                path = f"{folder_of(deployment.layer)}/{artifact.path}"
                for fact, numbers in _standing_in(artifact, here):
                    found[fact.path][path] = numbers
    return [Standing(fact, found[fact.path]) for fact in facts]


def report(model: Model, deployments: Iterable[Deployment]) -> bytes:
    """The page."""
    every = standings(model, deployments)
    lines = [_TITLE, "", *_PREFACE, "", "| fact | is | stands in |", "|---|---|---|"]
    for each in every:
        if each.lines:
            is_now = ", ".join(_code(text) for text in each.fact.texts)
            where = "<br>".join(_places(each.lines))
            lines.append(f"| {_code(each.fact.path)} | {is_now} | {where} |")
    nowhere = [_code(each.fact.path) for each in every if not each.lines]
    if nowhere:
        said = "In no file of a tool as such, the run-book's commands apart:"
        lines += ["", f"{said} {', '.join(nowhere)}."]
    return ("\n".join(lines) + "\n").encode()


def _stated(path: str, *values: object) -> Iterator[Fact]:
    texts = tuple(text for each in values if each is not None and (text := str(each)))
    if texts:
        yield Fact(path, texts)


def _standing_in(artifact: Artifact, facts: Sequence[Fact]) -> Iterator[tuple[Fact, list[int]]]:
    holding = {fact.path: sorted(_lines_with(artifact.text, fact)) for fact in facts}
    causes = causes_of(artifact, {n for numbers in holding.values() for n in numbers})
    for fact in facts:
        numbers = [n + 1 for n in holding[fact.path] if fact.is_among(causes.get(n, ()))]
        if numbers:
            yield fact, numbers


def _lines_with(text: str, fact: Fact) -> set[int]:
    """The lines that hold a fact's value, counted from none."""
    found: set[int] = set()
    for value in fact.texts:
        line, counted, at = 0, 0, text.find(value)
        while at >= 0:
            line += text.count("\n", counted, at)
            found.add(line)
            counted, end = at, text.find("\n", at)
            at = text.find(value, end + 1) if end >= 0 else -1
    return found


def causes_of(artifact: Artifact, wanted: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The fields behind each of the wanted lines, counted from none."""
    firsts = [run.first - 1 for run in artifact.runs]
    found: dict[int, tuple[str, ...]] = {}
    for n in wanted:
        position = bisect_right(firsts, n) - 1
        if position < 0:
            continue
        run, offset = artifact.runs[position], n - firsts[position]
        width = len(run.causes)
        if offset < width * max(1, len(run.members)):
            cause = run.causes[offset % width]
            found[n] = () if cause is None else cause.paths
    return found


def _places(lines: Mapping[str, Sequence[int]]) -> Iterator[str]:
    by_folder: dict[str, list[str]] = {}
    for path in sorted(lines):
        by_folder.setdefault(path.rpartition("/")[0], []).append(path)
    for folder, paths in by_folder.items():
        if len(paths) > _LISTED:
            count = sum(len(lines[path]) for path in paths)
            yield f"{_code(folder + '/')} ({len(paths)} files, {count} lines)"
            continue
        for path in paths:
            numbers = lines[path]
            said = f"line {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} lines"
            yield f"{_code(path)} ({said})"


def _code(text: str) -> str:
    """Text of a blueprint as code in a cell; what would end either is left out."""
    return f"`{escaped(text).replace('`', '').replace('|', chr(92) + '|')}`"


__all__ = ["Fact", "Standing", "causes_of", "facts_of", "is_stack", "report", "standings"]
