"""What layers hand over to each other, in words for people and as values for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from blueprint.handovers import Source, Transfer
from blueprint.target import Deployment, Given, HandOver

_WORDS = {
    "kubeconfig": "an administrator's kubeconfig",
    "clouds": "an administrator's `clouds.yaml`",
    "authorities": "the trusted certificates",
    "certificate": "the certificate of `{name}`",
    "keyring": "the keyring of `{name}`",
    "ceph_conf": "`ceph.conf`",
    "passwords": "the passwords of `{name}`",
}
_HERE = "the host that you read this on"
#: The number of the step that a thing comes from.
_MadeIn: TypeAlias = Callable[[Source], str]


def _words(what: HandOver) -> str:
    return _WORDS[what.kind].format(name=what.name)


def _whose(what: HandOver) -> str:
    return f"{_words(what)} of `{what.layer}`"


def given_words(given: Given, deployment: Deployment) -> str:
    """What a step gives, and where it is."""
    where = f": `{given.path}`" if given.path else f", which `{given.command}` prints"
    on = "" if given.host in (None, deployment.host) else f" on `{given.host}`"
    return f"{_whose(given.what)}{where}{on}"


def taken_words(transfers: Iterable[Transfer], made_in: _MadeIn | None = None) -> Iterator[str]:
    """What a step takes, how it comes to where it is read, and from which step if that is to be said."""
    fetched: dict[str, list[HandOver]] = {}
    for each in transfers:
        if each.taken.is_fetched and not each.is_there:
            fetched.setdefault(_maker(each, made_in), []).append(each.taken.what)
        else:
            yield _brought(each, made_in)
    for maker, things in fetched.items():
        yield f"from {maker}, fetched by these commands: {all_words(things)}"


def all_words(things: Iterable[HandOver]) -> str:
    """Several things, each once, without whose they are."""
    return ", ".join(dict.fromkeys(map(_words, things)))


def _maker(transfer: Transfer, made_in: _MadeIn | None) -> str:
    source = transfer.source
    if source is None:
        return f"`{transfer.taken.what.layer}`"
    if made_in is not None:
        return f"step {made_in(source)}"
    return f"`{source.deployment.layer}` with `{source.deployment.target}`"


def _brought(transfer: Transfer, made_in: _MadeIn | None) -> str:
    place = f"{_whose(transfer.taken.what)} as `{transfer.taken.path}`"
    source = transfer.source
    if source is None:
        return f"{place}: nothing here makes it, so bring it there"
    made = _maker(transfer, made_in)
    if transfer.is_there:
        return f"{place}, where {made} left it"
    host = _HERE if source.host is None else f"`{source.host}`"
    if source.given.path:
        return f"{place}: bring `{source.given.path}` there from {host}, where {made} left it"
    return f"{place}: bring there what `{source.given.command}` prints on {host}, from {made}"


def given_as(given: Given, deployment: Deployment) -> dict[str, Any]:
    """What a step gives, for programs; no `host` is the one that runs the order."""
    host = given.host if given.host is not None else deployment.host
    return {
        **_what(given.what),
        **({"path": given.path} if given.path else {"command": given.command}),
        **({} if host is None else {"host": host}),
    }


def taken_as(transfer: Transfer, made_in: _MadeIn) -> dict[str, Any]:
    """What a step takes, for programs: where it is read, where from, and whether it has to be moved."""
    taken, source = transfer.taken, transfer.source
    return {
        **_what(taken.what),
        "path": taken.path,
        "moved": transfer.is_moved,
        "from": None
        if source is None
        else {
            "layer": str(source.deployment.layer),
            "target": source.deployment.target,
            "step": made_in(source),
            **(
                {"path": source.given.path}
                if source.given.path
                else {"command": source.given.command}
            ),
            **({} if source.host is None else {"host": source.host}),
        },
    }


def _what(what: HandOver) -> dict[str, str]:
    named = {"name": what.name} if what.name else {}
    return {"kind": what.kind, "of": str(what.layer), **named}


__all__ = ["all_words", "given_as", "given_words", "taken_as", "taken_words"]
