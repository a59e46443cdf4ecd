"""Opening an output: the chosen PortAudio device, or the virtual one that is paced by the clock.

Called by the player's main thread at start-up only; PortAudio may hang in here, which is why the
player is a process that can be killed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from countoff.player.cards_held import cards_held
from countoff.player.finding import DeviceName, OutputMissingError, outputs_meant
from countoff.player.library import library, listed_by
from countoff.player.stream_clock import ConverterClock, ServerClock, StreamClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from countoff.player.finding import Device

    Render = Callable[[NDArray[np.float32], float, float], None]
    Hear = Callable[[NDArray[np.float32]], None]

JACK_HOST = "JACK Audio Connection Kit"


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """The output asked for: part of a device's name ("" for the default) and how to open it.

    loopback_input: the input of the same device, from 1, that is cabled to the click; 0 for none
    before: the output that was played on already; then it is that one and no other
    """

    device: str
    channels: int
    rate_hz: int
    block_frames: int
    latency_ms: int
    loopback_input: int = 0
    before: DeviceName | None = None


class Output(Protocol):
    """An open output, not yet running."""

    name: str
    rate_hz: int
    channels: int
    nominal_latency_ns: int
    versions: str
    """What plays it, with versions, for the log."""

    @property
    def clock(self) -> StreamClock:
        """What names the first frame of each block."""
        ...

    def start(self, render: Render) -> None:
        """Begin to call `render` for each block, on the output's own thread."""
        ...

    def close(self) -> None:
        """Stop. May hang where the device has gone: the last thing a process does."""
        ...


class PortAudioOutput:
    """A stream of `sounddevice`; under JACK its frames are the server's own."""

    def __init__(
        self,
        choice: OutputChoice,
        count_xrun: Callable[[], None],
        count_underflow: Callable[[], None],
        hear: Hear | None = None,
    ) -> None:
        """Find the device; `start` opens it. Raises OutputMissingError.

        `hear` is given what came in on the loopback input, in the callback, once a block is rendered.

        In the callback `count_underflow` is called for each block at which the API flags one, and
        `count_xrun` too where that is a sound server's word: there the API flags what it reports.
        """
        sounddevice = library()
        self._sounddevice = sounddevice
        self._count_xrun = count_xrun
        self._count_underflow = count_underflow
        self._stream: Any = None
        self.loopback_fault = ""
        self._hear = hear
        self._loopback_wanted = choice.loopback_input if hear is not None else 0
        self._loopback_input = 0
        self._listed = listed_by(sounddevice)
        self._meant = outputs_meant(self._listed, choice.device, choice.before)
        self._before = choice.before
        self.name = str(self._meant[0]["name"])
        self.device: DeviceName | None = None
        """By what it is found again, once it runs."""
        self.channels = choice.channels
        self.versions = (
            f"sounddevice {sounddevice.__version__}, {sounddevice.get_portaudio_version()[1]}"
        )
        # All that are meant are of one API, and a JACK server has one rate and one block size.
        self._is_jack = self._listed.apis[self._meant[0]["hostapi"]] == JACK_HOST
        server_hz = int(self._meant[0]["default_samplerate"])
        self.rate_hz = server_hz if self._is_jack else choice.rate_hz
        self._block_frames = 0 if self._is_jack else choice.block_frames
        self._latency_s = choice.latency_ms / 1000
        self.nominal_latency_ns = choice.latency_ms * 1_000_000
        self._jack: Any = None
        if self._is_jack:
            self.name = "JACK"
            self._jack = _watch_jack()
            # The property's own function: twice a block, without a call around it.
            last_frame_time = type(self._jack).last_frame_time.fget
            self.clock: StreamClock = ServerClock(partial(last_frame_time, self._jack))
        else:
            self.clock = ConverterClock(self.rate_hz)

    def start(self, render: Render) -> None:
        """Open and start the stream on the first that can be. Raises OutputMissingError."""
        why_not: OutputMissingError | None = None
        for device in self._meant:
            try:
                if self._runs_on(device, render):
                    return
            except OutputMissingError as error:
                # The first is the one that is meant most.
                why_not = why_not or error
        raise why_not or OutputMissingError(
            f'The output "{self._meant[0]["name"]}" leads to another sound card now, and the box '
            f'waits for the one it had: "{self._before}". Bring that back, or start the box anew to '
            "play here."
        )

    def _runs_on(self, device: Device, render: Render) -> bool:
        """Start a stream on `device`; return whether one runs, and on the card it should be on.

        Raises OutputMissingError.
        """
        if not self._is_jack:
            self.name = str(device["name"])
        outputs, inputs = device["max_output_channels"], device["max_input_channels"]
        if self.channels > outputs:
            raise OutputMissingError(
                f'audio.channels = {self.channels}: the output "{device["name"]}" has {outputs}; '
                "ask for that many or fewer."
            )
        self._loopback_input, self.loopback_fault = self._loopback_wanted, ""
        if self._loopback_input > inputs:
            self._go_without_loopback(f'"{device["name"]}" has {inputs} inputs')
        if self._loopback_input:
            try:
                return self._has_started(self._both_ways(device, render), device)
            except self._sounddevice.PortAudioError as error:
                self._go_without_loopback(f'"{self.name}" does not open both ways: {error}')
        try:
            return self._has_started(self._one_way(device, render), device)
        except self._sounddevice.PortAudioError as error:
            raise OutputMissingError(
                f'The output "{self.name}" cannot be opened with {self.channels} channels at '
                f"{self.rate_hz} Hz: {error}."
            ) from error

    def _has_started(self, stream: Any, device: Device) -> bool:  # noqa: ANN401 (untyped library)
        """Start an open stream, unless it is on another card than before. Raises PortAudioError."""
        cards = cards_held()
        if self._before is not None and self._before.card and self._before.card not in cards:
            # A name such as "default" leads wherever the system's first card is today.
            stream.close()
            return False
        try:
            stream.start()
        except self._sounddevice.PortAudioError:
            stream.close()
            raise
        self._stream = stream
        card = next(iter(cards)) if len(cards) == 1 else ""
        self.device = self._before or self._listed.name_of(device, card)
        return True

    def _one_way(self, device: Device, render: Render) -> Any:  # noqa: ANN401 (untyped library)
        """Return a stream that plays. Raises PortAudioError."""
        channels = self.channels

        def callback(
            out: Any,  # noqa: ANN401 (untyped library)
            _frames: int,
            time: Any,  # noqa: ANN401 (untyped library)
            flags: Any,  # noqa: ANN401 (untyped library)
        ) -> None:
            if flags:
                self._count_flag(flags)
            render(_samples(out, channels), time.currentTime, time.outputBufferDacTime)

        return self._sounddevice.RawOutputStream(
            device=device["index"], channels=self.channels, callback=callback, **self._usual()
        )

    def _both_ways(self, device: Device, render: Render) -> Any:  # noqa: ANN401 (untyped library)
        """Return a stream that plays and hears the loopback. Raises PortAudioError."""
        hear = self._hear
        inputs, channels = self._loopback_input, self.channels

        def callback(
            heard: Any,  # noqa: ANN401 (untyped library)
            out: Any,  # noqa: ANN401 (untyped library)
            _frames: int,
            time: Any,  # noqa: ANN401 (untyped library)
            flags: Any,  # noqa: ANN401 (untyped library)
        ) -> None:
            if flags:
                self._count_flag(flags)
            render(_samples(out, channels), time.currentTime, time.outputBufferDacTime)
            if hear is not None:
                hear(_samples(heard, inputs)[:, inputs - 1])

        return self._sounddevice.RawStream(
            device=(device["index"], device["index"]),
            channels=(inputs, channels),
            callback=callback,
            **self._usual(),
        )

    def _count_flag(self, flags: Any) -> None:  # noqa: ANN401 (untyped library)
        if flags.output_underflow:
            self._count_underflow()
            if self._is_jack:
                self._count_xrun()

    def _usual(self) -> dict[str, Any]:
        return {
            "samplerate": self.rate_hz,
            "blocksize": self._block_frames,
            "latency": self._latency_s,
            "dtype": "float32",
        }

    def _go_without_loopback(self, why: str) -> None:
        self.loopback_fault = f"audio.loopback_input = {self._loopback_input}: {why}; takes are certified by counters."
        self._loopback_input = 0

    def close(self) -> None:
        """Stop the stream and leave the server."""
        if self._stream is not None:
            self._stream.close()
        if self._jack is not None:
            self._jack.close()


def _samples(block: Any, channels: int) -> NDArray[np.float32]:  # noqa: ANN401 (untyped library)
    """Return a block of the library's as frames by channels, in place.

    Its own streams of arrays do the same at several times the cost, a fifth of the callback's.
    """
    return np.frombuffer(block, np.float32).reshape(-1, channels)


def _watch_jack() -> Any:  # noqa: ANN401 (untyped library)
    """Return a second client of the server PortAudio is on, which reads the frame.

    It is called by nobody. A server tells of an xrun on an ordinary thread: in Python that would hold
    the interpreter while any program keeps it from the processor, and the callback would wait for it,
    in the very moment in which there is trouble already.
    """
    import jack  # noqa: PLC0415 (only where there is JACK)

    try:
        client = jack.Client("Countoff clock", no_start_server=True)
    except jack.JackError as error:
        raise OutputMissingError(
            f"The JACK server went away while it was opened: {error}."
        ) from error
    client.activate()
    return client
