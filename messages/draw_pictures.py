"""Draws the pictures of the shipped campaigns: .venv/bin/python messages/draw_pictures.py

Each is drawn once with English and once with Welsh words, taken from the wordings beside it. The
letters are Pillow's own (Aileron, free to use); they have no circumflex, so no word here needs one.
Change a picture here and run this again: nobody edits the .png files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 675)
SCALE = 3  # drawn so many times as big, and made smaller, so that edges are smooth
COLOURS = 64

NAVY, WHITE, YELLOW, SKY, SLATE = "#12284c", "#ffffff", "#ffce3a", "#a9c7ee", "#2c4a7c"
INK, GROUND = WHITE, NAVY  # of all words; the tests hold them to a contrast of 4.5 at least

Draw = ImageDraw.ImageDraw


def box(*numbers: float) -> list[float]:
    return [number * SCALE for number in numbers]


def a_phone(draw: Draw) -> None:
    draw.rounded_rectangle(box(110, 130, 340, 565), 34 * SCALE, fill=SKY)
    draw.rounded_rectangle(box(128, 172, 322, 513), 8 * SCALE, fill=SLATE)
    draw.ellipse(box(213, 527, 237, 551), fill=NAVY)
    draw.rounded_rectangle(box(196, 146, 254, 156), 5 * SCALE, fill=NAVY)
    draw.rounded_rectangle(box(205, 212, 445, 372), 28 * SCALE, fill=YELLOW)
    draw.polygon(box(238, 360, 312, 360, 226, 428), fill=YELLOW)
    for x in (265, 325, 385):
        draw.ellipse(box(x - 15, 277, x + 15, 307), fill=NAVY)


def a_piece(draw: Draw, x: float, y: float, colour: str, tabs: str) -> None:
    """A piece of a puzzle, with a tab to the right (r) or below (b)."""
    draw.rounded_rectangle(box(x, y, x + 140, y + 140), 10 * SCALE, fill=colour)
    if "r" in tabs:
        draw.ellipse(box(x + 122, y + 45, x + 172, y + 95), fill=colour)
    if "b" in tabs:
        draw.ellipse(box(x + 45, y + 122, x + 95, y + 172), fill=colour)


def a_hole(draw: Draw, x: float, y: float, colour: str, at: str) -> None:
    """Where another piece's tab would go: at the left (l) or on top (t)."""
    if "l" in at:
        draw.ellipse(box(x - 22, y + 41, x + 36, y + 99), fill=colour)
    if "t" in at:
        draw.ellipse(box(x + 41, y - 22, x + 99, y + 36), fill=colour)


def a_puzzle(draw: Draw) -> None:
    left, top, far, low = 100, 180, 246, 326
    for x, y in ((far, top), (left, low)):
        a_piece(draw, x, y, WHITE if y == low else SKY, "b" if y == top else "r")
    a_hole(draw, far, top, NAVY, "l")
    a_hole(draw, left, low, NAVY, "t")
    a_piece(draw, left, top, SKY, "rb")
    a_piece(draw, left + 190, low + 52, YELLOW, "")
    a_hole(draw, left + 190, low + 52, NAVY, "lt")


def no_rewind(draw: Draw) -> None:
    draw.ellipse(box(90, 160, 445, 515), fill=SLATE)
    for x in (138, 258):
        draw.polygon(box(x, 338, x + 130, 258, x + 130, 418), fill=SKY)
    draw.line(box(132, 462, 403, 212), fill=NAVY, width=50 * SCALE)
    draw.line(box(132, 462, 403, 212), fill=YELLOW, width=26 * SCALE)


def a_street(draw: Draw) -> None:
    for x, width, height in ((70, 190, 150), (260, 150, 105), (410, 80, 140)):
        roof = 330 - height
        draw.rectangle(box(x, roof, x + width, 400), fill=SLATE)
        draw.polygon(box(x - 12, roof, x + width / 2, roof - 58, x + width + 12, roof), fill=SKY)
    for number, colour in enumerate((SKY, YELLOW, WHITE, SKY, YELLOW)):
        x = 112 + number * 84
        draw.ellipse(box(x - 31, 330, x + 31, 392), fill=colour, outline=NAVY, width=5 * SCALE)
        draw.rounded_rectangle(
            box(x - 43, 398, x + 43, 560), 40 * SCALE, fill=colour, outline=NAVY, width=5 * SCALE
        )


PICTURES: dict[str, tuple[str, Callable[[Draw], None], dict[str, str]]] = {
    "how-to-report": (
        "ct-awareness-week",
        a_phone,
        {"en": "How\nto report\na concern", "cy": "Sut i roi\ngwybod\nam bryder"},
    ),
    "one-detail": (
        "ct-awareness-week",
        a_puzzle,
        {
            "en": "One small\ndetail can\ncomplete\nthe picture",
            "cy": "Gall un\nmanylyn bach\ngwblhau'r\ndarlun",
        },
    ),
    "no-rewind": (
        "communities-defeat-terrorism",
        no_rewind,
        {"en": "Life has\nno rewind\nbutton", "cy": "Does dim\nbotwm\nailddirwyn\nmewn bywyd"},
    ),
    "communities": (
        "communities-defeat-terrorism",
        a_street,
        {
            "en": "Communities\ndefeat\nterrorism",
            "cy": "Cymunedau\nsy'n trechu\nterfysgaeth",
        },
    ),
}
"""Each picture's campaign, what is drawn, and its words in each language."""

WORDS_BETWEEN = (540, 1140)  # pixels from the left
LETTERS = (92, 60)  # pixels: as big as fits, and never smaller than can be read on a phone


def with_words(draw: Draw, words: str) -> None:
    left, right = WORDS_BETWEEN
    for size in range(*LETTERS, -2):
        font = ImageFont.load_default(size=size * SCALE)
        space = size * SCALE // 4
        found = draw.multiline_textbbox((0, 0), words, font=font, spacing=space)
        if found[2] - found[0] <= (right - left) * SCALE:
            break
    middle = (SIZE[1] * SCALE - (found[3] + found[1])) / 2
    draw.multiline_text((left * SCALE, middle), words, fill=INK, font=font, spacing=space)


def drawn(name: str, language: str) -> Image.Image:
    """One picture, with its words in one language."""
    _, what, words = PICTURES[name]
    big = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), GROUND)
    draw = ImageDraw.Draw(big)
    what(draw)
    with_words(draw, words[language])
    whole = big.resize(SIZE, Image.Resampling.LANCZOS)
    return whole.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def place(name: str, language: str) -> Path:
    """Where a picture is kept."""
    folder = Path(__file__).parent / "national" / PICTURES[name][0] / "pictures"
    return folder / f"{name}-{language}.png"


def main() -> None:
    for name, (_, _, words) in PICTURES.items():
        for language in words:
            path = place(name, language)
            path.parent.mkdir(exist_ok=True)
            drawn(name, language).save(path, "PNG", optimize=True)


if __name__ == "__main__":
    main()
