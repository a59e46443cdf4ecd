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
    Layout("wide", 164, 44, has_large_dots=True),
    Layout("tall", 132, 54, has_large_dots=True),
    Layout("middling", 100, 28, has_large_dots=False),
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
#brand {{ height: 1; background: {paint.FACE}; }}
#upper {{ height: auto; layout: horizontal; }}
#side {{ layout: vertical; width: 1fr; height: 18; }}
Glass {{
    width: auto; height: auto; background: {paint.GLASS};
    border: round {paint.EDGE}; border-title-color: {paint.FAINT};
    border-subtitle-color: {paint.LOOK}; border-subtitle-align: center;
}}
Glass.stale {{ border: round {paint.LOOK}; }}
Tally, Parts, Takes {{
    border: round {paint.EDGE}; border-title-color: {paint.FAINT}; padding: 0 1;
}}
Tally {{ height: 9; }}
Lens {{ height: 4; width: 100%; }}
#light {{ text-align: center; height: 1; }}
#meaning {{ text-align: center; height: 2; }}
Parts {{ height: 1fr; }}
Pedalboard {{ height: 5; }}
Switch {{
    width: 1fr; height: 5; background: {paint.STEEL}; padding: 0 0;
    border: round {paint.FAINT}; border-title-color: {paint.ENGRAVED};
    border-title-style: bold; border-subtitle-color: {paint.FAINT}; border-subtitle-align: right;
}}
Switch.lit {{ border: round {paint.LIT_STEEL}; border-title-color: {paint.LIT_STEEL}; }}
#under-takes {{ height: 1fr; }}
#side-takes {{ display: none; }}
#legend {{ height: 1; dock: bottom; }}

.small #brand, .small #under-takes {{ display: none; }}
.small #side {{ width: 14; }}
.small Tally, .small Parts, .small Takes {{ border: none; padding: 0; }}
.small Tally {{ height: 5; }}
.small #meaning {{ display: none; }}
.small Parts {{ height: 9; }}
.small #side-takes {{ display: block; height: 4; }}
.small Glass {{ width: 66; height: 18; }}

.wide #under-takes, .tall #under-takes {{ display: none; }}
.wide #side-takes, .tall #side-takes {{ display: block; height: 1fr; }}
.wide #side {{ height: 34; }}
.wide Tally {{ height: 12; }}
.wide Lens {{ height: 7; }}
.wide Parts {{ height: auto; }}
.tall #upper {{ layout: vertical; }}
.tall #side {{ layout: horizontal; height: 12; }}
.tall Tally, .tall Parts, .tall Takes {{ width: 1fr; height: 12; }}
"""
