"""Links, claims, quotes and partners: what they say in a post, and when they stop it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from bot.core.check import fact_problems, local_problems, said_problems
from bot.core.plan import Plan
from bot.core.retime import barred
from bot.core.source import Severity
from tests.core.packs_in_text import (
    CAMPAIGN,
    CY,
    FORCES,
    KENT,
    Newsroom,
    a_config,
    a_national,
    config_of,
    lines,
    local_of,
    only,
)

LINKS = """\
business_link:
  link: protectuk.police.uk
  source: a page
  as_of: 2023-05-31
  check_by: 2027-05-31
nactso_link:
  link: gov.uk/nactso
  source: a page
  as_of: 2015-11-01
  retired: 2015-11-25
  instead: business_link
  why: it moved
"""

CLAIMS = """\
reports:
  figure: 30,984
  about: reports from the public
  period: 2014
  source: a page
  as_of: 2015-01-01
  expires: 2015-11-24
useful_reports:
  figure:
    en: more than a fifth
    cy: mwy nag un o bob pump
  about: of 30,984
  period: 2014
  source: a page
  as_of: 2015-01-01
  expires: 2016-01-01
"""

QUOTES = """\
basu:
  words: Every call counts.
  speaker: Neil Basu
  role: Deputy Assistant Commissioner
  role_as_of: 2015-11-23
  politician: no
  source: a page
  cleared_by: his office
  cleared_on: 2015-11-24
javid:
  words:
    en: We all have a role to play.
    cy: Mae gan bawb ran i'w chwarae.
  speaker: Sajid Javid
  role:
    en: Home Secretary
    cy: Ysgrifennydd Cartref
  role_as_of: 2015-11-23
  politician: yes
  source: a page
"""

REGISTERS = {"links": LINKS, "claims": CLAIMS, "quotes": QUOTES}


def saying(words: str, *, welsh: str = "Geiriau", files: Mapping[str, str] = REGISTERS) -> Newsroom:
    """A week in which every English post says these words, at line 26; Welsh ones say `welsh`."""
    at = CAMPAIGN.index("      not-sure:")
    wording = f"""\
      only:
        en: |
          {words} {{{{ in_area }}}}.
        cy: |
          {welsh} {{{{ in_area }}}}.
"""
    return Newsroom(CAMPAIGN[:at] + wording, files=dict(files))


def said(plan: Plan, day: int, account: str = "kent-x") -> str | None:
    """What an account says on a morning of November, less the hashtag."""
    morning = f"/{account}/d{day - 22}.morning/en"
    found = (post.rendering.text for post in plan.posts if str(post.key).endswith(morning))
    return next((text.split("\n")[0] for text in found), None)


def of(name: str, written: str, instead: str) -> str:
    """What is said when one line of one register is another."""
    assert written in REGISTERS[name]
    files = {**REGISTERS, name: REGISTERS[name].replace(written, instead, 1)}
    return only(config_of(**files)[1]).removeprefix(f"config/{name}.yaml:")


# --- what they say --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("See {{ business_link }}", "See protectuk.police.uk in Kent."),
        ("Of {{ reports }} reports", "Of 30,984 reports in Kent."),
        ("{{ useful_reports | first_capital }} helped", "More than a fifth helped in Kent."),
        ("{{ basu }}", "“Every call counts.” – Neil Basu, Deputy Assistant Commissioner in Kent."),
        ("With {{ town_council }}", "With Town Council in Kent."),
    ],
)  # fmt: skip
def test_a_name_says_what_its_register_holds(words: str, text: str) -> None:
    partner = "town-council:\n  name: Town Council\n  kind: partner\n  no_accounts_because: none\n"

    plan = saying(words, files={**REGISTERS, "forces": FORCES + partner}).plan()

    assert said(plan, 24) == text


def test_digits_serve_every_language_and_words_the_language_they_are_in() -> None:
    config = a_config(**REGISTERS)

    assert config.facts["reports"].value(CY) == "30,984"
    assert config.facts["useful_reports"].value(CY) == "mwy nag un o bob pump"
    assert config.facts["javid"].value(CY).endswith("– Sajid Javid, Ysgrifennydd Cartref")


def test_registers_may_be_missing() -> None:
    assert a_config().facts.keys() == {"hotline", "emergency", "report_link"}


# --- what stops a post ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "days", "sentence"),
    [
        ("See {{ nactso_link }}", {23, 24},
         "gov.uk/nactso is retired since 25 November 2015: it moved (config/links.yaml:6:1). "
         "Write {{ business_link }}, which is protectuk.police.uk."),
        ("Of {{ reports }}", {23, 24},
         "the claim reports expired on 24 November 2015 (config/claims.yaml:1:1). Look the figure "
         "up anew and give it a new period and expiry, or take it out of the words."),
        ("{{ basu }}", {24, 25, 26, 27},
         "the quote basu was cleared on 24 November 2015, and not before (config/quotes.yaml:1:1). "
         "Ask whoever speaks for them, then write cleared_by: and cleared_on: there, or take "
         "{{ basu }} out of the words."),
        ("{{ javid }}", set(),
         "nobody has cleared the quote javid (config/quotes.yaml:10:1). Ask whoever speaks for "
         "them, then write cleared_by: and cleared_on: there, or take {{ javid }} out of the "
         "words."),
    ],
)  # fmt: skip
def test_what_may_not_be_said_on_its_day_stops_the_post_at_its_line(
    words: str, days: set[int], sentence: str
) -> None:
    plan = saying(words).plan()

    assert {day for day in range(23, 28) if said(plan, day)} == days
    of_kent = {line for p, line in zip(plan.problems, lines(plan.problems), strict=True)
               if p.forces == ("kent",)}  # fmt: skip
    assert of_kent == {f"messages/national/cdt/campaign.yaml:26: {sentence}"}


def test_welsh_is_not_said_with_a_figure_in_english_words() -> None:
    claims = CLAIMS.replace("\n    cy: mwy nag un o bob pump", "")
    words = "{{ useful_reports | first_capital }}"

    plan = saying(words, welsh=words, files={**REGISTERS, "claims": claims}).plan()

    gwent = [p for p in plan.problems if p.forces == ("gwent",)]
    assert said(plan, 24) == "More than a fifth in Kent."
    assert gwent[0].message == "the claim useful_reports has no Welsh (config/claims.yaml:8:1)."


def test_of_two_languages_neither_goes_out_where_one_may_not() -> None:
    plan = saying("Of {{ reports }}").plan()

    assert {p.due.day for p in plan.posts if p.key.account == "gwent-x"} == {23, 24}


def test_a_post_that_may_not_be_said_is_judged_so_that_an_approved_one_is_withdrawn() -> None:
    before = saying("{{ basu }}").plan()

    after = saying("{{ basu }}", files={**REGISTERS, "quotes": QUOTES.replace(
        "  cleared_by: his office\n  cleared_on: 2015-11-24\n", "")}).plan()  # fmt: skip

    assert len(before.posts) > 0
    assert after.posts == ()
    assert all(after.judges(post.key) for post in before.posts)


@pytest.mark.parametrize(("day", "bar"), [(24, None), (25, "the claim reports expired on ")])
def test_what_a_person_gives_another_time_is_judged_by_that_time(day: int, bar: str | None) -> None:
    room = saying("Of {{ reports }}")
    post = next(post for post in room.posts() if post.key.language is CY)

    found = barred(room.sources(), post, datetime(2015, 11, day, 15, tzinfo=UTC))

    assert found == bar or (found and bar and found.startswith(bar))


# --- what people type -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["gov.uk/nactso", "https://www.gov.uk/NaCTSO/", "GOV.UK/nactso/guidance", "gov.uk/nactso?a=b"],
)
@pytest.mark.parametrize(
    "local",
    [
        "change:\n  trust-your-instincts:\n    not-sure:\n      en: |\n        See {}",
        "fill_in:\n  at_cinemas: at {} in Bootle",
    ],
)  # fmt: skip
def test_a_retired_address_that_is_typed_is_named_with_what_took_its_place(
    typed: str, local: str
) -> None:
    own, _ = local_of(KENT + local.format(typed), "kent")

    found = local_problems(own, a_national(), a_config(**REGISTERS))

    assert only(found).split(": ", 1)[1] == (
        f'"{typed}" is typed here, and is retired. Write {{{{ business_link }}}}, which is '
        "protectuk.police.uk. See config/links.yaml:6:1."
    )
    assert found[0].severity is Severity.ERROR


def test_a_retired_address_in_a_senders_own_phrase_is_named_too() -> None:
    forces = FORCES.replace("in_area: in Kent", "in_area: in Kent, gov.uk/nactso")

    plan = Newsroom(files={**REGISTERS, "forces": forces}).plan()

    assert lines(plan.problems)[0].startswith(
        'config/forces.yaml:16:1: in_area: "gov.uk/nactso" is typed here, and is retired. Write'
    )


@pytest.mark.parametrize("typed", ["gov.uk/nactso2", "gov.uk", "nactso.gov.uk/x"])
def test_another_address_is_an_ordinary_typed_link(typed: str) -> None:
    own, _ = local_of(f"{KENT}fill_in:\n  at_cinemas: at {typed} in Bootle\n", "kent")
    assert [p.code for p in local_problems(own, a_national(), a_config(**REGISTERS))] == [
        "typed-link"
    ]


@pytest.mark.parametrize(
    ("typed", "claim"),
    [
        ("There were 30,984 reports", "reports"),
        ("There were 30984 reports", "reports"),
        ("More than a fifth helped", "useful_reports"),
        ("In 30,984.", "reports"),
        ("There were 130,984 reports", None),
        ("There were 30,984,000 reports", None),
        ("There were 30,984.5 reports", None),
        ("More than a fifteenth helped", None),
        ("There were {{ reports }} reports", None),
    ],
)
def test_a_figure_that_is_typed_although_a_claim_has_it_is_a_warning(
    typed: str, claim: str | None
) -> None:
    pack = a_national(CAMPAIGN.replace("No report", f"{typed}. No report"))

    found = said_problems(pack, a_config(**REGISTERS))

    assert [p.advice.split("}}")[0] for p in found if p.code == "typed-claim"] == (
        [f"Write {{{{ {claim} "] if claim else []
    )
    assert all(p.severity is Severity.WARNING for p in found if p.code == "typed-claim")


# --- in good time ---------------------------------------------------------------------------------


def test_a_check_by_that_passed_and_an_end_that_is_near_are_warnings() -> None:
    claims = CLAIMS.replace(
        "  expires: 2015-11-24", "  expires: 2015-11-24\n  check_by: 2015-11-01"
    )

    found = fact_problems(
        a_config(**{**REGISTERS, "claims": claims}), date(2015, 11, 10), live=False
    )

    assert all(problem.severity is Severity.WARNING for problem in found)
    assert [problem.message for problem in found] == [
        "reports should have been checked by 1 November 2015.",
        "nactso_link must not be used from Wednesday 25 November 2015 on.",
        "reports must not be used from Wednesday 25 November 2015 on.",
    ]


# --- mistakes in the files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "instead", "sentence"),
    [
        ("links", "  instead: business_link", "  instead: bussiness_link",
         '11:12: there is no link in use called "bussiness_link". Did you mean business_link?'),
        ("links", "  instead: business_link", "  instead: nactso_link",
         '11:12: there is no link in use called "nactso_link".'),
        ("links", "  retired: 2015-11-25", "  retired: 25.11.2015",
         '10:12: "25.11.2015" is not a date. Write Wednesday 25 November 2015.'),
        ("links", "  check_by: 2027-05-31\n", "", '1:1: "check_by" is missing for business_link.'),
        ("links", "  check_by: 2027-05-31\n", "  check_by: 2027-05-31\n  instead: nactso_link\n",
         "6:12: business_link names what to use instead, and is not retired."),
        ("links", "link: protectuk.police.uk", "link: www.gov.uk/nactso/",
         "1:1: business_link is www.gov.uk/nactso/, which is retired as nactso_link."),
        ("links", "link: gov.uk/nactso", "link: nactso",
         '7:9: "nactso" would not be a link.'),
        ("links", "nactso_link:", "nactso-link:",
         '6:1: "nactso-link" cannot be the name of a link. Use small letters and _: nactso_link'),
        ("links", "nactso_link:", "hotline:", '6:1: there is another "hotline", at config'),
        ("claims", "  expires: 2015-11-24\n", "", '1:1: "expires" is missing for reports.'),
        ("claims", "  expires: 2015-11-24", "  expires: 2014-11-24",
         "7:12: reports expires on Monday 24 November 2014, before it was seen on "),
        ("claims", "  figure: 30,984", "  figure: 30,984 at gov.uk/ACT",
         '2:11: the link "gov.uk/ACT" is typed here.'),
        ("claims", "  figure: 30,984", "  figure:", '2:10: "figure" is empty.'),
        ("claims", "useful_reports:", "force:", '8:1: the bot fills in "force" by itself.'),
        ("claims", "  period: 2014", "  period: 2014\n  perod: 2014",
         '5:3: a claim has no field called "perod". Did you mean period?'),
        ("quotes", "  politician: no\n", "", '1:1: "politician" is missing for basu.'),
        ("quotes", "  politician: no", "  politician: perhaps",
         '6:15: "politician" is yes or no, not "perhaps".'),
        ("quotes", "  words: Every call counts.", "  words: “Every call counts.”",
         "2:10: the quote stands in quotation marks of its own: “Every call counts.”"),
        ("quotes", "  words: Every call counts.", "  words: Every call counts. See gov.uk/ACT",
         '2:10: the link "gov.uk/ACT" is typed here.'),
        ("quotes", "  cleared_on: 2015-11-24\n", "", '1:1: "cleared_on" is missing for basu.'),
        ("quotes", "  cleared_by: his office\n", "", '1:1: "cleared_by" is missing for basu.'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_register_is_one_line(
    name: str, written: str, instead: str, sentence: str
) -> None:
    assert of(name, written, instead).startswith(sentence)


def test_an_emptied_register_is_named() -> None:
    assert only(config_of(quotes="")[1]) == (
        "config/quotes.yaml:1: there is nothing in this file. Put back what it held."
    )
