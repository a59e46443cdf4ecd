"""What the DAW has said of one take: whether it records it, since when, and with what gaps. Pure values.

A gap is a stretch between the first click and the end of the take in which nobody knew that the DAW
recorded, whatever the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.daw import Answer, Verdict

if TYPE_CHECKING:
    from countoff.core.daw import DawPlace
    from countoff.core.tempo import BarBeat


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How far the command to record has come, and all that was said of this take.

    record_ns:       when the DAW was to be told to record
    due_ns:          until when its answer is waited for
    is_held:         the count-in is planned, and waits for the answer
    told_ns:         when the command left, None where that is not known
    seen_ns:         when the DAW first said that it records, None where it never did
    believed_ns:     since when its last word that it records has been believed
    unseen_since_ns: since when nobody knows that it records, None while that is known
    gap:             where the first gap began
    gap_count:       how many gaps there were
    located_s:       where on its timeline the DAW was sent for this take, None for nowhere
    bar1:            where on its timeline the song's bar 1 lies
    bar1_logged:     the same as it was written down last
    verdict:         what came of it, once the take is closed
    """

    answer: Answer = Answer.NOT_ASKED
    record_ns: int = 0
    due_ns: int | None = None
    is_held: bool = False
    told_ns: int | None = None
    seen_ns: int | None = None
    believed_ns: int = 0
    unseen_since_ns: int | None = None
    gap: BarBeat | None = None
    gap_count: int = 0
    located_s: int | None = None
    bar1: DawPlace | None = None
    bar1_logged: DawPlace | None = None
    verdict: Verdict | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether the DAW can say something of this take at all."""
        return self.answer not in (Answer.NOT_ASKED, Answer.CANNOT_ANSWER)

    @property
    def delay_ns(self) -> int | None:
        """From when the command had left to when the DAW said that it records, where both are known."""
        if self.told_ns is None or self.seen_ns is None or self.seen_ns < self.told_ns:
            return None
        return self.seen_ns - self.told_ns
