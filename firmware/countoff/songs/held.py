"""What holds on from the section written before, as in a score: tempo, meter, grouping. Pure.

Both who reads and who writes a song file ask here, so that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from countoff.core.section import COMMON_TIME, usual_grouping

if TYPE_CHECKING:
    from countoff.core.tempo import Meter
    from countoff.songs.tempo_values import NamedTempo


@dataclass(slots=True)
class Held:
    """What a section has where it says nothing; None where that is not known for a fault.

    tempo:     with the note that it counts
    groupings: a grouping belongs to its meter: it holds wherever that meter comes back
    """

    tempo: NamedTempo | None = None
    meter: Meter | None = COMMON_TIME
    groupings: dict[Meter, tuple[int, ...]] = field(default_factory=dict)

    def grouping(self, meter: Meter, beat_ticks: int) -> tuple[int, ...]:
        """Return how a bar of `meter` is grouped where the section does not say it.

        Where a longer note than the meter's own is clicked, groups that do not begin on it would
        click beside it: then there are none.
        """
        if meter in self.groupings:
            return self.groupings[meter]
        usual = usual_grouping(meter)
        is_on_beats = all(
            notes * meter.ticks_per_beat % (beat_ticks or meter.ticks_per_beat) == 0
            for notes in usual
        )
        return usual if is_on_beats else ()

    def beat_ticks(self, note_ticks: int, meter: Meter) -> int:
        """Return what clicks as the beat where a tempo counts this note; 0 for the meter's own.

        Where the groups that were written go against that note, as 2+2+2 against dotted quarters in
        6/8, they are the rhythm that is meant, and the note is but a speed.
        """
        beat_ticks = clicked_beat_ticks(note_ticks, meter)
        groups = self.groupings.get(meter, ())
        if not beat_ticks or not groups:
            return beat_ticks
        ends = {notes * meter.ticks_per_beat for notes in accumulate(groups)}
        beats = set(range(beat_ticks, meter.ticks_per_bar + 1, beat_ticks))
        return beat_ticks if ends <= beats or beats <= ends else 0


def clicked_beat_ticks(note_ticks: int, meter: Meter) -> int:
    """Return what clicks as the beat where no grouping is written; 0 for the meter's own.

    A note longer than the meter's own, that goes evenly into the bar, is the beat. In 6/8, 9/8 and
    12/8 it is only where it holds whole groups of three: a quarter note there is but a speed.
    """
    is_longer = note_ticks > meter.ticks_per_beat
    group_ticks = sum(usual_grouping(meter)[:1]) * meter.ticks_per_beat
    holds_groups = not group_ticks or note_ticks % group_ticks == 0
    is_even = is_longer and meter.ticks_per_bar % note_ticks == 0
    return note_ticks if is_even and holds_groups else 0
