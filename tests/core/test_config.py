"""The configuration: what is read from it, and the one sentence for each mistake."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.config import read_config
from bot.core.model import Language, PlatformName
from tests.core.packs_in_text import (
    CALENDAR,
    CAMPAIGNS,
    CONSTANTS,
    CY,
    EN,
    FORCES,
    SETTINGS,
    a_config,
    config_of,
    lines,
    only,
)

THREAT = """\
threat_levels:
  source: a page
  as_of: 2026-04-30
  check_by: 2027-05-31
  names:
    substantial:
      en: SUBSTANTIAL
      cy: SYLWEDDOL
    severe:
      en: SEVERE
      cy: DIFRIFOL
  meanings:
    old:
      since: 2006-08-01
      substantial:
        en: an attack is a strong possibility
        cy: mae posibilrwydd cryf o ymosodiad
      severe:
        en: an attack is highly likely
        cy: mae ymosodiad yn debygol iawn
    new:
      since: 2019-07-23
      substantial:
        en: an attack is likely
        cy: mae ymosodiad yn debygol
      severe:
        en: an attack is highly likely
        cy: mae ymosodiad yn debygol iawn
  history:
    2014-08-29: severe
    2019-11-04: substantial
    2020-11-03: severe
    2022-02-09: substantial
    2026-04-30: severe
"""


def of(name: str, written: str, instead: str) -> str:
    """What is said when one line of one file is another."""
    usual = {
        "constants": CONSTANTS + THREAT,
        "forces": FORCES,
        "campaigns": CAMPAIGNS,
        "calendar": CALENDAR,
        "settings": SETTINGS,
    }[name]
    assert written in usual
    _, problems = config_of(**{name: usual.replace(written, instead, 1)})
    return only(problems).removeprefix(f"config/{name}.yaml:")


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("  region: South East", "  region: Southeast",
         '19:11: there is no region called "Southeast". Did you mean South East?'),
        ("  kind: force\n  region: South", "  kind: forces\n  region: South",
         '18:9: "forces" is not a kind of sender. Did you mean force?'),
        ("  languages: en\n", "  languages: english\n",
         '20:14: "english" is not a language we publish in. '
         "Write en, cy, or both with a comma: cy, en."),
        ("  minute: 28", "  minute: 60",
         '21:11: "minute" is a whole number from 0 to 59, not "60".'),
        ("      platform: x\n      handle", "      platform: facebook\n      handle",
         '26:17: "facebook" is not a platform the bot publishes on.'),
        ("    kent-x:", "    gwent-x:",
         '25:5: gwent already has an account called "gwent-x". '
         "An account's id belongs to one sender for ever."),
        ("      handle: kent_police", "      handle: @kent_police",
         '27:7: a value cannot begin with "@" here. Write it without the @.'),
        ("      handle: kent_police", "      handle: https://x.com/kent_police",
         '27:15: "https://x.com/kent_police" is not a handle.'),
        ("      platform: x\n      handle", "      platform: bluesky\n      handle",
         '27:15: "kent_police" is not a handle. '
         "Write the whole name, which is a domain: handle: kent.police.uk"),
        ("      platform: x\n      handle", "      platform: mastodon\n      handle",
         '27:15: "kent_police" is not a handle. '
         "Write name and server: handle: kentpolice@example.social"),
        ("      platform: x\n", "      platform: x\n      max_characters: 280\n",
         "16:23: max_characters is for Mastodon, where each server sets its own. "
         "Take the line out: X's numbers are the same for everyone."),
        ("      platform: x\n", "      platform: mastodon\n      max_characters: many\n",
         '16:23: "max_characters" is a whole number from 1 to 5000, not "many".'),
        ("      platform: x\n", "      platform: x\n      instance: example.social\n",
         "16:17: instance is for Mastodon. Take the line out: it means nothing on X."),
        ("      platform: x\n      handle: kent_police\n",
         "      platform: mastodon\n      instance: http://example.social\n",
         '27:17: "http://example.social" is not the address of a server. '
         "Write its name alone, or https:// and its name: instance: example.social"),
        ("      platform: x\n      handle: kent_police\n",
         "      platform: mastodon\n      visibility: publik\n",
         '27:19: "publik" is not a way to post on Mastodon. Did you mean public?'),
        ("      handle: kent_police", "      hadnle: kent_police",
         '27:7: an account has no field called "hadnle". Did you mean handle?'),
        ("  name: Kent Police\n", "", '16:1: "name" is missing for kent.'),
        ("kent:\n  name", "Kent Police:\n  name",
         '16:1: "Kent Police" cannot be the name of a sender. '
         "Names are small letters and hyphens: kent-police"),
        ("kent:\n  name", "gwent:\n  name", '16: "gwent" stands here twice (first on line 1).'),
    ],
)  # fmt: skip
def test_a_mistake_in_forces_yaml_is_one_line(written: str, instead: str, sentence: str) -> None:
    assert of("forces", written, instead).startswith(sentence)


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("  who: everyone", "  who: everybody",
         '3:8: there is no sender or region called "everybody". Did you mean everyone?'),
        ("  who: everyone", "  who: kent, dorst, gwnt",
         '3:8: there is no sender or region called "dorst" or "gwnt".'),
        ("  who: everyone", "  who:", '2:3: "who" is missing here: who takes part?'),
        ("  who: everyone\n", "", '2:3: "who" is missing here: who takes part?'),
        ("  who: everyone", "  who: everyone\n  starts: Monday 20 November 2015",
         "4:11: 20 November 2015 is a Friday, not a Monday. Write Friday 20 November 2015, "
         "or Monday 16 November 2015 or Monday 23 November 2015."),
        ("  who: everyone", "  who: everyone\n  starts: Monday of every week",
         "4:11: only a run with practice: yes can start every week."),
        ("cdt@2015:", "cdt 2015:", '1:1: "cdt 2015" cannot be the name of a run.'),
        ("  pack: cdt", "  pakc: cdt", '2:3: a run has no field called "pakc". Did you mean pack?'),
        ("  who: everyone", "  who: everyone\n  starts: 2015-11-23\n  ends: 2015-11-22",
         "5:9: the run ends on Sunday 22 November 2015, before it starts on Monday 23 November "
         "2015. Exchange the two dates"),
        ("  who: everyone", "  who: everyone\n  ends: Monday 22 November 2015",
         "4:9: 22 November 2015 is a Sunday, not a Monday."),
        ("  who: everyone", "  who: everyone\n  pauses: cdt@2016",
         '4:11: there is no run or campaign called "cdt@2016" in this file. '
         "Did you mean cdt@2015?"),
        ("  who: everyone", "  who: everyone\n  pauses: cdt@2015",
         "4:11: cdt@2015 cannot pause itself. Name the other run"),
        ("  who: everyone", "  who: everyone\n  pauses: cdt",
         "4:11: cdt@2015 cannot pause itself."),
    ],
)  # fmt: skip
def test_a_mistake_in_campaigns_yaml_is_one_line(written: str, instead: str, sentence: str) -> None:
    found = config_of(campaigns=CAMPAIGNS.replace(written, instead))[1]

    assert lines(found)[0].removeprefix("config/campaigns.yaml:").startswith(sentence)


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("from: 10:45\n    to: 11:15", "from: 11:15\n    to: 10:45",
         "5:9: the window ends before it starts. "
         "Exchange the two times; a window past midnight has from: and until:, with dates."),
        ("day: 11 November", "day: 31 November", '3:10: there is no "31 November".'),
        ("day: 11 November", "day: Monday 2026-11-08",
         "3:10: 8 November 2026 is a Sunday, not a Monday."),
        ("from: 10:45", "from: 10.45am",
         '4:11: "10.45am" is not a time of day. Write the time as 10:45.'),
        ("    why: two minutes of silence at 11 o'clock\n", "", '3:5: "why" is missing here.'),
        ("no_posts:", "no_post:", '1:1: the calendar has no field called "no_post".'),
    ],
)  # fmt: skip
def test_a_mistake_in_calendar_yaml_is_one_line(written: str, instead: str, sentence: str) -> None:
    assert of("calendar", written, instead).startswith(sentence)


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("plan_ahead: 14 days", "plan_ahead: 14", '1:13: "14" is not a length of time.'),
        ("plan_ahead: 14 days", "posts_per_account_a_day: 0",
         '1:26: "posts_per_account_a_day" is a whole number from 1 to 50, not "0".'),
        ("plan_ahead: 14 days", "posts_per_account_a_day: 51",
         '1:26: "posts_per_account_a_day" is a whole number from 1 to 50, not "51".'),
        ("post_usd: 0.015", "post_usd: $0.015",
         '4:15: "post_usd" is a price in dollars, not "$0.015".'),
        ("post_usd: 0.015", "post_usd: NaN", '4:15: "post_usd" is a price in dollars'),
        ("  x:", "  twitter:", '3:3: "twitter" is not a platform the bot publishes on.'),
    ],
)  # fmt: skip
def test_a_mistake_in_settings_yaml_is_one_line(written: str, instead: str, sentence: str) -> None:
    assert of("settings", written, instead).startswith(sentence)


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("  value: 0800 789 321\n", "", '2:3: "value" is missing here.'),
        ("link: gov.uk/ACT", "link: ACT", '12:9: "ACT" would not be a link.'),
        ("link: gov.uk/ACT", "link: gov uk/ACT", '12:9: "gov uk/ACT" would not be a link.'),
        ("link: gov.uk/ACT", "link: gov.police/ACT", '12:9: "gov.police/ACT" would not be a link.'),
        ("  check_by: 2027-05-31\n", "", '1:1: "check_by" is missing for hotline.'),
        ("hotline:", "hot-line:",
         '1:1: "hot-line" cannot be the name of a constant. Use small letters and _: hot_line'),
        ("2026-04-30: severe", "2026-04-30: sever",
         '49:5: there is no level called "sever". Did you mean severe?'),
        ("2026-04-30: severe", "30/04/2026: severe",
         '49:5: "30/04/2026" is not a date. Write Thursday 30 April 2026.'),
        ("      cy: DIFRIFOL\n", "", "24:5: severe needs its words in both languages."),
    ],
)  # fmt: skip
def test_a_mistake_in_constants_yaml_is_one_line(written: str, instead: str, sentence: str) -> None:
    assert of("constants", written, instead).startswith(sentence)


@pytest.mark.parametrize("name", ["constants", "forces"])
def test_an_emptied_file_is_one_line_and_not_one_for_every_name_it_held(name: str) -> None:
    assert of(name, CONSTANTS + THREAT if name == "constants" else FORCES, "").startswith(
        "1: there is nothing in this file."
    )


def test_a_forces_yaml_that_cannot_be_read_makes_no_name_unknown_elsewhere() -> None:
    _, problems = config_of(
        forces=FORCES.replace("Kent Police", "Kent: Police"),
        campaigns=CAMPAIGNS.replace("everyone", "kent, gwent"),
    )

    assert [problem.place.file for problem in problems] == ["config/forces.yaml"]


def test_every_missing_file_is_named() -> None:
    config, problems = read_config({"config/forces.yaml": FORCES.encode()})

    assert config is None
    assert [str(problem.place) for problem in problems] == [
        "config/constants.yaml",
        "config/campaigns.yaml",
        "config/calendar.yaml",
        "config/settings.yaml",
    ]


def test_a_folder_with_nothing_in_it_is_one_line() -> None:
    assert only(read_config({})[1]).startswith("config: there is nothing here.")


def test_a_configuration_without_runs_is_a_warning() -> None:
    config, problems = config_of(campaigns="# none this month\n")

    assert config is not None
    assert problems[0].severity == "warning"
    assert "no campaign runs" in only(problems)


def test_who_speaks_is_read_as_it_was_written() -> None:
    config = a_config()

    gwent, kent = config.senders["gwent"], config.senders["kent"]
    assert gwent.languages == (CY, EN)
    assert gwent.name(CY) == "Heddlu Gwent"
    assert kent.name(CY) == "Kent Police"
    assert (kent.minute, kent.region) == (28, "South East")
    assert config.accounts["kent-x"].handle == "kent_police"
    assert not config.accounts["kent-x"].live


def test_an_account_may_have_its_own_language() -> None:
    forces = FORCES.replace("      platform: x\n", "      platform: X\n      languages: cy\n", 1)

    assert a_config(forces=forces).accounts["gwent-x"].languages == (CY,)


def test_each_platform_has_handles_of_its_own_form_and_its_own_limit() -> None:
    forces = (
        FORCES
        + """\
    kent-bluesky:
      platform: bluesky
      handle: kent.police.uk
    kent-mastodon:
      platform: mastodon
      handle: kentpolice@example.social
      max_characters: 1000
      characters_reserved_per_url: 25
"""
    )

    accounts = a_config(forces=forces).accounts

    assert [accounts[f"kent-{name}"].handle for name in PlatformName] == [
        "kent_police", "kent.police.uk", "kentpolice@example.social",
    ]  # fmt: skip
    assert [accounts[f"kent-{name}"].rules.limit for name in PlatformName] == [280, 300, 1000]
    assert accounts["kent-mastodon"].rules.parse("https://gov.uk/ACT").length == 25


@pytest.mark.parametrize(
    ("written", "instance"),
    [
        ("      handle: kentpolice@example.social\n", "https://example.social"),
        ("      instance: social.example.org\n", "https://social.example.org"),
        ("      instance: https://social.example.org/\n", "https://social.example.org"),
        ("      instance: https://social.example.org:8443\n", "https://social.example.org:8443"),
        ("      instance: http://127.0.0.1:8000\n", "http://127.0.0.1:8000"),
        ("", None),
    ],
)
def test_an_account_on_mastodon_is_on_a_server(written: str, instance: str | None) -> None:
    forces = FORCES + f"    kent-mastodon:\n      platform: mastodon\n{written}"

    account = a_config(forces=forces).accounts["kent-mastodon"]

    assert (account.instance, account.visibility) == (instance, "public")


def test_an_account_on_mastodon_may_keep_out_of_the_public_timelines() -> None:
    account = "    kent-mastodon:\n      platform: mastodon\n      visibility: Unlisted\n"

    assert a_config(forces=FORCES + account).accounts["kent-mastodon"].visibility == "unlisted"


@pytest.mark.parametrize("who", ["kent", "South East", "south east", "force", "everyone"])
def test_a_run_invites_by_name_region_kind_or_everyone(who: str) -> None:
    config = a_config(campaigns=CAMPAIGNS.replace("everyone", who))

    assert config.runs["cdt@2015"].takes(config.senders["kent"])


def test_a_run_for_a_region_leaves_out_the_others() -> None:
    config = a_config(campaigns=CAMPAIGNS.replace("everyone", "Wales"))

    assert not config.runs["cdt@2015"].takes(config.senders["kent"])


PAUSING = """\
{first}:
  pack: cdt
  who: everyone
  pauses: {second}
"""


def test_runs_that_pause_one_another_in_a_circle_are_named_once() -> None:
    circle = ("one@1", "two@2"), ("two@2", "three@3"), ("three@3", "two@2, one@1")
    entries = "".join(PAUSING.format(first=a, second=b) for a, b in circle)

    found = config_of(campaigns=entries)[1]

    assert only(found) == (
        "config/campaigns.yaml:4:11: these runs pause one another in a circle: one@1, two@2, "
        "three@3. Take one of them out of pauses: the one that shall go on is named, and names "
        "nobody."
    )


def test_a_run_pauses_runs_by_their_names_or_all_of_a_campaign() -> None:
    others = "".join(f"{name}:\n  pack: daily\n  who: everyone\n" for name in ("d@1", "d@2"))
    first = CAMPAIGNS + "  pauses: d@2, daily\n"

    runs = a_config(campaigns=first + others).runs

    assert (runs["cdt@2015"].pauses, runs["d@1"].pauses) == (("d@2", "d@1"), ())


@pytest.mark.parametrize(
    ("due", "silent"),
    [
        ("2015-11-11T10:44", False),
        ("2015-11-11T10:45", True),
        ("2020-11-11T11:15", True),
        ("2015-11-11T11:16", False),
        ("2015-11-12T11:00", False),
    ],
)
def test_a_window_of_every_year_covers_its_last_minute(due: str, silent: bool) -> None:
    window = a_config().calendar.silences[0].when

    assert window.covers(datetime.fromisoformat(due).replace(tzinfo=UTC)) is silent


def test_a_window_of_one_date_covers_no_other_year() -> None:
    calendar = CALENDAR.replace("11 November", "Sunday 2026-11-08")

    window = a_config(calendar=calendar).calendar.silences[0].when

    assert window.covers(datetime(2026, 11, 8, 11, tzinfo=UTC))
    assert not window.covers(datetime(2027, 11, 8, 11, tzinfo=UTC))
    assert not window.covers(datetime(2026, 11, 8, 10, 44, tzinfo=UTC))


@pytest.mark.parametrize(
    ("due", "language", "level", "meaning"),
    [
        ("2014-09-01", EN, "SEVERE", "an attack is highly likely"),
        ("2018-06-01", CY, "DIFRIFOL", "mae ymosodiad yn debygol iawn"),
        ("2020-06-01", EN, "SUBSTANTIAL", "an attack is likely"),
        ("2020-06-01", CY, "SYLWEDDOL", "mae ymosodiad yn debygol"),
        ("2020-12-01", EN, "SEVERE", "an attack is highly likely"),
        ("2026-04-29", EN, "SUBSTANTIAL", "an attack is likely"),
        ("2026-04-30", CY, "DIFRIFOL", "mae ymosodiad yn debygol iawn"),
    ],
)
def test_the_threat_level_is_that_of_the_day_a_post_is_due(
    due: str, language: Language, level: str, meaning: str
) -> None:
    threat = a_config(constants=CONSTANTS + THREAT).threat
    assert threat is not None

    found = threat.at(datetime.fromisoformat(f"{due}T12:00").replace(tzinfo=UTC), language)

    assert found == {"threat_level": level, "threat_meaning": meaning}


def test_before_the_first_level_there_is_none() -> None:
    threat = a_config(constants=CONSTANTS + THREAT).threat
    assert threat is not None

    assert threat.at(datetime(2014, 8, 28, tzinfo=UTC), EN) == {}


def test_the_level_changes_at_midnight_in_london_and_not_in_greenwich() -> None:
    threat = a_config(constants=CONSTANTS + THREAT).threat
    assert threat is not None

    assert threat.at(datetime(2026, 4, 29, 23, 30, tzinfo=UTC), EN)["threat_level"] == "SEVERE"


def test_settings_have_their_units() -> None:
    settings = a_config().settings

    assert settings.plan_ahead == timedelta(days=14)
    assert settings.posts_per_account_a_day == 8
    assert settings.cost(PlatformName.X, with_link=True) == Decimal("0.20")
    assert settings.cost(PlatformName.X, with_link=False) == Decimal("0.015")


def test_no_run_takes_the_name_of_what_people_say_now() -> None:
    _, problems = config_of(campaigns="say@2026:\n  pack: ct-awareness-week\n  who: everyone\n")

    assert any("bot say has it" in problem.message for problem in problems)
