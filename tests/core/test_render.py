"""Templates, and the exact text that would be published."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.config import Config
from bot.core.model import Account, Language, PlatformName, Rendering
from bot.core.packs import Pack, Wording
from bot.core.reading import Words
from bot.core.render import finished, render, with_hashtags
from bot.core.source import Place, Problem
from bot.core.templates import inspect, template_problems
from bot.core.text import x
from bot.core.text.rules import XRules
from tests.core.packs_in_text import (
    CAMPAIGN,
    CONSTANTS,
    CY,
    EN,
    FORCES,
    GWENT,
    Newsroom,
    a_config,
    a_pack,
    lines,
)
from tests.core.test_config import THREAT
from tests.factories import a_rendering

HERE = Place("F", 10)
GOLDEN = Path(__file__).parent.parent / "golden"
NOVEMBER = datetime(2015, 11, 23, 9, 28, tzinfo=UTC)
TOWNS = "  towns:\n    help: Towns.\n    example: Deal, Dover\n    needed: no\n    list: yes\n"
LISTS = CAMPAIGN.replace("  at_cinemas:\n", TOWNS + "  at_cinemas:\n")


def a_wording(text: str, *, welsh: str = "", local: bool = False) -> Wording:
    words = {EN: Words(text, HERE)} | ({CY: Words(welsh, HERE)} if welsh else {})
    return Wording("a", words, (), (), HERE, local)


def rendered(
    text: str,
    *,
    pack: Pack | None = None,
    config: Config | None = None,
    language: Language = EN,
    due: datetime = NOVEMBER,
    local: bool = False,
) -> Rendering | Problem:
    """What Gwent's account would publish, with these words in both languages."""
    config = config or a_config()
    return render(
        pack or a_pack(local=GWENT)[0],
        config,
        config.accounts["gwent-x"],
        language=language,
        due=due,
        message="m",
        wording=a_wording(text, welsh=text, local=local),
    )


def text_of(text: str, **asked: object) -> str:
    found = rendered(text, **asked)  # type: ignore[arg-type]  # handed on as it is
    assert isinstance(found, Rendering), found
    return found.text


def stopped_by(text: str, *, local: bool = False, lists: frozenset[str] = frozenset()) -> str:
    """The one thing that is wrong with a template."""
    known = {"in_area", "at_cinemas", "towns", "hotline", "force", "report_link"}
    found = list(template_problems(Words(text, HERE), local=local, known=known, lists=lists))
    assert len(found) == 1, lines(found)
    return f"{found[0].place.line}: {found[0].message}"


# --- templates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ in_area.upper() }}", "a call with ( ) cannot be used in a wording."),
        ("{{ range(9) }}", "a call with ( ) cannot be used in a wording."),
        ("{{ 1 + 1 }}", "arithmetic cannot be used in a wording."),
        ("{{ in_area * 9 }}", "arithmetic cannot be used in a wording."),
        ("{{ force.name }}", "a dot inside {{ }} cannot be used in a wording."),
        ("{{ force['name'] }}", "[ ] inside {{ }} cannot be used in a wording."),
        ("{{ 'hello' }}", "a number or a text in quotes cannot be used in a wording."),
        ("{{ in_area ~ force }}", "~ inside {{ }} cannot be used in a wording."),
        ("{{ in_area if force }}", '"if" inside {{ }} cannot be used in a wording.'),
        ("{% set a = force %}", '"set" cannot be used in a wording.'),
        ("{% include force %}", '"include" cannot be used in a wording.'),
        ("{% macro a() %}{% endmacro %}", '"macro" cannot be used in a wording.'),
        ("{% raw %}{{ x }}{% endraw %}", '"raw" cannot be used in a wording.'),
        ("{# a note #}", "{# #} is not used in a wording."),
        ("{% for a in range(9) %}{{ a }}{% endfor %}", "a loop runs over one list by its name."),
        ("{% for a in in_area %}{{ a }}{% endfor %}", '"in_area" is not a list.'),
        ("{{ towns }}", '"towns" holds several values.'),
        ("{{ in_area | upper }}", 'there is no filter called "upper".'),
        ("{{ in_area | first_capitals }}", 'there is no filter called "first_capitals".'),
        ("{{ in_aera }}", 'no value called "in_aera".'),
        ("{{ in area }}", 'no value called "in area".'),
        ("{{ }}", "{{ }} is empty."),
        ("{{ in_area", "the {{ }} here do not match."),
        ("{{{ in_area }}}", "the {{ }} here do not match."),
        ("{% if force %}yes", "the {% %} here do not match."),
    ],
)
def test_a_wording_knows_names_filters_if_and_for_and_nothing_else(
    template: str, sentence: str
) -> None:
    found = stopped_by(f"First line.\n{template}", lists=frozenset({"towns"}))

    assert found == f"11: {sentence}"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{% if in_area %}x{% endif %}", "{% %} is not used in local packs."),
        ("{% for a in towns %}x{% endfor %}", "{% %} is not used in local packs."),
        ("{{ in_area or force }}", '"or" cannot be used in a local wording.'),
    ],
)
def test_a_local_wording_knows_names_alone(template: str, sentence: str) -> None:
    assert stopped_by(template, local=True, lists=frozenset({"towns"})) == f"10: {sentence}"


def test_a_name_is_checked_in_a_branch_that_would_not_be_taken() -> None:
    assert "in_aera" in stopped_by("{% if at_cinemas %}{{ in_aera }}{% endif %}")


def test_a_national_wording_may_ask_whether_a_value_is_there() -> None:
    words = "{% if at_cinemas %}See it {{ at_cinemas }}.{% else %}Not here.{% endif %}"

    assert text_of(words).startswith("See it at the Example Cinema in Newport.")
    assert text_of(words, pack=a_pack()[0]).startswith("Not here.")


def test_a_loop_prints_the_values_of_a_list() -> None:
    own = GWENT.replace(
        "  at_cinemas:", "  towns:\n    en: Newport, Usk\n    cy: Brynbuga\n  at_cinemas:"
    )
    pack, problems = a_pack(LISTS, own)
    assert not problems

    assert text_of("{% for one in towns %}{{ one }} {% endfor %}", pack=pack).startswith(
        "Newport Usk"
    )


def test_a_text_that_grows_is_stopped_and_not_sent() -> None:
    many = ", ".join(["Newport"] * 50)
    own = GWENT.replace("  at_cinemas:", f"  towns:\n    en: {many}\n    cy: Usk\n  at_cinemas:")
    pack, _ = a_pack(LISTS, own)
    loops = "{% for a in towns %}{% for b in towns %}{{ b }}{% endfor %}{% endfor %}"

    found = rendered(loops, pack=pack)

    assert isinstance(found, Problem)
    assert found.message == "the text grows to more than 5,000 characters."


def test_loops_inside_loops_inside_loops_are_refused() -> None:
    loop = "{% for a in towns %}"
    text = loop * 3 + "{{ a }}" + "{% endfor %}" * 3

    assert "nested too deep" in stopped_by(text, lists=frozenset({"towns"}))


def test_a_phrase_may_begin_a_sentence_with_a_capital() -> None:
    assert text_of("{{ in_area | first_capital }} we listen.").startswith("In Gwent we listen.")


def test_a_branch_without_words_does_not_publish_hashtags_alone() -> None:
    found = rendered("{% if at_cinemas %}See it.{% endif %}", pack=a_pack()[0])

    assert isinstance(found, Problem)
    assert found.message == "no words are left here, so only hashtags would be published."


def test_a_value_nobody_filled_in_leaves_no_hole() -> None:
    found = rendered("See it {{ at_cinemas }}.", pack=a_pack()[0])

    assert isinstance(found, Problem)
    assert found.message == '"at_cinemas" is empty here, so a hole would be published.'


@given(st.text(alphabet="{}%# abin_are'\"()[].|+-\n", max_size=60))
def test_no_template_whatever_raises(template: str) -> None:
    use, wrong = inspect(template, local=False)

    assert use is not None
    assert all(1 <= line <= template.count("\n") + 1 for line, *_ in wrong)


@given(st.text(alphabet="{}%# abin_are'\"()[].|+-\n", max_size=60))
def test_what_the_checks_let_through_holds_no_brace_that_was_meant_for_the_bot(words: str) -> None:
    known = ("in_area", "a", "b")
    wrong = list(template_problems(Words(words, HERE), local=True, known=known))

    found = None if wrong else rendered(words, local=True)

    assert not isinstance(found, Rendering) or "{{" not in found.text


# --- the text ---------------------------------------------------------------------------------


def test_values_facts_and_the_senders_name_stand_in_the_posts_language() -> None:
    words = "{{ force }} {{ in_area }} {{ hotline }} {{ emergency }} {{ report_link }}"

    assert text_of(words).startswith("Gwent Police in Gwent 0800 789 321 999 gov.uk/ACT")
    assert text_of(words, language=CY).startswith("Heddlu Gwent yng Ngwent 0800 789 321")


def test_the_campaigns_hashtag_stands_on_the_last_line() -> None:
    assert text_of("Tell us.") == "Tell us.\n#CommunitiesDefeatTerrorism"


def test_what_is_counted_is_what_is_sent() -> None:
    found = rendered("Tell us {{ in_area }}: {{ report_link }}")

    assert isinstance(found, Rendering)
    assert found.length == x.length(found.text)
    assert found.hashtags == ("CommunitiesDefeatTerrorism",)
    assert found.links == ("gov.uk/ACT",)


@given(st.text(max_size=80).map(lambda text: re.sub("[{}]", "", text) + "."))
def test_a_text_is_tidy_whatever_was_typed(words: str) -> None:
    found = rendered(words)

    assert isinstance(found, Rendering)
    assert unicodedata.is_normalized("NFC", found.text)
    assert found.text == found.text.strip()
    assert all(line == line.rstrip() for line in found.text.split("\n"))
    assert found.length == x.length(found.text)


def test_a_letter_and_its_accent_become_one() -> None:
    assert text_of("Cafe\N{COMBINING ACUTE ACCENT}").startswith("Café")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Tell us.", "Tell us.\n#Act #Gov"),
        ("Tell us. #Act", "Tell us. #Act\n#Gov"),
        ("Tell us. #ACT now", "Tell us. #ACT now\n#Gov"),
        ("#gov #act", "#gov #act"),
        ("Not#Act", "Not#Act\n#Act #Gov"),
    ],
)
def test_no_hashtag_stands_in_a_post_twice(words: str, expected: str) -> None:
    assert with_hashtags(words, ["Act"], ["Gov"], XRules()) == expected


@given(st.integers(1, 290))
def test_a_required_hashtag_is_always_there_and_an_optional_one_only_while_it_fits(
    length: int,
) -> None:
    text = with_hashtags("x" * length, ["Required"], ["First", "Second"], XRules())

    assert "#Required" in text
    assert x.parse(text).fits or ("#First" not in text and "#Second" not in text)


def test_optional_hashtags_go_in_while_they_fit_and_a_shorter_one_may_follow() -> None:
    text = with_hashtags("x" * 260, ["Act"], ["AMuchLongerOne", "Gov"], XRules())

    assert text.endswith("\n#Act #Gov")


@pytest.mark.parametrize(
    ("year", "english", "welsh"),
    [
        (2014, "SEVERE: an attack is highly likely", "DIFRIFOL: mae ymosodiad yn debygol iawn"),
        (2018, "SEVERE: an attack is highly likely", "DIFRIFOL: mae ymosodiad yn debygol iawn"),
        (2019, "SUBSTANTIAL: an attack is likely", "SYLWEDDOL: mae ymosodiad yn debygol"),
        (2020, "SEVERE: an attack is highly likely", "DIFRIFOL: mae ymosodiad yn debygol iawn"),
        (2026, "SEVERE: an attack is highly likely", "DIFRIFOL: mae ymosodiad yn debygol iawn"),
    ],
)
def test_the_threat_level_resolves_as_of_the_due_time(year: int, english: str, welsh: str) -> None:
    config = a_config(constants=CONSTANTS + THREAT)
    due = datetime(year, 12, 1, 9, tzinfo=UTC)
    words = "{{ threat_level }}: {{ threat_meaning }}"

    found = [text_of(words, config=config, due=due, language=one) for one in (EN, CY)]

    assert [text.split("\n")[0] for text in found] == [english, welsh]


def test_a_level_that_is_not_known_for_the_day_stops_the_post() -> None:
    config = a_config(constants=CONSTANTS + THREAT)

    found = rendered("{{ threat_level }}", config=config, due=datetime(2010, 1, 4, tzinfo=UTC))

    assert isinstance(found, Problem)
    assert found.message == 'no value called "threat_level" on 04 January 2010.'


# --- on each platform -------------------------------------------------------------------------

EVERYWHERE = FORCES.replace(
    "    gwent-x:\n      platform: x\n",
    "    gwent-x:\n      platform: x\n"
    "    gwent-bluesky:\n      platform: bluesky\n"
    "    gwent-mastodon:\n      platform: mastodon\n      max_characters: 400\n",
)


def rendered_on(platform: PlatformName, words: str) -> Rendering:
    config = a_config(forces=EVERYWHERE)
    found = render(
        a_pack(local=GWENT)[0],
        config,
        config.accounts[f"gwent-{platform}"],
        language=EN,
        due=NOVEMBER,
        message="m",
        wording=a_wording(words, welsh=words),
    )
    assert isinstance(found, Rendering), found
    return found


def test_each_platform_counts_in_its_own_measure() -> None:
    measured = {
        platform: (found.length, found.limit)
        for platform in PlatformName
        for found in [rendered_on(platform, "警察 👨\u200d👩\u200d👧\u200d👦: {{ report_link }}")]
    }

    tag = len("\n#CommunitiesDefeatTerrorism")
    assert measured == {
        PlatformName.X: (4 + 1 + 2 + 2 + 23 + tag, 280),
        PlatformName.BLUESKY: (2 + 1 + 1 + 2 + len("gov.uk/ACT") + tag, 300),
        PlatformName.MASTODON: (2 + 1 + 1 + 2 + 23 + tag, 400),
    }


def test_a_link_stands_in_the_form_that_the_platform_links() -> None:
    links = {
        platform: rendered_on(platform, "{{ report_link }}").links for platform in PlatformName
    }

    assert links == {
        PlatformName.X: ("gov.uk/ACT",),
        PlatformName.BLUESKY: ("gov.uk/ACT",),
        PlatformName.MASTODON: ("https://gov.uk/ACT",),
    }


def test_a_hashtag_that_does_not_link_in_the_words_is_added_below_them() -> None:
    words = "Tell us (#CommunitiesDefeatTerrorism)"

    assert rendered_on(PlatformName.X, words).text == words
    assert rendered_on(PlatformName.BLUESKY, words).text == f"{words}\n#CommunitiesDefeatTerrorism"


# --- the digest -------------------------------------------------------------------------------


def test_the_digest_changes_with_words_time_language_and_account() -> None:
    pack, config = a_pack(local=GWENT)[0], a_config()

    def digest(words: str = "Tell us.", *, language: Language = EN, hour: int = 9) -> str:
        due = datetime(2015, 11, 23, hour, tzinfo=UTC)
        found = rendered(words, pack=pack, config=config, language=language, due=due)
        assert isinstance(found, Rendering)
        return found.digest

    found = {digest(), digest("Tell us!"), digest(language=CY), digest(hour=10)}

    assert len(found) == 4
    assert digest() in found


def test_a_handle_changes_no_digest() -> None:
    pack, account = a_pack(local=GWENT)[0], a_config().accounts["gwent-x"]
    renamed = Account("gwent-x", "gwent", account.platform, account.languages, handle="new_name")
    pick = Newsroom().posts()[0].rendering.pick

    one, other = (
        finished("Tell us.", pack, named, language=EN, due=NOVEMBER, pick=pick)
        for named in (account, renamed)
    )

    assert one.digest == other.digest


def test_the_digest_changes_with_who_may_see_the_post() -> None:
    pack, account = a_pack(local=GWENT)[0], a_config().accounts["gwent-x"]
    pick = Newsroom().posts()[0].rendering.pick

    found = {
        shown: finished(
            "Tell us.",
            pack,
            replace(account, visibility=shown),
            language=EN,
            due=NOVEMBER,
            pick=pick,
        )
        for shown in ("public", "unlisted", "private")
    }

    assert [one.visibility for one in found.values()] == [*found]
    assert len({one.digest for one in found.values()}) == 3


def test_what_was_approved_of_public_words_before_is_approved_of_them_still() -> None:
    first_release = "bfba1f753b59ae8e81ef38c51a2f6fbe403dc0a9eadac9e02076bca298135f8f"

    assert a_rendering(due=datetime(2026, 11, 23, 9, tzinfo=UTC)).digest == first_release


def test_whole_posts_of_gwents_first_day_stay_as_they_are() -> None:
    """After a wanted change: write what is shown into the file, and read it before you commit."""
    posts = Newsroom(local={"gwent": GWENT}).posts()

    shown = "\n\n".join(
        f"{post.key}  {post.due:%H:%M} UTC  {post.rendering.length}\n{post.rendering.text}"
        for post in posts
        if post.sender == "gwent" and post.key.slot.startswith("d1.")
    )

    assert shown + "\n" == (GOLDEN / "gwent-first-day.txt").read_text(encoding="utf-8")
