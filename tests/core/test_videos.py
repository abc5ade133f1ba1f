"""Video files and their captions: what is read in them, refused, and taken out."""

from __future__ import annotations

import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.captions import as_webvtt, read_captions
from bot.core.model import PlatformName
from bot.core.mp4 import read_film
from bot.core.pictures import Fault
from bot.core.videos import (
    CaptionsFile,
    VideoFile,
    captions_file,
    film_fault,
    limit_faults,
    past_the_end,
    spoken_length,
    video_file,
)
from tests.videos import (
    HE_AAC,
    HIGH_422,
    MADE_AT,
    MAKER,
    PLACE,
    a_video,
    box,
    fault_of,
    film_of,
    with_table,
)

EXPORT = "Export it again as MP4, with the picture as H.264 and the sound as AAC."

# --- what stands in a file ----------------------------------------------------------------------


@pytest.mark.parametrize("head_last", [False, True])
def test_a_video_says_its_size_and_how_long_it_lasts(head_last: bool) -> None:
    film = film_of(a_video(milliseconds=61_500, head_last=head_last))

    assert (film.width, film.height, film.milliseconds) == (640, 360, 61_500)
    assert film.frames_a_second == pytest.approx(25, abs=0.1)


def test_a_video_of_a_telephone_held_upright_is_as_high_as_it_is_shown() -> None:
    film = film_of(a_video(width=1280, height=720, is_turned=True))

    assert (film.width, film.height) == (720, 1280)


def test_a_silent_video_is_a_video() -> None:
    assert film_of(a_video(sound=None)).milliseconds == 2_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "film.mp4 is empty. Put back what it held."),
        (b"hello, world", f"film.mp4 is no video that can be read. {EXPORT}"),
        (
            b"\x1aE\xdf\xa3 webm",
            "film.mp4 is a WebM or Matroska file whatever its name says, and videos here are MP4. "
            f"{EXPORT}",
        ),
        (
            box(b"ftyp", b"qt  ", bytes(4)),
            "film.mp4 is a QuickTime file whatever its name says, and videos here are MP4. "
            f"{EXPORT}",
        ),
        (
            a_video(picture=b"hvc1"),
            f"film.mp4 has its picture as HEVC, and not every platform takes that. {EXPORT}",
        ),
        (
            a_video(sound=b"ac-3"),
            f"film.mp4 has its sound as Dolby Digital, and not every platform takes that. {EXPORT}",
        ),
        (
            a_video(audio=HE_AAC),
            f"film.mp4 has its sound as HE-AAC, and not every platform takes that. {EXPORT}",
        ),
        (
            a_video(channels=6),
            "film.mp4 has more than two channels of sound. Export it again with sound in stereo.",
        ),
        (
            a_video(profile=HIGH_422),
            "film.mp4 has its picture as H.264 of a kind for editing, which few telephones play. "
            "Export it again with the profile High or Main: 8 bits, 4:2:0.",
        ),
        (
            a_video() + box(b"moof"),
            "film.mp4 is cut into pieces, as for streaming. Export it again as an ordinary MP4 "
            "file, not fragmented.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_published_is_said(content: bytes, said: str) -> None:
    assert fault_of(content) == said


BROKEN = "film.mp4 is damaged or was not copied whole. Copy it here again, or export it again."


@pytest.mark.parametrize("head_last", [False, True])
@pytest.mark.parametrize("lost", [1, 40, 100, 400, 900])
def test_a_file_that_was_not_copied_whole_is_damaged(lost: int, head_last: bool) -> None:
    assert fault_of(a_video(head_last=head_last)[:-lost]) == BROKEN


def test_a_table_that_points_behind_the_end_is_damaged() -> None:
    content = bytearray(a_video(sound=None))
    at = content.index(b"stco") + 12
    content[at : at + 4] = struct.pack(">I", len(content))

    assert fault_of(bytes(content)) == BROKEN


@given(st.data())
def test_no_file_however_damaged_stops_the_bot(data: st.DataObject) -> None:
    content = bytearray(a_video())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = data.draw(st.sampled_from([0, 1, 0x7F, 0xFF]))

    read_film(bytes(content), "film.mp4")


# --- what is taken out --------------------------------------------------------------------------


@pytest.mark.parametrize("head_last", [False, True])
def test_who_took_it_when_and_where_is_taken_out(head_last: bool) -> None:
    content = a_video(head_last=head_last)

    clean = film_of(content).cleaned(content)

    assert all(noted in content for noted in (PLACE, MAKER, MADE_AT))
    assert not any(noted in clean for noted in (PLACE, MAKER, MADE_AT, b"udta", b"uuid"))
    assert len(clean) == len(content)


def test_picture_and_sound_stay_where_they_are() -> None:
    content = a_video()

    clean = film_of(content).cleaned(content)

    at = content.index(b"mdat")
    assert clean[at : at + 64] == content[at : at + 64]
    assert film_of(clean).cleaned(clean) == clean


def test_a_track_of_data_goes_with_all_that_it_noted() -> None:
    content = a_video(data=b"GPS5 51.2720 0.5290")

    clean = film_of(content).cleaned(content)

    assert b"GPS5" in content
    assert b"GPS5" not in clean
    assert b"gpmd" not in clean
    assert b"p" * 50 + b"s" * 10 in clean


# --- what fits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (640, 360, None),
        (720, 1280, None),
        (160, 90, "film.mp4 has only 160 by 90 pixels."),
        (1600, 400, "film.mp4 is a strip of 1,600 by 400 pixels."),
        (1279, 720, "film.mp4 has 1,279 by 720 pixels, and H.264 is played in even numbers."),
    ],
)
def test_a_size_that_nobody_can_watch_is_said(width: int, height: int, said: str | None) -> None:
    fault = film_fault(film_of(a_video(width=width, height=height)), "film.mp4")

    assert (fault.message if fault else None) == said


def a_file(**how: int) -> VideoFile:
    facts = {"width": 1280, "height": 720, "milliseconds": 60_000, "size": 5_000_000, **how}
    return VideoFile(sha256="aa" * 32, frames_a_second=facts.pop("rate", 25), **facts)


@pytest.mark.parametrize(
    ("video", "said"),
    [
        (a_file(), {}),
        (a_file(milliseconds=150_000), {"x": "film.mp4 lasts 2:30, and X takes 2:20."}),
        (
            a_file(milliseconds=200_000),
            {
                "x": "film.mp4 lasts 3:20, and X takes 2:20.",
                "bluesky": "film.mp4 lasts 3:20, and Bluesky takes 3:00.",
            },
        ),
        (
            a_file(width=3840, height=2160),
            {"x": "film.mp4 has 3,840 by 2,160 pixels: too many for X."},
        ),
        (a_file(rate=120), {"x": "film.mp4 has 120 pictures a second, and X takes 60."}),
    ],
)
def test_each_platform_says_what_it_does_not_take(video: VideoFile, said: dict[str, str]) -> None:
    found = {
        platform.value: fault.message
        for platform in PlatformName
        for fault in limit_faults(video, None, "film.mp4", platform)
    }

    assert found == said


# --- captions -----------------------------------------------------------------------------------

VTT = """\
WEBVTT - made by P C Smith

NOTE do not publish this

STYLE
::cue { color: red }

first
00:01.000 --> 00:00:03.500 line:10% region:fred
<i>Would you know</i> what to do?

00:00:04.000 --> 00:00:06.000
Tell us in confidence.
We will look into it.
"""

SRT = """\
1
00:00:01,000 --> 00:00:03,500
{\\an8}<font color="red"><i>Would you know</i> what to do?</font>

2
00:00:04,000 --> 00:00:06,000
Tell us: Q&A < you.
"""


def published(text: str, file: str = "film.vtt") -> str:
    cues, problems = read_captions(file, text.encode())
    assert not problems, problems
    return as_webvtt(cues).decode()


def test_captions_go_out_as_times_and_words_alone() -> None:
    assert published(VTT) == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:03.500 line:10%\n<i>Would you know</i> what to do?\n\n"
        "00:00:04.000 --> 00:00:06.000\nTell us in confidence.\nWe will look into it.\n"
    )


def test_subrip_becomes_webvtt() -> None:
    assert published("\ufeff" + SRT.replace("\n", "\r\n"), "film.srt") == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:03.500\n<i>Would you know</i> what to do?\n\n"
        "00:00:04.000 --> 00:00:06.000\nTell us: Q&amp;A &lt; you.\n"
    )


def test_what_goes_out_reads_as_it_did() -> None:
    for text, file in ((VTT, "film.vtt"), (SRT, "film.srt")):
        assert published(published(text, file)) == published(text, file)


A = "00:00:01.000 --> 00:00:02.000\nWords.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (A, "F.vtt:1: a .vtt file begins with WEBVTT, alone on its first line. Write WEBVTT there "
            "and leave the second line empty; or is it an .srt file?"),
        ("WEBVTT\n", "F.vtt:1: there are no captions in this file. One begins: "
            "00:00:01.000 --> 00:00:03.500"),
        ("WEBVTT\n\n00:00:01.000 -> 00:00:02.000\nWords.",
         'F.vtt:3: no line with times stands above "Words.". Each caption begins with one, such as '
         "00:00:01.000 --> 00:00:03.500"),
        ("WEBVTT\n\n00:00:01.0 --> 00:00:02.0\nWords.",
         'F.vtt:3: "00:00:01.0 --> 00:00:02.0" is no line of times. Write hours, minutes, seconds, '
         "thousandths: 00:00:01.000 --> 00:00:03.500"),
        ("WEBVTT\n\n00:00:03.000 --> 00:00:02.000\nWords.",
         "F.vtt:3: this caption ends before it begins. Exchange or mend its times."),
        ("WEBVTT\n\n00:00:05.000 --> 00:00:06.000\nWords.\n\n" + A,
         "F.vtt:6: this caption begins before the one above it. Put the captions into the order in "
         "which they are shown."),
        ("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n",
         "F.vtt:3: this caption has no words. Write them under its times."),
        (f"WEBVTT\n\n{A}00:00:03.000 --> 00:00:04.000\nMore.",
         "F.vtt:3: two captions run into one another here. Leave a line empty between them."),
        ("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne.\nTwo.\nThree.",
         "F.vtt:3: this caption has 3 lines, and they cover the picture. Two lines are the most: "
         "make two captions of it, one after the other."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_captions_is_said_at_its_line(text: str, said: str) -> None:
    _, problems = read_captions("F.vtt", text.encode())

    assert [str(one).replace("\n    ", " ") for one in problems] == [said]


def test_every_mistake_in_captions_is_found_at_once() -> None:
    _, problems = read_captions("F.srt", b"1\n0:1 --> 0:2\nA\n\n2\nB\n\n3\n00:00:09,0\nC")

    assert [problem.place.line for problem in problems] == [2, 5, 8]


@pytest.mark.parametrize("sign", ["<", "{\\", "<font "])
def test_captions_of_nothing_but_brackets_are_read_in_no_time(sign: str) -> None:
    # Each bracket was once looked for to the end of the file: more than 8 s for this one.
    text = f"1\n00:00:01,000 --> 00:00:02,000\nTell us. {sign * (180_000 // len(sign))}\n"

    cues, _ = read_captions("F.srt", text.encode())

    assert cues[0].words.startswith("Tell us. ")


def test_captions_in_an_old_encoding_are_named() -> None:
    _, problems = read_captions("F.srt", "Cafe\u0301 Dŵr".encode("utf-16"))

    assert "this is not saved as UTF-8" in str(problems[0])


def captions(text: str = f"WEBVTT\n\n{A}") -> CaptionsFile:
    found = captions_file("messages/…/videos/film.vtt", text.encode())
    assert not isinstance(found, Fault)
    return found


def test_captions_that_outlast_the_video_are_those_of_another() -> None:
    late = captions("WEBVTT\n\n00:01:01.000 --> 00:01:02.000\nLate.")

    problem = past_the_end(a_file(milliseconds=60_000), late, "film.mp4")

    assert past_the_end(a_file(), captions(), "film.mp4") is None
    assert str(problem).startswith(
        "messages/…/videos/film.vtt:3: this caption ends at 1:02, and film.mp4 lasts 1:00."
    )


def test_captions_longer_than_bluesky_takes_are_named_there() -> None:
    many = captions("WEBVTT\n\n" + "\n".join(A.replace("Words", "Words " * 60) for _ in range(60)))

    assert not list(limit_faults(a_file(), many, "film.mp4", PlatformName.X))
    (fault,) = limit_faults(a_file(), many, "film.mp4", PlatformName.BLUESKY)
    assert fault.message == "the captions of film.mp4 are longer than the 20 kB that Bluesky takes."


def test_a_length_is_said_as_players_show_it() -> None:
    assert [spoken_length(one) for one in (900, 59_600, 125_000)] == ["0:01", "1:00", "2:05"]


def test_the_same_file_gives_the_same_video() -> None:
    content = a_video()
    film = film_of(content)

    made = video_file(film, film.cleaned(content))

    assert made == video_file(film_of(content), film.cleaned(content))
    assert made.size == len(content)


# --- bytes that nobody's program writes --------------------------------------------------------


def test_chunks_that_go_back_and_forth_do_not_fill_the_memory() -> None:
    chunks = 4_000
    rows = [number for _ in range(2_000) for number in (1, 1, 1, chunks, 1, 1)]
    film = with_table(a_video(head_last=True), b"stco", [0, chunks, *range(chunks)])
    film = with_table(film, b"stsc", [0, 4_000, *rows])

    tracemalloc.start()
    said = fault_of(film)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert said == BROKEN
    assert peak < 10_000_000


def test_a_track_of_data_does_not_overwrite_the_same_bytes_over_and_over() -> None:
    film = a_video(data=b"+51.27", sound=None, head_last=True)
    at = film.index(b"mdat") + 4
    film = with_table(film, b"stsc", [0, 1, 1, 1, 1], track=1)
    film = with_table(film, b"stsz", [0, 6, 2_000], track=1)

    assert fault_of(with_table(film, b"stco", [0, 2_000, *[at] * 2_000], track=1)) == BROKEN


def test_a_track_of_data_overwrites_nothing_but_media() -> None:
    film = a_video(data=b"+51.27", sound=None, head_last=True)
    box_above = film.index(b"mdat") - 4

    assert fault_of(with_table(film, b"stco", [0, 1, box_above], track=1)) == BROKEN


def test_a_track_of_data_without_samples_is_taken_out() -> None:
    film = with_table(a_video(data=b"+51.27", sound=None), b"stsz", [0, 0, 0], track=1)
    film = with_table(film, b"stsc", [0, 0], track=1)
    film = with_table(film, b"stco", [0, 0], track=1)

    assert b"gpmd" not in film_of(film).cleaned(film)
