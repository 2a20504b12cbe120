"""What layers hand over to each other, in words for people and as values for programs."""

from __future__ import annotations

from typing import Any

from blueprint.handovers import Transfer
from blueprint.target import Deployment, Given, HandOver

_WORDS = {
    "kubeconfig": "a kubeconfig of `{layer}`",
    "clouds": "`clouds.yaml` with the administrator of `{layer}`",
    "keyring": "the keyring of `{name}` of `{layer}`",
    "ceph_conf": "`ceph.conf` of `{layer}`",
    "certificate": "the certificate of the authority of `{layer}`",
    "passwords": "the passwords of `{layer}`",
}
_HERE = "the host that you read this on"


def what_words(what: HandOver) -> str:
    """What is handed over, and whose it is."""
    return _WORDS[what.kind].format(layer=what.layer, name=what.name)


def given_words(given: Given, deployment: Deployment) -> str:
    """What a step gives, and where it is."""
    where = f"`{given.path}`" if given.path else f"which `{given.command}` prints"
    on = "" if given.host in (None, deployment.host) else f" on `{given.host}`"
    return f"{what_words(given.what)}: {where}{on}"


def taken_words(transfer: Transfer) -> str:
    """What a step takes, and how it comes to where it is read."""
    place = f"{what_words(transfer.taken.what)} as `{transfer.taken.path}`"
    source = transfer.source
    if source is None and transfer.taken.is_fetched:
        return f"{place}: these commands fetch it"
    if source is None:
        return f"{place}: nothing here makes it, so bring it there"
    made = f"`{source.deployment.layer}` with `{source.deployment.target}`"
    if transfer.is_there:
        return f"{place}, where {made} left it"
    if transfer.taken.is_fetched:
        return f"{place}: these commands fetch what {made} made"
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


def taken_as(transfer: Transfer) -> dict[str, Any]:
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
            **(
                {"path": source.given.path}
                if source.given.path
                else {"command": source.given.command}
            ),
            **({} if source.host is None else {"host": source.host}),
        },
    }


def _what(what: HandOver) -> dict[str, str]:
    return {"kind": what.kind, "of": str(what.layer), "name": what.name}


__all__ = ["given_as", "given_words", "taken_as", "taken_words", "what_words"]
