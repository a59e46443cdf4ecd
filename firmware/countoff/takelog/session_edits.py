"""What people say of a session: who sits at the desk, where it is, who plays what, and what there is to note.

Each is written in the transaction that the caller has open, and told in a sentence. For commands only, in
their own process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.takelog.edits import Edit, EditKind
from countoff.takelog.take_edits import EditRefusedError

if TYPE_CHECKING:
    from countoff.takelog.reader import SessionSummary
    from countoff.takelog.take_edits import Desk, Done


def set_engineer(desk: Desk, session: SessionSummary, name: str) -> Done:
    """Say who sits at the desk; an empty name for nobody. The last word counts."""
    said = f"{name.strip()} is its engineer" if name.strip() else "it has no engineer any more"
    edit = Edit(EditKind.ENGINEER, name.strip(), session_id=session.id)
    return desk.write(edit, f"{session_words(session)}: {said}.")


def set_room(desk: Desk, session: SessionSummary, room: str) -> Done:
    """Say where it is; empty for nowhere any more. The last word counts."""
    said = f"it is in {room.strip()}" if room.strip() else "it has no room any more"
    edit = Edit(EditKind.ROOM, room.strip(), session_id=session.id)
    return desk.write(edit, f"{session_words(session)}: {said}.")


def set_player(
    desk: Desk, session: SessionSummary, player: str, instrument: str, song: str | None
) -> Done:
    """Say what somebody plays, in the session or in one song of it; an empty instrument for nothing.

    Raises EditRefusedError for a player without a name.
    """
    player, instrument = player.strip(), instrument.strip()
    if not player:
        raise EditRefusedError("A player has a name; found an empty one.")
    where = f" in {song}" if song else ""
    said = f"{player} plays {instrument}{where}" if instrument else f"{player} does not play{where}"
    edit = Edit(
        EditKind.PLAYER,
        {"player": player, "instrument": instrument},
        session_id=session.id,
        song=song,
    )
    return desk.write(edit, f"{session_words(session)}: {said}.")


def note_of_session(desk: Desk, session: SessionSummary, text: str) -> Done:
    """Note something of the session, beside what was noted before. Raises EditRefusedError."""
    if not text.strip():
        raise EditRefusedError("A note has at least one word; nothing was found to note.")
    edit = Edit(EditKind.NOTE, text.strip(), session_id=session.id)
    return desk.write(edit, f'{session_words(session)}: noted "{text.strip()}".')


def session_words(session: SessionSummary) -> str:
    """Return what a session is called in a sentence: by its beginning."""
    label = session.started_label
    doubt = "?" if label.endswith("?") else ""
    return f"Session of {label[:10]} {label[11:16]} UTC{doubt}"
