"""The two libraries that MIDI goes through, each loaded by whoever needs it: a machine may lack one.

Loading takes some ms. Not for a thread that must be on time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from countoff.sender.port import BackEndMissingError

if TYPE_CHECKING:
    from types import ModuleType


def load_rtmidi() -> ModuleType:
    """Return the module `rtmidi`. Raises BackEndMissingError."""
    try:
        return importlib.import_module("rtmidi")  # who is on JACK does without
    except ImportError as error:
        raise BackEndMissingError(f"python-rtmidi does not load: {error}.") from error


def load_jack() -> ModuleType:
    """Return the module `jack`, which says nothing by itself. Raises BackEndMissingError."""
    try:
        jack = importlib.import_module("jack")  # who is on ALSA does without
    except (ImportError, OSError) as error:
        raise BackEndMissingError(f"JACK does not load: {error}.") from error
    # libjack would tell standard error each time that a server does not answer.
    jack.set_error_function(lambda _text: None)
    jack.set_info_function(lambda _text: None)
    return jack
