"""Which contacts are closed with no foot on them: watched for longer than a step takes.

Blocks for a second, and for three where one seems to be down: then somebody may still stand on it.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from countoff.core.events import Pedal

_LOOK_EVERY_S: Final = 0.02
_AT_LEAST_S: Final = 1.0
_AT_MOST_S: Final = 3.0


def closed_at_rest(
    closed: Callable[[], Mapping[Pedal, bool]], normally_closed: Callable[[], frozenset[Pedal]]
) -> frozenset[Pedal]:
    """Return the pedals whose contacts are closed at rest: at more than half of the looks.

    `closed` looks at all of them; which are to be closed at rest says `normally_closed`.
    """
    began_s = time.monotonic()
    times_closed: Counter[Pedal] = Counter()
    looks = 0
    while True:
        looks += 1
        times_closed.update(pedal for pedal, is_closed in closed().items() if is_closed)
        found = frozenset(pedal for pedal, times in times_closed.items() if 2 * times > looks)
        longest_s = _AT_LEAST_S if found == normally_closed() else _AT_MOST_S
        if time.monotonic() - began_s > longest_s:
            return found
        time.sleep(_LOOK_EVERY_S)
