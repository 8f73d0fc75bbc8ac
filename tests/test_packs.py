"""What is kept between runs is what was put there, or nothing; and it takes no more room than it should."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from generator import packs
from generator.packs import Packs

ONE, OTHER, THIRD = (bytes([number]) * 16 for number in range(3))


def _run(folder: Path, put: Mapping[bytes, bytes], keep: Iterable[bytes], name: str = "a", most: int = 2) -> None:
    held = Packs.of(folder, name, most)
    for key, content in put.items():
        held.put(key, content)
    held.keep(keep)


def _got(folder: Path, *keys: bytes, name: str = "a") -> list[bytes | None]:
    held = Packs.of(folder, name, 2)
    found = [held.get(key) for key in keys]
    held.close()
    return found


def _names(folder: Path, ending: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"*{ending}"))


def test_what_was_kept_is_there_in_the_next_run_and_the_rest_is_not(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one", OTHER: b"other", THIRD: b""}, [ONE, THIRD])
    assert _got(tmp_path, ONE, OTHER, THIRD) == [b"one", None, b""]


def test_within_a_run_all_is_there_and_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    held = Packs.of(tmp_path, "a", 2)
    held.put(ONE, b"one")
    held.put(ONE, b"another one")
    assert (held.get(ONE), held.get(OTHER)) == (b"another one", None)
    held.close()
    assert [*tmp_path.iterdir()] == []


def test_what_is_known_is_not_written_again(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"1" * 1000}, [ONE])
    (first,) = tmp_path.glob("*.pack")
    written = first.stat().st_mtime_ns, first.read_bytes()
    _run(tmp_path, {OTHER: b"2"}, [ONE, OTHER])
    assert (first.stat().st_mtime_ns, first.read_bytes()) == written
    assert sorted(path.stat().st_size for path in tmp_path.glob("*.pack")) == [1, 1000]
    assert _got(tmp_path, ONE, OTHER) == [b"1" * 1000, b"2"]


def test_a_pack_of_which_nothing_is_used_goes(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE])
    _run(tmp_path, {OTHER: b"other"}, [OTHER])
    assert [path.read_bytes() for path in tmp_path.glob("*.pack")] == [b"other"]


def test_where_most_is_dead_what_lives_is_written_anew(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one", OTHER: b"2" * 100}, [ONE, OTHER])
    _run(tmp_path, {THIRD: b"third"}, [ONE, THIRD])
    assert [path.read_bytes() for path in tmp_path.glob("*.pack")] == [b"thirdone"]
    assert _got(tmp_path, ONE, THIRD) == [b"one", b"third"]


def test_of_many_packs_all_but_the_largest_become_one(tmp_path: Path) -> None:
    kept = {ONE: b"1" * 1000}
    _run(tmp_path, kept, kept)
    for number in range(3, 60):
        new = {bytes([number]) * 16: b"%d" % number}
        kept |= new
        _run(tmp_path, new, kept)
        assert len(_names(tmp_path, ".pack")) <= packs._MANY
    assert _got(tmp_path, *kept) == [*kept.values()]
    assert sum(path.stat().st_size for path in tmp_path.glob("*.pack")) == sum(map(len, kept.values()))


@pytest.mark.parametrize("at", range(9))
def test_a_content_of_which_a_byte_is_another_is_as_if_it_had_not_been_kept(tmp_path: Path, at: int) -> None:
    _run(tmp_path, {ONE: b"one", OTHER: b"other", THIRD: b"3"}, [ONE, OTHER, THIRD])
    (pack,) = tmp_path.glob("*.pack")
    raw = bytearray(pack.read_bytes())
    raw[at] ^= 1
    pack.write_bytes(raw)
    hit = 0 if at < 3 else 1 if at < 8 else 2
    whole: list[bytes | None] = [b"one", b"other", b"3"]
    assert _got(tmp_path, ONE, OTHER, THIRD) == [None if number == hit else each for number, each in enumerate(whole)]


def test_an_index_of_which_a_byte_is_another_or_lost_is_none(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE])
    (index,) = tmp_path.glob("*.index")
    raw = index.read_bytes()
    for at in range(len(raw)):
        index.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert _got(tmp_path, ONE) == [None]
        index.write_bytes(raw[:at])
        assert _got(tmp_path, ONE) == [None]
    index.write_bytes(raw)
    assert _got(tmp_path, ONE) == [b"one"]


def test_a_pack_that_is_gone_is_missed_by_nobody(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE])
    (pack,) = tmp_path.glob("*.pack")
    pack.unlink()
    assert _got(tmp_path, ONE) == [None]
    _run(tmp_path, {ONE: b"one"}, [ONE])
    assert _got(tmp_path, ONE) == [b"one"]


def test_an_index_leads_to_no_file_of_another_name(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE], name="b")
    (tmp_path / "a.index").write_bytes((tmp_path / "b.index").read_bytes())
    assert _got(tmp_path, ONE) == [None]
    assert _got(tmp_path, ONE, name="b") == [b"one"]


def test_names_that_were_not_used_for_long_go_with_all_that_they_had(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        _run(tmp_path, {ONE: name.encode()}, [ONE], name=name, most=3)
    assert _names(tmp_path, ".index") == ["b.index", "c.index", "d.index"]
    assert [name[0] for name in _names(tmp_path, ".pack")] == ["b", "c", "d"]


def test_where_the_disk_refuses_a_run_has_all_and_the_next_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    folder = tmp_path / "file" / "below"
    held = Packs.of(folder, "a", 2)
    held.put(ONE, b"one")
    assert held.get(ONE) == b"one"
    held.keep([ONE])
    assert _got(folder, ONE) == [None]


def test_on_a_full_disk_a_run_has_all_and_what_was_kept_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    class _Full(io.FileIO):
        def write(self, content: object, /) -> int:
            assert isinstance(content, bytes)
            return super().write(content[:2])

    monkeypatch.setattr(io, "FileIO", _Full)
    held = Packs.of(tmp_path, "a", 2)
    held.put(OTHER, b"other")
    assert (held.get(ONE), held.get(OTHER)) == (b"one", b"other")
    held.keep([OTHER])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE])
    slow = Packs.of(tmp_path, "a", 2)
    assert slow.get(ONE) == b"one"
    _run(tmp_path, {OTHER: b"other"}, [OTHER])
    assert slow.get(ONE) == b"one", "the pack is gone, and we hold it open"
    slow.put(THIRD, b"third")
    slow.keep([THIRD])
    assert _got(tmp_path, ONE, OTHER, THIRD) == [None, None, b"third"]


def test_what_is_asked_for_when_all_is_over_opens_no_file(tmp_path: Path) -> None:
    _run(tmp_path, {ONE: b"one"}, [ONE])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    held = Packs.of(tmp_path, "a", 2)
    held.put(OTHER, b"other")
    held.close()
    assert (held.get(ONE), held.get(OTHER)) == (None, None)
    held.put(THIRD, b"third")
    assert held.get(THIRD) == b"third"
    assert (held._open, held._fresh) == ({next(iter(held._open)): None}, None)
    held.keep([THIRD])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
