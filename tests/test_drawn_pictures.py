"""The pictures that are shipped: as their script draws them, and fit to be read on a phone."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.app.environment import PROJECT
from bot.core.pictures import LIMITS
from tests.pictures import made_of


def the_script() -> ModuleType:
    """messages/draw_pictures.py, which stands in no package."""
    spec = importlib.util.spec_from_file_location(
        "draw_pictures", PROJECT / "messages/draw_pictures.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SCRIPT = the_script()
ALL = [(name, language) for name in SCRIPT.PICTURES for language in ("en", "cy")]
SHIPPED = sorted(PROJECT.glob("messages/national/*/pictures/*"))


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """From 1 to 21. Source: WCAG 2.2, contrast ratio."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    def luminance(colour: tuple[int, int, int]) -> float:
        red, green, blue = map(linear, colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def words_of(path: Path) -> Image.Image:
    """The part of a picture in which its words stand, and nothing else does."""
    left, right = SCRIPT.WORDS_BETWEEN
    with Image.open(path) as image:
        return image.convert("RGB").crop((left, 0, right, image.height))


def test_black_on_white_is_the_greatest_contrast() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_every_picture_that_is_shipped_is_one_that_the_script_draws() -> None:
    assert sorted(SCRIPT.place(name, language) for name, language in ALL) == SHIPPED


@pytest.mark.parametrize(("name", "language"), ALL)
def test_what_is_shipped_is_what_the_script_draws(name: str, language: str) -> None:
    with Image.open(SCRIPT.place(name, language)) as shipped:
        difference = ImageChops.difference(
            shipped.convert("RGB"), SCRIPT.drawn(name, language).convert("RGB")
        )

    # Another release of Pillow may draw an edge a shade lighter.
    assert max(ImageStat.Stat(difference).mean) < 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_words_in_a_picture_stand_out(path: Path) -> None:
    """The colour of most of the ground against that of most of the letters, as pixels have them."""
    colours = words_of(path).getcolors(1 << 20)
    assert colours is not None
    (_, ground), (_, ink), *_ = sorted(colours, reverse=True)

    assert isinstance(ground, tuple)
    assert isinstance(ink, tuple)
    assert contrast(ground[:3], ink[:3]) >= 4.5


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_words_in_a_picture_are_big_enough_for_a_phone(path: Path) -> None:
    """Shown 360 pixels wide, a line is 16 pixels from one to the next at least."""
    image = words_of(path).convert("L").point(lambda value: 255 if value > 128 else 0)
    rows = [bool(image.crop((0, y, image.width, y + 1)).getbbox()) for y in range(image.height)]
    begins = [y for y, (above, here) in enumerate(pairwise(rows), 1) if here and not above]

    assert len(begins) >= 3
    assert min(below - above for above, below in pairwise(begins)) * 360 / 1200 >= 16
    assert image.getbbox() is not None
    assert (image.getbbox() or (0, 0, 0, 0))[2] < image.width  # no word runs out of its place


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_picture_goes_out_as_it_is(path: Path) -> None:
    """No platform asks for another: what stands in the folder is what is published."""
    made = made_of(path.read_bytes(), path.name)

    assert {len(file.content) for file in made.values()} <= {path.stat().st_size}
    assert path.stat().st_size < min(limits.size for limits in LIMITS.values()) / 10
