from __future__ import annotations

import re
from datetime import date, datetime, time
from io import BytesIO

import pytest
from pypdf import PdfReader

from casedesk import resources
from casedesk.documents.letters import (
    Letterhead,
    RenderedMessage,
    TemplateFault,
    format_date,
    format_time,
    letter_pdf,
    render_message,
)

VALUES: dict[str, object] = {
    "firm": "Okafor & Chen LLP",
    "client": "Rosa Ibarra",
    "contact": "M. Duarte",
    "phone": "(415) 555-0134",
    "matter": "M-2026-0007",
    "agency": "USCIS",
    "form": "I-485",
    "notice_date": date(2026, 11, 2),
    "items": ["Form I-693, sealed", "Tax transcript for 2025", "Birth certificate with translation"],
    "bring_by": date(2027, 1, 21),
    "delivered_on": date(2027, 1, 20),
    "delivered": ["the original notice", "Form I-693"],
    "receipt_number": "IOE0912345678",
    "received_on": date(2026, 8, 3),
    "status": "Case Was Received",
    "checked_on": date(2026, 11, 9),
    "appointment_on": date(2026, 12, 1),
    "appointment_at": time(9, 30),
    "place": "1 Example Street, Oakland CA 94612",
    "asked_on": date(2026, 11, 12),
    "milestone": "Your interview took place.",
    "reached_on": date(2026, 11, 12),
}
TEMPLATES = sorted(
    name.removesuffix(".toml") for name in resources.list_names("messages/en") if name.endswith(".toml")
)


def one_template(source: str) -> object:
    def read_text(relative: str) -> str:
        if relative == "messages/en/sample.toml":
            return source
        raise FileNotFoundError(relative)

    return read_text


def render(source: str, **values: object) -> RenderedMessage:
    return render_message("sample", "en", values, one_template(source))  # type: ignore[arg-type]


def test_english_and_spanish_have_the_same_templates_with_the_same_needs() -> None:
    assert (
        sorted(
            [
                "biometrics",
                "information_request",
                "information_request_again",
                "milestone_reached",
                "receipt_received",
                "rfe_received",
                "rfe_response_delivered",
                "status_update",
            ]
        )
        == TEMPLATES
    )
    assert resources.list_names("messages/es") == resources.list_names("messages/en")
    for name in TEMPLATES:
        needs = [
            re.search(
                r"^needs = (.*)$", resources.read_text(f"messages/{language}/{name}.toml"), re.MULTILINE
            )
            for language in ("en", "es")
        ]
        assert needs[0] is not None
        assert needs[1] is not None
        assert needs[0].group(1) == needs[1].group(1)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_shipped_message_renders_with_every_value_it_declares(name: str, language: str) -> None:
    message = render_message(name, language, VALUES, resources.read_text)
    assert message.language == language
    assert not message.fallback
    assert "{{" not in message.body
    assert "None" not in message.body
    assert "Rosa Ibarra" in message.body
    assert "(415) 555-0134" in message.body
    assert "\n" not in message.subject


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_stranger_sees_first_tells_nothing_about_the_client(name: str, language: str) -> None:
    message = render_message(name, language, VALUES, resources.read_text)
    first_line = message.body.split("\n", 1)[0]
    for told in ("Rosa", "Ibarra", "I-485", "IOE0912345678", "USCIS", "M-2026-0007"):
        assert told not in message.subject
        assert told not in first_line
    assert len(first_line) >= 90


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_message_promises_an_outcome(name: str, language: str) -> None:
    body = render_message(name, language, VALUES, resources.read_text).body.lower()
    for word in ("will be approved", "guarantee", "sure to", "será aprobad", "garantiz", "seguro que"):
        assert word not in body


def test_the_rfe_letter_in_spanish_says_what_to_bring_and_by_when() -> None:
    message = render_message("rfe_received", "es-MX", VALUES, resources.read_text)
    assert "1. Form I-693, sealed\n2. Tax transcript for 2025\n3. Birth certificate" in message.body
    assert "a más tardar el 21 de enero de 2027" in message.body
    assert "2 de noviembre de 2026" in message.body
    assert not message.fallback


def test_a_language_without_templates_falls_back_to_english_and_says_so() -> None:
    message = render_message("status_update", "ht", VALUES, resources.read_text)
    assert (message.language, message.fallback) == ("en", True)
    assert "November 9, 2026" in message.body


def test_plain_text_reaches_the_reader_as_it_was_written() -> None:
    message = render('subject = "{{ a }}"\nneeds = ["a"]\nbody = "Note: {{ a }}"', a="A < B & C")
    assert message.body == "Note: A < B & C\n"
    assert message.subject == "A < B & C"


def test_markup_templates_escape_every_value() -> None:
    message = render(
        'subject = "{{ a }}"\nneeds = ["a"]\nmarkup = true\nbody = "<p>{{ a }}</p>"',
        a="<script>x</script> & C",
    )
    assert message.body == "<p>&lt;script&gt;x&lt;/script&gt; &amp; C</p>\n"


def test_a_value_is_never_a_template() -> None:
    message = render('subject = "s"\nneeds = ["a"]\nbody = "{{ a }}"', a="{{ 7*7 }}{% for x in y %}")
    assert message.body == "{{ 7*7 }}{% for x in y %}\n"


def test_a_value_cannot_break_the_subject_or_steer_a_screen() -> None:
    message = render(
        'subject = "Hello {{ a }}"\nneeds = ["a"]\nbody = "{{ a }}"',
        a="Rosa\r\nBcc: x@example.org\x1b[2J\u202e",
    )
    assert message.subject == "Hello Rosa Bcc: x@example.org[2J"
    assert "\x1b" not in message.body
    assert "\u202e" not in message.body


@pytest.mark.parametrize("empty", [None, "", "  ", [], [""], "\u200b"])
def test_a_missing_value_names_the_template_and_the_field(empty: object) -> None:
    with pytest.raises(TemplateFault, match="bring_by") as fault:
        render_message("rfe_received", "en", {**VALUES, "bring_by": empty}, resources.read_text)
    assert (fault.value.template, fault.value.field) == ("en/rfe_received", "bring_by")


@pytest.mark.parametrize("part", ["subject", "body"])
def test_an_undeclared_variable_names_the_template_and_the_field(part: str) -> None:
    parts = {"subject": "s", "body": "b", part: "{{ secret }}"}
    source = f'subject = "{parts["subject"]}"\nneeds = ["a"]\nbody = "{parts["body"]}"'
    with pytest.raises(TemplateFault, match="secret") as fault:
        render(source, a="x", secret="y")
    assert fault.value.field == "secret"


@pytest.mark.parametrize(
    "body",
    [
        "{{ a.__class__.__mro__ }}",
        "{{ ''.__class__.__subclasses__() }}",
        "{{ a.append('x') }}",
        "{% include 'other' %}",
        "{{ a.nothing }}",
        "{{ 1/0 }}",
        "{% for x in range(10**9) %}{% endfor %}",
        "{{ a",
    ],
)
def test_a_template_cannot_reach_out_of_its_box(body: str) -> None:
    with pytest.raises(TemplateFault):
        render(f'subject = "s"\nneeds = ["a"]\nbody = """{body}"""', a=["x"])


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ("subject = ", "file"),
        ('subject = "s"\nneeds = []', "body"),
        ('subject = "s"\nneeds = "a"\nbody = "b"', "needs"),
        ('subject = "s"\nneeds = []\nbody = "b"\nsend = true', "send"),
    ],
)
def test_a_template_of_the_wrong_shape_is_refused(source: str, field: str) -> None:
    with pytest.raises(TemplateFault) as fault:
        render(source)
    assert fault.value.field == field


@pytest.mark.parametrize("name", ["nothing_like_it", "../../pyproject", "A", ""])
def test_a_template_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(TemplateFault):
        render_message(name, "en", VALUES, resources.read_text)


@pytest.mark.parametrize("language", ["../en", "", "e" * 40])
def test_something_that_is_no_language_falls_back(language: str) -> None:
    message = render_message("status_update", language, VALUES, resources.read_text)
    assert (message.language, message.fallback) == ("en", True)


def test_dates_and_times_in_both_languages() -> None:
    assert format_date(date(2026, 11, 2), "en") == "November 2, 2026"
    assert format_date(date(2026, 11, 2), "es") == "2 de noviembre de 2026"
    assert [format_date(date(2026, month, 1), "es").split()[2] for month in (1, 9, 12)] == [
        "enero",
        "septiembre",
        "diciembre",
    ]
    assert format_time(time(9, 30), "en") == "9:30 a.m."
    assert format_time(time(12, 5), "en") == "12:05 p.m."
    assert format_time(time(0, 5), "en") == "12:05 a.m."
    assert format_time(time(15, 0), "es") == "3:00 p. m."
    moment = render('subject = "s"\nneeds = ["a"]\nbody = "{{ a }}"', a=datetime(2026, 11, 2, 9, 30))  # noqa: DTZ001
    assert moment.body == "November 2, 2026, 9:30 a.m.\n"


def test_a_letter_carries_letterhead_date_recipient_and_words() -> None:
    message = render_message(
        "rfe_received", "es", {**VALUES, "client": "Nguyễn Thị Ánh"}, resources.read_text
    )
    letter = letter_pdf(
        message,
        Letterhead("Okafor & Chen LLP", ("1 Example Street",)),
        dated=date(2026, 11, 9),
        recipient=["Nguyễn Thị Ánh", "22 Example Road"],
        regarding="I-485",
        read_text=resources.read_text,
    )
    reader = PdfReader(BytesIO(letter.data))
    text = reader.pages[0].extract_text()
    for words in (
        "Okafor & Chen LLP",
        "9 de noviembre de 2026",
        "Nguyễn Thị Ánh",
        "Asunto: I-485",
        "2. Tax transcript",
    ):
        assert words in text
    assert "&amp;" not in text
    assert letter.missing_glyphs == ()
    assert str(reader.root_object["/Lang"]) == "es"


def test_a_letter_without_its_frame_names_what_is_missing() -> None:
    message = RenderedMessage("s", "b", "en", False)
    with pytest.raises(TemplateFault, match="letters/en/frame"):
        letter_pdf(
            message,
            Letterhead("F"),
            dated=date(2026, 1, 1),
            recipient=[],
            read_text=one_template(""),  # type: ignore[arg-type]
        )
