"""How an existing CI engine spreads the compile of a fleet over machines: a part of the run-book, for large fleets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from blueprint.target import Deployment
from blueprint.values import Ref

#: Members of one family from which on a blueprint is a large fleet.
LARGE = 100
#: Layers in a share, and the most shares that are proposed.
_SHARE = 500
_MOST = 16


def shares_md(name: str, waves: Sequence[Iterable[Deployment]]) -> list[str]:
    """The lines of the run-book about shares; none where no family is large."""
    layers = {deployment.layer for wave in waves for deployment in wave}
    families = Counter(layer.family for layer in layers if layer.endswith("]"))
    if not families or max(families.values()) < LARGE:
        return []
    count = min(_MOST, max(2, -(-len(layers) // _SHARE)))
    large = sorted(ref for ref, members in families.items() if members >= LARGE)
    return [
        "## Compiling in shares",
        "",
        (
            f"`{name}` has {len(layers):,} layers, so that its compile can be spread over machines. Each share writes "
            "its own layers and their parts of the manifest, the first one this file too; laid over each other, all "
            "shares are byte for byte what one compile writes. Commit `oib.lock` where the blueprint has one: no "
            f"share writes it. One site alone is compiled with `--only '{_member(large[0], layers)}'`."
        ),
        "",
        "With Zuul, in `.zuul.yaml`, beside a playbook that runs the command with the share that it is given:",
        "",
        "```yaml",
        *_zuul(count),
        "```",
        "",
        "```yaml",
        *_ZUUL_PLAYBOOK,
        "```",
        "",
        "With GitLab, in `.gitlab-ci.yml`; the job after it finds the shares laid over each other:",
        "",
        "```yaml",
        *_gitlab(count),
        "```",
        "",
    ]


def _member(family: Ref, layers: Iterable[Ref]) -> Ref:
    return min(layer for layer in layers if layer.family == family)


def _zuul(count: int) -> list[str]:
    lines = [
        "- job:",
        "    name: oib-share",
        "    abstract: true",
        "    run: playbooks/oib-share.yaml",
    ]
    names = [f"oib-share-{number}" for number in range(1, count + 1)]
    for number, name in enumerate(names, start=1):
        lines += ["- job:", f"    name: {name}", "    parent: oib-share"]
        lines += ["    vars:", f'      oib_share: "{number}/{count}"']
    lines += ["- project:", "    check:", "      jobs:"]
    return [*lines, *(f"        - {name}" for name in names)]


_ZUUL_PLAYBOOK = (
    "- hosts: all",
    "  tasks:",
    "    - name: Compile a share",
    "      ansible.builtin.command:",
    "        chdir: '{{ ansible_user_dir }}/{{ zuul.project.src_dir }}'",
    "        cmd: oib compile . -o out --shard {{ oib_share }}",
    "    - name: Keep what was written",
    "      ansible.posix.synchronize:",
    "        mode: pull",
    "        src: '{{ ansible_user_dir }}/{{ zuul.project.src_dir }}/out'",
    "        dest: '{{ zuul.executor.log_root }}'",
    "        rsync_opts: ['--exclude=.oib']",
)


def _gitlab(count: int) -> list[str]:
    return [
        "oib-share:",
        f"  parallel: {count}",
        "  script:",
        "    - oib compile . -o out --shard $CI_NODE_INDEX/$CI_NODE_TOTAL",
        "  artifacts:",
        "    paths: [out]",
        "    exclude: [out/.oib/**/*]",
        "oib-together:",
        "  needs: [oib-share]",
        "  script:",
        "    - test -s out/DEPLOY.md",
        "  artifacts:",
        "    paths: [out]",
    ]


__all__ = ["LARGE", "shares_md"]
