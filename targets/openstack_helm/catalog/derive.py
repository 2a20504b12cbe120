"""Derives the catalogue of the charts from a checkout: `python -m … derive CHECKOUT [CHART …]`.

The checkout is named on the command line or by `OIB_OPENSTACK_HELM`. `--facts` derives what
needs no rendering.
"""

import argparse
import os
import tempfile
from pathlib import Path

from targets._derivation.text import catalogue_text

from .charts import CHARTS
from .derivation.chart_catalogue import chart_document, made_ready
from .derivation.facts import facts_document
from .derivation.images import image_documents

HERE = Path(__file__).parent
CHECKOUT_VARIABLE = "OIB_OPENSTACK_HELM"


def main() -> None:
    """Write the catalogue of the charts named on the command line, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkout", type=Path, default=os.environ.get(CHECKOUT_VARIABLE))
    parser.add_argument(
        "--facts", action="store_true", help="derive images and facts, which needs no rendering"
    )
    parser.add_argument("chart", nargs="*", default=CHARTS)
    arguments = parser.parse_args()
    if arguments.checkout is None:
        parser.error(f"name a checkout, or set {CHECKOUT_VARIABLE}")
    for name, document in image_documents(Path(arguments.checkout), CHARTS).items():
        _write(HERE / "images" / name, catalogue_text(document, levels=3))
    facts = facts_document(Path(arguments.checkout), CHARTS)
    _write(HERE / "facts.json", catalogue_text(facts, levels=2))
    for name in () if arguments.facts else arguments.chart:
        with tempfile.TemporaryDirectory() as scratch:
            chart = made_ready(Path(arguments.checkout), name, Path(scratch))
            document = {**chart_document(chart), "chart": name}
        _write(HERE / "charts" / f"{name}.json", catalogue_text(document, levels=4))
        print(name, chart.renderings, flush=True)  # noqa: T201 - progress of a long run


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
