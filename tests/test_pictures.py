"""A picture's file becomes the bytes for each platform, or one sentence that says why not."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from bot.core.model import PlatformName
from bot.core.pictures import LIMITS, Fault, Limits, PictureFile
from bot.pictures import MAX_FILE_BYTES, PNG_KEPT, _fitting, made
from tests.pictures import (
    a_bomb,
    a_jpeg,
    a_png,
    an_image,
    encoded,
    fault_of,
    made_of,
    moving,
    noise,
    with_chunk,
)

X = PlatformName.X


def an_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "PC 1234 Smith"  # the artist
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)  # the place
    return exif


def pixels(file: PictureFile) -> Image.Image:
    return Image.open(BytesIO(file.content))


# --- what goes out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (a_png(400, 300), "phone.png", "image/png"),
        (a_jpeg(400, 300), "phone.jpg", "image/jpeg"),
        (a_jpeg(400, 300), "IMG_1234.JPEG", "image/jpeg"),
    ],
)
def test_a_picture_is_known_by_its_bytes_kind_and_size(
    content: bytes, name: str, media_type: str
) -> None:
    file = made_of(content, name)[X]

    assert (file.media_type, file.width, file.height) == (media_type, 400, 300)
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()


@pytest.mark.parametrize("name", ["phone.png", "phone.jpg"])
def test_what_is_plain_and_fits_goes_out_byte_for_byte(name: str) -> None:
    plain = made_of(a_png() if name.endswith("png") else a_jpeg(), name)[X].content

    again = made_of(plain, name)

    assert all(file.content == plain for file in again.values())


def test_the_same_picture_gives_the_same_bytes_in_every_process() -> None:
    """Of what Pillow encodes as well: a picture on its side."""
    content = a_jpeg(exif=an_exif(6))

    first = made_of(content, "one.jpg")[X].sha256

    assert made_of(content, "two.jpg")[X].sha256 == first


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (a_jpeg(exif=an_exif(), comment=b"by PC 1234 Smith"), "phone.jpg"),
        (a_png(exif=an_exif()), "phone.png"),
        (with_chunk(a_png(), b"tEXt", b"Author\0PC 1234 Smith"), "phone.png"),
        (with_chunk(a_png(), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0PC 1234 Smith"), "phone.png"),
        (a_png() + b"PC 1234 Smith", "phone.png"),
        (a_jpeg() + b"PC 1234 Smith", "phone.jpg"),
        (a_jpeg(exif=an_exif(6), comment=b"PC 1234 Smith"), "phone.jpg"),
        (a_jpeg(xmp=b"<x:xmpmeta>PC 1234 Smith</x:xmpmeta>"), "phone.jpg"),
    ],
)
def test_nothing_goes_out_but_the_picture(content: bytes, name: str) -> None:
    assert b"Smith" in content

    file = made_of(content, name)[X]

    assert b"Smith" not in file.content
    assert not pixels(file).getexif()
    assert set(pixels(file).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_taking_out_what_is_no_picture_changes_no_pixel() -> None:
    source = encoded(noise(300, 250), "JPEG", quality=85, exif=an_exif(), progressive=True)

    file = made_of(source, "phone.jpg")[X]

    assert pixels(file).tobytes() == Image.open(BytesIO(source)).tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_on_its_side_is_set_upright(orientation: int) -> None:
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    upright = an_image(400, 300)
    lying = upright.transpose(back[orientation]) if orientation in back else upright

    file = made_of(encoded(lying, exif=an_exif(orientation)), "phone.png")[X]

    assert (file.width, file.height) == (400, 300)
    assert pixels(file).tobytes() == upright.tobytes()


def test_colours_of_another_profile_become_those_of_screens() -> None:
    """One whose name is not sRGB's is worked out; sRGB's own is only left away."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    odd = srgb.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be")).replace(
        b"sRGB", b"odd!"
    )

    same = made_of(a_png(icc_profile=srgb), "same.png")[X]
    other = made_of(a_png(icc_profile=odd), "other.png")[X]

    assert same.content == made_of(a_png(), "bare.png")[X].content
    assert "icc_profile" not in pixels(other).info
    assert pixels(other).getpixel((399, 299)) == pytest.approx((18, 40, 76), abs=2)


def test_a_picture_for_print_becomes_one_for_screens() -> None:
    file = made_of(encoded(an_image().convert("CMYK"), "JPEG"), "phone.jpg")[X]

    assert pixels(file).mode == "RGB"


def test_greys_of_sixteen_bits_become_those_of_eight() -> None:
    deep = Image.new("I;16", (300, 300), 40 * 256)

    file = made_of(encoded(deep), "scan.png")[X]

    assert (pixels(file).mode, pixels(file).getpixel((9, 9))) == ("L", 40)


def test_a_photograph_with_a_second_picture_in_it_loses_the_second() -> None:
    """As phones make them: a preview, or a film, behind the end of the first."""
    photo = encoded(an_image(), "MPO", save_all=True, append_images=[an_image().rotate(180)])

    file = made_of(photo, "phone.jpg")[X]

    assert pixels(file).format == "JPEG"
    assert pixels(file).tobytes() == Image.open(BytesIO(photo)).tobytes()


# --- what a platform takes ----------------------------------------------------------------------


def test_every_platform_has_its_limits() -> None:
    assert {name.value for name in PlatformName} <= LIMITS.keys()


@pytest.mark.parametrize("platform", LIMITS)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_too_big_is_made_to_fit(platform: str, kind: str) -> None:
    image = noise(1500, 1400)
    content = encoded(image, kind)
    source = PictureFile(content, "", "", *image.size)

    file = _fitting(source, image, kind, LIMITS[platform])

    assert len(file.content) <= LIMITS[platform].size
    assert file.width / file.height == pytest.approx(1500 / 1400, abs=0.01)
    assert pixels(file).size == (file.width, file.height)


def test_more_pixels_than_a_platform_takes_are_fewer_then() -> None:
    image = an_image(2000, 1000)
    source = PictureFile(encoded(image), "", "image/png", 2000, 1000)
    limits = Limits(1_000_000, 1_000, 1_000_000, "", LIMITS["x"].as_of)

    file = _fitting(source, image, "PNG", limits)

    assert (file.width, file.height, file.media_type) == (1000, 500, "image/png")


def test_what_one_can_see_through_stands_on_white_where_it_becomes_a_jpeg() -> None:
    image = noise(900, 900, mode="RGBA")
    image.putalpha(0)
    source = PictureFile(b" " * 2_000, "", "image/png", 900, 900)
    limits = Limits(2_500, 900, None, "", LIMITS["x"].as_of)
    image.paste((0, 0, 0, 0), (0, 0, 1, 1))

    file = _fitting(source, image, "JPEG", Limits(1_999, 900, None, "", limits.as_of))

    assert file.media_type == "image/jpeg"
    assert pixels(file).getpixel((100, 100)) == (255, 255, 255)


# --- what is wrong with it ----------------------------------------------------------------------

WRONG = [
    ("nothing in it", b"", "phone.png", "phone.png is empty."),
    ("no picture", b"Dear colleagues,", "phone.png", "phone.png is no picture that can be read."),
    ("huge", b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_FILE_BYTES, "phone.png",
     "phone.png is bigger than 20 MB."),
    ("cut off", a_png()[:-20], "phone.png", "phone.png is damaged or was not copied whole."),
    ("cut off", a_jpeg()[:-20], "phone.jpg", "phone.jpg is damaged or was not copied whole."),
    ("only its first bytes", a_jpeg()[:3], "phone.jpg",
     "phone.jpg is damaged or was not copied whole."),
    ("one bit turned", a_png()[:60] + b"!" + a_png()[61:], "phone.png",
     "phone.png is damaged or was not copied whole."),
    ("a part nobody knows", with_chunk(a_png(), b"ABCD", b""), "phone.png",
     "phone.png is damaged or was not copied whole."),
    ("bomb", a_bomb(), "phone.png",
     "phone.png has 100,000 by 100,000 pixels, and that is far too many."),
    ("tiny", a_png(40, 30), "phone.png", "phone.png has only 40 by 30 pixels."),
    ("another kind", a_jpeg(), "phone.png",
     "phone.png holds a JPEG picture, whatever its name says."),
    ("another kind", a_png(), "phone.jpg",
     "phone.jpg holds a PNG picture, whatever its name says."),
    ("a GIF", encoded(an_image(), "GIF"), "phone.png",
     "phone.png is a GIF picture, and pictures here are PNG or JPEG."),
    ("a WebP", encoded(an_image(), "WEBP"), "phone.png",
     "phone.png is a WebP picture, and pictures here are PNG or JPEG."),
    ("a HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 100, "phone.jpg",
     "phone.jpg is a HEIC picture, and pictures here are PNG or JPEG."),
    ("an SVG", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "phone.png",
     "phone.png is an SVG picture, and pictures here are PNG or JPEG."),
    ("moves", moving("PNG"), "phone.png",
     "phone.png moves, and only still pictures are published."),
    ("moves", moving("GIF"), "phone.png",
     "phone.png moves, and only still pictures are published."),
    ("moves", moving("WEBP"), "phone.png",
     "phone.png moves, and only still pictures are published."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_picture_ends_in_a_sentence(content: bytes, name: str, sentence: str) -> None:
    fault = fault_of(content, name)

    assert fault.message == sentence
    assert fault.advice


def test_no_damage_is_worse_than_a_sentence() -> None:
    """Cut anywhere, and with any byte turned: a picture or a Fault, never an exception."""
    for whole, name in ((a_png(220, 210), "a.png"), (a_jpeg(220, 210), "a.jpg")):
        for at in range(0, len(whole), 7):
            cut = made(whole[:at], name)
            turned = bytearray(whole)
            turned[at] ^= 0xFF
            made(bytes(turned), name)

            assert isinstance(cut, Fault)


def test_only_what_is_the_picture_is_kept_of_a_png() -> None:
    dated = with_chunk(a_png(), b"tIME", b"\x07\xea\x0b\x1c\0\0\0")

    content = made_of(dated)[X].content

    kinds, at = [], 8
    while at < len(content):
        kinds.append(content[at + 4 : at + 8])
        at += 12 + int.from_bytes(content[at : at + 4])

    assert set(kinds) <= set(PNG_KEPT)


def test_damaged_notes_of_a_camera_turn_nothing_and_are_no_matter_for_anybody() -> None:
    notes = bytes.fromhex("4d4d002a00000008000101120003000030cd98010006000000000000")

    made = made_of(with_chunk(a_png(), b"eXIf", notes))

    assert {(one.width, one.height) for one in made.values()} == {(400, 300)}
