"""Opening an output: the chosen PortAudio device, or the virtual one that is paced by the clock.

Called by the player's main thread at start-up only; PortAudio may hang in here, which is why the
player is a process that can be killed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from countoff.core.nearest import nearest_word
from countoff.player.stream_clock import ConverterClock, ServerClock, StreamClock

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Render = Callable[[NDArray[np.float32], float, float], None]
    Hear = Callable[[NDArray[np.float32]], None]

JACK_HOST = "JACK Audio Connection Kit"


class OutputMissingError(RuntimeError):
    """There is no such output, or it cannot be opened as asked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """The output asked for: part of a device's name ("" for the default) and how to open it.

    loopback_input: the input of the same device, from 1, that is cabled to the click; 0 for none
    """

    device: str
    channels: int
    rate_hz: int
    block_frames: int
    latency_ms: int
    loopback_input: int = 0


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
        """Open the device. Raises OutputMissingError.

        `hear` is given what came in on the loopback input, in the callback, once a block is rendered.

        `count_xrun` is called for each xrun that a sound server reports, on its thread, and
        `count_underflow` for each block at which the API flags one, in the callback.
        """
        try:
            import sounddevice  # noqa: PLC0415 (40 ms, and a library that may be missing)
        except OSError as error:
            raise OutputMissingError(f"PortAudio cannot be loaded: {error}.") from error

        self._sounddevice = sounddevice
        self._count_underflow = count_underflow
        self._stream: Any = None
        self.loopback_fault = ""
        self._hear = hear
        self._loopback_input = choice.loopback_input if hear is not None else 0
        device = _find_device(sounddevice, choice.device)
        self.name = str(device["name"])
        self.channels = choice.channels
        self.versions = (
            f"sounddevice {sounddevice.__version__}, {sounddevice.get_portaudio_version()[1]}"
        )
        self._index = int(device["index"])
        self._is_jack = sounddevice.query_hostapis(device["hostapi"])["name"] == JACK_HOST
        if choice.channels > device["max_output_channels"]:
            raise OutputMissingError(
                f'audio.channels = {choice.channels}: the output "{self.name}" has '
                f"{device['max_output_channels']}; ask for that many or fewer."
            )
        if self._loopback_input > device["max_input_channels"]:
            self._go_without_loopback(f'"{self.name}" has {device["max_input_channels"]} inputs')
        # A JACK server has one rate and one block size for everybody.
        self.rate_hz = int(device["default_samplerate"]) if self._is_jack else choice.rate_hz
        self._block_frames = 0 if self._is_jack else choice.block_frames
        self._latency_s = choice.latency_ms / 1000
        self.nominal_latency_ns = choice.latency_ms * 1_000_000
        self._jack: Any = None
        if self._is_jack:
            self.name = "JACK"
            self._jack = _watch_jack(count_xrun)
            self.clock: StreamClock = ServerClock(lambda: int(self._jack.last_frame_time))
        else:
            self.clock = ConverterClock(self.rate_hz)

    def start(self, render: Render) -> None:
        """Open and start the stream. Raises OutputMissingError."""

        def callback(
            out: NDArray[np.float32],
            _frames: int,
            time: Any,  # noqa: ANN401 (untyped library)
            flags: Any,  # noqa: ANN401 (untyped library)
        ) -> None:
            if flags.output_underflow:
                self._count_underflow()
            render(out, time.currentTime, time.outputBufferDacTime)

        usual = {
            "samplerate": self.rate_hz,
            "blocksize": self._block_frames,
            "latency": self._latency_s,
            "dtype": "float32",
        }
        if self._loopback_input:
            try:
                self._stream = self._both_ways(render, usual)
            except self._sounddevice.PortAudioError as error:
                self._go_without_loopback(f'"{self.name}" does not open both ways: {error}')
        try:
            if self._stream is None:
                self._stream = self._sounddevice.OutputStream(
                    device=self._index, channels=self.channels, callback=callback, **usual
                )
                self._stream.start()
        except self._sounddevice.PortAudioError as error:
            raise OutputMissingError(
                f'The output "{self.name}" cannot be opened with {self.channels} channels at '
                f"{self.rate_hz} Hz: {error}."
            ) from error

    def _both_ways(self, render: Render, usual: dict[str, Any]) -> Any:  # noqa: ANN401 (untyped)
        """Return a running stream that also hears the loopback. Raises PortAudioError."""
        hear = self._hear
        place = self._loopback_input - 1

        def callback(
            heard: NDArray[np.float32],
            out: NDArray[np.float32],
            _frames: int,
            time: Any,  # noqa: ANN401 (untyped library)
            flags: Any,  # noqa: ANN401 (untyped library)
        ) -> None:
            if flags.output_underflow:
                self._count_underflow()
            render(out, time.currentTime, time.outputBufferDacTime)
            if hear is not None:
                hear(heard[:, place])

        stream = self._sounddevice.Stream(
            device=(self._index, self._index),
            channels=(self._loopback_input, self.channels),
            callback=callback,
            **usual,
        )
        stream.start()
        return stream

    def _go_without_loopback(self, why: str) -> None:
        self.loopback_fault = f"audio.loopback_input = {self._loopback_input}: {why}; takes are certified by counters."
        self._loopback_input = 0

    def close(self) -> None:
        """Stop the stream and leave the server."""
        if self._stream is not None:
            self._stream.close()
        if self._jack is not None:
            self._jack.close()


def _find_device(sounddevice: Any, wanted: str) -> Any:  # noqa: ANN401 (untyped library)
    """Return the one output device whose name contains `wanted`, or the default for ""."""
    outputs = [device for device in sounddevice.query_devices() if device["max_output_channels"]]
    names = [str(device["name"]) for device in outputs]
    if not outputs:
        named = f'audio.device = "{wanted}": ' if wanted else ""
        raise OutputMissingError(f"{named}no audio output was found on this machine.")
    if not wanted:
        default = sounddevice.default.device[1]
        return next((device for device in outputs if device["index"] == default), outputs[0])
    matching = [device for device in outputs if wanted.lower() in str(device["name"]).lower()]
    if len(matching) == 1:
        return matching[0]
    exact = [device for device in matching if device["name"] == wanted]
    if len(exact) == 1:
        return exact[0]
    listed = ", ".join(f'"{name}"' for name in names)
    if matching:
        raise OutputMissingError(
            f'audio.device = "{wanted}" matches several outputs: '
            + ", ".join(f'"{device["name"]}"' for device in matching)
            + "; write more of the name."
        )
    raise OutputMissingError(
        f'audio.device = "{wanted}": no output of that name; found {listed}.'
        + nearest_word(wanted, names)
    )


def _watch_jack(count_xrun: Callable[[], None]) -> Any:  # noqa: ANN401 (untyped library)
    """Return a second client of the server PortAudio is on: it reads the frame, counts xruns."""
    import jack  # noqa: PLC0415 (only where there is JACK)

    try:
        client = jack.Client("Countoff clock", no_start_server=True)
    except jack.JackError as error:
        raise OutputMissingError(
            f"The JACK server went away while it was opened: {error}."
        ) from error

    @client.set_xrun_callback  # type: ignore[untyped-decorator]
    def _xrun(_delayed_us: float) -> None:
        count_xrun()

    client.activate()
    return client
