"""Every pair of colours that pages put on each other can be read, by day and by night.

The colours are read out of the stylesheet itself, so a change there that makes a text too faint fails here.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parent.parent / "static" / "css" / "tokens.css"
GROUNDS = ("canvas", "surface", "raised", "sunken")
THEMES = ("light", "dark")

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in GROUNDS),
    *(("accent", ground) for ground in ("canvas", "surface", "raised", "accent-soft")),
    *((verdict, ground) for verdict in ("good", "warn", "bad") for ground in ("surface", "raised", f"{verdict}-soft")),
    *(("ink", f"{verdict}-soft") for verdict in ("accent", "good", "warn", "bad")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    ("bad-ink", "bad"),
    ("said-ink", "said"),
    ("float-ink", "float"),
    ("bad", "canvas"),
]
EDGES = [("line-hard", ground) for ground in ("canvas", "surface", "raised")] + [
    ("accent", ground) for ground in GROUNDS
]

Colour = tuple[float, float, float]

OKLCH = r"oklch\(\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)\s*\)"
PAIR = re.compile(rf"--([a-z-]+):\s*light-dark\(\s*({OKLCH}|oklch\([^)]*\))\s*,\s*(oklch\([^)]*\))\s*\);")


def read_tokens() -> dict[str, dict[str, str]]:
    """Each token's two colours, as they are written."""
    found = {}
    for match in PAIR.finditer(TOKENS.read_text()):
        found[match[1]] = {"light": match[2], "dark": match[6]}
    return found


def linear_rgb(oklch: str) -> Colour:
    """OKLCH to linear sRGB, clipped to what a screen can show."""
    match = re.fullmatch(OKLCH, oklch)
    assert match is not None, f"not an opaque oklch colour: {oklch}"
    lightness, chroma, hue = (float(part) for part in match.groups())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return tuple(min(1.0, max(0.0, part)) for part in (red, green, blue))  # type: ignore[return-value]


def luminance(colour: Colour) -> float:
    """How bright a colour looks, as WCAG counts it."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(linear_rgb(one)), luminance(linear_rgb(other))))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("oklch(1 0 0)", "oklch(0 0 0)") == pytest.approx(21, abs=0.01)
    # #767676, the known faintest grey that may carry text on white
    assert contrast("oklch(0.5658 0 0)", "oklch(1 0 0)") == pytest.approx(4.54, abs=0.03)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme, ink, ground):
    tokens = read_tokens()
    assert contrast(tokens[ink][theme], tokens[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(theme, edge, ground):
    tokens = read_tokens()
    assert contrast(tokens[edge][theme], tokens[ground][theme]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hue", [28, 68, 84, 122, 222, 266, 332])
def test_initials_can_be_read_on_every_hue(theme, hue):
    css = (TOKENS.parent / "components" / "avatar.css").read_text()
    hues = {int(found) for found in re.findall(r"--hue: (\d+);", css)}
    assert hue in hues
    grounds, inks = re.findall(r"light-dark\(oklch\(([\d. ]+) var\(--hue\)\), oklch\(([\d. ]+) var\(--hue\)\)\)", css)
    at = THEMES.index(theme)
    assert contrast(f"oklch({inks[at]} {hue})", f"oklch({grounds[at]} {hue})") >= 4.5
