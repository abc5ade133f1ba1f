"""A text is in the language that it stands under."""

import pytest

from bot.core.check.packs import national_problems
from bot.core.check.prose import prose
from bot.core.check.spoken import is_clearly
from bot.core.check.words import word_problems
from bot.core.model import Language
from tests.core.packs_in_text import CAMPAIGN, CY, EN, a_config, a_national, lines

ENGLISH = "No report {{ in_area }} is too small: {{ report_link }}"
WELSH = "Does dim un adroddiad {{ in_area }} yn rhy fach: {{ report_link }}"


def warned(campaign: str) -> list[str]:
    problems = word_problems({"cdt": a_national(campaign)}, [], a_config(), {})
    return [line for line in lines(problems) if " look like " in line]


def test_english_copied_under_cy_is_an_error() -> None:
    copied = CAMPAIGN.replace(WELSH, ENGLISH.replace("No report", "No  report"))

    problems = national_problems(a_national(copied), a_config())

    (said,) = [one.message for one in problems if one.code == "same-in-both"]
    assert said == "trust-your-instincts/every-report says the same under cy: and en:."


def test_values_alone_are_not_the_same_in_both() -> None:
    values = "{{ in_area | first_capital }}: {{ report_link }}"
    copied = CAMPAIGN.replace(WELSH, values).replace(ENGLISH, values)

    problems = national_problems(a_national(copied), a_config())

    assert "same-in-both" not in {one.code for one in problems}


def test_another_english_text_under_cy_is_a_warning_on_its_line() -> None:
    english = "If you have seen it and are not sure, tell us {{ in_area }}."
    line = CAMPAIGN[: CAMPAIGN.index(WELSH)].count("\n") + 1

    (said,) = warned(CAMPAIGN.replace(WELSH, english))

    assert said.startswith(f"messages/national/cdt/campaign.yaml:{line}:")
    assert "these words under cy: look like English." in said


def test_welsh_under_en_is_a_warning() -> None:
    welsh = "Os ydych chi wedi gweld rhywbeth {{ in_area }}, mae'n bwysig eich bod yn dweud."

    (said,) = warned(CAMPAIGN.replace(ENGLISH, welsh))

    assert "these words under en: look like Welsh." in said


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Heddlu Gwent", None),  # a name
        ("Report it: {{ the_of_and_to }} the.and.of", None),  # values and addresses are no words
        ("Mae’r llinell yn gyfrinachol, a’ch galwad hefyd.", CY),  # curly apostrophes
        (
            "“Mae yn y tŷ” is on in the town: tell us what you think of it, and who was there.",
            EN,
        ),
    ],
)
def test_small_words_tell(text: str, language: Language | None) -> None:
    assert [one for one in (CY, EN) if is_clearly(one, prose(text, EN))] == (
        [language] if language else []
    )


def test_what_is_short_is_not_judged() -> None:
    assert warned(CAMPAIGN) == []


def test_a_link_in_one_language_only_is_a_warning_beside_the_other() -> None:
    without = CAMPAIGN.replace(WELSH, WELSH.replace(": {{ report_link }}", "."))

    problems = word_problems({"cdt": a_national(without)}, [], a_config(), {})

    assert [one.message for one in problems if one.code == "facts-differ"] == [
        "English gives report_link, and Welsh does not."
    ]
