"""The local file a force begins with."""

import pytest

from bot.core.localise import local_file
from bot.core.packs import read_local
from tests.core.packs_in_text import (
    CAMPAIGN,
    CY,
    EN,
    FORCES,
    Newsroom,
    a_config,
    a_national,
    lines,
    problems_of,
    texts,
)


def written(force: str, campaign: str = CAMPAIGN) -> str:
    return local_file(a_national(campaign), a_config().senders[force], "cdt@2015")


@pytest.mark.parametrize("force", ["kent", "gwent"])
def test_it_is_a_local_pack_as_it_stands(force: str) -> None:
    pack, problems = read_local("F", written(force).encode(), sender=force, campaign="cdt")

    assert lines(problems) == []
    assert pack.ok
    assert pack.takes_part is None  # only a person says yes
    assert lines(problems_of(local=written(force), force=force)) == []


def test_nothing_is_said_differently_until_it_is_edited() -> None:
    own = {force: written(force) for force in ("kent", "gwent")}

    assert texts(Newsroom(local=own).plan().posts) == texts(Newsroom().plan().posts)


def test_the_national_words_stand_as_notes_in_the_forces_languages_only() -> None:
    kents, gwents = written("kent"), written("gwent")

    assert "#         Seen something {{ in_area }} that did not feel right?" in kents.replace(
        "  #       Seen", "#         Seen"
    )
    assert "Wedi gweld" not in kents
    assert "Wedi gweld" in gwents


def test_words_said_in_its_own_way_need_only_the_notes_sign_taken_away() -> None:
    own = written("gwent")
    for line in (
        "trust-your-instincts:",
        "  every-report:",
        "    en: |",
        "      No report {{ in_area }} is too small: {{ report_link }}",
        "    cy: |",
        "      Does dim un adroddiad {{ in_area }} yn rhy fach: {{ report_link }}",
    ):
        before, _, after = own.rpartition(f"  # {line}\n")
        own = f"{before}  {line}\n{after}"

    pack, problems = read_local("F", own.encode(), sender="gwent", campaign="cdt")

    assert lines(problems) == []
    changed = pack.change["trust-your-instincts"]["every-report"]
    assert changed.words[EN].text == "No report {{ in_area }} is too small: {{ report_link }}"
    assert changed.words[CY].text.startswith("Does dim un adroddiad")


def test_what_forces_yaml_holds_already_is_shown_and_not_asked_for() -> None:
    assert "# Already in config/forces.yaml: in Kent (English)" in written("kent")
    assert "\n  in_area:" not in written("kent")


def test_what_is_needed_and_missing_is_asked_for() -> None:
    forces = FORCES.replace("    in_area: in Kent\n", "    other: x\n")

    own = local_file(a_national(), a_config(forces=forces).senders["kent"], "cdt@2015")

    assert "\n  in_area:\n" in own
    assert "  # Where you are, with its small word.\n  # For example: in Kent\n" in own


def test_a_welsh_force_is_asked_for_both_languages() -> None:
    assert "  at_cinemas:\n    cy:\n    en:\n" in written("gwent")
    assert "  at_cinemas:\n" in written("kent")


def test_it_names_the_version_it_was_written_for() -> None:
    assert "written_for_version: 7\n" in written(
        "kent", CAMPAIGN.replace("version: 1", "version: 7")
    )


def test_the_slots_and_their_times_are_shown() -> None:
    assert "#   morning: 09:00\n#   evening: 17:30\n" in written("kent")


def test_names_and_words_keep_their_columns() -> None:
    own = written("gwent")

    shown = [line for line in own.split("\n") if "every-report" in line or "trust-your" in line]

    assert shown[0] == "  # trust-your-instincts:"
    assert shown[1] == "  #   every-report:"


def test_a_pack_held_ready_has_themes_without_weekdays_and_no_times() -> None:
    campaign = CAMPAIGN.replace("starts: Monday 2015-11-23\ndays: 5\n", "scheduled: never\n")
    campaign = campaign.replace("slots:\n  morning: 09:00\n  evening: 17:30\n", "")
    ready = a_national(campaign.replace(": Monday, Tuesday, Wednesday, Thursday, Friday", ":"))

    text = local_file(ready, a_config().senders["kent"], "cdt")

    assert "  # === report-it: report-it\n" in text
    assert "times" not in text


def test_what_is_locked_is_named_with_its_reason_and_not_offered_for_change() -> None:
    national = CAMPAIGN.replace(
        "themes:\n",
        "locked:\n  promise:\n    phrase: in confidence\n    why: police promise it\nthemes:\n",
    ).replace("    theme: report-it\n", "    theme: report-it\n    locked: agreed in court\n")

    own = written("kent", national)

    assert '#   "in confidence": police promise it' in own
    assert "  # trust-your-instincts is locked, so it stays as it is: agreed in court" in own
    assert "not-sure" not in own
