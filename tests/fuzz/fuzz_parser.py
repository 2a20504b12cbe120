"""Mutates blueprints for as long as one likes, and stops at the first text that the parser does not bear.

    python tests/fuzz/fuzz_parser.py [--seconds 60] [--seed 1] [FILE …]

Without files, the snippets of the parser's tests and the reference blueprints are mutated. Each mutant must give a tree
or errors, spans inside the text, and within a time in proportion to its length; a mutant without errors must be printed
to a text that means the same. The faulty text is written to `fuzz-found.oib` in the working directory.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from blueprint.diagnostics import has_errors  # noqa: E402  # the checkout's own
from blueprint.source import Source  # noqa: E402
from blueprint.syntax.parser import parse  # noqa: E402
from blueprint.syntax.printer import print_file  # noqa: E402
from tests.unit.syntax.tree import shape  # noqa: E402

TOKEN = re.compile(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|\w+|\s+|.')
STRANGE = [
    *"{}[]()=,:;@.\"'#$\\\n\t?!&|%", '"""', "${", "}}", "let", "for", "in", "if", "else", "==", "..", "1", "x", " ",
    "not", "as", "type", "10.0.0.1/8", "2 s", "0x", "\u202e", "\x00", "\uff0c", "é", "## d\n", "# c\n", "+=", "-", "like",
]  # fmt: skip
SECONDS_A_CHARACTER = 2e-4


def mutant(text: str, dice: random.Random) -> str:
    """A text with one to six of its words removed, doubled, moved or replaced."""
    tokens = TOKEN.findall(text)
    start = dice.randrange(len(tokens))
    tokens = tokens[start : start + dice.randrange(1, 400)]
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(tokens))
        match dice.randrange(4):
            case 0 if len(tokens) > 1:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                tokens.insert(at, tokens[dice.randrange(len(tokens))])
            case _:
                tokens[at] = dice.choice(STRANGE)
    return "".join(tokens)


def fault(text: str) -> str | None:
    """What is wrong with how a text was read, or None."""
    source = Source("fuzz.oib", text)
    began = time.process_time()
    outcome = parse(source)
    if time.process_time() - began > 0.5 + SECONDS_A_CHARACTER * len(text):
        return "too slow"
    if outcome.value is None and not has_errors(outcome.diagnostics):
        return "neither a tree nor an error"
    for diagnostic in outcome.diagnostics:
        span = diagnostic.span
        if span is None or not 0 <= span.start <= span.end <= len(text):
            return f"{diagnostic.rule.code} points outside"
    if outcome.is_ok and outcome.value is not None:
        printed = print_file(outcome.value)
        again = parse(Source("printed.oib", printed))
        if not again.is_ok or again.value is None:
            return f"what is printed has faults:\n{printed}"
        if shape(again.value) != shape(outcome.value):
            return f"what is printed means something else:\n{printed}"
        if print_file(again.value) != printed:
            return f"printing twice changes:\n{printed}"
    return None


def main() -> int:
    """Run until the time is over or a fault is found."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    files = asked.files or [
        *sorted((ROOT / "tests" / "unit" / "syntax" / "snippets").glob("*.oib")),
        *sorted((ROOT / "reference_blueprints").glob("*/*.oib")),
    ]
    texts = [file.read_text(encoding="utf-8") for file in files]
    dice = random.Random(asked.seed)
    end = time.monotonic() + asked.seconds
    count = 0
    while time.monotonic() < end:
        text = mutant(dice.choice(texts), dice)
        count += 1
        try:
            found = fault(text)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the script looks for
            found = f"{type(error).__name__}: {error}"
        if found:
            Path("fuzz-found.oib").write_text(text, encoding="utf-8", newline="")
            print(f"after {count} mutants: {found}")
            return 1
    print(f"{count} mutants, no fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
