"""Tags of the design system: words, states and accessibility of what they render."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from core import clock
from core.templatetags.gridgov_ui import lamp_state
from core.wording import relative_words, span_words, time_left_words

NOW = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)  # 14:05 in Shanghai
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen_english() -> Any:
    with clock.frozen_at(NOW), translation.override("en"), timezone.override("Asia/Shanghai"):
        yield


def render(source: str, **values: Any) -> str:
    return Template("{% load gridgov_ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (MINUTE, "1 minute"),
        (59 * MINUTE, "59 minutes"),
        (HOUR, "1 hour"),
        (HOUR + MINUTE, "1 hour 1 minute"),
        (2 * HOUR + 59 * MINUTE, "2 hours 59 minutes"),
        (3 * HOUR + 59 * MINUTE, "3 hours"),
        (DAY, "1 day"),
        (2 * DAY + 23 * HOUR, "2 days 23 hours"),
        (3 * DAY + 23 * HOUR, "3 days"),
        (-2 * HOUR, "2 hours"),
    ],
)
def test_span_words_use_one_or_two_whole_units(span: timedelta, words: str) -> None:
    assert span_words(span) == words


@pytest.mark.parametrize(
    ("due_in", "words"),
    [
        (2 * HOUR, "2 hours left"),
        (timedelta(seconds=1), "less than a minute left"),
        (timedelta(0), "less than a minute over the limit"),
        (-3 * HOUR, "3 hours over the limit"),
    ],
)
def test_time_left_words_turn_at_the_limit(due_in: timedelta, words: str) -> None:
    assert time_left_words(NOW + due_in, NOW) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-59), "just now"),
        (-5 * MINUTE, "5 minutes ago"),
        (5 * MINUTE, "in 5 minutes"),
    ],
)
def test_relative_words_know_past_and_future(distance: timedelta, words: str) -> None:
    assert relative_words(NOW + distance, NOW) == words


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NOW - timedelta(microseconds=1), "green"),
        (NOW, "yellow"),
        (NOW + HOUR - timedelta(microseconds=1), "yellow"),
        (NOW + HOUR, "red"),
    ],
)
def test_lamp_changes_exactly_at_the_warning_and_the_limit(now: datetime, state: str) -> None:
    assert lamp_state(NOW + HOUR, NOW, now) == state


def test_lamp_without_warning_stays_green_until_the_limit() -> None:
    assert lamp_state(NOW + HOUR, None, NOW) == "green"


def test_lamp_shows_time_in_words_and_moments_for_the_script() -> None:
    html = render("{% lamp due warn %}", due=NOW + 2 * HOUR, warn=NOW)
    assert "lamp--yellow" in html
    assert "#lamp-yellow" in html
    assert "2 hours left" in html
    assert 'data-due="2026-11-20T16:05:00+08:00"' in html
    assert "2026-11-20 16:05" in html


def test_lamp_of_a_paused_clock_does_not_run() -> None:
    html = render("{% lamp due paused=True %}", due=NOW - HOUR)
    assert "Clock paused" in html
    assert "data-lamp" not in html


def test_lamp_without_limit_says_so() -> None:
    assert "No limit" in render("{% lamp due %}", due=None)


@pytest.mark.parametrize("colour", ["red", "orange", "yellow", "blue"])
def test_colour_badge_carries_word_and_own_shape(colour: str) -> None:
    html = render("{% colour_badge colour %}", colour=colour)
    assert f"badge--{colour}" in html
    assert f"#severity-{colour}" in html
    assert f"{colour}</span>" in html


def test_colour_badge_of_an_ungraded_incident_is_neutral() -> None:
    assert "badge--none" in render("{% colour_badge colour %}", colour="<b>")


@pytest.mark.parametrize(
    ("state", "tone", "word"),
    [
        ("reported", "call", "reported"),
        ("dispatched", "call", "waiting to be signed for"),
        ("signed", "active", "signed for"),
        ("handling", "active", "being handled"),
        ("whistled", "call", "whistled"),
        ("callback", "active", "waiting for the verdict"),
        ("rectifying", "call", "being rectified"),
        ("closed", "done", "closed"),
        ("not_accepted", "plain", "not accepted"),
    ],
)
def test_state_tag_names_every_state(state: str, tone: str, word: str) -> None:
    html = render("{% state_tag state %}", state=state)
    assert f"state--{tone}" in html
    assert word in html


def test_state_tag_never_shows_a_code() -> None:
    html = render("{% state_tag state %}", state="frobnicated")
    assert "frobnicated" not in html
    assert "Other state" in html
    assert "Suspended" in render("{% state_tag state label='Suspended' %}", state="frobnicated")


def test_when_shows_city_time_with_relative_words_beside_it() -> None:
    html = render("{% when moment %}", moment=NOW - 2 * HOUR)
    assert "2026-11-20 12:05" in html
    assert 'data-relative="2026-11-20T12:05:00+08:00"' in html
    assert "2 hours ago" in html


def test_when_of_nothing_is_a_dash_and_relative_can_be_left_out() -> None:
    assert render("{% when moment %}", moment=None).strip() == "—"
    assert "data-relative" not in render("{% when moment relative=False %}", moment=NOW)


def test_icon_is_hidden_without_a_label_and_named_with_one() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'check' %}")
    labelled = render("{% icon 'check' label %}", label='"><script>')
    assert 'role="img"' in labelled
    assert "<script>" not in labelled


class ReportForm(forms.Form):
    text = forms.CharField(
        label="What happened",
        max_length=20,
        help_text="In one sentence.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone = forms.CharField(label="Phone", required=False)
    urgent = forms.BooleanField(label="Danger", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)


def test_field_joins_label_hint_error_and_control() -> None:
    html = render("{% field form.text %}", form=ReportForm({}))
    assert '<label class="field__label" for="id_text">' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'data-counter-for="id_text"' in html


def test_field_hint_from_the_template_describes_the_control() -> None:
    html = render("{% field form.phone 'We call back once.' %}", form=ReportForm())
    assert 'aria-describedby="id_phone_helptext"' in html
    assert "We call back once." in html
    assert "(may be left empty)" in html


def test_field_groups_choices_in_a_fieldset_described_as_a_whole() -> None:
    html = render("{% field form.kind heading=True %}", form=ReportForm({}))
    assert "<fieldset" in html
    assert 'aria-describedby="id_kind_error"' in html
    assert "<h1>Kind</h1>" in html
    assert html.count('type="radio"') == 2


def test_field_puts_a_checkbox_inside_its_label_and_leaves_hidden_ones_bare() -> None:
    form = ReportForm()
    assert '<label class="choice"><input' in render("{% field form.urgent %}", form=form)
    assert render("{% field form.token %}", form=form).strip().startswith('<input type="hidden"')


def test_error_summary_leads_to_each_field_and_escapes() -> None:
    form = ReportForm({"phone": "1"})
    form.is_valid()
    form.add_error(None, "<b>stale</b>")
    html = render("{% error_summary form %}", form=form)
    assert 'role="alert"' in html
    assert 'href="#id_text"' in html
    assert "&lt;b&gt;stale" in html


def test_error_summary_of_a_good_form_is_empty() -> None:
    assert render("{% error_summary form %}", form=forms.Form({})).strip() == ""


@pytest.mark.parametrize(
    ("tags", "action"),
    [
        ("undo:/queue/undo/1/", 'action="/queue/undo/1/"'),
        ("other undo:/x/", 'action="/x/"'),
        ("undo:https://elsewhere.example/", None),
        ("undo://elsewhere.example/", None),
        ("undo:javascript:alert(1)", None),
        ("", None),
    ],
)
def test_toast_offers_undo_only_on_this_site(tags: str, action: str | None) -> None:
    html = render(
        "{% toast message %}", message=Message(constants.SUCCESS, "Signed <i>", tags), csrf_token="t0k"
    )
    assert "toast--success" in html
    assert "Signed &lt;i&gt;" in html
    assert ("<form" in html) is (action is not None)
    if action:
        assert action in html
        assert "t0k" in html


def test_csrf_headers_are_json_for_htmx() -> None:
    assert (
        render("{% csrf_headers %}", csrf_token='a"b') == "{&quot;X-CSRFToken&quot;: &quot;a\\&quot;b&quot;}"
    )


@pytest.mark.parametrize(
    ("query", "link", "direction"),
    [
        ("", "?sort=due", "none"),
        ("sort=due&after=x&q=road", "?sort=-due&amp;q=road", "ascending"),
        ("sort=-due", "?sort=due", "descending"),
    ],
)
def test_sort_link_turns_the_order_and_drops_the_position(query: str, link: str, direction: str) -> None:
    request = RequestFactory().get(f"/queue/?{query}")
    source = "{% sort_link 'due' as sort %}{{ sort.url }} {{ sort.direction }}"
    assert render(source, request=request) == f"{link} {direction}"


def test_durations_for_running_text() -> None:
    assert render("{% duration_left due %}", due=NOW + HOUR) == "1 hour left"
    assert render("{% duration_words span %}", span=DAY) == "1 day"
    assert render("{% duration_words span %}", span=None) == ""
    assert render("{% server_now %}") == "2026-11-20T06:05:00+00:00"
