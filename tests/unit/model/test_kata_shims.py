"""What is known of Kata's shims agrees with the words of the language and with kata-deploy's chart."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml

from blueprint.model.kata import SHIMS, shim_name
from blueprint.model.kubernetes_features import Shim

SHARED = Path(__file__).parents[3].parent / "shared"
CHART = SHARED / "upstream/values/kata/kata-deploy.yaml"
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "s390x": "s390x", "ppc64le": "ppc64le"}


def test_every_word_for_a_shim_has_its_facts() -> None:
    assert set(get_args(Shim)) == set(SHIMS)


@pytest.mark.skipif(not CHART.is_file(), reason="values of kata-deploy are not at hand")
@pytest.mark.parametrize("shim", sorted(SHIMS))
def test_the_chart_says_the_same_of_a_shim(shim: Shim) -> None:
    stated = yaml.safe_load(CHART.read_text(encoding="utf-8"))["shims"][shim_name(shim)]
    facts = SHIMS[shim]
    selector = stated.get("runtimeClass", {}).get("nodeSelector")
    told = (
        tuple(ARCHITECTURES[arch] for arch in stated["supportedArches"]),
        stated["containerd"]["snapshotter"] or None,
    )
    assert told == (facts.architectures, facts.snapshotter)
    if selector is not None:  # of the others the chart's templates add the labels
        assert selector == facts.labels
