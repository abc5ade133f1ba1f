"""A translator's signature under the Welsh of a wording, and what it lets out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.check.words import word_problems
from bot.core.model import Post
from bot.core.packs import NationalPack, Review, read_national
from bot.core.packs.pack import Signatures
from bot.core.packs.signatures import (
    own_signatures_text,
    read_own_signatures,
    signatures_text,
)
from bot.core.packs.signatures import signed as signing
from bot.core.plan import Sources, plan
from bot.core.source import Problem
from bot.core.translations import translations
from tests.core.packs_in_text import CAMPAIGN, FORCES, GWENT, WEEK, a_config, lines, local_of

FOLDER = "messages/national/cdt"
UNREVIEWED = CAMPAIGN.replace("days: 5\n", "days: 5\ntranslation: unreviewed\n")
LIVE = FORCES.replace(
    "    gwent-x:\n      platform: x\n",
    "    gwent-x:\n      platform: x\n      handle: gwent\n      handle_source: seen\n"
    "      live: yes\n",
)


def read(campaign: str, signed: str = "") -> tuple[NationalPack | None, list[Problem]]:
    files = {f"{FOLDER}/campaign.yaml": campaign.encode()}
    if signed:
        files[f"{FOLDER}/translations.yaml"] = signed.encode()
    return read_national("cdt", files)


def a_pack(campaign: str = UNREVIEWED, signed: str = "") -> NationalPack:
    pack, problems = read(campaign, signed)
    assert pack is not None, lines(problems)
    return pack


def signed(pack: NationalPack, *wordings: str) -> str:
    """translations.yaml with these wordings signed as they stand in the pack."""
    message = pack.messages["trust-your-instincts"]
    pairs = [(message, message.wordings[name]) for name in wordings]
    new = signing(pairs, by="A. Jones", on=date(2015, 11, 1))
    return signatures_text({**pack.signatures, **new})


def sources(pack: NationalPack, local: str = GWENT, own: Signatures | None = None) -> Sources:
    over = {("gwent", "cdt"): replace(local_of(local)[0], signatures=own or {})}
    return Sources(a_config(forces=LIVE), {"cdt": pack}, over, live=True)


def said_live(pack: NationalPack, local: str = GWENT, own: Signatures | None = None) -> set[str]:
    posts: tuple[Post, ...] = plan(sources(pack, local, own), WEEK, {}).posts
    return {post.rendering.pick.wording for post in posts}


def stands(pack: NationalPack) -> dict[str, Review]:
    found = translations(sources(pack), [pack], None)
    return {one.wording.name: one.review for one in found}


def test_live_takes_the_welsh_that_is_signed_and_leaves_the_rest() -> None:
    pack = a_pack(signed=signed(a_pack(), "every-report"))

    assert stands(pack) == {"not-sure": Review.UNREVIEWED, "every-report": Review.SIGNED}
    assert said_live(pack) == {"every-report"}


def test_nothing_signed_leaves_the_force_out_and_says_why() -> None:
    left = plan(sources(a_pack()), WEEK, {}).left_out

    assert [one.code for one in left if one.sender == "gwent"] == ["unreviewed"]


def test_a_signature_is_stale_when_the_english_changes() -> None:
    signatures = signed(a_pack(), "not-sure", "every-report")
    changed = UNREVIEWED.replace("is too small", "is ever too small")

    pack = a_pack(changed, signatures)

    assert stands(pack) == {"not-sure": Review.SIGNED, "every-report": Review.STALE}
    assert said_live(pack) == {"not-sure"}


def test_reviewed_is_short_for_all_but_what_changed_after_it_was_signed() -> None:
    signatures = signed(a_pack(), "every-report")
    reviewed = UNREVIEWED.replace("unreviewed", "reviewed")

    pack = a_pack(reviewed.replace("yn rhy fach", "yn rhy fychan"), signatures)

    assert stands(pack) == {"not-sure": Review.REVIEWED, "every-report": Review.STALE}


def test_signing_again_keeps_what_others_signed() -> None:
    first = a_pack(signed=signed(a_pack(), "not-sure"))

    both = a_pack(signed=signed(first, "every-report"))

    assert set(stands(both).values()) == {Review.SIGNED}
    assert len(both.signatures) == 2


OWN = GWENT + (
    "change:\n  trust-your-instincts:\n    not-sure:\n      en: Tell us {{ in_area }}.\n"
    "      cy: Dywedwch wrthym {{ in_area }}.\n"
)


def test_a_force_s_own_welsh_is_not_covered_by_the_signature_under_the_national_one() -> None:
    pack = a_pack(signed=signed(a_pack(), "not-sure", "every-report"))

    assert said_live(pack, OWN) == {"every-report"}


def test_a_force_s_own_welsh_goes_out_once_it_is_signed_and_until_it_changes() -> None:
    unread = sources(a_pack(), OWN)
    gwent = unread.config.senders["gwent"]
    mine = [one for one in translations(unread, [a_pack()], gwent) if one.own]
    new = signing([(one.message, one.wording) for one in mine], by="A. Jones", on=date(2015, 11, 1))
    text = own_signatures_text({"cdt": new})

    read_back, problems = read_own_signatures(
        "messages/local/gwent/translations.yaml", text.encode()
    )

    assert ([one.name for one in mine], problems) == (["trust-your-instincts/not-sure"], [])
    assert said_live(a_pack(), OWN, read_back["cdt"]) == {"not-sure"}
    changed = OWN.replace("Dywedwch wrthym", "Rhowch wybod")
    assert said_live(a_pack(), changed, read_back["cdt"]) == set()
    local = replace(local_of(changed)[0], signatures=read_back["cdt"])
    (stale,) = (one for one in word_problems({"cdt": a_pack()}, [local], unread.config, {})
                if one.code == "stale-welsh")  # fmt: skip
    assert stale.advice.endswith("translations sign cdt --force gwent --message "
                                 "trust-your-instincts/not-sure")  # fmt: skip


def test_a_wording_without_welsh_is_missing() -> None:
    without = UNREVIEWED[: UNREVIEWED.rindex("        cy: |")]

    assert stands(a_pack(without))["every-report"] is Review.MISSING


def test_a_signature_that_was_typed_is_named_by_its_line() -> None:
    typed = signed(a_pack(), "not-sure").rsplit("words:", 1)[0] + "words: yes\n"

    pack, problems = read(UNREVIEWED, typed)

    assert pack is None
    assert "translations.yaml:8:12: this is no signature." in lines(problems)[0]


def checked(pack: NationalPack) -> list[tuple[str, str]]:
    problems = word_problems({"cdt": pack}, [], a_config(), {})
    return [(one.code, one.message) for one in problems if one.code in ("stale-welsh", "unsigned")]


def test_check_names_what_has_changed_since_it_was_signed() -> None:
    changed = UNREVIEWED.replace("is too small", "is ever too small")

    assert checked(a_pack(changed, signed(a_pack(), "every-report"))) == [
        (
            "stale-welsh",
            "trust-your-instincts/every-report has changed since A. Jones signed it on Sunday "
            "1 November 2015. Live, it stays at home.",
        )
    ]


def test_check_says_where_reviewed_welsh_bears_no_signature() -> None:
    reviewed = UNREVIEWED.replace("unreviewed", "reviewed")

    ((code, said),) = checked(a_pack(reviewed, signed(a_pack(), "every-report")))

    assert code == "unsigned"
    assert "1 of its wordings bear no signature" in said
    assert checked(a_pack(UNREVIEWED)) == []
