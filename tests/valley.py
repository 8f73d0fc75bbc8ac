"""The second briefing, on a flood that never was: where it is, and its lock from the texts that its sources are.

`python -m tests.valley` writes its `sources.lock` anew, after a change of `texts/`.
"""

from pathlib import Path

from generator import quotes

VALLEY = Path(__file__).parent / "briefings" / "valley-flood"
SEEN = "2031-04-10"
EXCERPTS = frozenset({"hollin-water-board-notice-of-opening"})
"""Sources of which only the beginning is known."""


def source_texts() -> dict[str, str]:
    """The text of each source, by the source's id."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((VALLEY / "texts").glob("*.txt"))}


def lock_of(texts: dict[str, str]) -> str:
    """The `sources.lock` that proves quotes from these texts."""
    return quotes.dump(
        {
            name: quotes.make(name, text, coverage="excerpt" if name in EXCERPTS else quotes.WHOLE, seen=SEEN)
            for name, text in texts.items()
        }
    )


if __name__ == "__main__":
    (VALLEY / "sources.lock").write_text(lock_of(source_texts()), encoding="utf-8", newline="\n")
