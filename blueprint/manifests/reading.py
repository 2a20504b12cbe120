"""Reads the manifests that workloads name, and gives each workload its objects.

They come from whoever may write to the repository: how much is read is bounded, and nothing outside of the blueprint's
folder is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from posixpath import basename

from blueprint.diagnostics import Diagnostic, manifests, names
from blueprint.evaluate.convert import impossible_character
from blueprint.evaluate.documents import Node, read_documents
from blueprint.loader import MANIFESTS, Loader, resolve_path
from blueprint.manifests.fields import check_object
from blueprint.manifests.inline import Inline
from blueprint.manifests.objects import Objects, at, items_at, text_at
from blueprint.model import Kind, Kubernetes, StarlingX, Workload
from blueprint.source import Source, Span
from blueprint.spans import Spans
from blueprint.values import Ref

#: Bytes of one file, characters of all of a blueprint's manifests, objects of all its workloads.
FILE_LIMIT = 4 * 2**20
TEXT_LIMIT = 8 * 2**20
OBJECT_LIMIT = 500_000

Report = Callable[[Diagnostic], None]
#: An object that stands in a cluster once: the cluster, the group of its API, its kind, namespace and name.
Identity = tuple[str, str, str, str, str]


def read_manifests(
    loader: Loader,
    report: Report,
    things: dict[Ref, Kind],
    table: dict[tuple[str, ...], Span],
    spans: Spans,
) -> None:
    """Puts the objects of their manifests into the workloads among `things`, and their places into `table`."""
    reader = _Reader(loader, report, spans)
    placed: dict[str, Objects] = {}
    for ref, thing in list(things.items()):
        if isinstance(thing, Workload) and thing.is_rendered:
            found = reader.objects(ref, thing, _minor(things.get(thing.on)))
            things[ref] = thing.model_copy(update=found.tables)
            family = str(ref.family)
            if placed.get(family) is found:
                continue  # members that share their objects share the places
            holder = str(ref) if family in placed else family
            placed[holder] = found
            table.update(((holder, *path), span) for path, span in found.spans.items())


def _minor(cluster: Kind | None) -> int | None:
    """The minor version of Kubernetes that a workload runs on, where it is stated."""
    if isinstance(cluster, Kubernetes):
        return cluster.minor[1]
    version = cluster.kubernetes if isinstance(cluster, StarlingX) else None
    return int(version.split(".")[1]) if version is not None else None


@dataclass
class _Reader:
    loader: Loader
    report: Report
    spans: Spans
    read: dict[str, list[Node]] = field(default_factory=dict)
    made: dict[tuple[str | int, ...], Objects] = field(default_factory=dict)
    characters: int = 0
    count: int = 0
    seen: dict[Identity, Span] = field(default_factory=dict)
    checked: set[tuple[int, int | None]] = field(default_factory=set)

    def objects(self, ref: Ref, workload: Workload, minor: int | None) -> Objects:
        """The objects of a workload, as far as they can be read."""
        nodes: list[Node] = []
        for node in self._documents(ref, workload):
            self.count += 1
            if self.count > OBJECT_LIMIT:
                place = self.spans.at(ref, "manifests")
                what = "the workloads have too many objects together"
                self.report(names.too_large(place, what, OBJECT_LIMIT))
                break
            if self._is_sound(node, minor) and self._is_first(node, ref, workload):
                nodes.append(node)
        token: tuple[str | int, ...] = (workload.namespace, *(id(node) for node in nodes))
        found = self.made.get(token)
        if found is None:
            found = self.made[token] = Objects(workload.namespace)
            for node in nodes:
                found.add(node)
        return found

    # ------------------------------------------------------------------------------------------ documents

    def _documents(self, ref: Ref, workload: Workload) -> Iterator[Node]:
        for number, written in enumerate(workload.manifests):
            span = self.spans.at(ref, "manifests", number)
            for path in self._paths(written, span):
                if path not in self.read:
                    self.read[path] = self._of_file(path, span)
                yield from self.read[path]
        if workload.inline is not None:
            span = self.spans.at(ref, "inline")
            name = f"{span}\0{workload.inline}"
            if name not in self.read:
                inside = Inline(workload.inline, span)
                nodes = self._of_text(inside.source, span, inside.diagnostic)
                self.read[name] = [inside.node(node) for node in nodes]
            yield from self.read[name]

    def _paths(self, written: str, span: Span) -> list[str]:
        """The file that a path names, or the files of the folder."""
        path = resolve_path(span.source.path, written)
        if path is None:
            self.report(names.escapes(span, written))
            return []
        return self.loader.files_in(path, MANIFESTS) or [path]

    def _of_file(self, path: str, span: Span) -> list[Node]:
        source = self.loader.text(path, span, FILE_LIMIT)
        if isinstance(source, Diagnostic):
            self.report(source)
            return []
        return self._of_text(source, span, lambda diagnostic: diagnostic)

    def _of_text(
        self, source: Source, span: Span, placed: Callable[[Diagnostic], Diagnostic]
    ) -> list[Node]:
        self.characters += len(source.text)
        if self.characters > TEXT_LIMIT:
            what = f"the manifests are larger than {TEXT_LIMIT // 2**20} MiB together"
            self.report(names.file_limit(span, what))
            return []
        found: list[Diagnostic] = []
        nodes = [one for node in read_documents(source, span, found) for one in _listed(node)]
        for each in found:
            self.report(_of_template(placed(each), source))
        return [] if found else nodes

    # -------------------------------------------------------------------------------------------- objects

    def _is_sound(self, node: Node, minor: int | None) -> bool:
        """Whether a document is an object; its fields are checked once for each version."""
        token = (id(node), minor)
        is_known = token in self.checked
        self.checked.add(token)
        problem, place = _problem(node)
        if problem:
            if not is_known:
                self.report(manifests.no_object(place, problem))
            return False
        if not is_known:
            for each in _texts(node):
                if (character := impossible_character(each.value)) is not None:
                    self.report(
                        names.bad_data(each.span, f"it holds {character}, which no text can")
                    )
            api, kind = node.value["apiVersion"], node.value["kind"]
            check_object(node, api, kind, minor, self.report)
        return True

    def _is_first(self, node: Node, ref: Ref, workload: Workload) -> bool:
        """Whether an object stands in its cluster for the first time."""
        name = at(node, "metadata", "name")
        assert name is not None, node.span
        kind = node.value["kind"].value
        namespace = text_at(node, "metadata", "namespace") or workload.namespace
        group = node.value["apiVersion"].value.rpartition("/")[0]
        identity = (str(workload.on), group, kind, namespace, str(name.value))
        first = self.seen.get(identity)
        if first is None:
            self.seen[identity] = name.span
            return True
        what = f"`{kind}` `{name.value}` of the namespace `{namespace}`"
        is_same = first == name.span  # a file that is named twice, or by two workloads
        span = self.spans.at(ref, "manifests") if is_same else name.span
        self.report(manifests.twice(span, what, first))
        return False


def _problem(node: Node) -> tuple[str, Span]:
    """What keeps a document from being an object of Kubernetes, and where."""
    if not isinstance(node.value, dict):
        return "it is no map of fields", node.span
    for path in (("apiVersion",), ("kind",), ("metadata", "name")):
        stated = at(node, *path)
        name = ".".join(path)
        if stated is None:
            group = text_at(node, "apiVersion") or ""
            if group.startswith("kustomize.config.k8s.io/"):
                return (
                    "it is an input of Kustomize, so name what `kubectl kustomize` makes of it",
                    node.span,
                )
            return f"it has no `{name}`", _start(node)
        if not isinstance(stated.value, str) or not stated.value:
            return f"`{name}` is no text", stated.span
    return "", node.span


def _start(node: Node) -> Span:
    """The first line of a document, which may be long."""
    source, start, end = node.span
    line_end = source.text.find("\n", start, end)
    return Span(source, start, line_end if line_end > start else end)


def _listed(node: Node) -> Iterator[Node]:
    """A document, or the objects of a `List`, a `RoleList` and their like."""
    kind = text_at(node, "kind") or ""
    items = at(node, "items")
    if kind.endswith("List") and items is not None and at(node, "metadata", "name") is None:
        yield from items_at(node, "items")
    else:
        yield node


def _texts(node: Node) -> Iterator[Node]:
    value = node.value
    if isinstance(value, str):
        yield node
    for each in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _texts(each)


def _of_template(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    """A fault of YAML, with what to do where the text is a template that nobody has rendered."""
    if "{{" not in source.text:
        return diagnostic
    return replace(
        diagnostic,
        hint=f"`{basename(source.path)}` looks like a template of Helm; name what `helm template` makes of it",
    )


__all__ = ["FILE_LIMIT", "OBJECT_LIMIT", "TEXT_LIMIT", "read_manifests"]
