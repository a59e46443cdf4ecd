"""Takes laid on a timeline: each with its sections, flags and incidents on the project's frames. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.comp.grid import grid_of
from countoff.core.daw import KnownFrom
from countoff.core.entries import FlagKind
from countoff.core.tempo import Tempo
from countoff.export.take_reading import place_s
from countoff.export.timeline import (
    LaidFlag,
    LaidIncident,
    LaidSection,
    LaidTake,
    frame_of,
    nearest_tick,
)
from countoff.takelog.words import place_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from countoff.core.comp.grid import Grid as CompGrid
    from countoff.core.comp.proposing import Comp
    from countoff.core.comp.values import CompFlag, CompSection, CompTake
    from countoff.core.grid import Grid
    from countoff.core.song import Song
    from countoff.export.take_reading import ReadTake
    from countoff.takelog.reader import LoggedFlag, LoggedIncident


@dataclass(frozen=True, slots=True)
class Ruler:
    """The grid of the whole timeline, and its rate: where seconds become frames and ticks."""

    grid: Grid
    rate_hz: int

    def frame(self, seconds: Fraction) -> int:
        """Return the frame nearest to an exact place."""
        return frame_of(seconds, self.rate_hz)

    def tick(self, frame: int) -> int:
        """Return the tick of the timeline that is nearest to a frame."""
        return nearest_tick(self.grid, frame)

    def section(
        self, section: CompSection, span_s: tuple[Fraction, Fraction], pass_index: int = 0
    ) -> LaidSection:
        """Return a section of a song where it lies."""
        start_frame, end_frame = (self.frame(seconds) for seconds in span_s)
        return LaidSection(
            index=section.index,
            title=section.title,
            pass_index=pass_index,
            first_bar=section.first_bar,
            start_tick=self.tick(start_frame),
            end_tick=self.tick(end_frame),
            start_frame=start_frame,
            end_frame=end_frame,
        )


@dataclass(frozen=True, slots=True)
class Laying:
    """What a song's takes are laid by: where bar 1 of each goes, and what the comp has of them."""

    ruler: Ruler
    bar1_s: Mapping[str, Fraction]
    comp: Comp | None

    def takes(self, reads: Sequence[ReadTake]) -> tuple[LaidTake, ...]:
        """Return these takes of one song in their places."""
        cells = grid_of(read.comp for read in reads if read.comp is not None)
        return tuple(self._take(read, cells) for read in reads)

    def _take(self, read: ReadTake, cells: CompGrid) -> LaidTake:
        detail, summary, ruler = read.detail, read.detail.summary, self.ruler
        bar1_s = self.bar1_s[summary.id]
        start_frame = max(ruler.frame(bar1_s + read.start_s), 0)
        music_frame = None if read.music_s is None else ruler.frame(bar1_s + read.music_s)
        first_frame = start_frame if music_frame is None else music_frame
        return LaidTake(
            id=summary.id,
            song=summary.song,
            number=summary.number,
            name=summary.name,
            status=summary.status,
            verdict=summary.verdict,
            click=summary.click,
            rating=summary.rating,
            notes=summary.notes,
            is_free=summary.is_free,
            is_looped=summary.is_looped,
            began_at_daw=summary.began_at_daw,
            tempo="" if summary.is_free else _told_tempo(read.played, summary.tempo),
            meter="" if summary.is_free else detail.meter,
            started_utc=summary.started_label,
            played_rate_hz=detail.sample_rate_hz,
            chart=read.played,
            bar1_s=bar1_s,
            bar1_frame=ruler.frame(bar1_s),
            start_frame=start_frame,
            music_frame=music_frame,
            end_frame=max(ruler.frame(bar1_s + read.end_s), start_frame),
            daw_bar1_s=None if detail.daw_bar1_s is None else Fraction(detail.daw_bar1_s),
            known_from=KnownFrom(detail.daw_bar1_from) if detail.daw_bar1_from else None,
            sections=() if read.comp is None else self._sections(read, read.comp, cells),
            flags=tuple(
                self._flag(flag, read, first_frame)
                for flag in detail.flags
                if flag.taken_back_utc is None
            ),
            incidents=tuple(self._incident(incident, read) for incident in detail.incidents),
        )

    def _sections(self, read: ReadTake, take: CompTake, cells: CompGrid) -> tuple[LaidSection, ...]:
        """Return what a take played of each section, from its bar line on."""
        laid = []
        for section in take.sections:
            cell = cells.cell(take.id, section.index)
            for pass_index, (begins, ends) in enumerate(take.passes(section.index)):
                pass_ticks = pass_index * (section.ticks or 0)
                from_tick = max(section.start_tick + pass_ticks, take.start_tick)
                to_tick = take.end_tick if ends is None else min(ends, take.end_tick)
                if to_tick <= from_tick:
                    continue
                is_whole = ends is not None and take.start_tick <= begins and ends <= take.end_tick
                if pass_index == cell.pass_index:
                    is_whole = cell.is_whole
                span_s = (self._seconds(read, from_tick), self._seconds(read, to_tick))
                found = self.ruler.section(section, span_s, pass_index)
                laid.append(
                    _of_take(
                        found, take.id, is_whole=is_whole, is_chosen=self._is_chosen(found, take)
                    )
                )
        return tuple(sorted(laid, key=lambda section: section.start_frame))

    def _is_chosen(self, section: LaidSection, take: CompTake) -> bool:
        return self.comp is not None and any(
            choice.take_id == take.id
            and choice.section.index == section.index
            and choice.pass_index == section.pass_index
            for choice in self.comp.choices
        )

    def _seconds(self, read: ReadTake, tick: int) -> Fraction:
        return self.bar1_s[read.detail.summary.id] + read.seconds_at_tick(tick)

    def _flag(self, flag: LoggedFlag, read: ReadTake, first_frame: int) -> LaidFlag:
        seconds = None if flag.whole_take else place_s(flag, read)
        is_placed = not flag.whole_take and flag.bar is not None
        place = "" if flag.whole_take else place_label(flag)
        judged = None if flag.whole_take else _judged(read.comp, FlagKind(flag.kind), place)
        return LaidFlag(
            id=flag.id,
            kind=FlagKind(flag.kind),
            frame=first_frame if seconds is None else self._frame(read, seconds),
            bar=flag.bar if is_placed else None,
            beat=flag.beat if is_placed else None,
            place=place,
            section="" if flag.whole_take else flag.section or "",
            whole_take=flag.whole_take,
            section_index=None if judged is None else judged.section_index,
            pass_index=0 if judged is None else judged.pass_index,
        )

    def _incident(self, incident: LoggedIncident, read: ReadTake) -> LaidIncident:
        seconds = place_s(incident, read)
        return LaidIncident(
            id=incident.id,
            kind=incident.kind,
            detail=incident.detail,
            frame=None if seconds is None else self._frame(read, seconds),
            bar=incident.bar,
            beat=incident.beat,
            place=place_label(incident),
        )

    def _frame(self, read: ReadTake, seconds: Fraction) -> int:
        return max(self.ruler.frame(self.bar1_s[read.detail.summary.id] + seconds), 0)


def _of_take(section: LaidSection, take_id: str, *, is_whole: bool, is_chosen: bool) -> LaidSection:
    return LaidSection(
        section.index,
        section.title,
        section.pass_index,
        section.first_bar,
        section.start_tick,
        section.end_tick,
        section.start_frame,
        section.end_frame,
        take_id,
        is_whole,
        is_chosen,
    )


def _judged(take: CompTake | None, kind: FlagKind, place: str) -> CompFlag | None:
    """Return a flag as a comp sees it, which knows what section it speaks of; kind and place tell which."""
    flags = () if take is None else take.flags
    return next((flag for flag in flags if (flag.kind, flag.place) == (kind, place)), None)


def _told_tempo(played: Song | None, tempo: str) -> str:
    """Return the tempo in the note that people are told it in; the log has it in quarter notes."""
    if played is None:
        return tempo
    section = played.start_section
    return str(section.told(Tempo(section.tempo.quarters_per_minute)))
