"""Takes on top of each other, bar 1 upon bar 1, and the comp cut from them on all tracks together."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from tests.export.days import days
from tests.export.made_days import nearest_frame

from countoff.export.from_log import stacked
from countoff.export.session_reading import read_session
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from tests.export.made_days import MadeDay, MadeSection, MadeTake

    from countoff.export.timeline import LaidComp, Timeline

CUT_S = Fraction(3, 100)
FADE_S = Fraction(5, 1000)


def section_of(take: MadeTake, index: int, pass_index: int) -> MadeSection:
    """Return a section of a take as it was played."""
    return next(
        each for each in take.sections if (each.index, each.pass_index) == (index, pass_index)
    )


def judge_comp(timeline: Timeline, comp: LaidComp, takes: dict[str, MadeTake]) -> None:
    """Each switch is cut 30 ms before its section with 5 ms of crossfade, and plays what was chosen."""
    rate_hz, bar1 = timeline.rate_hz, timeline.songs[0].takes[0].bar1_s
    fade_frames = nearest_frame(FADE_S, rate_hz)
    chosen = {choice.section_index: choice for choice in comp.choices}
    given_ids = [choice.take_id for choice in comp.choices if choice.take_id is not None]
    assert {piece.take_id for piece in comp.pieces} == set(given_ids)
    for piece in comp.pieces:
        take = takes[piece.take_id]
        assert all(chosen[index].take_id == piece.take_id for index in piece.section_indices)
        first, last = (chosen[piece.section_indices[place]] for place in (0, -1))
        played = section_of(take, first.section_index, first.pass_index)
        # Where the section is in the take, less where it is in the comp.
        later_s = played.start_s - section_of_first_pass_s(take, first.section_index, played)
        shift = piece.source_frame - piece.start_frame
        assert abs(shift - later_s * rate_hz) <= 1
        starts_s = bar1 + played.start_s - later_s
        assert piece.start_frame <= nearest_frame(starts_s, rate_hz)
        if piece.fade_in_frames:
            assert piece.fade_in_frames == fade_frames
            cut = nearest_frame(starts_s - CUT_S, rate_hz)
            # A take that began on the section has nothing before it.
            assert piece.start_frame in {cut, max(cut, nearest_frame(bar1 + take.start_s, rate_hz))}
        ends_s = bar1 + section_of(take, last.section_index, last.pass_index).end_s - later_s
        assert piece.end_frame >= nearest_frame(ends_s - CUT_S, rate_hz)
        assert piece.start_frame >= nearest_frame(
            max(bar1 + take.start_s - later_s, Fraction(0)), rate_hz
        )
        assert piece.end_frame <= nearest_frame(bar1 + take.end_s - later_s, rate_hz)
    for before, after in pairwise(comp.pieces):
        if before.section_indices[-1] + 1 == after.section_indices[0]:
            assert before.fade_out_frames == after.fade_in_frames == fade_frames
            overlap = before.end_frame - after.start_frame
            assert overlap == fade_frames or not all(
                chosen[index].is_whole
                for index in (before.section_indices[-1], after.section_indices[0])
            )


def section_of_first_pass_s(take: MadeTake, index: int, played: MadeSection) -> Fraction:
    """Return where the section's first pass began."""
    return next((each.start_s for each in take.sections if each.index == index), played.start_s)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(days())
def test_stacked_takes_share_bar_1_and_their_comp_is_cut_together(day: MadeDay) -> None:
    """Song by song: everything is as far from bar 1 as it was, and the comp plays the chosen takes."""
    with TemporaryDirectory() as folder:
        day.write(Path(folder))
        found = read_session(TakeLog(Path(folder)))
    for song in found.songs:
        timeline = stacked(found, song)
        (laid,) = timeline.songs
        made = {take.id: take for take in day.of(song.title)}
        assert [take.id for take in laid.takes] == list(made)
        bar1_s = laid.takes[0].bar1_s
        assert timeline.bar1_tick is not None
        assert timeline.frame_at_tick(timeline.bar1_tick) == nearest_frame(bar1_s, day.rate_hz)
        for take in laid.takes:
            was = made[take.id]
            assert take.bar1_s == bar1_s
            assert take.start_frame == nearest_frame(bar1_s + was.start_s, day.rate_hz)
            assert take.end_frame == nearest_frame(bar1_s + was.end_s, day.rate_hz)
            assert [section.start_frame for section in take.sections] == [
                nearest_frame(bar1_s + section.start_s, day.rate_hz) for section in was.sections
            ]
        assert timeline.end_frame >= max(take.end_frame for take in laid.takes)
        if laid.comp is not None:
            judge_comp(timeline, laid.comp, made)
