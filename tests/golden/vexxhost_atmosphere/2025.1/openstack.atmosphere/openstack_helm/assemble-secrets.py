#!/usr/bin/env python3
"""Makes a file of values with passwords for each chart: assemble-secrets.py SECRETS FOLDER [--generate].

SECRETS is a JSON file of names and passwords; the names stand in `secrets.json` beside this script. With `--generate`,
passwords that are not there are made at random and kept in SECRETS: it is the only copy. Those that `secrets.json`
calls `given` are somebody else's and must be there. FOLDER and what lies in it are for your eyes only.
"""

import argparse
import base64
import json
import os
import secrets
import string
import sys
from pathlib import Path
from typing import Any

_LETTERS = string.ascii_letters + string.digits
_LENGTH = 32


def made(kind: str) -> str:
    """A new password: letters and digits, or 32 bytes in Base64."""
    if kind == "key":
        return base64.urlsafe_b64encode(os.urandom(_LENGTH)).decode()
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def completed(
    table: dict[str, Any], known: dict[str, str], *, may_generate: bool
) -> dict[str, str]:
    """All passwords by name; ends the program with the names of those that are missing."""
    found = dict(known)
    missing = []
    for name, kind in table["secrets"].items():
        if found.get(name):
            continue
        if kind == "given" or not may_generate:
            missing.append(name)
        else:
            found[name] = made(kind)
    if missing:
        sys.exit(f"no value for: {', '.join(missing)}")
    return found


def values(table: dict[str, Any], known: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The values of each chart."""
    charts: dict[str, dict[str, Any]] = {}
    for chart, path, name in table["values"]:
        place = charts.setdefault(chart, {})
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = known[name]
    return charts


def write(path: Path, content: dict[str, Any]) -> None:
    """A file that only its owner reads."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True)
        file.write("\n")


def main() -> None:
    """Read the table and the passwords, write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("secrets", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--generate", action="store_true")
    arguments = parser.parse_args()
    table = json.loads(Path(__file__).with_name("secrets.json").read_text(encoding="utf-8"))
    stated: Path = arguments.secrets
    known = json.loads(stated.read_text(encoding="utf-8")) if stated.exists() else {}
    found = completed(table, known, may_generate=arguments.generate)
    if found != known:
        write(stated, found)
    arguments.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for chart, content in values(table, found).items():
        write(arguments.folder / f"{chart}.json", content)


if __name__ == "__main__":
    main()
