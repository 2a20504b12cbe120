"""Says which options commands of python-magnumclient have; run in an environment that holds it.

`python magnum_commands.py "coe cluster resize" …` prints a JSON object: options of each command.
"""

import json
import sys
from importlib.metadata import entry_points
from unittest.mock import MagicMock


def main() -> None:
    """Print the options of each command that is asked for."""
    known = entry_points(group="openstack.container_infra.v1")
    found = {}
    for words in sys.argv[1:]:
        command = known[words.replace(" ", "_")].load()(MagicMock(), MagicMock())
        parser = command.get_parser(words)
        found[words] = sorted(o for action in parser._actions for o in action.option_strings)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
