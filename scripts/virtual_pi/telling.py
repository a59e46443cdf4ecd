"""What the guest says to the host: a line of JSON each."""

from __future__ import annotations

import json


def tell(**values: object) -> None:
    """Print one line for the host."""
    print(json.dumps(values), flush=True)
