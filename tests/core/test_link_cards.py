"""What a link shows on Bluesky: from the pack, and only where nothing else stands there."""

from dataclasses import replace

from bot.core.check.packs import national_problems
from bot.core.model import Card, Post
from tests.core.packs_in_text import Newsroom, a_config, a_national, lines, national_of

PACK = """\
campaign: Cards
version: 1
starts: Monday 2015-11-23
days: 1
hashtag: ACT
link_cards:
  report_link:
    title:
      en: Report it
      cy: Rhoi gwybod
    about:
      en: Tell the police in confidence.
      cy: Dywedwch wrth yr heddlu.
slots:
  morning: 09:00
each_force_fills_in:
  in_area:
    help: Where.
    example: in Kent
themes:
  report-it: Monday
messages:
  tell-us:
    theme: report-it
    wordings:
      plain:
        en: |
          Seen something {{ in_area }}? {{ report_link }}
        cy: |
          Wedi gweld rhywbeth {{ in_area }}? {{ report_link }}
"""
BLUESKY = """\
kent:
  name: Kent Police
  kind: force
  region: South East
  languages: en, cy
  minute: 0
  fill_in:
    in_area:
      en: in Kent
      cy: yng Nghaint
  accounts:
    kent-bsky:
      platform: bluesky
    kent-x:
      platform: x
"""


def planned(pack: str = PACK) -> dict[str, Post]:
    posts = Newsroom(pack, {}, {"forces": BLUESKY}).posts()
    return {f"{post.key.account} {post.key.language}": post for post in posts}


def problems(pack: str) -> list[str]:
    found = lines(national_problems(a_national(pack), a_config()))
    return [one for one in found if "card of" in one or "no link is called" in one]


def test_a_post_on_bluesky_shows_the_card_of_its_link_in_its_language() -> None:
    posts = planned()

    assert posts["kent-bsky en"].rendering.card == Card(
        "https://gov.uk/ACT", "Report it", "Tell the police in confidence."
    )
    welsh = posts["kent-bsky cy"].rendering.card
    assert welsh is not None
    assert (welsh.title, welsh.about) == ("Rhoi gwybod", "Dywedwch wrth yr heddlu.")
    assert posts["kent-x en"].rendering.card is None


def test_a_changed_card_voids_the_approval_and_its_absence_changes_no_digest() -> None:
    before = planned()["kent-bsky en"].rendering
    changed = planned(PACK.replace("Report it", "Tell us"))["kent-bsky en"].rendering
    without = planned(PACK.replace("  report_link:\n    title", "  other_link:\n    title"))

    assert before.text == changed.text
    assert before.digest != changed.digest
    bare = without["kent-bsky en"].rendering
    assert bare.card is None
    assert bare.digest == replace(before, card=None).own_digest()


def test_a_card_for_what_is_no_link_is_named() -> None:
    (said,) = problems(PACK.replace("report_link:\n    title", "report_lnk:\n    title"))

    assert 'no link is called "report_lnk". Did you mean' in said


def test_a_language_that_a_card_lacks_is_shown() -> None:
    english = PACK.replace("      cy: Rhoi gwybod\n", "").replace(
        "      cy: Dywedwch wrth yr heddlu.\n", ""
    )

    (said,) = problems(english)

    assert "the card of report_link has no Welsh, and posts in it go without one." in said


def test_a_card_that_is_half_written_is_an_error_at_its_line() -> None:
    half = PACK.replace("    about:\n      en: Tell the police in confidence.\n", "").replace(
        "      cy: Dywedwch wrth yr heddlu.\n", ""
    )
    long = PACK.replace("en: Report it", "en: " + "Report it " * 20)

    assert any('"about" is missing in the card of report_link.' in one for one in read(half))
    assert any("the title of a link card is one line of at most 100" in one for one in read(long))


def read(pack: str) -> list[str]:
    return lines(national_of(pack)[1])
