"""A firmness, or a part of a drawing -> the words for it: all that do not come from the drawing's table."""

from __future__ import annotations

from generator.hedges import Firmness

FORMS = {
    Firmness.EXACT: "this number",
    Firmness.AROUND: "around this number",
    Firmness.AT_LEAST: "this number or more",
    Firmness.AT_MOST: "this number or less",
    Firmness.RANGE: "between these numbers",
}
"""What the form of a mark says of its number."""
TO_THE_DAY, NOT_EXACT = "dated to the day", "date not exact"
"""What a mark says of its date."""
DISPUTED = "disputed"
"""What a ring around a mark says of its number."""
DATED, SPANNING, IN_SUM = "Dated one by one", "Dated only roughly", "Told in sum"
RUNNING = "Told in sum, up to the day marked"
"""The headings over what is known of events: day by day, within some days, as a number alone, of days or until one."""
