"""Videos of packs: looked at once, kept in the data folder, and read when they are wanted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import kept_videos
from bot.app.kept_videos import Bytes, looked_at, reader
from bot.core.model import SettingsError
from bot.core.pictures import Fault
from bot.core.videos import MAX_FILE_BYTES, VideoFile
from tests.videos import MAKER, a_video


@pytest.fixture(autouse=True)
def _another_process() -> Iterator[None]:
    """Each test begins as a process does, that has seen no video yet."""
    kept_videos._seen.clear()
    yield
    kept_videos._seen.clear()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(a_video())
    return path


def video_in(data: Path, film: Path) -> VideoFile:
    found = looked_at(data, film, film.name)
    assert isinstance(found, VideoFile), found
    return found


def test_what_goes_out_is_kept_without_what_a_camera_noted(data: Path, film: Path) -> None:
    video = video_in(data, film)

    content = reader(data, film, video)()

    assert hashlib.sha256(content).hexdigest() == video.sha256
    assert MAKER in film.read_bytes()
    assert MAKER not in content
    assert (data / "videos" / video.sha256).read_bytes() == content


def test_what_was_looked_at_once_is_known_to_the_next_process(data: Path, film: Path) -> None:
    video = video_in(data, film)
    kept_videos._seen.clear()
    kept = data / "videos" / video.sha256
    before = kept.stat().st_mtime_ns

    assert video_in(data, film) == video
    assert kept.stat().st_mtime_ns == before


def test_what_was_kept_and_is_cut_off_is_made_again(data: Path, film: Path) -> None:
    video = video_in(data, film)
    kept_videos._seen.clear()
    kept = data / "videos" / video.sha256
    kept.write_bytes(kept.read_bytes()[:-1])

    again = video_in(data, film)

    assert hashlib.sha256(kept.read_bytes()).hexdigest() == again.sha256


def test_what_was_approved_stays_when_another_takes_its_place(data: Path, film: Path) -> None:
    video = video_in(data, film)
    film.write_bytes(a_video(width=1280, height=720))

    assert len(reader(data, film, video)()) == video.size


def test_without_a_data_folder_nothing_is_written(tmp_path: Path, film: Path) -> None:
    nowhere = tmp_path / "data"
    video = video_in(nowhere, film)
    wanted = reader(nowhere, film, video)

    assert len(wanted()) == video.size
    assert not nowhere.exists()
    film.write_bytes(a_video(width=1280, height=720))
    with pytest.raises(SettingsError, match=r"film\.mp4 changed while it was read"):
        wanted()


def test_a_huge_file_is_refused_before_it_is_read(data: Path, film: Path) -> None:
    os.truncate(film, MAX_FILE_BYTES + 1)

    found = looked_at(data, film, film.name)

    assert isinstance(found, Fault)
    assert found.message == "film.mp4 is bigger than 100 MB."


def test_a_video_is_read_only_when_its_bytes_are_asked_for() -> None:
    read: list[str] = []

    def film() -> bytes:
        read.append("film")
        return b"film"

    both = Bytes({"aa": b"phone"}, {"bb": film})

    assert set(both) == {"aa", "bb"}
    assert "bb" in both
    assert (len(both), both["aa"], read) == (2, b"phone", [])
    assert (both["bb"], read) == (b"film", ["film"])
