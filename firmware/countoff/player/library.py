"""PortAudio, through `sounddevice`: loaded once, and told to look for devices when one is wanted.

It looks only when it begins, so that what is plugged in later is found by nobody who does not end it
and begin it anew. The player's main thread only; may block, and hang in a driver.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from countoff.player.finding import Listed, OutputMissingError
from countoff.player.sockets import sockets


def load_library() -> None:
    """Load it ahead of time, where it is there, and have it forget which devices there are.

    Loading takes several times as long as looking for devices: one that comes back must not wait
    for that. May hang as opening may.
    """
    with suppress(OutputMissingError):
        library()._terminate()  # noqa: SLF001 (nothing else makes it look again)


def library() -> Any:  # noqa: ANN401 (untyped library)
    """Return `sounddevice`, which has looked for devices. Raises OutputMissingError."""
    try:
        import sounddevice  # noqa: PLC0415 (40 ms, and a library that may be missing)
    except OSError as error:
        raise OutputMissingError(f"PortAudio cannot be loaded: {error}.") from error
    try:
        if not sounddevice._initialized:  # noqa: SLF001 (see `load_library`)
            sounddevice._initialize()  # noqa: SLF001 (as above)
    except sounddevice.PortAudioError as error:
        raise OutputMissingError(f"PortAudio cannot look for devices: {error}.") from error
    return sounddevice


def listed_by(sounddevice: Any) -> Listed:  # noqa: ANN401 (untyped library)
    """Return what the library has found."""
    return Listed(
        devices=list(sounddevice.query_devices()),
        apis=[str(api["name"]) for api in sounddevice.query_hostapis()],
        default=int(sounddevice.default.device[1]),
        sockets=sockets(),
    )
