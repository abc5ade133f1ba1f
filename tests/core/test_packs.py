"""Packs as their authors write them: what is read, what one force makes of it, and what is said."""

from datetime import date, time

import pytest

from bot.core.model import Language
from bot.core.packs import Dated, EveryWeek, Never, read_local, read_national
from bot.core.source import Place
from tests.core.packs_in_text import (
    CAMPAIGN,
    CY,
    EN,
    FORCES,
    GWENT,
    KENT,
    Newsroom,
    a_national,
    a_pack,
    a_standing_campaign,
    lines,
    local_of,
    national_of,
    only,
    problems_of,
    yaml,
)

CHANGED = """\
force: gwent
campaign: cdt
takes_part: yes
written_for_version: 1
fill_in:
  in_area:
    en: in Gwent
    cy: yng Ngwent
change:
  trust-your-instincts:
    not-sure:
      {words}
      cy: |
        Newydd {{ in_area }}.
"""
"""The local pack of the format's section 2; {words} stand on line 12, in column 7."""


def changed(words: str) -> list[str]:
    """What is said of a local pack whose English words are these."""
    own = CHANGED.replace("{words}", words)
    return lines(problems_of(local=own, force="gwent"))


# --- the table of what she does and what must be said -----------------------------------------

UNDER_A_BAR = 'Put the words on the next line, under "en: |".'
CUT_OFF = 'everything after " #" is cut off here as a note. ' + UNDER_A_BAR


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("en: Report it. #ACT", f"F:12:22: {CUT_OFF}"),
        ("en: Report it.\n        #ACT now", f"F:13:9: {CUT_OFF}"),
        ("en: Remember: call", f"F:12:7: a colon here is read as a new field. {UNDER_A_BAR}"),
        (
            "en: {{ in_area }} something",
            f'F:12:7: a value cannot begin with "{{" here. {UNDER_A_BAR}',
        ),
        ("en: @kent see this", f'F:12:7: a value cannot begin with "@" here. {UNDER_A_BAR}'),
        (
            "en:\n        Seen something? Tell us: now",
            'F:13:9: "Seen something? Tell us" is not a field. Did you forget the | after "en:"?',
        ),
        (
            "en:\n        Seen something? Tell us: {{ report_link }}\n        Now.",
            'F:13:9: "Seen something? Tell us" is not a field. Did you forget the | after "en:"?',
        ),
        (
            "en:\n        Seen something?\n        Tell us.",
            'F:13:9: these lines would run together: there is no | after "en:". ' + UNDER_A_BAR,
        ),
        ("en:|\n        Tell us.", 'F:12:7: put a space after "en:". Write "en: |".'),
        ("-en: hi", 'F:12:7: "-en" is not a field. Remove the dash: write "en:".'),
        ("\ten: hi", "F:12:1: this line begins with a tab. Use ordinary spaces."),
        (
            "en: |\n\N{NO-BREAK SPACE}       Tell us.",
            "F:13:1: this line begins with a space copied from Word. "
            "Delete it and use ordinary spaces.",
        ),
    ],
)
def test_a_mistake_in_the_words_is_one_sentence_at_its_line(words: str, sentence: str) -> None:
    assert changed(words) == [sentence]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("{in_area}", '"{in_area}" would be published as it stands. Write {{ in_area }}.'),
        ("{ in_area }", '"{ in_area }" would be published as it stands. Write {{ in_area }}.'),
        ("[in_area]", '"[in_area]" would be published as it stands. Write {{ in_area }}.'),
        ("[town]", '"[town]" would be published as it stands. Write the words out.'),
        ("<town>", '"<town>" would be published as it stands. Write the words out.'),
        ("XXX", '"XXX" would be published as it stands. Write the words out.'),
        ("Tbc", '"Tbc" would be published as it stands. Write the words out.'),
        ("____", '"____" would be published as it stands. Write the words out.'),
        (
            "{{ in_area }}}",
            '"}" would be published as it stands. '
            "Every {{ needs its }}, with one name between them.",
        ),
        (
            "{{ in area }}",
            'no value called "in area". Did you mean {{ in_area }}? Known here: at_cinemas, '
            "emergency, force, hotline, in_area, report_link. "
            "Names have no spaces or hyphens; they have _ instead.",
        ),
        (
            "{{ in-area }}",
            'no value called "in-area". Did you mean {{ in_area }}? Known here: at_cinemas, '
            "emergency, force, hotline, in_area, report_link. "
            "Names have no spaces or hyphens; they have _ instead.",
        ),
        (
            "{{ In_area }}",
            'no value called "In_area". Did you mean {{ in_area }}? Known here: at_cinemas, '
            "emergency, force, hotline, in_area, report_link.",
        ),
    ],
)
def test_a_blank_left_in_the_words_is_named_at_its_line(typed: str, sentence: str) -> None:
    assert changed(f"en: |\n        First line.\n        Seen {typed} today?") == [
        f"F:14: {sentence}"
    ]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("hashtag: #ACT", "the hashtag is empty. Write it without the #: hashtag: ACT"),
        ('hashtag: "#ACT"', '"#ACT" has a # in front. Write it without the #: hashtag: ACT'),
        (
            "hashtag: Counter Terrorism",
            '"Counter Terrorism" would not link as one hashtag. '
            "Use letters, digits and _ only, at most 100, at least one letter, no spaces.",
        ),
        (
            "hashtag: Counter-Terrorism",
            '"Counter-Terrorism" would not link as one hashtag. '
            "Use letters, digits and _ only, at most 100, at least one letter, no spaces.",
        ),
        (
            "hashtag: 2015",
            '"2015" would not link as one hashtag. '
            "Use letters, digits and _ only, at most 100, at least one letter, no spaces.",
        ),
    ],
)
def test_a_hashtag_that_would_not_link_is_named(written: str, sentence: str) -> None:
    _, problems = national_of(CAMPAIGN.replace("hashtag: CommunitiesDefeatTerrorism", written))

    assert only(problems) == f"messages/national/cdt/campaign.yaml:5:10: {sentence}"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            "call {{ hotline }}",
            "values are plain words; {{ }} works only in wordings. "
            'Write the words of "in_area" out.',
        ),
        (
            "{{ hotline }}",
            "values are plain words; {{ }} works only in wordings. "
            'Write the words of "in_area" out.',
        ),
        (
            "in {town}",
            "values are plain words; {{ }} works only in wordings. "
            'Write the words of "in_area" out.',
        ),
        (
            "[town]",
            '"[town]" would be published as it stands. '
            'Write the words of "in_area" out, without brackets.',
        ),
        ("in TBC", '"TBC" would be published as it stands. Write the words out.'),
        (
            "in Kent #ACT",
            'everything after " #" is cut off here as a note. '
            'Put the words on the next line, under "in_area: |".',
        ),
        (
            "in Kent,\n    by the sea",
            '"in_area" should fit on one line. Join its lines, however long the line becomes.',
        ),
        (
            "call 0800 789 321",
            'the number "0800 789 321" is typed here. '
            "Numbers are inserted, so that no digit is ever wrong: {{ hotline }}.",
        ),
        (
            "in Kent.",
            '"in_area" ends with a full stop, and stands inside sentences. '
            "Take the full stop away.",
        ),
    ],
)
def test_a_value_is_plain_words(value: str, sentence: str) -> None:
    own = KENT + f"fill_in:\n  in_area: {value}\n"

    said = only(problems_of(local=own))

    assert said.startswith("F:6:")
    assert said.endswith(sentence)


def test_a_value_may_have_a_note_behind_it() -> None:
    pack, _ = local_of(
        "force: kent\ncampaign: cdt\nfill_in:\n  in_area: in Kent # checked\n", "kent"
    )

    assert pack.fill_in == {"in_area": {EN: "in Kent"}}


def test_an_english_change_without_its_welsh_is_a_stale_twin() -> None:
    own = GWENT + "change:\n  trust-your-instincts:\n    not-sure:\n      en: New {{ in_area }}.\n"

    assert only(problems_of(local=own, force="gwent")) == (
        "F:11:5: you changed the English of trust-your-instincts/not-sure; its Welsh still says "
        'the national words. Change "cy" too.'
    )


def test_a_welsh_change_without_its_english_is_a_stale_twin_too() -> None:
    own = GWENT + "change:\n  trust-your-instincts:\n    not-sure:\n      cy: Yma {{ in_area }}.\n"

    assert "you changed the Welsh" in only(problems_of(local=own, force="gwent"))


def test_an_english_force_may_change_the_english_alone() -> None:
    own = KENT + "change:\n  trust-your-instincts:\n    not-sure:\n      en: New {{ in_area }}.\n"

    assert problems_of(local=own) == []


def test_a_value_without_welsh_in_a_welsh_force_is_named() -> None:
    own = GWENT.replace("    cy: yn yr Example Cinema yng Nghasnewydd\n", "")

    assert only(problems_of(local=own, force="gwent")) == (
        "F:6:3: at_cinemas has no Welsh. Gwent Police publishes in Welsh and English. "
        'Write both, under "at_cinemas:", as en: and cy:'
    )


def test_an_added_message_without_welsh_in_a_welsh_force_is_named() -> None:
    own = GWENT + (
        "add:\n  ours:\n    theme: report-it\n    wordings:\n      a:\n"
        "        en: Ours {{ in_area }}.\n"
    )

    assert "ours/a has no Welsh. Gwent Police publishes in Welsh and English." in only(
        problems_of(local=own, force="gwent")
    )


def test_two_values_without_welsh_are_one_line() -> None:
    forces = FORCES.replace("languages: en\n", "languages: cy, en\n").replace(
        "    in_area: in Kent\n", "    in_area: in Kent\n    at_cinemas: at the pier\n"
    )

    _, problems = a_pack(force="kent", forces=forces)

    assert only(problems).startswith(
        "config/forces.yaml:16:1: in_area and at_cinemas have no Welsh. "
        "Kent Police publishes in Welsh and English."
    )


def test_two_values_that_are_missing_are_one_line() -> None:
    campaign = CAMPAIGN.replace("    needed: no\n", "    needed: yes\n")
    forces = FORCES.replace("    in_area: in Kent\n", "    in_arae: in Kent\n")

    _, problems = a_pack(campaign, force="kent", forces=forces)

    assert only(problems) == (
        'config/forces.yaml:16:1: kent has not filled in "in_area" and "at_cinemas". '
        'There is "in_arae": did you mean in_area?'
    )


def test_a_blank_in_the_values_of_forces_yaml_is_one_line_for_that_force() -> None:
    forces = FORCES.replace("in_area: in Kent", "in_area: in the [town] area")

    _, problems = a_pack(force="kent", forces=forces)

    assert only(problems) == (
        'config/forces.yaml:16:1: in_area: "[town]" would be published as it stands. '
        "Write the words out."
    )


@pytest.mark.parametrize(
    ("clock", "repair"),
    [
        ("6.15pm", "18:15"),
        ("6pm", "18:00"),
        ("12am", "00:00"),
        ("12.30 pm", "12:30"),
        ("0900", "09:00"),
        ("9", "09:00"),
        ("25:00", "hours and minutes: 18:15"),
        ("half past six", "hours and minutes: 18:15"),
    ],
)
def test_a_time_is_repaired_as_far_as_it_can_be_read(clock: str, repair: str) -> None:
    own = KENT + f"times:\n  evening: {clock}\n"

    assert only(problems_of(local=own)) == (
        f'F:6:12: "{clock}" is not a time of day. Write the time as {repair}.'
    )


# --- names that nobody knows ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            "take_part: yes\n",
            'F:5:1: a local pack has no field called "take_part". Did you mean takes_part?',
        ),
        (
            "changes:\n  a: b\n",
            'F:5:1: a local pack has no field called "changes". Did you mean change?',
        ),
        (
            "fill_in:\n  in_aera: in Kent\n",
            'F:6:3: the pack asks for no value called "in_aera". Did you mean in_area?',
        ),
        (
            "change:\n  trust-your-instinct:\n    a:\n      en: New.\n",
            'F:6:3: the national pack has no message called "trust-your-instinct". '
            "Did you mean trust-your-instincts?",
        ),
        (
            "change:\n  trust-your-instincts:\n    notsure:\n      en: New {{ in_area }}.\n",
            'F:7:5: trust-your-instincts has no wording called "notsure". Did you mean not-sure?',
        ),
        (
            "withdraw:\n  trust-your-instinct: we have none\n",
            'F:6:3: the national pack has no message called "trust-your-instinct". '
            "Did you mean trust-your-instincts?",
        ),
        (
            "times:\n  evning: 18:15\n",
            'F:6:3: the national pack has no slot called "evning". Did you mean evening?',
        ),
        (
            "add:\n  ours:\n    theme: report\n    wordings:\n      a:\n"
            "        en: Ours {{ in_area }}.\n",
            'F:6:3: there is no theme called "report". Did you mean report-it?',
        ),
        (
            "add:\n  Our Own:\n    theme: report-it\n",
            'F:6:3: "Our Own" cannot be the name of a message. '
            "Names are small letters and hyphens: our-own",
        ),
        (
            "change:\n  trust-your-instincts:\n    en: |\n      New.\n",
            'F:7:5: "en:" stands straight under trust-your-instincts. '
            "Between the two belongs the name of a wording.",
        ),
        (
            "change:\n  trust-your-instincts:\n    not-sure:\n      EN: New.\n",
            'F:8:7: a wording has no field called "EN". Did you mean en?',
        ),
        (
            "withdraw:\n  trust-your-instincts:\n",
            'F:6:3: "trust-your-instincts" is withdrawn without a reason. '
            "Write it after the name: trust-your-instincts: we have no cinema",
        ),
        (
            "fill_in:\n  - in Kent\n",
            'F:6:3: "fill_in" has a list with dashes or brackets. '
            "Give each one a name on a line of its own instead: everything here has a name.",
        ),
        (
            "withdraw: trust-your-instincts\n",
            'F:5:11: "withdraw" should have fields under it, not "trust-your-instincts". '
            "Write each as a name, a colon and a value, on a line of its own, two spaces further "
            "in.",
        ),
    ],
)
def test_a_wrong_name_is_one_line_with_the_near_one(more: str, sentence: str) -> None:
    assert only(problems_of(local=KENT + more)).startswith(sentence)


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("force: kent", "force: dorset", 'F:1:8: this file stands where force is "kent"'),
        ("force: kent\n", "", 'F:1:1: "force" is missing here. Add a line force: kent'),
        ("takes_part: yes", "takes_part: maybe", 'F:3:13: "takes_part" is yes or no, not "maybe".'),
        ("takes_part: yes", "takes_part: no", "F:3:13: takes_part: no has no reason."),
        (
            "written_for_version: 1",
            "written_for_version: one",
            'F:4:22: "written_for_version" is a whole number from 1 to 9999, not "one".',
        ),
    ],
)
def test_a_wrong_value_of_a_local_pack_is_one_line(
    written: str, instead: str, sentence: str
) -> None:
    own = KENT.replace(written, instead)

    assert only(problems_of(local=own)).startswith(sentence)


def test_an_empty_local_pack_says_how_to_begin() -> None:
    assert only(problems_of(local="# only notes\n")) == (
        "F:1: there is nothing in this file. Begin with: .venv/bin/bot localise kent cdt"
    )


def test_a_pack_that_was_written_for_an_older_version_is_a_warning() -> None:
    problems = problems_of(CAMPAIGN.replace("version: 1", "version: 2"))

    assert only(problems) == (
        "messages/national/cdt/campaign.yaml:2:1: the pack is now version 2; these local packs "
        "were written for 1. See what changed and carry it over: .venv/bin/bot update cdt"
    )
    assert problems[0].severity == "warning"
    assert problems[0].forces == ("kent",)


@pytest.mark.parametrize(
    ("written", "instead", "line"),
    [
        ("starts: Monday 2015-11-23", "starts: Monday 20 November 2015",
         "3:9: 20 November 2015 is a Friday, not a Monday. Write Friday 20 November 2015, "
         "or Monday 16 November 2015 or Monday 23 November 2015."),
        ("starts: Monday 2015-11-23", "starts: 23/11/2015", '3:9: "23/11/2015" is not a date. '
         "Write Monday 23 November 2015."),
        ("starts: Monday 2015-11-23", "starts: 31 November 2015",
         '3:9: "31 November 2015" is not a date.'),
        ("starts: Monday 2015-11-23\n", "", '1:1: "starts" is missing here.'),
        ("days: 5\n", "", '1:1: "days" or "weeks" is missing here.'),
        ("days: 5", "days: none", '4:7: "days" is a whole number from 1 to 366, not "none".'),
        ("days: 5", "days: 5\nweeks: 1", '5:1: "days" and "weeks" both stand here.'),
        ("  morning: 09:00", "  - 09:00", '7:3: this line begins with a dash.'),
        ("  morning: 09:00", "  morning: 17:30", "8:3: evening and morning are at the same time."),
        ("  report-it: Monday,", "  report-it: Munday,", '19:14: "Munday" is not a weekday.'),
        ("  report-it: Monday,", "  other: Monday\n  report-it: Monday,",
         "20:3: Monday already belongs to the theme other."),
        ("    theme: report-it", "    theme: report",
         '22:12: there is no theme called "report". Did you mean report-it?'),
        ("    wordings:", "    wording:", '23:5: a message has no field called "wording".'),
        ("      every-report:", "      not-sure:",
         '31: "not-sure" stands here twice (first on line 24).'),
        ("  in_area:\n", "  in-area:\n", '10:3: "in-area" cannot be the name of a value. '
         "Use small letters and _: in_area"),
        ("version: 1", "versoin: 1", '2:1: a campaign has no field called "versoin". '
         "Did you mean version?"),
    ],
)  # fmt: skip
def test_a_mistake_in_campaign_yaml_is_one_line(written: str, instead: str, line: str) -> None:
    _, problems = national_of(CAMPAIGN.replace(written, instead, 1))

    assert only(problems).startswith(f"messages/national/cdt/campaign.yaml:{line}")


LAUNCH = """\
theme: report-it
messages:
  trust-your-instincts:
    wordings:
      a:
        en: Words {{ in_area }}.
        cy: Geiriau {{ in_area }}.
"""


def test_two_messages_of_one_name_in_two_files_are_named_with_both_places() -> None:
    _, problems = national_of(launch=LAUNCH)

    assert only(problems) == (
        "messages/national/cdt/launch.yaml:3:3: there is another message called "
        '"trust-your-instincts" at messages/national/cdt/campaign.yaml:21:3. '
        "Give one of them another name."
    )


def test_an_unknown_theme_of_a_file_is_one_line_for_all_its_messages() -> None:
    launch = LAUNCH.replace("trust-your-instincts", "one").replace("report-it", "report")
    launch += "  two:\n    wordings:\n      a:\n        en: More {{ in_area }}.\n"

    _, problems = national_of(launch=launch)

    assert only(problems).startswith(
        'messages/national/cdt/launch.yaml:1:8: there is no theme called "report".'
    )


def test_a_theme_file_without_its_theme_is_one_line() -> None:
    _, problems = national_of(launch=LAUNCH.replace("theme: report-it\n", ""))

    assert lines(problems)[0].startswith(
        'messages/national/cdt/launch.yaml:1:1: "theme" is missing here.'
    )


def test_a_theme_file_with_nothing_but_notes_is_left_alone() -> None:
    assert national_of(notes="# For colleagues.\n")[1] == []


def test_a_folder_without_campaign_yaml_is_named() -> None:
    pack, problems = read_national("cdt", {"messages/national/cdt/launch.yaml": b""})

    assert pack is None
    assert only(problems).startswith("messages/national/cdt: there is no campaign.yaml here.")


# --- what is read -----------------------------------------------------------------------------


def test_a_campaign_is_read_as_it_was_written() -> None:
    pack = a_national()

    assert (pack.id, pack.schedule) == ("cdt", Dated(date(2015, 11, 23), 5))
    assert pack.hashtags == ("CommunitiesDefeatTerrorism",)
    assert [slot.at for slot in pack.slots.values()] == [time(9), time(17, 30)]
    assert pack.themes["report-it"].weekdays == frozenset(range(5))
    assert not pack.values["at_cinemas"].needed


def test_a_line_in_the_file_is_a_line_in_the_post() -> None:
    wording = a_national().messages["trust-your-instincts"].wordings["not-sure"]

    words = wording.words[Language.EN]

    assert words.text.split("\n")[1] == "Tell us in confidence: {{ report_link }}"
    assert words.place == Place("messages/national/cdt/campaign.yaml", 26)


def test_empty_lines_above_the_words_do_not_move_their_place() -> None:
    campaign = CAMPAIGN.replace("        en: |\n", "        en: |\n\n", 1)

    words = a_national(campaign).messages["trust-your-instincts"].wordings["not-sure"].words[EN]

    assert words.place.line == 27


def test_a_no_break_space_between_words_is_an_ordinary_space() -> None:
    campaign = CAMPAIGN.replace("Seen something", "Seen\N{NO-BREAK SPACE}something")

    words = a_national(campaign).messages["trust-your-instincts"].wordings["not-sure"].words[EN]

    assert words.text.startswith("Seen something {{ in_area }}")


def test_a_local_pack_replaces_a_sentence_and_its_place_says_so() -> None:
    own = KENT + "change:\n  trust-your-instincts:\n    not-sure:\n      en: New {{ in_area }}.\n"

    pack, _ = a_pack(local=own, force="kent")

    wordings = pack.messages["trust-your-instincts"].wordings
    assert wordings["not-sure"].words[EN].text == "New {{ in_area }}."
    assert wordings["not-sure"].words[EN].place.file == "F"
    assert wordings["every-report"].words[EN].place.file == "messages/national/cdt/campaign.yaml"


def test_a_change_keeps_the_condition_of_the_national_wording() -> None:
    campaign = CAMPAIGN.replace(
        "      not-sure:\n", "      not-sure:\n        for_forces_with: at_cinemas\n"
    )
    own = KENT + "change:\n  trust-your-instincts:\n    not-sure:\n      en: New {{ in_area }}.\n"

    pack, _ = a_pack(campaign, own, "kent")

    assert pack.messages["trust-your-instincts"].wordings["not-sure"].forces_with == ("at_cinemas",)


def test_a_local_pack_moves_a_slot_and_fills_in_values() -> None:
    own = KENT + "fill_in:\n  at_cinemas: at the pier\ntimes:\n  evening: 18:15\n"

    pack, problems = a_pack(local=own, force="kent")

    assert not problems
    assert pack.slots["evening"].at == time(18, 15)
    assert pack.slots["morning"].at == time(9)
    assert pack.values["at_cinemas"] == {EN: "at the pier"}


def test_a_withdrawn_message_keeps_its_place_with_its_reason() -> None:
    own = KENT + "withdraw:\n  trust-your-instincts: we say this in March\n"

    pack, _ = a_pack(local=own, force="kent")

    assert pack.messages["trust-your-instincts"].withdrawn == "we say this in March"


def test_what_localise_left_blank_is_not_filled_in() -> None:
    own = "force: gwent\ncampaign: cdt\nfill_in:\n  in_area:\n    en:\n    cy:\n  at_cinemas:\n"

    pack, problems = local_of(own)

    assert not problems
    assert pack.fill_in == {}


def test_a_local_pack_with_an_error_is_marked() -> None:
    pack, _ = local_of(KENT.replace("takes_part: yes", "takes_part: perhaps"), "kent")

    assert not pack.ok
    assert pack.takes_part is None


def test_a_local_pack_that_cannot_be_read_is_marked() -> None:
    pack, problems = read_local("F", yaml("a: b: c"), sender="kent", campaign="cdt")

    assert not pack.ok
    assert len(problems) == 1


def test_a_file_with_everything_wrong_says_each_thing_once() -> None:
    own = """\
        force: kent
        campaign: cdt
        takes_part: perhaps
        fill_in:
          in_area: in [Kent] now
        times:
          evening: 6.15pm
        withdraw:
          trust-your-instincts:
        """

    _, problems = read_local("F", yaml(own), sender="kent", campaign="cdt")

    assert [problem.place.line for problem in problems] == [3, 9, 7]


@pytest.mark.parametrize("language", [EN, CY])
def test_both_languages_of_a_wording_stand_side_by_side(language: Language) -> None:
    wording = a_national().messages["trust-your-instincts"].wordings["every-report"]

    assert "{{ in_area }}" in wording.words[language].text


# --- when a pack is scheduled -----------------------------------------------------------------

STANDING = CAMPAIGN.replace("starts: Monday 2015-11-23\ndays: 5\n", "scheduled: every week\n")
READY = STANDING.replace("every week", "never").replace(
    "slots:\n  morning: 09:00\n  evening: 17:30\n", ""
)
READY = READY.replace(
    "  report-it: Monday, Tuesday, Wednesday, Thursday, Friday\n", "  report-it:\n"
)


def test_a_pack_says_how_it_is_scheduled() -> None:
    by_date = CAMPAIGN.replace("days: 5", "days: 5\nscheduled: by date")

    assert a_national(by_date).schedule == a_national().schedule
    assert a_national(STANDING).schedule == EveryWeek()
    assert a_national(READY).schedule == Never()


def test_a_pack_held_ready_needs_no_weekdays_no_slots_and_no_hashtag() -> None:
    pack = a_national(READY.replace("hashtag: CommunitiesDefeatTerrorism\n", ""))

    assert (pack.hashtags, pack.slots) == ((), {})
    assert pack.themes["report-it"].weekdays == frozenset()


def test_a_theme_held_ready_may_say_what_it_is_about() -> None:
    pack = a_national(READY.replace("  report-it:\n", "  report-it:\n    about: Reporting\n"))

    assert pack.themes["report-it"].about == "Reporting"


@pytest.mark.parametrize(
    ("campaign", "written", "instead", "sentence"),
    [
        (CAMPAIGN, "days: 5", "days: 5\nscheduled: weekly",
         '5:12: "scheduled" is by date, every week or never, not "weekly".'),
        (STANDING, "hashtag", "starts: Monday 2015-11-23\nhashtag",
         '4:1: a pack that is scheduled: every week has no "starts". Take it out. From when and '
         "until when it goes on stands at the run, in config/campaigns.yaml."),
        (STANDING, "hashtag", "days: 5\nhashtag",
         '4:1: a pack that is scheduled: every week has no "days".'),
        (STANDING, "hashtag", "weeks: 5\nhashtag",
         '4:1: a pack that is scheduled: every week has no "weeks".'),
        (STANDING, "report-it: Monday, Tuesday, Wednesday, Thursday, Friday", "report-it:",
         '18:13: "report-it" has no weekday.'),
        (STANDING, "hashtag: CommunitiesDefeatTerrorism\n", "", '1:1: "hashtag" is missing here.'),
        (READY, "hashtag", "starts: Monday 2015-11-23\nhashtag",
         '4:1: a pack that is scheduled: never has no "starts". Take it out. To let the bot post '
         "from the pack, write scheduled: by date."),
        (READY, "themes:", "slots:\n  morning: 09:00\nthemes:",
         '14:1: a pack that is scheduled: never has no "slots".'),
        (READY, "  report-it:\n", "  report-it: Monday\n",
         '15:3: a pack that is scheduled: never has no weekdays, and "report-it" names some.'),
        (READY, "  report-it:\n", "  report-it:\n    on: Monday\n",
         '16:5: a pack that is scheduled: never has no weekdays, and "report-it" names some.'),
        (READY, "  report-it:\n", "  report-it:\n    abuot: x\n",
         '16:5: a theme has no field called "abuot". Did you mean about?'),
    ],
)  # fmt: skip
def test_a_field_that_does_not_go_with_how_a_pack_is_scheduled_is_one_line(
    campaign: str, written: str, instead: str, sentence: str
) -> None:
    assert written in campaign

    found = national_of(campaign.replace(written, instead, 1))[1]

    line = only(found).removeprefix("messages/national/cdt/campaign.yaml:")
    assert line.startswith(sentence)


def test_a_standing_pack_may_have_a_theme_on_any_weekday() -> None:
    pack = a_national(a_standing_campaign(days="Saturday, Sunday"))

    assert pack.on_weekday(date(2026, 11, 21)) == pack.themes["report-it"]
    assert pack.on_weekday(date(2026, 11, 23)) is None


# --- essential --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authority", "is_one"),
    [
        ("ACC Smith, 1 May 2026", True),
        ("the Prif Gwnstabl", True),
        ("yes", False),
        ("no", False),
        ("2026", False),
        ("Gold", False),
    ],
)
def test_a_message_is_essential_on_an_authority_in_words(authority: str, is_one: bool) -> None:
    campaign = CAMPAIGN + ESSENTIAL.replace("AUTHORITY", authority)

    pack, problems = national_of(campaign)

    codes = [problem.code for problem in problems]
    assert ("essential" not in codes) is is_one
    if is_one:
        assert pack is not None
        assert pack.messages["leave-now"].essential == authority


ESSENTIAL = """\
  leave-now:
    theme: report-it
    essential: AUTHORITY
    wordings:
      only:
        en: |
          Leave {{ in_area }} now. {{ report_link }}
        cy: |
          Gadewch {{ in_area }} nawr. {{ report_link }}
"""


def test_its_authority_reaches_every_post_of_the_message() -> None:
    campaign = CAMPAIGN.replace("    theme: report-it\n", "    theme: report-it\n" + MARK)

    posts = Newsroom(campaign).posts()

    marked = {post.rendering.pick.message for post in posts if post.essential == "ACC Smith"}
    others = {post.rendering.pick.message for post in posts if post.essential is None}
    assert marked
    assert not marked & others


MARK = "    essential: ACC Smith\n"
