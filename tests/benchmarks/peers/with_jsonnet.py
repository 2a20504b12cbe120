"""The work in Jsonnet: the program is `cloud.jsonnet`, run by go-jsonnet; the number of hosts is its input.

python with_jsonnet.py HOSTS SETTINGS.json OUT
"""

import json
import sys
from pathlib import Path

import _gojsonnet


def main(hosts: str, settings: str, out: str) -> None:
    program = str(Path(__file__).parent / "cloud.jsonnet")
    stated = Path(settings).read_text(encoding="utf-8")
    result = _gojsonnet.evaluate_file(program, ext_codes={"computes": hosts, "settings": stated})
    for path, text in json.loads(result).items():
        place = Path(out, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
