from pathlib import Path

import pytest

from blueprint.cli import main

ROOT = Path(__file__).parents[2]
SHOWN = sorted(
    path.relative_to(ROOT).as_posix() for path in ROOT.glob("reference_blueprints/*/*.svg")
)


@pytest.mark.parametrize("shown", SHOWN)
def test_a_picture_that_a_page_shows_is_current(shown, tmp_path):
    picture, drawn = ROOT / shown, tmp_path / "drawn.svg"
    assert main(["graph", str(picture.parent), "-o", str(drawn), "--quiet"]) == 0
    assert picture.read_text(encoding="utf-8") == drawn.read_text(encoding="utf-8"), (
        f"run `oib graph {picture.parent} -o {shown}`"
    )


def test_the_readme_shows_a_picture():
    assert [name for name in SHOWN if name in (ROOT / "README.md").read_text(encoding="utf-8")]
