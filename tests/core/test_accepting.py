"""What packs accept, with a reason; and what they cannot."""

from __future__ import annotations

from bot.core import check
from bot.core.packs import LocalPack, NationalPack
from bot.core.source import Problem
from tests.core.packs_in_text import (
    CAMPAIGN,
    KENT,
    a_config,
    a_national,
    lines,
    local_of,
    national_of,
)

SHOUTING = CAMPAIGN.replace("No report {{ in_area }} is too small", "Look {{ in_area }}! Do it NOW")
AT_WORDING = SHOUTING.replace(
    "      every-report:\n", "      every-report:\n        accepts:\n          REASONS\n"
)
AT_MESSAGE = SHOUTING.replace(
    "    theme: report-it\n", "    theme: report-it\n    accepts:\n      REASONS\n"
)
AT_CAMPAIGN = f"{SHOUTING}accepts:\n  REASONS\n"


def found_in(pack: NationalPack, *local: LocalPack) -> tuple[list[Problem], check.Acceptances]:
    accepts = check.acceptances([pack], local)
    found = check.word_problems({"cdt": pack}, local, a_config(), {})
    return accepts.marked(found), accepts


def test_a_warning_is_accepted_at_the_wording_the_message_and_the_campaign() -> None:
    for text in (AT_WORDING, AT_MESSAGE, AT_CAMPAIGN):
        pack = a_national(text.replace("REASONS", "exclamation: the film's own title"))

        found, accepts = found_in(pack)

        assert {one.code: one.accepted for one in found} == {
            "capitals": "", "exclamation": "the film's own title",
        }  # fmt: skip
        assert accepts.left_over(found) == []


def test_what_one_wording_accepts_is_not_accepted_for_another() -> None:
    text = SHOUTING.replace(
        "      not-sure:\n", "      not-sure:\n        accepts:\n          exclamation: its title\n"
    )

    found, accepts = found_in(a_national(text))

    assert [one.accepted for one in found if one.code == "exclamation"] == [""]
    assert lines(accepts.left_over(found)) == [
        "messages/national/cdt/campaign.yaml:26:11: exclamation is accepted here, and there is "
        "none. Take the line out: it would let the next one pass unseen."
    ]


def test_a_force_accepts_for_its_own_words_only() -> None:
    own = "change:\n  trust-your-instincts:\n    not-sure:\n      en: Now {{ in_area }}!\n"
    local, problems = local_of(f"{KENT}{own}accepts:\n  exclamation: our stall's name\n", "kent")

    found, _ = found_in(a_national(SHOUTING), local)

    assert problems == []
    assert {(one.place.file, one.accepted) for one in found if one.code == "exclamation"} == {
        ("F", "our stall's name"), ("messages/national/cdt/campaign.yaml", ""),
    }  # fmt: skip


def test_errors_and_codes_that_there_are_not_cannot_be_accepted() -> None:
    reasons = "patrol-times: everybody knows them\n  exclamtion: its own title"

    _, accepts = found_in(a_national(AT_CAMPAIGN.replace("REASONS", reasons)))

    patrol, unknown = lines(check.acceptance_problems(accepts))
    assert "patrol-times cannot be accepted: it is an error." in patrol
    assert "Say that officers are about, and neither when nor where." in patrol
    assert 'there is no warning called "exclamtion". Did you mean exclamation?' in unknown


def test_a_reason_has_two_words() -> None:
    for reason in ("", " ok", " x y"):
        _, problems = national_of(AT_CAMPAIGN.replace("REASONS", f"exclamation:{reason}"))

        assert [one.code for one in problems] == ["no-reason"]


def test_an_error_stays_one_whatever_a_pack_says() -> None:
    pack = a_national(AT_CAMPAIGN.replace("REASONS", "staff-text: a quotation from it"))
    accepts = check.acceptances([pack], [])
    for_staff = a_national(CAMPAIGN.replace("No report", "Staff only: no report"))
    staff = check.national_problems(for_staff, a_config())

    assert [(one.code, one.accepted) for one in accepts.marked(staff)] == [("staff-text", "")]
