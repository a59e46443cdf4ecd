"""Which contacts are closed with no foot on them: watched for longer than a step takes.

Blocks for a second, and for up to two and a half while one seems to be down: somebody who began the
line check with two pedals may still stand on them.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from countoff.core.events import Pedal

_LOOK_EVERY_S: Final = 0.02
_WATCHED_S: Final = 1.0
_LOOKS: Final = round(_WATCHED_S / _LOOK_EVERY_S)
_AT_MOST_S: Final = 2.5


def closed_at_rest(
    closed: Callable[[], Mapping[Pedal, bool]], normally_closed: Callable[[], frozenset[Pedal]]
) -> frozenset[Pedal]:
    """Return the pedals whose contacts are closed at rest: at most of the looks of the last second.

    `closed` looks at all of them; which are to be closed at rest says `normally_closed`.
    """
    until_s = time.monotonic() + _AT_MOST_S
    looks: deque[list[Pedal]] = deque(maxlen=_LOOKS)
    while True:
        looks.append([pedal for pedal, is_closed in closed().items() if is_closed])
        times = Counter(pedal for look in looks for pedal in look)
        found = frozenset(pedal for pedal in times if 2 * times[pedal] > len(looks))
        is_as_it_should_be = len(looks) == _LOOKS and found == normally_closed()
        if is_as_it_should_be or time.monotonic() > until_s:
            return found
        time.sleep(_LOOK_EVERY_S)
