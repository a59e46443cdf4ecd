"""An Ardour session made for a trial: one armed track, and the ways into Ardour that are switched on.

Made by Ardour's own Lua, then written into its files: what can only be said with a mouse otherwise.
"""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING

import soundfile

from real_ardour.box import BPM
from real_ardour.programs import RATE_HZ, TrialError, found

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TRACK = "Click"
OSC_PORT = 3819
FRAMES_PER_SECOND = 25
_NAME = "trial"
# What Ardour 7 counts time in: 282 240 000 a second.
_CLOCKS_A_FRAME = 282_240_000 // RATE_HZ
_MADE = f"""
local backend = AudioEngine:set_backend("None (Dummy)", "", "")
backend:set_device_name("Normal Speed")
backend:set_sample_rate({RATE_HZ})
local session = create_session("FOLDER", "{_NAME}", {RATE_HZ})
session:new_audio_track(1, 1, nil, 1, "{TRACK}", ARDOUR.PresentationInfo.max_order,
    ARDOUR.TrackMode.Normal, true)
session:save_state("")
close_session()
quit()
"""
_CONFIG = f"""<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="try-autostart-engine" value="1"/>
    <Option name="osc-port" value="{OSC_PORT}"/>
    <Option name="auto-connect-standard-busses" value="0"/>
  </Config>
  <TransportMasters current="FOLLOWED">
    <TransportMaster type="JACK" removeable="0" name="JACK" sclock_synced="0" collect="1"
      allowed_transport_requests=""/>
    <TransportMaster type="MTC" removeable="0" name="MTC" fr2997="0" sclock_synced="0" collect="1"
      allowed_transport_requests=""><Port/></TransportMaster>
    <TransportMaster type="LTC" removeable="0" name="LTC" fr2997="0" sclock_synced="0" collect="1"
      allowed_transport_requests=""><Port/></TransportMaster>
    <TransportMaster type="MIDIClock" removeable="0" name="MIDI Clock" sclock_synced="0"
      collect="1" allowed_transport_requests=""><Port/></TransportMaster>
  </TransportMasters>
  <Metadata/>
  <ControlProtocols/>
  <Extra>
    <AudioMIDISetup>
      <EngineStates>
        <State backend="JACK" driver="" device="" input-device="" output-device=""
          sample-rate="{RATE_HZ}" buffer-size="256" n-periods="2" input-latency="0"
          output-latency="0" lm-input="0" lm-output="0" active="1" use-buffered-io="0"
          midi-option="" lru="1"><MIDIDevices/></State>
      </EngineStates>
    </AudioMIDISetup>
  </Extra>
</Ardour>
"""
_FOLLOWED_AS_IT_COMES = "MIDI Clock"
# Nobody is there to press OK.
_SEEN = '<?xml version="1.0" encoding="UTF-8"?><instant><no-memory-warning/></instant>'


@dataclass(frozen=True)
class Session:
    """Where an Ardour has its home and its session."""

    folder: Path
    home: Path

    @property
    def file(self) -> Path:
        """The session's own file."""
        return self.folder / f"{_NAME}.ardour"

    def markers(self) -> list[int]:
        """Return where the session has markers, in frames, as it was saved last."""
        locations = ET.parse(self.file).getroot().iter("Location")  # noqa: S314 (Ardour's own)
        marks = [each for each in locations if "IsMark" in each.get("flags", "")]
        return [int(each.get("start", "a0")[1:]) // _CLOCKS_A_FRAME for each in marks]

    @property
    def recordings(self) -> list[Path]:
        """What was recorded, in order."""
        folder = self.folder / "interchange" / _NAME / "audiofiles"
        # Its header says how long a file is once it is closed.
        files = [file for file in folder.glob(f"*{TRACK}*.wav") if soundfile.info(file).frames]
        return sorted(files, key=lambda file: file.stat().st_mtime_ns)


def make_session(folder: Path, env: Mapping[str, str], *, follows: str = "") -> Session:
    """Make a home and a session in `folder`; it `follows` a transport master, if any.

    Raises TrialError.
    """
    session = Session(folder / _NAME, folder / "home")
    config = session.home / ".config" / "ardour7"
    config.mkdir(parents=True)
    script = folder / "make.lua"
    script.write_text(_MADE.replace("FOLDER", str(session.folder)))
    done = subprocess.run(
        [found("ardour7-lua", "ardour"), str(script)],
        env={**env, "HOME": str(session.home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if not session.file.exists():
        raise TrialError(f"Ardour's Lua makes no session: {done.stdout}{done.stderr}")
    (config / ".a7").touch()
    (config / "instant.xml").write_text(_SEEN)
    (config / "config").write_text(_CONFIG.replace("FOLLOWED", follows or _FOLLOWED_AS_IT_COMES))
    _set_up(session.file, follows=bool(follows))
    return session


def _set_up(file: Path, *, follows: bool) -> None:
    # Written by Ardour itself a moment ago.
    tree = ET.parse(file)  # noqa: S314
    root = tree.getroot()
    for hints in root.findall("EngineHints"):
        # It would ask about another engine than the one that it was made with.
        root.remove(hints)
    protocols = root.find("ControlProtocols")
    if protocols is None:
        raise TrialError("Ardour's session has no ControlProtocols.")
    for protocol in list(protocols):
        protocols.remove(protocol)
    mackie = {"bank": "0", "device-profile": "User", "device-name": "Mackie Control"}
    ET.SubElement(protocols, "Protocol", {"name": "Mackie", "active": "1", **mackie})
    # Unless told, it answers to port 8000, not to where it was asked from.
    osc = {"address-only": "0", "remote-port": "8000", "banksize": "0", "feedback": "0"}
    name = "Open Sound Control (OSC)"
    ET.SubElement(protocols, "Protocol", {"name": name, "active": "1", "gainmode": "0", **osc})
    options = {
        "timecode-format": f"timecode_{FRAMES_PER_SECOND}",
        # Says where on the timeline it begins.
        "native-file-header-format": "BWF",
        "external-sync": str(int(follows)),
    }
    for option in root.iter("Option"):
        if option.get("name") in options:
            option.set("value", options[str(option.get("name"))])
    # It connects its ports to the server's from several threads at once, and is thrown out now and
    # then for what the server reads of that.
    for port in root.iter("Port"):
        for connection in port.findall("Connection"):
            if connection.get("other", "").startswith("system:"):
                port.remove(connection)
    for control in root.iter("Controllable"):
        if control.get("name") == "rec-enable":
            control.set("value", "1")
    for tempo in root.iter("Tempo"):
        tempo.set("npm", BPM)
        tempo.set("enpm", BPM)
    tree.write(file, xml_declaration=True, encoding="UTF-8")
