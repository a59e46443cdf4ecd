"""Writes a measured latency into the configuration, and leaves everything else in it as it is.

For commands only, and only where somebody has asked for it; blocks on the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.songs.new_file import NotWrittenError, new_file

if TYPE_CHECKING:
    from pathlib import Path


def save_latency(path: Path | None, latency_ms: float) -> Path:
    """Set `audio.output_latency_ms` in the file at `path`; return it. Raises NotWrittenError."""
    import tomlkit  # noqa: PLC0415 - only where something is saved
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    if path is None:
        sentence = "There is no configuration file to save it in; name one with --config."
        raise NotWrittenError(sentence)
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise NotWrittenError(f"{path} cannot be read, and is not changed: {error}.") from error
    if "audio" not in document:
        document["audio"] = tomlkit.table()
    audio = document["audio"]
    if not isinstance(audio, dict):
        raise NotWrittenError(f"{path} has an audio that is no table, and is not changed.")
    audio["output_latency_ms"] = latency_ms
    with new_file(path, is_forced=True) as file:
        file.write(tomlkit.dumps(document).encode())
    return path
