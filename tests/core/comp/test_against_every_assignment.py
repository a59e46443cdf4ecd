from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.comp.making import BAR_TICKS, sections_of
from tests.core.comp.oracle import comp_of

from countoff.core.comp.proposing import ByHand, propose
from countoff.core.comp.values import CompFlag, CompIncident, CompTake
from countoff.core.daw import Verdict
from countoff.core.entries import FlagKind, HowEnded

BARS = 4
KINDS = (None, FlagKind.KEEPER, FlagKind.FIX_HERE, FlagKind.NO_GOOD, FlagKind.MARKER)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[CompTake], dict[int, str]]:
    """Draw a song of one to four sections, its takes, and choices by hand."""
    count = draw(st.integers(1, 4))
    has_open_end = draw(st.booleans())
    last = None if has_open_end else 2
    sections = sections_of(*[2] * (count - 1), last)
    bars = 2 * count + (BARS if has_open_end else 0)
    takes = [
        draw(_takes(sections, number, bars)) for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    by_hand = draw(
        st.dictionaries(st.integers(0, count - 1), st.sampled_from([one.id for one in takes]))
    )
    playing = {
        index: take_id
        for index, take_id in by_hand.items()
        if _plays(next(one for one in takes if one.id == take_id), index)
    }
    return takes, playing


@st.composite
def _takes(draw: st.DrawFn, sections: Any, number: int, bars: int) -> CompTake:
    start = draw(st.sampled_from([0, 0, *(section.start_tick for section in sections)]))
    first_bar = start // BAR_TICKS
    end_bar = draw(st.one_of(st.just(bars), st.integers(first_bar + 1, bars)))
    flags = tuple(
        CompFlag(kind, index)
        for index in (None, *range(len(sections)))
        for kind in draw(st.lists(st.sampled_from(KINDS), max_size=2 if draw(st.booleans()) else 1))
        if kind is not None
    )
    place = st.integers(-4, 4 * bars).map(lambda beats: beats * BAR_TICKS // 4)
    incidents = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        from_tick = draw(st.one_of(st.none(), place))
        lasts = draw(st.sampled_from([0, 0, 3 * BAR_TICKS, None]))
        to_tick = None if from_tick is None or lasts is None else from_tick + lasts
        incidents.append(CompIncident("click gap", from_tick, to_tick))
    return CompTake(
        id=f"id{number}",
        number=number,
        order=number,
        how=draw(st.sampled_from([HowEnded.ENDED, HowEnded.ENDED, HowEnded.FALSE_START, None])),
        verdict=draw(st.sampled_from([Verdict.RECORDED, None, Verdict.GAP, Verdict.NOT_SEEN])),
        rating=draw(st.sampled_from([None, None, 0, 2, 3, 5])),
        is_clean=draw(st.booleans()),
        is_free=False,
        tempo="120",
        sections=sections,
        looped_index=None,
        start_tick=start,
        end_tick=end_bar * BAR_TICKS,
        flags=flags,
        incidents=tuple(incidents),
    )


def _plays(take: CompTake, index: int) -> bool:
    section = take.sections[index]
    is_over = section.end_tick is not None and take.start_tick >= section.end_tick
    return not is_over and take.end_tick > section.start_tick


@settings(max_examples=100, deadline=None)
@given(days(), st.randoms(use_true_random=False))
def test_the_proposal_is_the_best_of_all_assignments(
    day: tuple[list[CompTake], dict[int, str]], random: Any
) -> None:
    """Whatever was flagged, rated, spoilt or chosen, and in whatever order the takes are given."""
    takes, by_hand = day
    shuffled = list(takes)
    random.shuffle(shuffled)
    comp = propose(shuffled, ByHand(section_ids=by_hand))
    if comp.master_id is None:
        # There is no master to lay a comp by; then nothing is chosen beside it either.
        assert comp_of(takes, {}) == (None, [])
        return
    expected = comp_of(takes, by_hand)
    assert (comp.master_id, [choice.take_id for choice in comp.choices]) == expected


@settings(max_examples=40, deadline=None)
@given(days())
def test_a_proposal_agreed_to_by_hand_stays(day: tuple[list[CompTake], dict[int, str]]) -> None:
    """Choosing by hand what is proposed changes nothing, and every choice has its reason."""
    takes, _ = day
    comp = propose(takes)
    chosen = {choice.section.index: choice.take_id for choice in comp.choices if choice.take_id}
    again = propose(takes, ByHand(comp.master_id, chosen))
    assert [one.take_id for one in again.choices] == [one.take_id for one in comp.choices]
    assert again.unused == ()
    assert all(choice.why for choice in comp.choices)
