from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.comp.making import (
    BAR_TICKS,
    FREE,
    SONG,
    Takes,
    fix,
    keep,
    mishap,
    no_good,
    sections_of,
)

from countoff.core.comp.fitting import apart
from countoff.core.comp.grid import grid_of
from countoff.core.comp.proposing import ByHand, Comp, propose
from countoff.core.daw import Verdict
from countoff.core.entries import HowEnded

if TYPE_CHECKING:
    from countoff.core.comp.values import CompTake


def numbers(comp: Comp, *takes: CompTake) -> list[int | None]:
    """Return the number of each section's take."""
    by_id = {take.id: take.number for take in takes}
    return [None if choice.take_id is None else by_id[choice.take_id] for choice in comp.choices]


def test_without_takes_there_is_no_comp() -> None:
    """Nothing is made up, and it is said."""
    comp = propose([])
    assert (comp.master_id, comp.choices, comp.why) == (None, (), "there is no take")


def test_one_good_take_is_the_comp() -> None:
    """It is the master, and gives every section."""
    one = Takes().take()
    comp = propose([one])
    assert numbers(comp, one) == [1] * 5
    assert {choice.why for choice in comp.choices} == {"master"}
    assert comp.switch_count == 0


def test_only_what_is_wrong_is_replaced() -> None:
    """Fix here in the chorus: that comes from another take, with its reason, and the rest stays."""
    make = Takes()
    old, master = make.take(), make.take(flags=(fix(2, "bar 15"),), rating=4)
    comp = propose([old, master])
    assert numbers(comp, old, master) == [2, 2, 1, 2, 2]
    assert comp.choices[2].why == "nothing against it there; T2 has fix here at bar 15"
    assert comp.why == "rated 4, T1 not rated"


def test_a_keeper_elsewhere_is_better_than_good() -> None:
    """The chorus that somebody kept takes the place of the master's, which nobody did."""
    make = Takes()
    kept, master = make.take(flags=(keep(2),)), make.take(rating=5)
    comp = propose([kept, master])
    assert numbers(comp, kept, master) == [2, 2, 1, 2, 2]
    assert comp.choices[2].why == "keeper there; T2 has none"


def test_a_whole_keeper_keeps_each_section() -> None:
    """A take that was kept as a whole gives nothing away to keepers elsewhere."""
    make = Takes()
    other, master = make.take(flags=(keep(2), keep(3))), make.take(flags=(keep(None),))
    comp = propose([other, master])
    assert numbers(comp, other, master) == [2] * 5
    assert comp.why == "keeper for the whole take, T1 not"


def test_a_flag_of_its_own_is_more_exact_than_one_for_the_whole_take() -> None:
    """No good as a whole, but the bridge was a keeper: the bridge is used."""
    make = Takes()
    bad, master = make.take(flags=(no_good(None), keep(3))), make.take()
    comp = propose([bad, master])
    assert numbers(comp, bad, master) == [2, 2, 2, 1, 2]


def test_what_nobody_has_played_better_stays() -> None:
    """A fix in every take is no reason to switch, and the sentence says that it is there."""
    make = Takes()
    one, two = make.take(flags=(fix(1, "bar 6"),)), make.take(flags=(fix(1, "bar 9"),))
    comp = propose([one, two])
    assert numbers(comp, one, two) == [2] * 5
    assert comp.choices[1].why == "master; fix here at bar 9, and no take is better there"


def test_few_switches_where_several_takes_would_do() -> None:
    """Two bad sections side by side come from one take, though another is rated higher for one."""
    make = Takes()
    verse = make.take(5, 13, rating=5)
    both = make.take(rating=3)
    master = make.take(flags=(no_good(1), no_good(2)), rating=5)
    comp = propose([verse, both, master])
    assert numbers(comp, verse, both, master) == [3, 2, 2, 3, 3]
    assert comp.switch_count == 2


def test_a_take_goes_on_where_it_would_do_as_well_as_a_better_one() -> None:
    """The one take that has the verse gives the chorus too, though another is rated higher there."""
    make = Takes()
    verse, chorus = make.take(5, 21), make.take(13, 21, rating=5)
    master = make.take(flags=(no_good(1), no_good(2)), rating=4)
    assert numbers(propose([verse, chorus, master]), verse, chorus, master) == [3, 1, 1, 3, 3]


def test_a_section_that_was_joined_late_is_played_in_part() -> None:
    """What has no beginning does not take the place of a flawed whole."""
    make = Takes()
    late, master = make.take(7, 13, rating=5), make.take(flags=(fix(1),))
    assert numbers(propose([late, master]), late, master) == [2] * 5
    comp = propose([late])
    assert comp.choices[1].why == "master; only from bar 7 on, and no take is better there"


def test_an_incident_spoils_its_section_alone() -> None:
    """A gap in bar 14 has the chorus replaced; one in the count-in or the ring-out spoils nothing."""
    make = Takes()
    other = make.take(rating=1)
    master = make.take(incidents=(mishap(14), mishap(0), mishap(33)), is_clean=False)
    comp = propose([other, master])
    assert numbers(comp, other, master) == [2, 2, 1, 2, 2]
    assert comp.choices[2].why.endswith("T2 has click gap at bar 14")


def test_an_incident_that_lasts_spoils_all_that_it_lies_in() -> None:
    """A click that was lost in bar 11 and back at bar 21 has spoilt verse and chorus, no more."""
    make = Takes()
    other, master = make.take(rating=1), make.take(incidents=(mishap(11, "click lost", 21),))
    comp = propose([other, master])
    assert numbers(comp, other, master) == [2, 1, 1, 2, 2]
    assert "click lost since bar 11" in comp.choices[2].why


def test_a_gap_without_an_end_spoils_the_rest() -> None:
    """Where nobody knows that the DAW recorded on, other takes give what follows."""
    make = Takes()
    other = make.take(rating=1)
    master = make.take(verdict=Verdict.GAP, incidents=(mishap(22, "GAP", None),), is_clean=False)
    comp = propose([other, master])
    assert numbers(comp, other, master) == [2, 2, 2, 1, 1]


def test_an_incident_without_a_place_only_makes_a_take_unclean() -> None:
    """Of two alike the clean one is the master; the other's sections are not spoilt."""
    make = Takes()
    clean, unclean = make.take(), make.take(incidents=(mishap(None),), is_clean=False)
    comp = propose([clean, unclean])
    assert numbers(comp, clean, unclean) == [1] * 5
    assert comp.why == "clean, T2 not"


def test_a_take_that_was_not_seen_is_never_proposed() -> None:
    """Also where it is rated highest, and kept; by hand it is used."""
    make = Takes()
    unseen = make.take(verdict=Verdict.NOT_SEEN, rating=5, flags=(keep(None),))
    seen = make.take(5, 13)
    comp = propose([unseen, seen])
    assert numbers(comp, unseen, seen) == [None, 2, None, None, None]
    assert comp.choices[0].why == "no take plays it"
    by_hand = propose([unseen, seen], ByHand(section_ids={0: unseen.id}))
    assert numbers(by_hand, unseen, seen) == [1, 2, None, None, None]
    assert propose([unseen]).why == "the DAW was not seen to record any of these takes"


def test_a_daw_that_cannot_answer_is_no_reason_against_a_take() -> None:
    """With no verdict at all a take may be proposed."""
    one = Takes().take(verdict=None)
    assert propose([one]).master_id == one.id


def test_pieces_give_sections_and_are_no_masters() -> None:
    """The bridge played once more, rated 5 and kept, gives the bridge of the run before it."""
    make = Takes()
    run, bridge = make.take(), make.take(21, 29, rating=5, flags=(keep(None),))
    comp = propose([run, bridge])
    assert numbers(comp, run, bridge) == [1, 1, 1, 2, 1]
    assert comp.why == "a run through the song, T2 only a part of one"


def test_a_piece_played_for_its_sake_comes_before_another_run() -> None:
    """The master's bridge is to be fixed: the later piece gives it, where nobody rated either."""
    make = Takes()
    run, master = make.take(), make.take(flags=(fix(3),), rating=3)
    piece = make.take(21, 29)
    assert numbers(propose([run, master, piece]), run, master, piece) == [2, 2, 2, 3, 2]


@pytest.mark.parametrize(
    "better",
    [
        {"rating": 3},
        {"flags": (keep(None), fix(1), fix(3))},
        {"is_clean": True},
        {"how": HowEnded.ENDED},
        {},
    ],
)
def test_of_equals_the_better_take_gives_a_section(better: dict[str, Any]) -> None:
    """By rating, whole-take flag, cleanliness, no false start; where all is alike, the later one."""
    make = Takes()
    plain = {"is_clean": False, "how": HowEnded.FALSE_START, "flags": (fix(1), fix(3))}
    master = make.take(flags=(keep(None), fix(2)), rating=5)
    first, second = make.take(**plain), make.take(**plain)
    first = replace(first, **better)
    giver = first if better else second
    if better.get("flags"):
        # What is kept as a whole is kept in the chorus too: the other one has to be worth that.
        second = replace(second, flags=(*second.flags, keep(2)))
    comp = propose([master, first, second])
    assert numbers(comp, master, first, second) == [1, 1, giver.number, 1, 1]


def test_false_starts_give_what_they_played_and_no_more() -> None:
    """The intro of a false start can be used; the verse that it broke off in is worth less than any."""
    make = Takes()
    start = make.take(None, 9, how=HowEnded.FALSE_START, flags=(keep(0),))
    run = make.take(flags=(no_good(1),))
    comp = propose([start, run])
    assert numbers(comp, start, run) == [1, 2, 2, 2, 2]
    assert "no good" in comp.choices[1].why


def test_a_false_start_is_master_only_where_there_is_nothing_else() -> None:
    """Then its pieces are better than silence."""
    start = Takes().take(None, 7, how=HowEnded.FALSE_START)
    comp = propose([start])
    assert numbers(comp, start) == [1, 1, None, None, None]
    assert comp.choices[1].why == "master; only to bar 6, and no take is better there"
    assert not comp.choices[1].is_whole


def test_of_parts_the_longest_is_used() -> None:
    """Where nobody reached the end of the outro, the one that came nearest gives it."""
    make = Takes()
    near, far = make.take(None, 32), make.take(None, 31, rating=5)
    comp = propose([near, far])
    assert numbers(comp, near, far) == [2, 2, 2, 2, 1]
    assert comp.choices[4].why == (
        "only to bar 31, and no take is better there; T2 plays only to bar 30"
    )


def test_another_tempo_is_never_cut_in() -> None:
    """A faster take with every keeper gives nothing to the comp of a rated one, but can be its master."""
    make = Takes()
    master = make.take(flags=(fix(2),), rating=4)
    fast = make.take(tempo="126", sections=sections_of(4, 8, 8, 8, 4, tempo=126), flags=(keep(2),))
    assert numbers(propose([master, fast]), master, fast) == [1] * 5
    assert numbers(propose([master, fast], ByHand(fast.id)), master, fast) == [2] * 5
    comp = propose([master, fast], ByHand(section_ids={2: fast.id}))
    assert numbers(comp, master, fast) == [1] * 5
    (sentence,) = comp.unused
    assert "T2 cannot give Chorus beside T1: it is at 126, and T1 at 120" in sentence


def test_up_to_where_the_arrangement_changed_takes_fit() -> None:
    """With four more bars of bridge, what lies before the bridge is the same music, and what follows not."""
    make = Takes()
    longer = sections_of(4, 8, 8, 12, 4)
    old = make.take(flags=(keep(1), keep(4)))
    new = make.take(sections=longer, end_tick=36 * BAR_TICKS, rating=4)
    assert numbers(propose([old, new]), old, new) == [2, 1, 2, 2, 2]
    grid = grid_of([old, new])
    assert apart(grid, longer, new) == {"of another arrangement than T2": ["T1"]}
    piece = replace(old, end_tick=20 * BAR_TICKS)
    assert apart(grid_of([piece, new]), longer, new) == {}


def test_bars_alone_are_not_the_same_music() -> None:
    """Where verse and chorus have changed places, bar 13 is another part of the song."""
    make = Takes()
    swapped = (SONG[0], replace(SONG[1], name="Chorus"), replace(SONG[2], name="Verse"), *SONG[3:])
    old = make.take(sections=swapped, flags=(keep(1), keep(4)))
    new = make.take(rating=4)
    assert numbers(propose([old, new]), old, new) == [2] * 5


def test_of_a_loop_the_best_pass_is_used() -> None:
    """Three passes of the bridge: the kept one, or else the last whole one."""
    make = Takes()
    run = make.take(flags=(fix(3),), rating=4)
    loop = make.take(
        21,
        sections=SONG[:4],
        looped_index=3,
        end_tick=20 * BAR_TICKS + 3 * 8 * BAR_TICKS + BAR_TICKS,
    )
    comp = propose([run, loop])
    assert numbers(comp, run, loop) == [1, 1, 1, 2, 1]
    assert (comp.choices[3].pass_index, comp.choices[3].from_tick) == (2, 36 * BAR_TICKS)
    kept = propose([run, replace(loop, flags=(keep(3, 1),))])
    assert (kept.choices[3].pass_index, kept.choices[3].from_tick) == (1, 28 * BAR_TICKS)
    spoilt = propose([run, replace(loop, incidents=(mishap(38),))])
    assert spoilt.choices[3].pass_index == 1


def test_a_loop_alone_is_a_comp_of_what_there_is() -> None:
    """Its chart ends with the looped section: nothing is known of what follows, nor said of it."""
    loop = Takes().take(
        5, sections=SONG[:2], looped_index=1, end_tick=4 * BAR_TICKS + 20 * BAR_TICKS
    )
    comp = propose([loop])
    assert numbers(comp, loop) == [None, 1]
    unseen = Takes(made=1).take(verdict=Verdict.NOT_SEEN)
    assert len(propose([loop, unseen]).choices) == 2
    seen = Takes(made=1).take(25, 29)
    assert len(propose([loop, seen]).choices) == 5


def test_a_song_without_sections_is_one_whole_take() -> None:
    """A keeper in it does not cut another take in: it makes its take the master, after the rating."""
    make = Takes(sections_of(None))
    kept, rated = make.take(flags=(keep(0),)), make.take(rating=4)
    assert numbers(propose([kept, rated]), kept, rated) == [2]
    assert numbers(propose([kept, replace(rated, rating=None)]), kept, rated) == [1]


def test_a_song_without_tempo_is_one_whole_take() -> None:
    """The longest half of its takes are whole ones; the latest of them is the master."""
    make = Takes(FREE)
    free = {"is_free": True, "tempo": ""}
    whole = make.take(end_tick=200_000, **free)
    alike = make.take(end_tick=190_000, **free)
    short = make.take(end_tick=9_000, **free)
    comp = propose([whole, alike, short])
    assert numbers(comp, whole, alike, short) == [2]
    assert comp.choices[0].section.title == "whole song"


def test_a_take_that_was_begun_at_the_daw_is_not_cut_into_a_song_with_bars() -> None:
    """It has no grid; it is the master only where there is no other take."""
    make = Takes()
    at_daw = make.take(sections=FREE, is_free=True, rating=5, end_tick=400_000)
    run = make.take()
    assert numbers(propose([at_daw, run]), at_daw, run) == [2] * 5
    assert numbers(propose([at_daw]), at_daw) == [1]


def test_an_open_end_is_whole_where_it_was_ended() -> None:
    """The last section rolls until stopped: half as long as the longest will do, if it was not cut off."""
    make = Takes(sections_of(4, 8, None))
    long = make.take(None, 33, rating=1)
    short = make.take(None, 24)
    comp = propose([long, short])
    assert numbers(comp, long, short) == [2, 2, 2]
    cut_off = replace(short, how=None)
    assert numbers(propose([long, cut_off]), long, cut_off) == [2, 2, 1]
    stub = replace(short, end_tick=15 * BAR_TICKS)
    assert numbers(propose([long, stub]), long, stub) == [2, 2, 1]


def test_a_pick_up_belongs_to_the_first_section() -> None:
    """A take from the top plays it; what happens in it spoils the first section."""
    sections = (replace(SONG[0], pick_up_ticks=960), *SONG[1:])
    make = Takes(sections)
    one = make.take(start_tick=-960)
    assert propose([one]).choices[0].is_whole
    spoilt = make.take(
        start_tick=-960, incidents=(replace(mishap(1), from_tick=-480, to_tick=-480),)
    )
    assert numbers(propose([one, replace(spoilt, rating=5)]), one, spoilt)[0] == 1
    late = make.take()
    assert propose([late]).choices[0].why == (
        "master; only without its pick-up, and no take is better there"
    )


def test_choices_by_hand_stand_before_everything() -> None:
    """A bad section by hand stays, its neighbours are proposed around it, and a wrong one is told."""
    make = Takes()
    bad = make.take(flags=(no_good(None),))
    spare = make.take(flags=(no_good(None),), rating=0)
    master = make.take(flags=(no_good(2),))
    comp = propose([bad, spare, master], ByHand(section_ids={1: spare.id, 9: bad.id, 0: "gone"}))
    assert numbers(comp, bad, spare, master) == [3, 2, 3, 3, 3]
    assert comp.choices[1].why == "chosen by hand"
    assert comp.choices[1].is_by_hand
    assert comp.unused == (
        "The take that was chosen for Intro is not among these takes.",
        "The comp has 5 sections: there is no section 10 to choose a take for.",
    )


def test_the_master_by_hand_may_be_any_take() -> None:
    """Also one that was not seen; one that is gone is told, and the proposal stands."""
    make = Takes()
    unseen, other = make.take(verdict=Verdict.NOT_SEEN), make.take()
    comp = propose([unseen, other], ByHand(unseen.id))
    assert (comp.master_id, comp.master_is_by_hand, comp.why) == (unseen.id, True, "chosen by hand")
    assert numbers(comp, unseen, other) == [1] * 5
    gone = propose([unseen, other], ByHand("gone"))
    assert gone.master_id == other.id
    assert gone.unused == ("The master that was chosen by hand is not among these takes.",)


@pytest.mark.parametrize(
    ("rating", "is_before"), [(5, True), (4, True), (3, True), (2, False), (1, False), (0, False)]
)
def test_an_unrated_take_stands_between_liked_and_not_liked(rating: int, is_before: bool) -> None:
    """Three and more are before it, two and less after it."""
    make = Takes()
    rated, unrated = make.take(rating=rating), make.take()
    assert (propose([rated, unrated]).master_id == rated.id) is is_before
