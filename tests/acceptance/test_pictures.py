"""Pictures from a pack's folder to the ledger and the preview, with the program as it is used."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import CAMPAIGN, LOCAL, Office
from tests.acceptance.test_saying import CRISIS
from tests.loopback.x_server import XServer
from tests.pictures import a_bomb, a_jpeg, a_png, an_image, encoded, moving

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
NOON = {"BOT_NOW": "2015-11-23T12:30:00"}
LATER = {"BOT_NOW": "2015-11-23T10:00:00"}

NATIONAL = "messages/national/winter/pictures"
KENT = "messages/local/kent/pictures"

SHOWS = """\
    picture: phone.png
    picture_shows:
      en: |
        A phone in a hand.
      cy: |
        Ffôn mewn llaw.
"""
WITH_PICTURE = re.sub(r"(    theme: \w+\n)", rf"\1{SHOWS}", CAMPAIGN)

OWN = """
change:
  look-out:
    picture: phone.png
    picture_shows: A phone by the sea.
"""
AT_PICTURE = "messages/local/kent/winter.yaml:6:14"


@pytest.fixture
def office(office: Office) -> Office:
    """One in which every national message has a picture."""
    office.variables = dict(BEFORE)
    office.write("messages/national/winter/campaign.yaml", WITH_PICTURE)
    return put(office, f"{NATIONAL}/phone.png", a_png(640, 360))


def put(office: Office, name: str, content: bytes) -> Office:
    path = office.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return office


def kents_own(office: Office, name: str = "phone.png", more: str = OWN) -> Path:
    """Kent shows a picture of its own; where that has to stand."""
    text = LOCAL.format(force="kent").strip() + more.replace("phone.png", name)
    office.write("messages/local/kent/winter.yaml", text)
    path = office.folder / KENT / name
    path.parent.mkdir(exist_ok=True)
    return path


def problems(office: Office) -> list[str]:
    found = office.json("check")["problems"]
    return [f"{one['place']}: {one['message']} {one['advice']}" for one in found]


def planned(office: Office) -> dict[str, list[str]]:
    """What each force would show beside its words."""
    shown: dict[str, list[str]] = {}
    for post in office.json("plan", "--on", "2015-11-23"):
        shown.setdefault(post["force"], []).extend(one["file"] for one in post["pictures"])
    return shown


# --- what is wrong with a file ------------------------------------------------------------------


def test_a_picture_goes_through_check_and_plan(office: Office) -> None:
    assert problems(office) == []
    assert {file for files in planned(office).values() for file in files} == {
        f"{NATIONAL}/phone.png"
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "phone.png is empty. Put back what it held."),
        (a_png()[:-30], "phone.png is damaged or was not copied whole. Copy it here again, or "
         "export it again."),
        (a_bomb(), "phone.png has 100,000 by 100,000 pixels, and that is far too many. Save it "
         "smaller: 2,000 pixels on its longer side are plenty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(21_000_000), "phone.png is bigger than 20 MB. Save it "
         "smaller: 2,000 pixels on its longer side are plenty."),
        (a_jpeg(), "phone.png holds a JPEG picture, whatever its name says. Rename it to "
         "phone.jpg, there and here."),
        (moving("PNG"), "phone.png moves, and only still pictures are published. Save the one of "
         "its pictures that says most, as PNG."),
        (encoded(an_image(), "WEBP"), "phone.png is a WebP picture, and pictures here are PNG or "
         "JPEG. Open it and save it as PNG, under a name that ends in .png."),
        (b"PK\x03\x04", "phone.png is no picture that can be read. Export it again, as PNG or "
         "JPEG."),
    ],
    ids=["empty", "cut off", "bomb", "huge", "suffix", "moves", "WebP", "no picture"],
)  # fmt: skip
def test_one_sentence_with_its_place_and_the_others_go_on(
    office: Office, content: bytes, said: str
) -> None:
    kents_own(office).write_bytes(content)

    assert problems(office) == [f"{AT_PICTURE}: {said}"]
    assert planned(office).keys() == {"gwent"}


def linked(path: Path) -> None:
    (path.parent / "real.png").write_bytes(a_png())
    path.symlink_to("real.png")


def linked_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.symlink_to("../../national/winter/pictures")


def beside(path: Path) -> None:
    (path.parent.parent / path.name).write_bytes(a_png())


def misspelt(path: Path) -> None:
    (path.parent / "fone.png").write_bytes(a_png())


def in_capitals(path: Path) -> None:
    (path.parent / "Phone.PNG").write_bytes(a_png())


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (linked, "phone.png is a link to another file. Put the picture itself there: links are "
         "not followed."),
        (os.mkfifo, "phone.png is no ordinary file. Put the picture itself there."),
        (os.mkdir, "phone.png is no ordinary file. Put the picture itself there."),
        (misspelt, f"there is no phone.png in {KENT}. Did you mean fone.png? There: fone.png."),
        (in_capitals, f"there is no phone.png in {KENT}. Did you mean Phone.PNG? There: "
         "Phone.PNG."),
        (beside, f"there is no phone.png in {KENT}. It stands in messages/local/kent: move it "
         f"into {KENT}."),
        (lambda path: None, f"there is no phone.png in {KENT}. Put the picture there: "
         f"{KENT}/phone.png"),
    ],
    ids=["a link", "a pipe", "a folder", "misspelt", "in capitals", "beside", "missing"],
)  # fmt: skip
def test_what_is_no_file_there_is_said_where_it_is_named(
    office: Office, how: Callable[[Path], object], said: str
) -> None:
    how(kents_own(office))

    assert problems(office) == [f"{AT_PICTURE}: {said}"]
    assert planned(office).keys() == {"gwent"}


def test_a_folder_of_pictures_that_is_a_link_is_not_followed(office: Office) -> None:
    linked_folder(kents_own(office))

    found = problems(office)

    assert f"{AT_PICTURE}: {KENT} is a link to another folder." in found[-1]
    assert planned(office).keys() == {"gwent"}


def test_a_name_with_an_accent_is_found_however_a_mac_wrote_it(office: Office) -> None:
    path = kents_own(office, "ffo\u0302n.png")  # as a Mac keeps it
    path.write_bytes(a_png())
    text = (office.folder / "messages/local/kent/winter.yaml").read_text()
    office.write("messages/local/kent/winter.yaml", text.replace("ffo\u0302n", "ff\u00f4n"))

    assert problems(office) == []


def test_a_broken_national_picture_leaves_the_last_good_plan(office: Office) -> None:
    office.bot("run", "--once")
    put(office, f"{NATIONAL}/phone.png", b"")

    office.bot("run", "--once", BOT_NOW="2015-11-23T09:03:10")

    assert problems(office) == [
        "messages/national/winter/campaign.yaml:22:14: phone.png is empty, here and in 3 more "
        "places. Put back what it held."
    ]
    public = office.bot("audit", "export", "--dry", **LATER).stdout.splitlines()[1:]
    assert {json.loads(line)["force"] for line in public} == {"kent", "gwent"}


# --- where it goes ------------------------------------------------------------------------------


def test_what_is_shown_is_kept_and_can_be_had_back(office: Office, tmp_path: Path) -> None:
    office.bot("run", "--once")
    office.bot("run", "--once", BOT_NOW="2015-11-23T09:03:10")
    office.bot("run", "--once", BOT_NOW="2015-11-23T09:03:12")  # the second language

    lines = office.bot("audit", "export", "--dry", "--force", "gwent", **LATER).stdout
    rows = [json.loads(line) for line in lines.splitlines()[1:]]
    shown = {row["language"]: json.loads(row["pictures"]) for row in rows}
    sha256 = shown["cy"][0]["sha256"]
    kept = tmp_path / "kept.png"
    again = ("audit", "picture", sha256, "--to-file", str(kept), "--dry")
    first, second = office.bot(*again, **LATER), office.bot(*again, **LATER)

    assert {lang: (one["type"], one["alt"]) for lang, [one] in shown.items()} == {
        "en": ("image/png", "A phone in a hand."),
        "cy": ("image/png", "Ffôn mewn llaw."),
    }
    assert first.returncode == 0
    assert kept.read_bytes() == a_png(640, 360)
    assert (second.returncode, second.stderr.count("is there already")) == (1, 1)
    unknown = office.bot("audit", "picture", "ab", "--to-file", "x.png", "--dry", **LATER)
    assert (unknown.returncode, "no picture ab" in unknown.stderr) == (1, True)


def test_a_campaign_with_pictures_is_rehearsed_to_its_end(office: Office) -> None:
    done = office.json("rehearse", "winter@2015")

    assert done["published"] == done["planned"] == 12


def test_a_post_at_a_new_time_has_the_picture_of_that_time(office: Office) -> None:
    office.bot("run", "--once")
    office.bot("run", "--once", **LATER)  # nothing ran at nine
    put(office, f"{NATIONAL}/phone.png", a_png(700, 400))

    kept = office.bot(
        "missed", "keep", "--force", "kent", "--at", "12:00", "--by", "Ann", "--approve", **LATER
    )
    office.bot("run", "--once", BOT_NOW="2015-11-23T12:00:10")

    assert kept.returncode == 0, kept.stdout + kept.stderr
    rows = office.bot("audit", "export", "--dry", **NOON).stdout.splitlines()[1:]
    [picture] = json.loads(json.loads(rows[0])["pictures"])
    assert picture["sha256"] == hashlib.sha256(a_png(700, 400)).hexdigest()


def test_the_preview_names_the_file_its_size_and_what_it_shows(office: Office) -> None:
    said = office.bot("preview", "--on", "2015-11-23", "--force", "kent").stdout

    size = math.ceil(len(a_png(640, 360)) / 1000)
    assert f"[phone.png: 640 by 360, {size} kB]\n       Alt text: A phone in a hand.\n" in said


def test_the_page_holds_each_picture_once(office: Office) -> None:
    office.bot("preview", "--campaign", "winter@2015", "--html", "week.html")

    page = (office.folder / "week.html").read_text(encoding="utf-8")
    data = re.findall(r'href="data:image/png;base64,([^"]+)"', page)

    assert [base64.b64decode(one) for one in data] == [a_png(640, 360)]
    assert page.count('<figure class="picture">') == 12
    assert "Ffôn mewn llaw." in page


def test_a_live_post_goes_out_with_its_picture_and_what_it_shows(
    office: Office, x: XServer
) -> None:
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": x.url}
    office.bot("db", "create", "--live", **BEFORE)
    office.bot("run", "--once", **BEFORE)
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)

    office.bot("run", "--once", BOT_NOW="2015-11-23T09:03:10")

    english, welsh = "A phone in a hand.", "Ffôn mewn llaw."
    shown = [alt for post in x.posts() for alt in (alt_of(x, one) for one in post.media)]
    assert sorted(shown) == sorted([english, english, welsh])  # Kent's, and Gwent's in both
    for post in x.posts():
        (picture,) = post.media
        assert x.media(picture)["content"] == a_png(640, 360)


def alt_of(x: XServer, picture: str) -> str:
    metadata: Any = x.media(picture)["metadata"]
    return str(metadata["alt_text"]["text"])


def a_crisis(office: Office) -> Office:
    """A pack held ready, whose message has a picture."""
    pack = CRISIS.replace("    theme: keep-away\n", f"    theme: keep-away\n{SHOWS}")
    office.write("messages/national/crisis/campaign.yaml", pack)
    return put(office, "messages/national/crisis/pictures/phone.png", a_png(800, 450))


SAY = ("say", "--message", "stay-away", "--force", "kent", "--by", "Ann", "--and", "Bob", "--yes")


def test_what_is_said_now_is_shown_and_kept_with_its_picture(
    office: Office, tmp_path: Path
) -> None:
    a_crisis(office)

    done = office.bot(*SAY)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "[phone.png: 800 by 450, " in done.stdout
    rows = office.bot("audit", "export", "--dry", **LATER).stdout.splitlines()[1:]
    [picture] = json.loads(json.loads(rows[0])["pictures"])
    kept = ("audit", "picture", picture["sha256"], "--to-file", str(tmp_path / "kept.png"), "--dry")
    assert office.bot(*kept, **LATER).returncode == 0
    assert (tmp_path / "kept.png").read_bytes() == a_png(800, 450)


def test_what_is_said_live_goes_out_with_its_picture(office: Office, x: XServer) -> None:
    a_crisis(office)
    live = {"BOT_MODE": "live", "BOT_X_URL": x.url}
    office.bot("db", "create", "--live", **live)

    done = office.bot(*SAY, **live)

    assert done.returncode == 0, done.stdout + done.stderr
    (post,) = x.posts()
    assert [x.media(one)["content"] for one in post.media] == [a_png(800, 450)]


# --- made ready once ----------------------------------------------------------------------------


def kept(office: Office) -> list[Path]:
    folder = office.folder / "data/pictures"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_who_only_looks_at_packs_writes_nothing(office: Office) -> None:
    office.bot("check")

    assert not (office.folder / "data").exists()


def test_what_was_made_ready_once_is_not_made_again(office: Office) -> None:
    """Shown by putting another picture in the place of what was made, with its hash."""
    office.bot("run", "--once")
    other = a_png(800, 450)
    sha256 = hashlib.sha256(other).hexdigest()
    [described] = [path for path in kept(office) if path.suffix == ".json"]
    made = {name: [sha256, "image/png", 800, 450] for name in json.loads(described.read_bytes())}
    (described.parent / sha256).write_bytes(other)
    described.write_text(json.dumps(made))

    again = office.json("plan", "--on", "2015-11-23")

    assert {one["sha256"] for post in again for one in post["pictures"]} == {sha256}


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"x": ["ab", "image/png", 1, 1]}'])
def test_what_was_kept_and_is_damaged_is_made_again(office: Office, damage: bytes) -> None:
    office.bot("run", "--once")
    before = office.json("plan", "--on", "2015-11-23")
    for path in kept(office):
        path.write_bytes(damage)

    assert office.json("plan", "--on", "2015-11-23") == before


def test_a_data_folder_that_takes_nothing_stops_no_picture(office: Office) -> None:
    (office.folder / "data").mkdir()
    (office.folder / "data/pictures").write_text("a file in a folder's place")

    assert problems(office) == []
    assert planned(office).keys() == {"kent", "gwent"}


# --- to and from other offices ------------------------------------------------------------------


def test_a_picture_goes_with_the_pack_that_names_it(office: Office) -> None:
    kents_own(office).write_bytes(a_png(500, 400))
    put(office, f"{KENT}/another.png", a_png())
    office.bot("submit", "kent", "winter", "--to", "kent.zip")
    here = office.folder / KENT / "phone.png"
    here.write_bytes(a_png(300, 300))

    done = office.bot("receive", "kent.zip", "--yes")
    again = office.bot("receive", "kent.zip", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "change: 1 own picture is different: look-out." in done.stdout
    assert here.read_bytes() == a_png(500, 400)
    assert "is the same as the one here" in again.stdout
    with zipfile.ZipFile(office.folder / "kent.zip") as sent:
        assert sent.namelist() == ["kent/pictures/phone.png", "kent/winter.yaml", "manifest.yaml"]
    [kept] = (office.folder / "data/packs").iterdir()
    with zipfile.ZipFile(kept) as old:
        assert old.namelist() == ["kent/pictures/phone.png", "kent/winter.yaml"]
        assert old.read("kent/pictures/phone.png") == a_png(300, 300)


def test_a_pack_whose_picture_is_not_there_is_not_submitted(office: Office) -> None:
    kents_own(office)

    done = office.bot("submit", "kent", "winter")

    assert done.returncode == 1
    assert "there is no phone.png" in done.stdout


def test_a_national_pack_is_received_with_its_pictures(office: Office) -> None:
    kents_own(office).write_bytes(a_png())  # the trial knows the pictures of forces too
    pack = WITH_PICTURE.replace("phone.png", "new.png").replace("version: 1", "version: 2")
    with zipfile.ZipFile(office.folder / "sent.zip", "w") as sent:
        sent.writestr("winter/campaign.yaml", pack)
        sent.writestr("winter/pictures/new.png", a_png(700, 400))

    done = office.bot("receive", "sent.zip", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "look-out: its picture changed." in done.stdout
    assert "look-out: the national picture changed under yours; look at both again." in done.stdout
    assert (office.folder / NATIONAL / "new.png").read_bytes() == a_png(700, 400)


def test_a_picture_elsewhere_in_a_local_parcel_is_one_sentence(office: Office) -> None:
    with zipfile.ZipFile(office.folder / "sent.zip", "w") as sent:
        sent.writestr("kent/winter.yaml", LOCAL.format(force="kent"))
        sent.writestr("phone.png", a_png())

    done = office.bot("receive", "sent.zip", "--yes")

    assert (done.returncode, done.stdout) == (1, "")
    assert '"phone.png" stands outside kent/pictures, where pictures belong.' in done.stderr
