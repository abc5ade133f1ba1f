"""Words that are hard to read, that frighten, or that tell too much: each check by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest

from bot.core.check import (
    asks,
    check_posts,
    dates,
    figures,
    gathered,
    national_problems,
    plain,
    security,
    tone,
)
from bot.core.check.american import american
from bot.core.check.prose import Found, Prose, prose
from bot.core.check.spelling import Speller
from bot.core.check.words import as_problem, unsafe, word_problems
from bot.core.model import Language
from bot.core.packs import read_region
from bot.core.reading import Words
from bot.core.source import Place, Problem
from bot.core.text.profiles import other_handle, unmatched_handles
from tests.core.packs_in_text import (
    CAMPAIGN,
    FORCES,
    KENT,
    a_config,
    a_national,
    config_of,
    lines,
    local_of,
)
from tests.factories import a_post


def said(found: Iterable[Found]) -> list[str]:
    return [f"{one.line}: {one.message}" for one in found]


def english(text: str) -> Prose:
    return prose(text, Language.EN)


def found_by(check: Callable[[Prose], Iterable[Found]], text: str) -> list[str]:
    return said(check(english(text)))


# --- plain English ------------------------------------------------------------------------------


def test_a_sentence_has_25_words_at_most_with_its_values_in_it() -> None:
    words = " ".join(["word"] * 22)

    fits = said(plain.long_sentences(f"{words} {{{{ in_area }}}}.", {"in_area": 3}))
    too_long = said(plain.long_sentences(f"Short.\n{words} {{{{ in_area }}}}.", {"in_area": 4}))

    assert fits == []
    assert too_long == [
        '2: the sentence that begins "word word word word word" has 26 words, and 25 are the most.'
    ]


def test_a_long_sentence_is_named_by_its_own_words_after_a_value() -> None:
    (found,) = said(plain.long_sentences("{{ basu_2015 }}, says the chief.", {"basu_2015": 30}))

    assert found.startswith('1: the sentence that begins "… says the chief." has 3')


def test_sentences_end_at_full_stops_and_at_the_ends_of_lines() -> None:
    text = "One two. Three four? “Five six.” Seven\neight"

    assert english(text).sentences == (
        (1, "One two."), (1, "Three four?"), (1, "“Five six."), (1, "Seven"), (2, "eight"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shouted"),
    [
        ("Do NOT touch it.", ["NOT"]),
        ("STOP AND THINK before you share.", ["STOP AND THINK"]),
        ("Mae hyn yn BWYSIG iawn.", ["BWYSIG"]),
        ("Read about ACT and CCTV in the UK.", []),
        ("A PDF from the RNIB, on a USB stick.", ["RNIB"]),
        ("I saw it {{ in_area }}.", []),
    ],
)
def test_capitals_are_for_abbreviations(text: str, shouted: list[str]) -> None:
    assert found_by(lambda words: plain.capitals(words, plain.ABBREVIATIONS), text) == [
        f'1: "{word}" is in capitals.' for word in shouted
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Look out for each other. 👀", []),
        ("Look 👀 out for each other.", ["1: 👀 stands before words, as if it were one."]),
        ("Call now 📞\nThank you 🙏\nSee you 👋", ["1: 3 emoji, and 2 are the most."]),
        ("Thank you 🙏🙏", ["1: 🙏 comes twice."]),
        ("📞 {{ hotline }}", ["1: 📞 stands before words, as if it were one."]),
        ("“Quoted”, and a long dash – no emoji.", []),
    ],
)
def test_emoji_are_few_and_stand_at_the_end(text: str, sentences: list[str]) -> None:
    assert found_by(plain.emoji_among_words, text) == sentences


def test_hashtags_show_their_words_and_are_two_at_most() -> None:
    assert said(plain.hashtag_faults(("CounterTerrorismUK",), ("ACT",))) == []
    assert said(plain.hashtag_faults(("counterterrorism",), ())) == [
        '1: "counterterrorism" does not show where its words begin.'
    ]
    assert said(plain.hashtag_faults(("ActEarly",), ("One", "Two"))) == [
        "2: 3 hashtags, and 2 are the most."
    ]


# --- asks ---------------------------------------------------------------------------------------


def test_a_post_has_one_link() -> None:
    links = {"report_link", "early_link"}

    def two(text: str) -> list[str]:
        return found_by(lambda words: asks.two_links(words, links), text)

    assert two("Report it: {{ report_link }} or {{ hotline }}") == []
    assert two("{{ report_link }} {{ early_link }}") == [
        "1: more than one link: report_link and early_link."
    ]
    assert two("{{ report_link }} {{ report_link }}") == [
        "1: more than one link: report_link twice."
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Please share this post. Report what you saw: {{ report_link }}", "share and report"),
        ("Follow us for more. Sign up for alerts.", "follow and sign up"),
        ("If something feels wrong, report it. Tell us in confidence.", ""),
        ("Share your worry with an officer, or call {{ hotline }}.", ""),
    ],
)
def test_a_post_asks_for_one_thing(text: str, asked: str) -> None:
    sentences = [f"1: asks for 2 things: {asked}."] if asked else []

    assert found_by(asks.two_asks, text) == sentences


@pytest.mark.parametrize("text", ["Click here: {{ a }}", "Link in bio.", "Cliciwch yma: {{ a }}"])
def test_a_link_says_where_it_leads(text: str) -> None:
    assert len(found_by(asks.vague_links, text)) == 1
    assert found_by(asks.vague_links, "Save this link on your phone: {{ report_link }}") == []


# --- tone ---------------------------------------------------------------------------------------


def test_words_that_alarm_are_found_with_the_reason() -> None:
    def alarm(text: str) -> list[str]:
        listed = tone.listed(tone.ALARMING, {"stranger danger": "it frightens"})
        return found_by(lambda words: listed.found("alarming", words), text)

    assert alarm("A deadly attack is imminent.") == [
        '1: "deadly": it paints what nobody needs to see.',
        '1: "imminent": it states the threat; only {{ threat_meaning }} does, in the official '
        "words.",
    ]
    assert alarm("Teach them stranger danger.") == ['1: "stranger danger": it frightens.']
    assert alarm("Nobody need be alarmed by a monsterpiece.") == []


@pytest.mark.parametrize("word", ["anonymous", "anonymously", "guaranteed", "completely safe"])
def test_no_promise_goes_further_than_in_confidence(word: str) -> None:
    assert found_by(tone.promises, f"Your report is {word}.") == [f'1: "{word}" promises too much.']
    assert found_by(tone.promises, "Tell us in confidence.") == []


@pytest.mark.parametrize(
    ("text", "asks_it"),
    [
        ("Film them and send it to us.", True),
        ("If you see him, follow him.", True),
        ("Please approach the driver.", True),
        ("Take photographs of the suspect.", True),
        ("Do not approach them. Never film anyone.", False),
        ("Please do not follow anyone, challenge anyone or start filming.", False),
        ("A film anyone can watch.", False),
    ],
)
def test_nobody_is_sent_towards_anybody(text: str, asks_it: bool) -> None:
    assert bool(found_by(tone.at_risk, text)) == asks_it


# --- operational security -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "text", "finds"),
    [
        (security.staff_text, "OFFICIAL-SENSITIVE: our plan.", "OFFICIAL-SENSITIVE"),
        (security.staff_text, "For internal use only.", "For internal use only"),
        (security.staff_text, "Our official account has more.", ""),
        (security.names_staff, "Ask PC Smith at the stall.", "PC Smith"),
        (security.names_staff, "Chief Constable Jane Doe writes.", "Chief Constable Jane Doe"),
        (security.names_staff, "Ask a police officer, or your PC at home.", ""),
        (security.patrol_times, "Officers patrol the market on Saturday.", "patrol"),
        (security.patrol_times, "We are on duty until 11pm.", "on duty"),
        (security.patrol_times, "Officers patrol day and night. See you on Saturday.", ""),
        (security.names_site, "Seen something at Gatwick Airport?", "Gatwick Airport"),
        (security.names_site, "Seen something at the airport, or at a Police Station?", ""),
    ],
)
def test_what_helps_an_attacker_is_found(
    check: Callable[[Prose], Iterable[Found]], text: str, finds: str
) -> None:
    found = found_by(check, text)

    assert (finds in found[0]) if finds else found == []


def test_tactics_are_found_with_the_reason() -> None:
    def tactics(text: str) -> list[str]:
        return found_by(lambda words: tone.listed(security.TACTICS).found("tactics", words), text)

    assert tactics("Plain clothes officers are about.") == [
        '1: "Plain clothes": it says how police work.'
    ]
    assert tactics("Officers are about.") == []


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "right"),
    [
        ("Join us on Monday 20th November 2015.", "en", "Friday 20 November 2015"),
        ("Join us on Monday 20 November.", "en", "Friday 20 November 2015"),
        ("Join us on Friday, the 20th of November 2015.", "en", ""),
        ("Ymunwch ddydd Llun 20 Tachwedd 2015.", "cy", "Friday 20 November 2015"),
        ("On Monday 31 February 2015.", "en", ""),
    ],
)
def test_a_weekday_that_its_date_has_not_is_found(text: str, language: str, right: str) -> None:
    found = said(figures.wrong_weekdays(prose(text, Language(language)), 2015))

    assert (f"that day is {right}." in found[0]) if right else found == []


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("Join us on November 27.", "Write it as 27 November."),
        ("Join us on Friday, November 27, 2027.", "Write it as 27 November."),
        ("Join us on the 1st of May.", "Write it as 1 May."),
        ("Join us on Friday 27th November.", "Write it as 27 November."),
        ("Join us on May 3rd.", "Write it as 3 May."),
        ("Join us on 27/11/2027.", ""),
        ("Join us on 2027-11-27.", ""),
    ],
)
def test_a_date_that_is_not_british_is_found(text: str, better: str) -> None:
    assert [one.advice for one in dates.not_british(english(text))] == [better]


@pytest.mark.parametrize(
    "text",
    [
        "Friday 27 November 2027 and 1 May", "since November 2015", "24/7, and 9/11 and 7/7",
        "May 20 people come?", "in March 30% more", "from 9.30 to 10.15", "1-2-1 help",
    ],
)  # fmt: skip
def test_other_figures_are_no_dates(text: str) -> None:
    assert found_by(dates.not_british, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Reports went up by 50 per cent.", "12% more.", "1,400 calls.", "We took 31000 reports.",
        "One in five helped.", "Thousands of reports a year.", "Half of all reports helped.",
        "Miloedd: 20 y cant.",
    ],
)  # fmt: skip
def test_a_figure_that_somebody_typed_is_found(text: str) -> None:
    assert len(found_by(figures.typed_figures, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A 60-second film.", "In 2015 it began.", "Two steps are better than one.", "24/7",
        "You may have seen half of something.", "One video among millions.", "{{ share }} of them.",
    ],
)  # fmt: skip
def test_ordinary_numbers_are_no_figures(text: str) -> None:
    assert found_by(figures.typed_figures, text) == []


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("bit.ly/abc", "bit.ly"),
        ("https://www.tinyurl.com/x", "tinyurl.com"),
        ("gov.uk/ACT", None),
        ("example.org/bit.ly", None),
    ],
)
def test_a_public_shortener_is_known(address: str, host: str | None) -> None:
    assert figures.shortener_of(address) == host


def test_a_handle_is_that_of_the_page_beside_it() -> None:
    page = "seen on https://twitter.com/PoliceChiefs/status/1"

    assert other_handle("@policechiefs", page) is None
    assert other_handle("PoliceChief", page) == "PoliceChiefs"
    assert other_handle("PoliceChief", page, "bluesky") is None
    assert other_handle("PoliceChief", "a toolkit of 2019") is None
    assert list(unmatched_handles("Ask @kent at x.com/kent_police")) == [("kent", "kent_police")]


# --- spelling -----------------------------------------------------------------------------------


class AFewWords:
    """A dictionary of the test's own."""

    def __init__(self, *words: str) -> None:
        self.words = {*words}

    def knows(self, word: str) -> bool:
        return word in self.words

    def near(self, word: str) -> Sequence[str]:
        return ("receive",) if word == "recieve" else ()


def spelt(text: str, *right: str) -> list[str]:
    speller = Speller(AFewWords("we", "reports", "well", "known", "your", "from"), right)
    return said(speller.misspelt(english(text)))


def test_a_word_in_no_dictionary_is_found_with_what_was_meant() -> None:
    found = Speller(AFewWords("we", "reports"), ()).misspelt(english("We recieve reports."))

    assert [one.advice for one in found] == [
        "Did you mean receive? A word that is right goes into config/words.yaml."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We reports from Aberdaugleddau.", "Your well-known reports.", "We'll reports",
        "WE reports",
        "Reports: gov.uk/xyzzy #Xyzzy @xyzzy {{ xyzzy }}",
    ],
)  # fmt: skip
def test_names_joined_words_links_and_values_are_left_alone(text: str) -> None:
    assert spelt(text) == []


def test_a_listed_word_is_right() -> None:
    assert spelt("your barista", "barista") == []
    assert spelt("your barista") == ['1: "barista" is in no dictionary here.']


@pytest.mark.parametrize(
    ("text", "british"),
    [
        ("Organize the defense of the Theaters", ["Organise", "defence", "Theatres"]),
        ("my favorite colors, neighbor", ["favourite", "colours", "neighbour"]),
        ("traveling while realizing and analyzing", ["travelling", "realising", "analysing"]),
        ("the size of the prize, seized; a capsized boat", []),
        ("an honorary humorist", []),
    ],
)
def test_american_spelling_is_found(text: str, british: list[str]) -> None:
    found = sorted(one.advice for _, one in american(english(text)))

    assert found == sorted(f"Write {word}." for word in british)


# --- packs --------------------------------------------------------------------------------------


def of_pack(
    words: str, /, *, local: str = KENT, force: str = "kent", **files: str
) -> list[Problem]:
    """Warnings about a pack in which one English wording is these words."""
    old = "Seen something {{ in_area }} that did not feel right? You do not have to be sure."
    pack = a_national(CAMPAIGN.replace(old, words))
    own = local_of(local, force)[0]
    return word_problems({"cdt": pack}, [own], a_config(**files), {})


def test_words_are_named_by_their_line_and_those_whose_values_are_too_long() -> None:
    words = " ".join(["Word", *["word"] * 21])
    local = f"{KENT}fill_in:\n  in_area: in Kent and the Isle of Thanet\n"

    (found,) = of_pack(f"{words} {{{{ in_area }}}}.", local=local)

    assert str(found.place) == "messages/national/cdt/campaign.yaml:26"
    assert (found.code, found.forces) == ("long-sentence", ("kent",))


def test_a_force_s_own_words_and_values_are_looked_at_too() -> None:
    own = "fill_in:\n  at_cinemas: at Wembley Stadium\nchange:\n  trust-your-instincts:\n"
    own += "    not-sure:\n      en: Be quick {{ in_area }}!\n"

    found = of_pack("Seen something {{ in_area }}?", local=KENT + own)

    assert [(one.code, one.forces) for one in found] == [
        ("exclamation", ("kent",)), ("names-site", ("kent",)),
    ]  # fmt: skip


def test_words_yaml_adds_words() -> None:
    words = "Bring your ABCD to the xyz {{ in_area }}."

    found = of_pack(words, words="abbreviations: ABCD\nalarming:\n  xyz: say what it is\n")

    assert lines(found) == [
        'messages/national/cdt/campaign.yaml:26: "xyz": say what it is. '
        "Say what people can do, in calm words: alert, not alarmed."
    ]


def test_what_must_not_go_out_is_an_error_wherever_it_stands() -> None:
    words = Words("Officers patrol on Friday.\nStaff only.", Place("F", 7))

    assert [(str(one.place), one.code, one.severity) for one in unsafe(words, Language.EN)] == [
        ("F:8", "staff-text", "error"),
        ("F:7", "patrol-times", "error"),
    ]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("The threat is SEVERE in Kent.", "SEVERE"),
        ("The national threat level is now severe.", "threat level is now severe"),
        ("Threat level: low.", "Threat level: low"),
        ("Lefel y bygythiad yw sylweddol.", "Lefel y bygythiad yw sylweddol"),
        ("The threat level is {{ threat_level }}: stay alert.", None),
        ("Mae'n DDIFRIFOL.", "DDIFRIFOL"),
        ("Severe weather may keep you at home.", None),
        ("Read what the threat level means. A low wall is fine.", None),
    ],
)
def test_a_threat_level_that_somebody_typed_is_an_error(text: str, typed: str | None) -> None:
    found = list(unsafe(Words(text, Place("F", 7)), Language.EN))

    assert [(one.code, one.message) for one in found] == (
        [("typed-level", f'the threat level is typed here: "{typed}".')] if typed else []
    )


def test_a_handle_whose_source_leads_to_another_account_is_found() -> None:
    page = "handle_source: https://x.com/kentpolice/status/1"
    forces = FORCES.replace("handle: kent_police", f"handle: kent_police\n      {page}")

    _, problems = config_of(forces=forces)

    assert lines(problems) == [
        "config/forces.yaml:28:22: the handle of kent-x is kent_police, and its handle_source "
        "leads to kentpolice. Open the link, and write the handle that stands there."
    ]


def test_a_handle_beside_another_account_s_page_is_found_in_a_post() -> None:
    post = a_post(text="Ask @kent_polce at x.com/kent_police")

    (found,) = check_posts([post], {}, a_config()).problems

    assert (found.code, found.message) == (
        "handle-differs", "it names @kent_polce, and its link leads to kent_police.",
    )  # fmt: skip


def test_each_part_of_a_thread_is_looked_at_as_a_post_of_its_own() -> None:
    first, second = "See it {{ in_area }}: {{ report_link }}", "Tell us {{ in_area }}."

    alone = of_pack(f"{first}\n          ---\n          {second}")
    together = of_pack(f"{first}\n          {second}")

    assert [problem.code for problem in alone] == []
    assert [problem.code for problem in together] == ["two-links"]


def test_a_figure_that_a_claim_has_is_not_named_twice() -> None:
    claims = (
        "reports:\n  figure: 30,984\n  about: reports\n  period: 2014\n  source: a page\n"
        "  as_of: 2015-01-01\n  expires: 2015-11-24\n"
    )
    words = "We had 30,984 reports {{ in_area }}."

    assert [problem.code for problem in of_pack(words)] == ["figure"]
    assert of_pack(words, claims=claims) == []


def test_the_card_of_a_link_is_looked_at_too() -> None:
    card = (
        "link_cards:\n  report_link:\n    title:\n      en: Report it now!\n"
        "    about:\n      en: Tell the police in confidence.\nslots:"
    )
    pack = a_national(CAMPAIGN.replace("slots:", card, 1))

    found = word_problems({"cdt": pack}, [], a_config(), {})

    assert [problem.code for problem in found] == ["exclamation"]


def test_what_a_region_and_a_single_account_say_is_looked_at_too() -> None:
    own = "change:\n  trust-your-instincts:\n    not-sure:\n      en: Be quick {{ in_area }}!\n"
    nested = "accounts:\n  kent-x:\n" + "".join(f"    {line}\n" for line in own.splitlines())
    local = local_of(KENT + nested, "kent")[0]
    begins = f"region: South East\ncampaign: cdt\nwritten_for_version: 1\n{own}"
    region = read_region("R", begins.encode(), region="South East", campaign="cdt")[0]

    found = word_problems({"cdt": a_national()}, [local, region], a_config(), {})

    assert [(one.place.file, one.code, one.forces) for one in found] == [
        ("F", "exclamation", ("kent",)),
        ("R", "exclamation", ()),
    ]


def test_a_number_or_a_date_that_a_force_filled_in_is_not_looked_at_as_words() -> None:
    asked = "each_force_fills_in:\n"
    for kind, example in (("number", "3200"), ("date", "2027-11-26")):
        asked += f"  our_{kind}:\n    help: Yours.\n    example: {example}\n    type: {kind}\n"
    words = "{{ our_number }} of us are here {{ in_area }} on {{ our_date }}."
    text = CAMPAIGN.replace("each_force_fills_in:\n", asked)
    text = text.replace("No report {{ in_area }} is too small: {{ report_link }}", words)
    filled = "fill_in:\n  our_number: 3200\n  our_date: 2027-11-26\n"
    local, pack = local_of(KENT + filled, "kent")[0], a_national(text)

    found = word_problems({"cdt": pack}, [local], a_config(), {})
    found += national_problems(pack, a_config())

    wanted = {"figure", "date-form", "small-letter"}
    assert [problem for problem in found if problem.code in wanted] == []


def test_an_error_elsewhere_in_a_local_pack_hides_no_warning() -> None:
    own = "change:\n  trust-your-instincts:\n    not-sure:\n      en: Be quick {{ in_area }}!\n"
    local, problems = local_of(f"{KENT}{own}colour: blue\n", "kent")

    found = word_problems({"cdt": a_national()}, [local], a_config(), {})

    assert [problem.code for problem in problems] == ["unknown-field"]
    assert [problem.code for problem in found] == ["exclamation"]


def test_one_misspelt_word_in_many_places_is_one_line() -> None:
    said = Found("spelling", 1, '"recieve" is in no dictionary here.')

    found = gathered(as_problem(Place("F", line), said) for line in (3, 5, 8))

    assert [one.message for one in found] == [
        '"recieve" is in no dictionary here, here and in 2 more places.'
    ]
