"""Where Argo CD and Flux read charts from: a repository that Git can fetch, a revision and a folder of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.model.kubernetes_features import GitDelivery
from blueprint.source import Span
from blueprint.spans import Spans

NO_REPOSITORY = Rule("OIB5762", "repository-not-for-git")
NO_REVISION = Rule("OIB5763", "revision-not-for-git")
NO_FOLDER = Rule("OIB5764", "folder-outside-repository")
SECRET_IN_ADDRESS = Rule("OIB5767", "secret-in-repository-address")

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
_WORD = r"[A-Za-z0-9._~%+-]+"
_PATH = r"[A-Za-z0-9._~%+@,=-]+(?:/[A-Za-z0-9._~%+@,=-]+)*/?"
_URL = re.compile(
    rf"(?P<scheme>https|http|ssh)://(?:(?P<user>{_WORD})(?P<password>:[^@/\s]*)?@)?{_HOST}(?::[0-9]{{1,5}})?/{_PATH}"
).fullmatch
#: What `ssh` calls a place on a host, which is no URL.
_PLACE = re.compile(rf"(?:{_WORD}@)?{_HOST}:(?!//)/?{_PATH}").fullmatch
#: What no name of a branch or tag holds (git-check-ref-format).
_BAD_IN_REVISION = re.compile(r"[\x00-\x20\x7f-\x9f~^:?*\[\\\u2028\u2029]|\.\.|@\{|//")
_BAD_IN_FOLDER = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029]")


def deliveries(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses, revisions and folders that neither Git nor the tools take."""
    for ref, cluster in model.of(Kubernetes).items():
        delivery = cluster.delivery
        if not isinstance(delivery, GitDelivery):
            continue
        yield from _address(delivery, spans.at(ref, "delivery", "repository"))
        if not _is_revision(delivery.revision):
            yield no_revision(spans.at(ref, "delivery", "revision"), delivery.revision)
        if not _is_folder(delivery.path):
            yield no_folder(spans.at(ref, "delivery", "path"), delivery.path)


def _address(delivery: GitDelivery, span: Span) -> Iterator[Diagnostic]:
    text = delivery.repository
    found = _URL(text)
    if found is None:
        is_place = _PLACE(text) is not None
        if not (is_place and delivery.choice == "argocd"):
            yield no_repository(span, text, delivery.choice, is_place=is_place)
    elif found["password"] or (found["user"] and found["scheme"] != "ssh"):
        yield secret_in_address(span)


def _is_revision(text: str) -> bool:
    parts = text.split("/")
    return (
        bool(text)
        and text != "@"
        and not text.startswith("-")
        and not text.endswith((".", "/"))
        and not _BAD_IN_REVISION.search(text)
        and not any(part.startswith(".") or part.endswith(".lock") or not part for part in parts)
    )


def _is_folder(text: str) -> bool:
    return (
        bool(text)
        and not text.startswith("/")
        and ".." not in text.split("/")
        and not _BAD_IN_FOLDER.search(text)
    )


def no_repository(span: Span, text: str, tool: str, *, is_place: bool) -> Diagnostic:
    """A text that no tool can fetch a repository from."""
    if is_place:
        host, _, path = text.partition(":")
        return Diagnostic(
            NO_REPOSITORY,
            span,
            f"Flux takes a URL, and {text!r} is a place for `ssh`",
            hint=f'write `"ssh://{host}/{path.lstrip("/")}"`',
        )
    name = "Argo CD" if tool == "argocd" else "Flux"
    return Diagnostic(
        NO_REPOSITORY,
        span,
        f"{name} can't fetch a Git repository from {text!r}",
        hint='write its URL, as in `"https://git.example/deploy.git"` or `"ssh://git@git.example/deploy.git"`',
    )


def no_revision(span: Span, text: str) -> Diagnostic:
    """A text that no branch or tag can be called."""
    return Diagnostic(
        NO_REVISION,
        span,
        f"no branch or tag can be called {text!r}" if text else "the revision is empty",
        hint="name a branch, or a tag as `refs/tags/NAME`; `main` is followed where it is not stated",
    )


def no_folder(span: Span, text: str) -> Diagnostic:
    """A path that does not lie in the repository."""
    return Diagnostic(
        NO_FOLDER,
        span,
        f"{text!r} is no folder of the repository" if text else "the path is empty",
        hint='write a path below its root, without `..`; `"."` is the root',
    )


def secret_in_address(span: Span) -> Diagnostic:
    """An account in a URL, which would go into every file that names the repository."""
    return Diagnostic(
        SECRET_IN_ADDRESS,
        span,
        "the address of the repository holds an account, and would be written into files",
        hint='take it out, and name it by reference: `credentials = secrets.NAME["KEY"]`',
    )
