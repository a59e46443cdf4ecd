"""The OLED: its wiring, its thread, and the glass that luma.oled opens."""

from __future__ import annotations

from countoff.devices.oled.luma_glass import LumaGlass, open_luma
from countoff.devices.oled.part import Oled
from countoff.devices.oled.wiring import Bus, Glass, OledWiring

__all__ = ["Bus", "Glass", "LumaGlass", "Oled", "OledWiring", "open_luma"]
