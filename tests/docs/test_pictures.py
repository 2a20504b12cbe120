from pathlib import Path

import pytest

from blueprint.cli.opening import Place, locate, open_place
from blueprint.drawing import render
from blueprint.driver import Options, check_blueprint

ROOT = Path(__file__).parents[2]
SHOWN = sorted(
    path.relative_to(ROOT).as_posix() for path in ROOT.glob("reference_blueprints/*/*.svg")
)


@pytest.mark.parametrize("shown", SHOWN)
def test_a_picture_that_a_page_shows_is_current(shown):
    picture = ROOT / shown
    place = locate(str(picture.parent))
    assert isinstance(place, Place)
    found = check_blueprint(open_place(place, ()), Options())
    assert found.graph is not None
    assert found.model is not None
    drawn = render("svg", found.graph, found.model)
    assert picture.read_text(encoding="utf-8") == drawn, (
        f"run `oib graph {picture.parent} -o {shown}`"
    )


def test_the_readme_shows_a_picture():
    assert [name for name in SHOWN if name in (ROOT / "README.md").read_text(encoding="utf-8")]
