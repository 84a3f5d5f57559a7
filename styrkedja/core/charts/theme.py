"""The kit's styles by name: sizes of type for both themes, and colours for print (look.md, light scheme).

`static/css/charts.css` has a class of each name for pages; a test keeps the two lists equal.
"""

from __future__ import annotations

INK, MUTED, LINE, PAPER = "#1d2429", "#5c666d", "#dcd8cf", "#ffffff"
BRAND, OCHRE = "#1f5a4c", "#b7791f"
FONTS = "IBM Plex Sans, Liberation Sans, Arial, sans-serif"

SIZES = {
    "tick": 12.0,
    "label": 12.5,
    "label-own": 12.5,
    "label-target": 12.5,
    "value": 12.0,
    "value-own": 12.0,
    "symbol": 15.0,
    "small": 11.0,
    "panel": 12.5,
    "head": 12.0,
    "empty": 14.0,
    "on-dark": 12.0,
    "on-light": 12.0,
    "cell": 12.0,
    "cell-none": 12.0,
}
WEIGHT = {"symbol": 700, "label-own": 600, "value-own": 600, "panel": 600}

TEXT = dict.fromkeys(("label", "label-own", "value", "value-own", "panel", "on-light", "cell"), INK) | {
    "tick": MUTED,
    "symbol": MUTED,
    "small": MUTED,
    "head": MUTED,
    "empty": MUTED,
    "cell-none": MUTED,
    "label-target": "#8a5a12",
    "on-dark": PAPER,
}


def _stroke(colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round"{dashes}'
    )


def _tint(percent: int) -> str:
    """The brand mixed with paper: 100 is the brand, 0 the paper."""
    parts = [(int(BRAND[i : i + 2], 16), int(PAPER[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(paper + (brand - paper) * percent / 100):02x}" for brand, paper in parts)


TINTS = (100, 82, 48, 40, 32, 26, 20, 14, 8)

PRINT: dict[str, str] = {
    **{name: f'fill="{colour}"' for name, colour in TEXT.items()},
    **{f"tint-{percent}": f'fill="{_tint(percent)}" stroke="{PAPER}" stroke-width="2"' for percent in TINTS},
    "grid": _stroke(LINE, 1),
    "axis": _stroke(MUTED, 1),
    "leader": _stroke(MUTED, 0.75),
    "own-line": _stroke(BRAND, 2.25),
    "other-line": _stroke(MUTED, 1.25),
    "compare-1": _stroke(MUTED, 1.5),
    "compare-2": _stroke(MUTED, 1.5, "6 4"),
    "compare-3": _stroke(MUTED, 1.5, "1 4"),
    "target": _stroke(OCHRE, 1.75, "7 4"),
    "break": _stroke(MUTED, 1, "2 3"),
    "limit-inner": _stroke(MUTED, 1, "4 3"),
    "limit-outer": _stroke(MUTED, 1.25),
    "whisker": _stroke(BRAND, 1.5),
    "other-whisker": _stroke(MUTED, 1),
    "band": f'fill="{BRAND}" fill-opacity="0.15"',
    "own-dot": f'fill="{BRAND}" stroke="{PAPER}" stroke-width="1"',
    "own-dot-open": f'fill="{PAPER}" stroke="{BRAND}" stroke-width="2"',
    "other-dot": f'fill="{MUTED}" stroke="{PAPER}" stroke-width="1"',
    "other-dot-open": f'fill="{PAPER}" stroke="{MUTED}" stroke-width="1.5"',
    "compare-dot": f'fill="{MUTED}"',
    "zebra": 'fill="#f4f2ec"',
    "cell-empty": f'fill="{PAPER}" stroke="{LINE}" stroke-width="1"',
    "hit": 'fill="none"',
}
