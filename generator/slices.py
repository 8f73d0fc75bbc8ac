"""The name of a record, the number of slices -> the slice that holds it, as a page's script works it out, too.

What is too much for every page stands in slices that a page loads when a reader asks for one. Which one follows from
the name alone, so that no page needs a list: FNV-1a of 32 bits over its UTF-8, modulo the number of slices.
"""

from __future__ import annotations


def hashed(name: str) -> int:
    """FNV-1a of 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def number(name: str, count: int) -> int:
    """The slice of a name, from zero."""
    return hashed(name) % count
