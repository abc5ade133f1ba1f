"""What people can do to a file, and the one sentence that says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.source import Dashes, Fields, Place, Scalar, did_you_mean, listed, read
from tests.core.packs_in_text import lines, only, yaml


def fields(text: str | bytes) -> Fields:
    content = text if isinstance(text, bytes) else yaml(text)
    found, problems = read("F", content)
    assert found is not None
    assert not problems
    return found


def said(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else yaml(text)
    return lines(read("F", content)[1])


def scalar(group: Fields, name: str) -> Scalar:
    node = group.entries[name]
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize("written", ["no", "22:30", "2015-11-23", "0800", "1_000", "null", "~"])
def test_a_value_stays_the_text_that_was_typed(written: str) -> None:
    assert scalar(fields(f"a: {written}"), "a").value == written


def test_every_value_knows_its_line_and_column() -> None:
    group = fields("""\
        force: kent
        fill_in:
          in_area: in Kent
        """)

    inner = group.entries["fill_in"]

    assert isinstance(inner, Fields)
    assert inner.keys["in_area"] == Place("F", 3, 3)
    assert scalar(inner, "in_area").place == Place("F", 3, 12)
    assert str(Place("F", 3, 12)) == "F:3:12"
    assert str(Place("F", 3)) == "F:3"


def test_words_under_a_bar_may_hold_every_sign() -> None:
    group = fields("""\
        en: |
          Remember: call #us, 'now' or "later" {{ in_area }} @ 100% & *more*.
        """)

    assert scalar(group, "en").value.startswith("Remember: call #us")
    assert scalar(group, "en").block


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a byte order mark", lambda text: b"\xef\xbb\xbf" + text),
        ("Windows line ends", lambda text: text.replace(b"\n", b"\r\n")),
        ("old Mac line ends", lambda text: text.replace(b"\n", b"\r")),
        ("a line of dashes on top", lambda text: b"---\n" + text),
        ("notes on top", lambda text: b"# a note\n\n" + text),
    ],
)
def test_an_editor_may_save_a_file_its_own_way(name: str, change: object) -> None:
    text = b"force: kent\nen: |\n  One.\n  Two.\n"

    group = fields(change(text))  # type: ignore[operator]  # a lambda of the table above

    assert scalar(group, "en").value == "One.\nTwo.\n", name


@pytest.mark.parametrize("text", ["", "\n\n", "   \n", "# only a note\n"])
def test_a_file_with_nothing_in_it_has_no_fields(text: str) -> None:
    assert fields(text).entries == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "force: kent\nwhy: it’s\n".encode("cp1252"),
            "F:2: not saved as UTF-8. In Notepad: Save as, Encoding UTF-8.",
            id="Notepad's ANSI",
        ),
        pytest.param(
            "force: kent\n".encode("utf-16"),
            "F:1: not saved as UTF-8. In Notepad: Save as, Encoding UTF-8.",
            id="Notepad's Unicode",
        ),
        pytest.param(
            b"a: " + b"x" * 50_000_000,
            "F: the file is bigger than 2 MB. "
            "Is it the right file? A campaign of a whole year is smaller.",
            id="50 MB",
        ),
        pytest.param(
            b"PK\x03\x04 a Word document",
            "F: this is a word processor's document. "
            "Save it as plain text with the encoding UTF-8, or use Notepad.",
            id="Word",
        ),
        pytest.param(
            rb"{\rtf1\ansi hello}",
            "F: this is a word processor's document. "
            "Save it as plain text with the encoding UTF-8, or use Notepad.",
            id="WordPad",
        ),
        pytest.param(
            b"force: kent\nwhy: it\x00s\n",
            "F:2: there is an invisible character here that no text should hold. "
            "Delete the word and type it again.",
            id="a zero byte",
        ),
        pytest.param(
            "force: kent\u2028campaign: cdt".encode(),
            "F:1: there is an invisible character here that no text should hold. "
            "Delete the word and type it again.",
            id="an invisible line break",
        ),
        pytest.param(
            b"just some words\n",
            "F:1: this file has no fields. "
            "Every line of it begins with a name and a colon, such as force: kent",
            id="no fields",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: bytes, sentence: str) -> None:
    assert said(text) == [sentence]


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{" * 100_000, b"a: " + b"- " * 100_000])
def test_a_hundred_thousand_brackets_do_not_end_the_process(text: bytes) -> None:
    _, problems = read("F", text)

    assert [problem.place.line for problem in problems] == [1]


def test_more_than_twenty_levels_are_refused() -> None:
    deep = "".join("  " * level + "a:\n" for level in range(40))

    assert said(deep) == [
        "F:21: nested more than 20 levels deep. "
        "No file here needs more than six: move these lines back to the left."
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "en: &here Tell us",
            'F:1:5: a value cannot begin with "&" here. '
            'Put the words on the next line, under "en: |".',
        ),
        (
            "en: *Seen something*",
            'F:1:5: a value cannot begin with "*" here. '
            'Put the words on the next line, under "en: |".',
        ),
        (
            "en: !Tell us",
            'F:1:5: a value cannot begin with "!" here. '
            'Put the words on the next line, under "en: |".',
        ),
        (
            "en: @kent Tell us",
            'F:1:1: a value cannot begin with "@" here. '
            'Put the words on the next line, under "en: |".',
        ),
        (
            "en: {{ in_area }} Tell us",
            'F:1:1: a value cannot begin with "{" here. '
            'Put the words on the next line, under "en: |".',
        ),
        (
            "en: ? Tell us",
            'F:1:1: a value cannot begin with "?" here. '
            'Put the words on the next line, under "en: |".',
        ),
        (
            "handle: @kent_police",
            'F:1:1: a value cannot begin with "@" here. Write it without the @.',
        ),
        (
            "en: Remember: call",
            "F:1:1: a colon here is read as a new field. "
            'Put the words on the next line, under "en: |".',
        ),
        (
            "en: | Remember",
            'F:1:1: words stand on the same line as the "|". '
            'Put the words on the next line, under "en: |".',
        ),
        (
            'en: "Tell us\nforce: kent\n',
            "F:1: a quotation mark is opened here and never closed. "
            'Put the words on the next line, under "|"; there nothing needs quotes.',
        ),
        ("a:\n\tb: c\n", "F:2:1: this line begins with a tab. Use ordinary spaces."),
        (
            "a:\n\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}b: c\n  d: e\n",
            "F:2:1: this line begins with a space copied from Word. "
            "Delete it and use ordinary spaces.",
        ),
        (
            "a: b\na: c\n",
            'F:2: "a" stands here twice (first on line 1). Keep one of the two; names must differ.',
        ),
        (
            "a: b\n---\nc: d\n",
            "F:2: what stands below '---' would not be read. Take that line out.",
        ),
        ("fill_in\n  in_area: b\n", 'F:1:1: there is no colon after "fill_in". Write fill_in:'),
        (
            "en: >\n  One.\n  Two.\n",
            'F:1: words under ">" lose their line breaks. Write "|" instead.',
        ),
        (
            "en: |\n  One.\n Two.\ncy: d\n",
            'F:3:2: this line is not far enough in to belong to the words under "en: |". '
            'Begin all of them in the same column, two spaces further in than "en:".',
        ),
    ],
)
def test_a_habit_that_yaml_stumbles_over_has_a_sentence(text: str, sentence: str) -> None:
    assert said(text.encode()) == [sentence]


def test_what_follows_from_a_mistake_is_not_a_second_one() -> None:
    found = said("en:\n  {{ in_area }}: see\n  something.\ncy: |\n  Yma.\n")

    assert len(found) == 1
    assert found[0].startswith("F:2:3: ")


def test_a_list_is_seen_but_not_looked_into() -> None:
    group = fields(b"a:\n  - b: d\n")

    assert group.entries["a"] == Dashes(Place("F", 2, 3), "- b: d")


@pytest.mark.parametrize(
    ("text", "cut", "place"),
    [
        ("en: Report it. #ACT\n", "#ACT", "F:1:16"),
        ("en: Report it.\n  #ACT now\n", "#ACT now", "F:2:3"),
        ("en: Report it.\n\n  #ACT now\n", "#ACT now", "F:3:3"),
        ("en: |\n    Report it.\n  #ACT now\n", "#ACT now", "F:3:3"),
    ],
)
def test_what_yaml_would_drop_as_a_note_is_kept(text: str, cut: str, place: str) -> None:
    found = scalar(fields(text.encode()), "en")

    assert found.cut == cut
    assert str(found.cut_place) == place


@pytest.mark.parametrize(
    "text",
    [
        "en: |\n  Report it.\n\n#cy: |\n#  Rhowch wybod.\n",
        "en: |\n  Report it.\n  # not a note, but words\n",
        "a:\n  en: |\n    Report it.\n  # a note\n",
    ],
)
def test_a_note_below_words_is_only_a_note(text: str) -> None:
    _, problems = read("F", text.encode())

    assert problems == []


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise(content: bytes) -> None:
    found, problems = read("F", content)

    assert found is not None or problems


@given(st.text(alphabet="ab:-|>#{}[]'\"&*!? \t\n\N{NO-BREAK SPACE}%@,.", max_size=80))
def test_no_punctuation_whatever_raises_or_shows_a_parsers_words(text: str) -> None:
    found, problems = read("F", text.encode())

    shown = " ".join(lines(problems))
    assert found is not None or problems
    assert not any(word in shown for word in ("mapping", "token", "block end", "scanning", "<"))


def test_a_near_name_is_offered_and_the_others_listed() -> None:
    assert did_you_mean("in_aera", ["in_area", "hotline"]) == (
        "Did you mean in_area? Known here: hotline, in_area."
    )
    assert did_you_mean("Southeast", ["South East", "Wales"]).startswith("Did you mean South East?")
    assert did_you_mean("zzz", ["in_area"]) == "Known here: in_area."
    assert did_you_mean("zzz", [], what="Themes") == "Themes: none yet."


def test_what_would_turn_a_line_around_is_not_shown_as_it_stands() -> None:
    text = "dry_\u202erun: yes\ndry_\u202erun: no\n"

    assert said(text)[0].startswith('F:2: "dry_\ufffdrun" stands here twice')


@pytest.mark.parametrize("escape", [r"\0", r"\e[2J", r"\x85", r"\L"])
def test_a_control_character_does_not_come_in_by_its_escape(escape: str) -> None:
    found, problems = read("F", f'"a{escape}b": kent\nen: "Tell us {escape} now"\n'.encode())

    assert found is not None
    assert not set("".join(found.entries)) & set("\0\x1b\x85\u2028")
    assert not set(scalar(found, "en").value) & set("\0\x1b\x85\u2028")
    assert [line.split(": ")[0] for line in lines(problems)] == ["F:1:1", "F:2:5"]
    assert 'a "\\" between quotation marks' in lines(problems)[0]


def test_names_are_listed_as_people_list_them() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b"], "or") == "a or b"


def test_a_problem_reads_as_place_sentence_advice() -> None:
    problems = read("F", b"en: Remember: call")[1]

    assert only(problems).startswith("F:1:1: a colon here")
