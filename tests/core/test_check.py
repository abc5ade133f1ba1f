"""What is wrong with words, in a pack as it is written and in posts as they would go out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.check import Checked, check_posts, fact_problems, gathered
from bot.core.model import PlatformName, Post
from bot.core.source import Place, Problem, Severity
from bot.core.text.rules import rules
from tests.core.packs_in_text import (
    CAMPAIGN,
    CONSTANTS,
    GWENT,
    KENT,
    Newsroom,
    a_campaign,
    a_config,
    a_national,
    a_standing_campaign,
    lines,
    only,
    problems_of,
)
from tests.factories import a_post, at

HOTLINE_ALONE = "Call {{ hotline }} {{ in_area }}."


def local(words: str) -> list[Problem]:
    """What is said of Kent's own words for one wording; they begin on line 9."""
    indented = "\n".join(f"        {line}" for line in words.split("\n"))
    return problems_of(
        local=f"{KENT}change:\n  trust-your-instincts:\n    not-sure:\n      en: |\n{indented}\n"
    )


def checked(posts: list[Post], campaign: str = CAMPAIGN) -> Checked:
    return check_posts(posts, {"cdt": a_national(campaign)}, a_config())


# --- words as they are written ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Seen it {{ in_area }}? #ACT", 'the hashtag "#ACT" is typed here.'),
        ("Seen it {{ in_area }}? See gov.uk/ACT now.", 'the link "gov.uk/ACT" is typed here.'),
        ("See https://www.kent.police.uk/x {{ in_area }}",
         'the link "https://www.kent.police.uk/x" is typed here.'),
        ("Seen it {{ in_area }} now.Call us.", 'X would turn "now.Call" into a link.'),
        ("{{ force }}: call 0800 789 321.", 'the number "0800 789 321" is typed here.'),
        ("{{ force }}: call 0800-789-321.", 'the number "0800-789-321" is typed here.'),
        ("{{ force }}: call +44 800 789321.", 'the number "+44 800 789321" is typed here.'),
        ("{{ force }}: call (01622) 690690.", 'the number "(01622) 690690" is typed here.'),
        ("{{ force }}: call 999.", 'the number "999" is typed here.'),
        ("{{ force }}: write to tips@kent.police.uk.",
         'the e-mail address "tips@kent.police.uk" is typed here.'),
        ("{{ force }} and @metpoliceuk ask you.", 'the account "@metpoliceuk" is named here.'),
        ("{{ force }}: call 101 now.", 'the number "101" is typed here.'),
        ("{{ force }}: in\N{ZERO WIDTH SPACE}visible.",
         "there is an invisible character in this line."),
        (HOTLINE_ALONE,
         "trust-your-instincts/not-sure (English) gives the hotline without 999."),
        ("{{ force }}: call {{hotline}}.",
         "trust-your-instincts/not-sure (English) gives the hotline without 999."),
    ],
)  # fmt: skip
def test_what_the_bot_inserts_must_not_be_typed(words: str, sentence: str) -> None:
    assert only(local(words)).startswith(f"F:9: {sentence}")


@pytest.mark.parametrize(
    "words",
    [
        "In 1999 and in 2,000 places {{ in_area }}, 24/7.",
        "{{ in_area | first_capital }}: Remember! 'quotes' and \"more\" 100% & so on…",
        "Call {{ hotline }} {{ in_area }}. In an emergency call {{ emergency }}.",
        "Room 1010 {{ in_area }}.",
    ],
)
def test_ordinary_words_are_left_alone(words: str) -> None:
    assert local(words) == []


def test_two_mistakes_on_two_lines_are_both_found() -> None:
    found = local("See #ACT {{ in_area }}.\nCall 999.")

    assert [problem.place.line for problem in found] == [9, 10]


def test_a_line_that_breaks_a_sentence_is_a_warning() -> None:
    found = local("If you have seen something\nthat is not right {{ in_area }}, tell us.")

    assert only(found).startswith("F:9: the line breaks in the middle of a sentence")
    assert found[0].severity is Severity.WARNING


def test_a_sentence_that_begins_with_a_small_phrase_is_a_warning() -> None:
    found = local("Look around. {{ in_area }} we listen.")

    assert only(found) == (
        "F:9: a sentence begins with in_area, so with a small letter. "
        "Write {{ in_area | first_capital }}, or put another word first."
    )


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("hashtag: C", "link: reprot_link\nhashtag: C",
         '5:1: there is no link called "reprot_link" in config/links.yaml. '
         "Did you mean report_link?"),
        ("hashtag: C", "link: hotline\nhashtag: C", '5:1: there is no link called "hotline"'),
        ("  at_cinemas:\n", "  hotline:\n",
         '14:3: "hotline" is already a constant, in config/constants.yaml.'),
        ("  report-it: Monday", "  other: Saturday\n  report-it: Monday",
         '19:3: the theme "other" has no messages, so Saturday would be silent.'),
        ("      not-sure:\n", "      not-sure:\n        for_forces_with: at_cinema\n",
         '24:7: for_forces names a value the pack does not ask for: "at_cinema". '
         "Did you mean at_cinemas?"),
        ("Seen something {{ in_area }}", "Seen something {{ at_cinemas }}",
         "26: trust-your-instincts/not-sure shows at_cinemas, which a force may leave empty. "
         "Add for_forces_with: at_cinemas to the wording."),
        ("Seen something {{ in_area }}", "Seen something",
         "24:7: trust-your-instincts/not-sure says the same for every force."),
    ],
)  # fmt: skip
def test_a_mistake_of_the_national_author_is_named_at_its_line(
    written: str, instead: str, sentence: str
) -> None:
    found = lines(problems_of(CAMPAIGN.replace(written, instead)))

    assert found[0].startswith(f"messages/national/cdt/campaign.yaml:{sentence}")


def test_a_wording_without_welsh_is_a_warning() -> None:
    welsh = CAMPAIGN[CAMPAIGN.rindex("        cy: |") :]

    found = problems_of(CAMPAIGN.replace(welsh, ""))

    assert "trust-your-instincts/every-report has no Welsh." in only(found)
    assert found[0].severity is Severity.WARNING


def test_a_theme_whose_weekday_never_comes_is_a_warning() -> None:
    found = problems_of(CAMPAIGN.replace("  report-it: Monday", "  report-it: Sunday, Monday"))
    never = problems_of(CAMPAIGN.replace("Monday, Tuesday, Wednesday, Thursday, Friday", "Sunday"))

    assert found == []
    assert 'the theme "report-it" never comes: the 5 days from Monday 23 November 2015' in only(
        never
    )


def said_of(campaign: str, code: str) -> list[str]:
    """What is said of a national pack under one code, without the file's name."""
    found = [problem for problem in problems_of(campaign) if problem.code == code]
    return [one.removeprefix("messages/national/cdt/campaign.yaml:") for one in lines(found)]


def test_a_standing_theme_needs_a_message_for_each_of_its_places_in_a_week() -> None:
    short = a_standing_campaign(["alpha", "bravo"], days="Monday, Tuesday, Thursday")
    enough = a_standing_campaign(["alpha", "bravo"], days="Monday, Tuesday")

    assert said_of(short, "too-few-messages") == [
        '11:3: the theme "report-it" has 2 of the 3 messages it needs: it fills 3 places a week. '
        "Write more, or give it fewer weekdays or slots: nothing should come twice in a week."
    ]
    assert said_of(enough, "too-few-messages") == []
    assert said_of(a_campaign(["alpha"]), "too-few-messages") == []


def test_the_weekdays_on_which_a_standing_campaign_says_nothing_are_a_warning() -> None:
    week = "Monday, Tuesday, Wednesday, Thursday, Friday"
    found = problems_of(a_standing_campaign(list("abcdefg"), days=week))
    one_day = a_standing_campaign(list("abcdefg"), days=week + ", Saturday")

    assert [p.severity for p in found if p.code == "silent-days"] == [Severity.WARNING]
    assert said_of(a_standing_campaign(list("abcdefg"), days=week), "silent-days") == [
        "10:1: Saturday and Sunday have no theme, so nothing goes out then. "
        "Give a theme these weekdays too, if something should be said on them."
    ]
    assert said_of(one_day, "silent-days")[0].startswith("10:1: Sunday has no theme")


def test_two_wordings_with_the_same_text_are_an_error() -> None:
    twice = CAMPAIGN.replace(
        "No report {{ in_area }} is too small: {{ report_link }}",
        "Seen something {{ in_area }} that did not feel right? You do not have to be sure.\n"
        "          Tell us in confidence: {{ report_link }}",
    )

    assert said_of(twice, "same-wording") == [
        "33: trust-your-instincts/every-report (English) says the same as "
        "trust-your-instincts/not-sure. Say it in other words, or take one of the two out."
    ]
    assert said_of(CAMPAIGN, "same-wording") == []


def test_a_force_that_says_one_thing_twice_in_its_own_words_is_told() -> None:
    words = "        en: |\n          The same {{ in_area }}: {{ report_link }}\n"
    own = (
        KENT
        + "add:\n"
        + "".join(
            f"  {name}:\n    theme: report-it\n    wordings:\n      first:\n{words}"
            for name in ("ours", "again")
        )
    )

    found = [one for one in problems_of(local=own) if one.code == "same-wording"]

    assert "again/first (English) says the same as ours/first." in only(found)
    assert found[0].forces == ("kent",)


def test_posts_of_a_standing_campaign_are_compared_with_those_of_any_other_run() -> None:
    campaigns = "cdt@2015:\n  pack: cdt\n  who: everyone\n"
    practice = campaigns.replace("2015", "practice") + (
        "  starts: Monday of every week\n  practice: yes\n"
    )
    config = a_config(campaigns=campaigns + practice + campaigns.replace("2015", "standing"))

    def checked(run: str) -> list[str]:
        two = [
            a_post(text="The same words.", run="cdt@2015"),
            a_post(text="The same words.", run=run, force="gwent"),
        ]
        return [problem.code for problem in check_posts(two, {}, config).problems]

    assert "identical" in checked("cdt@standing-2026w47")
    assert "identical" not in checked("cdt@practice-2026w47")


def test_a_name_that_is_wrong_in_many_places_is_one_line() -> None:
    found = problems_of(CAMPAIGN.replace("{{ report_link }}", "{{ reprot_link }}"))

    assert lines(found)[0].startswith(
        "messages/national/cdt/campaign.yaml:27: "
        'no value called "reprot_link", here and in 3 more places. Did you mean {{ report_link }}?'
    )
    assert len(found) == 1


# --- facts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("live", "severity"), [(False, Severity.WARNING), (True, Severity.ERROR)])
def test_a_fact_past_its_check_by_is_a_warning_when_dry_and_an_error_when_live(
    live: bool, severity: Severity
) -> None:
    config = a_config(constants=CONSTANTS.replace("2027-05-31", "2015-05-31", 1))

    found = fact_problems(config, date(2015, 6, 1), live=live)

    assert found[0].severity is severity
    assert only(found) == (
        "config/constants.yaml:1:1: hotline should have been checked by 31 May 2015. "
        "Look it up at its source, then move as_of and check_by."
    )


def test_a_fact_may_still_be_used_on_the_day_of_its_check_by() -> None:
    assert fact_problems(a_config(), date(2027, 5, 31), live=True) == []


# --- posts as they go out -----------------------------------------------------------------------


def test_the_example_has_nothing_wrong() -> None:
    posts = Newsroom(local={"gwent": GWENT, "kent": KENT}).plan().posts

    found = checked([post for post in posts if post.key.slot.startswith("d1.")])

    assert found.problems == ()


def too_long(force: str, by: int) -> Post:
    post = a_post(force=force, campaign="cdt", text=f"Words of {force}")
    return replace(post, rendering=replace(post.rendering, length=280 + by))


def test_a_wording_too_long_for_two_forces_of_three_is_one_line_naming_both() -> None:
    posts = [too_long("dyfed-powys", 6), too_long("hampshire", 2), a_post(force="kent")]

    found = checked(posts)

    long = [problem for problem in found.problems if problem.code == "too-long"]
    assert only(long).startswith(
        "messages/national/ct-awareness-week/day-1.yaml:12:5: "
        "too long on X for 2 of 3: dyfed-powys by 6, hampshire by 2."
    )
    assert long[0].forces == ("dyfed-powys", "hampshire")
    assert {key.account for key, why in found.stopped.items() if why.code == "too-long"} == {
        "dyfed-powys-x",
        "hampshire-x",
    }


def test_two_accounts_with_one_text_are_stopped() -> None:
    posts = [a_post(force="kent", text="Tell us."), a_post(force="essex", text="Tell us.")]

    found = checked(posts)

    same = [problem for problem in found.problems if problem.code == "identical"]
    assert "essex-x and kent-x would publish the same words on X" in only(same)
    assert {post.key for post in posts} <= set(found.stopped)


def test_of_many_accounts_with_one_text_the_first_are_named() -> None:
    posts = [a_post(force=f"force-{number:02}", text="Tell us.") for number in range(48)]

    found = checked(posts)

    same = [problem for problem in found.problems if problem.code == "identical"]
    assert "force-03-x, force-04-x and 43 more would publish the same words" in only(same)
    assert len(same[0].forces) == 48


def test_one_account_that_repeats_itself_within_a_week_is_warned() -> None:
    posts = [
        a_post("d1.morning", text="Tell us."),
        a_post("d2.morning", text="Tell us.", due=at("09:00", day=2)),
    ]

    again = [problem for problem in checked(posts).problems if problem.code == "said-again"]

    assert "kent-x says the same words twice within a week" in only(again)
    assert again[0].severity is Severity.WARNING


def test_the_same_words_a_month_later_are_nobodys_business() -> None:
    later = at("09:00") + timedelta(days=30)
    posts = [
        a_post("d1.morning", text="Tell us."),
        a_post("d2.morning", text="Tell us.", due=later),
    ]

    assert not [p for p in checked(posts).problems if p.code in ("said-again", "identical")]


OFFICIAL = (
    CAMPAIGN
    + """\
  official-line:
    theme: report-it
    same_for_all: fixed wording, agreed by the national lead on 1 November 2015
    wordings:
      only:
        en: |
          Please stay alert, not alarmed.
        cy: |
          Byddwch yn wyliadwrus, ond heb boeni.
"""
)


def two_of_the_official_line() -> list[Post]:
    return [
        a_post(force=force, campaign="cdt", message="official-line", text="Please stay alert.")
        for force in ("kent", "essex")
    ]


def test_a_fixed_official_line_may_be_the_same_for_all_on_a_recorded_basis() -> None:
    allowed = checked(two_of_the_official_line(), OFFICIAL)
    refused = checked(two_of_the_official_line(), OFFICIAL.replace("    same_for_all:", "    #"))

    assert "identical" not in {problem.code for problem in allowed.problems}
    assert "identical" in {problem.code for problem in refused.problems}


def test_a_line_that_is_the_same_for_all_needs_no_local_value() -> None:
    codes = {problem.code for problem in problems_of(campaign=OFFICIAL)}
    without = OFFICIAL.replace("    same_for_all:", "    #")

    assert "no-local-value" not in codes
    assert "no-local-value" in {problem.code for problem in problems_of(campaign=without)}


def test_words_shared_by_two_accounts_more_than_a_week_apart_are_nobodys_business() -> None:
    posts = [
        a_post("d1.morning", force="kent", text="Tell us."),
        a_post("d2.morning", force="kent", text="Tell us.", due=at("09:00", day=2)),
        a_post("d9.morning", force="essex", text="Tell us.", due=at("09:01", day=9)),
    ]

    assert "identical" not in {problem.code for problem in checked(posts).problems}


@pytest.mark.parametrize("blank", ["{in_area}", "[town]", "XXX", "{{ in_area }}", "}"])
def test_a_blank_in_a_post_stops_it_whatever_its_way_in(blank: str) -> None:
    post = a_post(text=f"Seen something in {blank}?")

    found = checked([post])

    assert found.stopped[post.key].code == "left-behind"


def test_one_blank_of_a_force_in_many_posts_is_one_line() -> None:
    posts = [a_post(slot, text=f"{slot} in [town]") for slot in ("d1.a", "d1.b", "d2.a")]

    found = checked(posts)

    assert len([problem for problem in found.problems if problem.code == "left-behind"]) == 1
    assert {post.key for post in posts} == set(found.stopped)


def test_a_hashtag_that_x_would_not_link_stops_the_post() -> None:
    post = a_post(campaign="cdt", text="Tell us.#CommunitiesDefeatTerrorism")

    assert checked([post]).stopped[post.key].code == "hashtag-not-linked"


@pytest.mark.parametrize("text", ["", "Tell\N{ZERO WIDTH NO-BREAK SPACE} us"])
def test_a_text_that_x_refuses_stops_the_post(text: str) -> None:
    post = a_post(text=text)

    assert checked([post]).stopped[post.key].code == "refused-character"


def test_the_days_without_the_campaigns_link_are_one_line() -> None:
    campaign = CAMPAIGN.replace("hashtag: C", "link: report_link\nhashtag: C")
    posts = [
        a_post(f"d{day}.morning", campaign="cdt", text=f"{day}", due=at("09:00", day=day))
        for day in (1, 2, 3, 4)
    ]

    missing = [p for p in checked(posts, campaign).problems if p.code == "no-link"]

    assert only(missing).startswith(
        "messages/national/cdt/campaign.yaml:5:1: days that do not show gov.uk/ACT: "
        "kent-x on Monday 16 November 2026, kent-x on Tuesday 17 November 2026, "
        "kent-x on Wednesday 18 November 2026 and 1 more."
    )
    assert missing[0].severity is Severity.WARNING


def test_one_post_with_the_link_is_enough_for_a_day() -> None:
    campaign = CAMPAIGN.replace("hashtag: C", "link: report_link\nhashtag: C")
    with_link = a_post("d1.a", campaign="cdt", text="See gov.uk/ACT")
    with_link = replace(with_link, rendering=replace(with_link.rendering, links=("gov.uk/ACT",)))

    found = checked([with_link, a_post("d1.b", campaign="cdt", text="No link")], campaign)

    assert not [problem for problem in found.problems if problem.code == "no-link"]


# --- many problems, few lines -------------------------------------------------------------------


def a_problem(line: int = 1, *forces: str, warning: bool = False) -> Problem:
    severity = Severity.WARNING if warning else Severity.ERROR
    return Problem(Place("F", line), "x", "wrong.", "", severity, forces)


def test_one_cause_is_one_line_with_every_force_it_touches() -> None:
    found = gathered([a_problem(1, "kent"), a_problem(1, "essex"), a_problem(1, "kent")])

    assert [problem.forces for problem in found] == [("essex", "kent")]


def test_what_touches_everybody_names_nobody() -> None:
    assert [problem.forces for problem in gathered([a_problem(1, "kent"), a_problem(1)])] == [()]


def test_errors_stand_before_warnings_and_then_by_place() -> None:
    found = gathered([a_problem(1, warning=True), a_problem(3), a_problem(2)])

    assert [problem.place.line for problem in found] == [2, 3, 1]


def test_gathering_again_changes_nothing() -> None:
    wrong = CAMPAIGN.replace("{{ report_link }}", "{{ reprot_link }}")
    raw = [Problem(Place("F", n), "unknown-value", "no value.", "") for n in range(1, 6)]
    once = gathered([*problems_of(wrong), *raw])

    assert gathered(once) == once
    assert gathered([*raw, *once]) == once


# --- what a platform makes of them --------------------------------------------------------------


def a_post_on(platform: PlatformName, text: str) -> Post:
    """A post with this very text, counted as its platform counts."""
    post = a_post(force="kent", account=f"kent-{platform}", campaign="cdt", text=text)
    length = rules(platform).parse(text).length
    limit = rules(platform).limit
    return replace(
        post,
        rendering=replace(post.rendering, platform=platform, text=text, length=length, limit=limit),
    )


def warned_of(platform: PlatformName, text: str, code: str) -> list[str]:
    post = a_post_on(platform, text)
    found = [problem for problem in checked([post]).problems if problem.code == code]
    assert all(problem.severity is Severity.WARNING for problem in found)
    assert all(problem.place == post.place for problem in found)
    return [f"{problem.message} {problem.advice}" for problem in found]


X, BLUESKY, MASTODON = PlatformName


@pytest.mark.parametrize(
    ("platform", "text", "code", "said"),
    [
        (X, "Seen it in Kent.Call us.", "unmeant-link",
         ['X would turn "Kent.Call" into a link. '
          "Put a space after the full stop, or write the name in small letters."]),
        (BLUESKY, "Seen it in Kent.Call us.", "unmeant-link", []),
        (X, "Tell us (#CT)", "unlinked-hashtag", []),
        (BLUESKY, "Tell us (#CT)", "unlinked-hashtag",
         ['Bluesky would not link "#CT" here. '
          "A hashtag needs white space before it and a letter in it."]),
        (MASTODON, "Tell us (#CT)", "unlinked-hashtag",
         ['Mastodon would not link "#CT" here. '
          "A hashtag needs white space before it and a letter in it."]),
        (MASTODON, "Tell us #CT.", "unlinked-hashtag", []),
        (MASTODON, "Tell us: gov.uk/ACT", "unlinked-address",
         ['Mastodon would not link "gov.uk/ACT". '
          "Write https:// before it, and white space before that."]),
        (MASTODON, "Tell us: https://gov.uk/ACT", "unlinked-address", []),
        (BLUESKY, "See www.dyfed-powys.police.uk", "unlinked-address",
         ['Bluesky would not link "www.dyfed-powys.police.uk". '
          "Write https:// before it, and white space before that."]),
        (X, "a" * 278 + "🧑\u200d🚒", "new-emoji",
         ["fits on X, but not where emoji since 2019 are counted in parts: kent by 3. "
          "Shorten the wording, or take an emoji that is older, to be sure."]),
        (X, "a" * 275 + "🧑\u200d🚒", "new-emoji", []),
        (X, "a" * 278 + "👮🏿\u200d♀\ufe0f", "new-emoji", []),
        (BLUESKY, "a" * 299 + "🧑\u200d🚒", "new-emoji", []),
    ],
)  # fmt: skip
def test_what_links_otherwise_than_meant_is_a_warning(
    platform: PlatformName, text: str, code: str, said: list[str]
) -> None:
    assert warned_of(platform, text, code) == said


def test_a_post_of_too_many_bytes_is_stopped() -> None:
    post = a_post_on(BLUESKY, "👨\u200d👩\u200d👧\u200d👦" * 121)

    found = [problem for problem in checked([post]).problems if problem.code == "too-many-bytes"]

    assert "the text has more than 3,000 bytes, the most Bluesky takes." in only(found)
    assert post.key in checked([post]).stopped


def test_a_force_that_says_a_wording_on_three_platforms_is_one_voice_on_each() -> None:
    forces = ("kent", "essex", "gwent", "surrey")
    posts = [
        replace(post, key=replace(post.key, account=f"{force}-{platform}"), sender=force)
        for force in forces
        for platform in PlatformName
        for post in [a_post_on(platform, f"Words of {force}.")]
    ]

    assert [one for one in checked(posts).problems if one.code == "one-voice"] == []
