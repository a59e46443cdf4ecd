"""The sender's program: opens the port and serves one controller.

When the controller goes away it ends at once, and the DAW is told nothing: it records on.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress

from countoff.processes import child, wire
from countoff.processes.realtime import (
    SENDER_PRIORITY,
    become_real_time,
    die_with_parent,
    quiet_collector,
)
from countoff.sender.choose import Wanted, choose_port
from countoff.sender.hearing import Ears, attention_in
from countoff.sender.loop import SenderLoop
from countoff.sender.port import BackEndMissingError, PortStuckError
from countoff.sender.reports import SenderFailed, single


def main() -> None:
    """Run until the controller closes its end. Started by `sender.link` only."""
    # Also where this process hangs in a driver and reads nothing.
    die_with_parent(signal.SIGKILL)
    settings = json.loads(sys.argv[1])
    end, counters = child.attach(settings)
    try:
        attention = attention_in(settings["states"], settings["words"])
        ears = Ears(
            attention if settings["hears"] else None, has_pedals=bool(settings["pedals_port"])
        )
        wanted = Wanted(
            settings["port"],
            settings["client_name"],
            settings["port_name"],
            tuple(settings["peers"]),
            tuple(settings["sources"]),
            settings["pedals_port"],
        )
        with ears:
            port = choose_port(settings["backend"], wanted, ears)
            quiet_collector()
            loop = SenderLoop(end, counters, port, settings["offset_ns"], ears)
            loop.run(lambda: become_real_time(SENDER_PRIORITY))
    except (BackEndMissingError, PortStuckError) as error:
        with suppress(wire.PeerGoneError):
            wire.send(end, single(SenderFailed(str(error))))
    except wire.PeerGoneError:
        pass
    # Closing a port can hang where its server or device has gone. Ending the process cannot.
    os._exit(0)


if __name__ == "__main__":
    main()
