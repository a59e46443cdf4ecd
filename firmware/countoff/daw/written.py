"""What can be written in a profile's file: every table and key, what it means and what it may be.

Read by `countoff.daw.reading`. Pure: opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from countoff.config.model import Section

if TYPE_CHECKING:
    from pydantic.config import JsonDict

_WORDS = r"\S"
_TEXT: JsonDict = {"allowed": "text in quotes that is not empty"}
_TEXTS: JsonDict = {"allowed": "a list of sentences in quotes"}

Step = Literal["record", "record_exit", "play", "continue", "stop", "locate", "marker"]
Steps = Annotated[tuple[Step, ...], Field(strict=False)]  # TOML has lists only
Sentences = Annotated[
    tuple[Annotated[str, Field(pattern=_WORDS)], ...],
    Field(strict=False, json_schema_extra=_TEXTS),
]


class TransportTable(Section):
    """How the DAW is moved."""

    dialect: Literal["mmc", "mackie", "hui", "realtime", "mtc", "none"] = Field(
        description="the one way in which the DAW is moved"
    )
    armed_by: Literal["mackie", "hui", "none"] = Field(
        "none", description="for mtc: whose record button arms what time code rolls"
    )
    record: Steps = Field((), description="what makes it record where it stands, in order")
    record_when_armed: Steps = Field((), description="the same where it says that it is armed")
    record_when_playing: Steps = Field((), description="the same where it says that it rolls")
    stop: Steps = Field((), description="what stops it, in order")
    locate: Steps = Field((), description="what sends it to a place; empty: nothing does")
    marker: Steps = Field((), description="what makes a marker of its own; empty: nothing does")
    between_ms: int = Field(0, ge=0, le=1000, description="what it needs between two of these")
    lead_ms: int = Field(
        500, ge=100, le=5000, description="what it needs from the command to the first click"
    )


class AnswersTable(Section):
    """How the DAW says what it does."""

    dialect: Literal["mmc", "mackie", "hui", "realtime", "mtc", "osc", "none"] = Field(
        description="in which dialect it says so; none: it cannot"
    )
    recording: Literal["record_light", "record_and_play_lights", "record_without_stop_light"] = (
        Field("record_light", description="which of its lights mean that it records now")
    )
    shows_life: bool = Field(
        default=False, description="while it rolls something comes from it each second"
    )
    deadline_ms: int = Field(
        1000, ge=100, le=10_000, description="how long its answer to record is waited for"
    )
    proves_arming: bool = Field(
        default=False, description="its word that it records means that a track is armed"
    )
    osc_words: Literal["ardour", "reaper"] | None = Field(None, description="for osc: whose it is")


class FollowingTable(Section):
    """How the DAW follows the box's tempo."""

    tempo: Literal["nothing", "clock", "time_code"] = Field(
        "nothing", description="where it has its tempo from"
    )
    clock_while_idle: bool = Field(
        default=True, description="a clock that runs between takes does no harm"
    )
    starts: Literal["never", "count_in", "bar_1"] = Field(
        "never", description="where in a take the clock starts it"
    )


class ProfileFile(Section):
    """A file in `profiles`, or in the folder `daws` beside the configuration."""

    name: str = Field(
        pattern=_WORDS, description="the DAW's name as its makers write it", json_schema_extra=_TEXT
    )
    about: str = Field(
        pattern=_WORDS,
        description="a sentence on how it is connected, and what that can do",
        json_schema_extra=_TEXT,
    )
    keeps_takes: bool = Field(
        default=False, description="recording over an earlier take keeps that take"
    )
    tested_with: str = Field("", description="the version it was tried with; empty: none")
    setup: Sentences = Field((), description="how to set the DAW up, a step each")
    unverified: Sentences = Field((), description="what was not tried with the program itself")
    transport: TransportTable = Field(description="how the DAW is moved")
    answers: AnswersTable = Field(description="how it says what it does")
    following: FollowingTable = Field(
        default_factory=FollowingTable, description="how it follows the box's tempo"
    )
