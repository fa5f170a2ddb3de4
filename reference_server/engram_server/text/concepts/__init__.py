"""The concept groups of everyday English, by field. Data only: `text.lexicon` reads them and says what they mean.

A line is one group: its heads, which stand for one another, then after a bar the words that are kinds, parts or usual
words of what the heads name. Groups repeat and overlap freely; opposites never share one.
"""

from __future__ import annotations

from typing import Tuple

from . import affairs, deeds, derived, home, leisure, matters, mind, nature, people, society, trade, work

FIELDS: Tuple[str, ...] = tuple(
    field.GROUPS
    for field in (people, home, work, leisure, nature, mind, society, derived, deeds, trade, matters, affairs)
)
