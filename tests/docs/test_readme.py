from pathlib import Path

import pytest

from tests.docs.console import Command, Written, matches, run, steps

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "README.md", *ROOT.glob("reference_blueprints/*/README.md")]
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_shows_what_happens(name, tmp_path):
    document = (ROOT / name).read_text(encoding="utf-8")
    for step in steps(document):
        if isinstance(step, Written):
            (tmp_path / step.name).write_text(step.text, encoding="utf-8")
            continue
        printed, code = run(step, tmp_path)
        where = f"{name}:{step.line}: {step.text.strip()}\n{printed}"
        assert code == step.code, where
        assert matches(step.expected, printed), where


def test_the_tutorial_has_commands():
    found = list(steps((ROOT / "README.md").read_text(encoding="utf-8")))
    assert sum(isinstance(step, Command) for step in found) > 10


@pytest.mark.parametrize(
    ("expected", "printed", "is_same"),
    [
        (("a", "…", "d"), "a\nb\nc\nd\n", True),
        (("a", "…", "d"), "a\nd\n", True),
        (("a", "d"), "a\nb\nd\n", False),
        (("a … c",), "a bb c\n", True),
        (("a … c",), "a bb\nc\n", False),
        ((), "", True),
        ((), "surprise\n", False),
        (("…",), "", True),
    ],
)
def test_dots_stand_for_what_is_left_out(expected, printed, is_same):
    assert matches(expected, printed) == is_same
