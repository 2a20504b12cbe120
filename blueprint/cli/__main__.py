"""`python -m blueprint.cli` is `oib`."""

from __future__ import annotations

import sys

from blueprint.cli import main

if __name__ == "__main__":
    sys.exit(main())
