from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from countoff.core.plan import Click
from countoff.core.voice import Voice
from countoff.player.click_table import table_from, table_of

clicks = st.lists(
    st.builds(
        Click,
        frame=st.integers(-(2**62), 2**62),
        voice=st.sampled_from(Voice),
        tick=st.just(0),
        level=st.floats(0, 8, width=32),
    )
)


@given(clicks)
def test_what_is_sent_arrives(sent: list[Click]) -> None:
    """Frames, voices and levels come out of the bytes as they went in, in their order."""
    table = table_from(table_of(sent).to_bytes())

    assert table.frames.tolist() == [click.frame for click in sent]
    assert table.voices.tolist() == [int(click.voice) for click in sent]
    assert table.levels.tolist() == [click.level for click in sent]
