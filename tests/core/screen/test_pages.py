from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from countoff.core.events import Pedal
from countoff.core.screen.gallery import GALLERY
from countoff.core.screen.pages import draw, shift_for_burn_in
from countoff.core.screen.view import (
    CheckShown,
    Health,
    HealthMark,
    LastTake,
    Page,
    ScreenView,
    TempoMove,
)

# To make these anew after a deliberate change, and to look at them before the commit:
#   scripts/pictures --golden tests/core/screen/golden
#   scripts/pictures FOLDER      (the same, large, as on the glass)
GOLDEN = Path(__file__).parent / "golden"

MARKS = st.sampled_from(HealthMark)
LINE = st.text(max_size=40)
COUNT = st.integers(min_value=-2_000, max_value=20_000)
VIEWS = st.builds(
    ScreenView,
    page=st.sampled_from(get_args(Page)),
    health=st.builds(Health, audio=MARKS, daw=MARKS, disk=MARKS),
    song=LINE,
    tempo=LINE,
    tempo_moves=st.sampled_from(get_args(TempoMove)),
    tempo_changed=st.booleans(),
    meter=LINE,
    section=LINE,
    coming=LINE,
    starts_from=LINE,
    looped=st.booleans(),
    artist=LINE,
    key=LINE,
    notes=st.text(max_size=400) | st.text(alphabet="abc WM.", max_size=400),
    shows_notes=st.booleans(),
    elapsed=st.just("") | LINE,
    message=LINE,
    take_number=COUNT,
    next_take_number=COUNT,
    rehearsing=st.booleans(),
    without_click=st.booleans(),
    bar=COUNT,
    beat=st.integers(min_value=0, max_value=40),
    beats_in_bar=st.integers(min_value=1, max_value=32),
    beat_groups=st.lists(st.integers(min_value=1, max_value=9), max_size=6).map(tuple),
    count=st.text(max_size=4),
    bars_left=st.none() | COUNT,
    ring_out_left_s=st.integers(min_value=0, max_value=90),
    check=st.none()
    | st.builds(
        CheckShown,
        title=LINE,
        lines=st.lists(st.tuples(LINE, MARKS), max_size=6).map(tuple),
        text=st.lists(LINE, max_size=6).map(tuple),
        pedals=st.tuples(*(st.tuples(st.just(name.upper()), st.booleans()) for name in Pedal))
        | st.just(()),
        foot=LINE,
        is_trouble=st.booleans(),
        is_well=st.booleans(),
    ),
    last_take=st.none()
    | st.builds(
        LastTake,
        number=COUNT,
        how=LINE | st.just("ended"),
        click=LINE,
        click_is_faulty=st.booleans(),
        bars=COUNT,
        flags=LINE,
        verdict=LINE,
        arming_is_unknown=st.booleans(),
        incident_count=st.integers(min_value=0, max_value=999),
        elapsed=st.just("") | LINE,
    ),
    fault_title=LINE,
    fault_lines=st.lists(LINE, max_size=8).map(tuple),
    click_muted=st.booleans(),
    click_level_db=st.integers(min_value=-60, max_value=12),
    simulated_parts=st.lists(LINE, max_size=4).map(tuple),
)


def same(one: Image.Image, other: Image.Image) -> bool:
    """Return whether two pictures have the same pixels."""
    return one.mode == other.mode and ImageChops.logical_xor(one, other).getbbox() is None


def lit_count(image: Image.Image) -> int:
    """Return how many pixels are lit."""
    return image.convert("L").histogram()[255]


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_golden(name: str) -> None:
    """Each page of the gallery is drawn to the pixel as it was approved."""
    with Image.open(GOLDEN / f"{name}.png") as approved:
        assert same(draw(GALLERY[name]), approved)


def test_golden_has_no_leftovers() -> None:
    """Every approved picture belongs to a page of the gallery."""
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(GALLERY)


@settings(deadline=None, max_examples=150)
@given(VIEWS)
def test_any_view_can_be_drawn(view: ScreenView) -> None:
    """No text or number breaks a page; its edge stays dark; the same view is the same picture."""
    image = draw(view)
    assert (image.mode, image.size) == ("1", (128, 64))
    lit = image.getbbox()
    assert lit is not None
    assert lit[0] >= 1
    assert lit[1] >= 1
    assert lit[2] <= 127
    assert lit[3] <= 63
    assert same(image, draw(replace(view)))


@pytest.mark.parametrize("page", get_args(Page))
def test_every_state_of_health_looks_different(page: Page) -> None:
    """On every page, each of the 64 states of health is a picture of its own."""
    view = replace(GALLERY["after_take"], page=page)
    states = [
        replace(view, health=Health(audio=audio, daw=daw, disk=disk))
        for audio, daw, disk in product(HealthMark, repeat=3)
    ]
    assert len({draw(state).tobytes() for state in states}) == 64


@pytest.mark.parametrize("page", ["count_in", "rolling"])
@pytest.mark.parametrize("message", ["", "HOLD TO END"])
def test_every_beat_shows_also_under_a_message(page: Page, message: str) -> None:
    """Nothing hides the beat: in the lowest rows each beat of 7/8 differs from the others."""
    view = replace(GALLERY["rolling"], page=page, message=message, beats_in_bar=7)
    feet = {draw(replace(view, beat=beat)).crop((0, 54, 128, 64)).tobytes() for beat in range(1, 8)}
    assert len(feet) == 7


@pytest.mark.parametrize("bar", [1, 8, 32, 64, 99, 128, 400, 999])
def test_bar_number_is_huge(bar: int) -> None:
    """The bar stands at least 38 of the 64 pixels high, up to bar 999."""
    without = replace(GALLERY["rolling"], section="", song="", take_number=0, bars_left=None)
    number = draw(replace(without, bar=bar, beat=0)).crop((0, 13, 84, 54))
    box = number.getbbox()
    assert box is not None
    assert box[3] - box[1] >= 38


def test_neighbouring_bars_look_different() -> None:
    """No two bars of a long song share a picture."""
    view = GALLERY["rolling"]
    pictures = {draw(replace(view, bar=bar)).tobytes() for bar in range(-4, 1200)}
    assert len(pictures) == 1204


def test_rehearsal_never_shows_a_take_number() -> None:
    """While nothing is recorded, the number of a take changes nothing on the page."""
    for page in ("count_in", "rolling", "ring_out"):
        view = replace(GALLERY["rolling"], page=page, rehearsing=True)
        assert same(draw(replace(view, take_number=3)), draw(replace(view, take_number=4)))


def test_simulated_parts_and_a_changed_click_show_when_idle() -> None:
    """What is not as usual is on the idle page: virtual parts, a click muted or at another level."""
    idle = GALLERY["idle"]
    others = [
        replace(idle, simulated_parts=("VIRTUAL AUDIO",)),
        replace(idle, simulated_parts=("VIRTUAL MIDI",)),
        replace(idle, click_muted=True),
        replace(idle, click_level_db=-6),
        replace(idle, click_level_db=6),
    ]
    assert len({draw(view).tobytes() for view in [idle, *others]}) == 6


def test_what_was_chosen_today_shows_when_idle() -> None:
    """Another start, a loop, another tempo: each changes the page, alone and with the others."""
    idle = replace(GALLERY["idle"], tempo="113.75", meter="12/8")
    chosen = [
        replace(idle, starts_from=start, looped=looped, tempo_changed=changed, click_level_db=level)
        for start, looped in (("", False), ("CHORUS BAR 17", False), ("CHORUS BAR 17", True))
        for changed in (False, True)
        for level in (0, -6)
    ]
    assert len({draw(view).tobytes() for view in chosen}) == 12


@pytest.mark.parametrize("page", ["idle", "rolling"])
def test_a_song_without_tempo_shows_no_bars(page: Page) -> None:
    """Where there are no bars, neither bar, beat nor meter changes the page; the time does."""
    free = replace(GALLERY["rolling_free"], page=page)
    assert same(draw(free), draw(replace(free, bar=7, beat=2, beats_in_bar=7, bars_left=3)))
    later = draw(replace(GALLERY["rolling_free"], elapsed="1:24"))
    assert not same(later, draw(GALLERY["rolling_free"]))


@pytest.mark.parametrize("elapsed", ["0:00", "0:59", "1:23", "9:59"])
def test_the_time_is_huge(elapsed: str) -> None:
    """The time of a song without tempo stands as high as the bar of the others."""
    without = replace(GALLERY["rolling_free"], song="", take_number=0, elapsed=elapsed)
    box = draw(without).crop((0, 13, 128, 64)).getbbox()
    assert box is not None
    assert box[3] - box[1] >= 38


def test_every_letter_of_the_notes_counts() -> None:
    """Notes of up to eighty letters are shown whole: another last word is another picture."""
    idle = GALLERY["idle_notes"]
    words = ("stop on the four", "sticks", "no", "brushes", "rim", "and", "ride", "verse", "long")
    for count in range(1, len(words) + 1):
        notes = " ".join(words[:count])
        pictures = {
            draw(replace(idle, notes=f"{notes} {last}")).tobytes() for last in ("up", "uq", "us")
        }
        assert len(pictures) == 3


def test_notes_are_as_large_as_they_fit() -> None:
    """The shorter the notes, the higher the letters."""
    idle = replace(GALLERY["idle_notes"], song="")
    heights = []
    for notes in ("H", "H" * 11, "H" * 12, "H" * 15, "H " * 50, "H " * 80):
        rows = draw(replace(idle, notes=notes)).crop((0, 1, 6, 64))
        lit = [rows.crop((0, y, 6, y + 1)).getbbox() is not None for y in range(63)]
        first = lit.index(True)
        heights.append(lit.index(False, first) - first)
    assert heights == [20, 17, 14, 10, 10, 7]


def test_a_moving_tempo_shows_which_way() -> None:
    """Steady, faster and slower are three pictures, and so is each tempo on the way."""
    view = replace(GALLERY["rolling_ritardando"], tempo="84")
    moves = [replace(view, tempo_moves=move) for move in get_args(TempoMove)]
    assert len({draw(one).tobytes() for one in moves}) == 3
    assert not same(draw(view), draw(replace(view, tempo="83")))


def test_groups_show_in_the_row_of_beats() -> None:
    """2+2+3 looks different from 3+2+2 and from no groups, on every beat."""
    for beat in range(1, 8):
        view = replace(GALLERY["rolling_grouped"], beat=beat)
        groups: list[tuple[int, ...]] = [(2, 2, 3), (3, 2, 2), ()]
        assert len({draw(replace(view, beat_groups=group)).tobytes() for group in groups}) == 3


def test_after_take_without_a_take_is_the_idle_page() -> None:
    """Where there is no last take to tell of, the page falls back on the idle one."""
    idle = GALLERY["idle"]
    assert same(draw(replace(idle, page="after_take")), draw(idle))


@given(st.sampled_from(sorted(GALLERY)), st.integers(min_value=0, max_value=10**7))
def test_burn_in_shift_loses_nothing(name: str, minute: int) -> None:
    """Moved against burn-in, every lit pixel is still there, at most one pixel away each way."""
    image = draw(GALLERY[name])
    moved = shift_for_burn_in(image, minute)
    assert lit_count(moved) == lit_count(image)
    offsets = product((-1, 0, 1), repeat=2)
    assert any(same(ImageChops.offset(image, *offset), moved) for offset in offsets)


def test_burn_in_shift_visits_every_place() -> None:
    """Within an hour the picture has stood in nine places, and it stays for a while in each."""
    image = draw(GALLERY["idle"])
    places = [shift_for_burn_in(image, minute).tobytes() for minute in range(60)]
    assert len(set(places)) == 9
    moves = sum(one != other for one, other in pairwise(places))
    assert moves == 29


def test_a_sleeping_screen_burns_in_nowhere() -> None:
    """In a night no dot is lit for more than a tenth of the time, and next to none is never lit."""
    minutes = 12 * 60
    lit = np.zeros((64, 128))
    for health in (HealthMark.OK, HealthMark.FAULT):
        view = replace(GALLERY["asleep"], health=Health(audio=health, daw=health, disk=health))
        for minute in range(minutes):
            lit += np.asarray(draw(replace(view, wanderings=minute)))
    assert lit.max() / (2 * minutes) <= 0.1
    assert (lit[1:-1, 1:-1] > 0).mean() > 0.9


def test_a_sleeping_screen_shows_its_health_alone() -> None:
    """Little is lit, the same for every song and fault; it moves each minute and stays whole."""
    asleep = GALLERY["asleep"]
    other = replace(asleep, song="Another", fault_title="DISK FAULT", fault_lines=("full",))
    assert same(draw(asleep), draw(other))
    pictures = [draw(replace(asleep, wanderings=minute)) for minute in range(200)]
    assert {lit_count(picture) for picture in pictures} == {lit_count(pictures[0])}
    assert lit_count(pictures[0]) < 100
    assert all(not same(one, following) for one, following in pairwise(pictures))
