"""Where everything stands on the panel, for a small, a middling and a large terminal."""

from __future__ import annotations

from typing import Final, NamedTuple

from countoff.panel import paint


class Layout(NamedTuple):
    """A way to lay the panel out, and the least room it needs."""

    name: str
    least_width: int
    least_height: int
    has_large_dots: bool


# The first that fits.
_IN_ORDER: Final = (
    Layout("deep", 166, 56, has_large_dots=True),
    Layout("wide", 166, 44, has_large_dots=True),
    Layout("tall", 134, 57, has_large_dots=True),
    Layout("middling", 100, 30, has_large_dots=False),
    Layout("small", 0, 0, has_large_dots=False),
)
LAYOUTS: Final = tuple(layout.name for layout in _IN_ORDER)


def layout_for(width: int, height: int) -> Layout:
    """Return the best layout for a terminal of this size."""
    return next(
        layout
        for layout in _IN_ORDER
        if width >= layout.least_width and height >= layout.least_height
    )


STYLE: Final = f"""
Screen {{ background: {paint.FACE}; color: {paint.ENGRAVED}; }}
#brand {{ height: 1; }}
#legend {{ height: 1; dock: bottom; }}
#upper {{ height: auto; layout: horizontal; }}
#side {{ layout: vertical; width: 1fr; height: 20; }}
Glass {{
    width: auto; height: auto; padding: 1 1; background: {paint.GLASS};
    border: round {paint.EDGE}; border-title-color: {paint.FAINT};
    border-subtitle-color: {paint.LOOK}; border-subtitle-align: center;
}}
Glass.stale {{ border: round {paint.LOOK}; }}
Tally, Parts, Takes {{
    border: round {paint.EDGE}; border-title-color: {paint.FAINT}; padding: 0 1;
}}
Tally {{ height: 9; }}
Lens {{ height: 1fr; width: 100%; }}
#light {{ text-align: center; height: 1; }}
#meaning {{ text-align: center; height: auto; }}
Parts {{ height: 1fr; }}
#side-takes {{ display: none; }}
#under-takes {{ height: 1fr; }}
Pedalboard {{ height: 5; }}
Switch {{
    width: 1fr; height: 100%; background: {paint.STEEL}; padding: 0 1;
    border: round {paint.BEZEL}; border-title-color: {paint.ENGRAVED};
    border-title-style: bold; border-subtitle-color: {paint.STAND_IN};
}}
Switch.lit {{ border: round {paint.GLOW}; border-title-color: {paint.GLOW}; }}
.uses {{ width: 1fr; height: 100%; content-align: left middle; }}
Cap {{ display: none; width: 14; height: 100%; margin-right: 1; }}

.small #brand, .small #under-takes {{ display: none; }}
.small #side {{ width: 14; height: 18; }}
.small Glass {{ padding: 0; }}
.small Tally, .small Parts, .small Takes {{ border: none; padding: 0; }}
.small Tally {{ height: 5; }}
.small #meaning {{ display: none; }}
.small Parts {{ height: 9; }}
.small #side-takes {{ display: block; height: 4; }}
.small Switch {{ padding: 0; }}

.deep #side, .wide #side {{ height: 36; }}
.deep Tally, .wide Tally {{ height: 12; }}
.wide Parts {{ height: auto; }}
.wide #under-takes, .tall #under-takes {{ display: none; }}
.wide #side-takes, .tall #side-takes {{ display: block; height: 1fr; }}
.tall #upper {{ layout: vertical; align: center top; }}
.tall Cap {{ width: 10; }}
.tall #side {{ layout: horizontal; height: 12; }}
.tall Tally, .tall Parts, .tall Takes {{ width: 1fr; height: 12; }}
.deep Pedalboard, .wide Pedalboard, .tall Pedalboard {{ height: 1fr; max-height: 10; }}
.deep Cap, .wide Cap, .tall Cap {{ display: block; }}
"""
