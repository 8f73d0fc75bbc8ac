"""What is drawn -> its colour, and the name by which a page sets that colour."""

from __future__ import annotations

SERIES = ("#1d5fa6", "#b5440f", "#0b766a", "#7d3c98")
"""Those that tell series apart, in their order."""
TEXT, MUTED, GRID, PAPER = "#1c2126", "#586169", "#dfe3e6", "#ffffff"
TINT = 0.1
"""How much of `MUTED` there is in the tint of a band."""
COLOURS = {
    **{colour: f"--chart-{number}" for number, colour in enumerate(SERIES, 1)},
    TEXT: "--chart-text",
    MUTED: "--chart-muted",
    GRID: "--chart-grid",
    PAPER: "--chart-paper",
}
"""Every colour of a drawing that stands alone, and the name by which a page sets it."""
