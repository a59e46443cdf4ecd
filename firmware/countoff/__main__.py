"""`python -m countoff`: the same as the command `countoff`."""

from __future__ import annotations

import sys

from countoff.cli import main

sys.exit(main())
