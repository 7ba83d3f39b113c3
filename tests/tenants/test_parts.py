"""The parts of pages, as template tags."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import timezone

from tenants.templatetags import moments
from tenants.templatetags.icon_shapes import SHAPES

NOW = datetime(2027, 4, 10, 13, 31, 12, tzinfo=UTC)


def draw(source: str, **context) -> str:
    return Template("{% load parts %}" + source).render(Context(context))


class PlaceForm(forms.Form):
    domain = forms.CharField(help_text="Without https.")
    note = forms.CharField(required=False)
    active = forms.BooleanField(required=False)

    def clean_domain(self) -> str:
        raise forms.ValidationError("Write it like <shop.example>.")


def test_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "inbox" %}')
    assert 'role="img" aria-label="Sent &lt;1&gt;"' in draw('{% icon "check" label=label %}', label="Sent <1>")


def test_every_icon_is_drawn():
    drawn = draw("{% for name in names %}{% icon name %}{% endfor %}", names=list(SHAPES))
    assert drawn.count("<svg") == len(SHAPES)
    assert all(shape in drawn for shape in SHAPES.values())


def test_avatar_tells_people_from_machines():
    assert 'data-initials="MH"' in draw('{% avatar "Marit Åse Halvorsen" %}')
    assert "is-machine" in draw('{% avatar "Lockkeeper" kind="machine" %}')
    assert "is-nobody" in draw('{% avatar kind="nobody" %}')
    assert "is-unnamed" in draw('{% avatar "" %}')


def test_avatar_shows_no_markup_of_a_name():
    assert "<b" not in draw("{% avatar name %}", name="<b>x</b> <i>")


def test_count_is_silent_at_nothing():
    assert draw("{% count 0 %}") == ""
    assert ">4</span>" in draw("{% count 4 %}")
    assert ">99+</span>" in draw("{% count 2318 %}")


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=50), "1 min ago"),
        (timedelta(minutes=59, seconds=50), "1 h ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(hours=25), "1 day ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=50), "19 February"),
        (timedelta(days=400), "6 March 2026"),
        (timedelta(days=-23), "in 23 days"),
        (timedelta(minutes=-4), "in 4 min"),
    ],
)
def test_distance_in_words(back, words):
    assert moments.say_distance(NOW - back, NOW) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (4820, "4.8 s"), (15_002, "15.0 s")]
)
def test_what_something_took_in_words(milliseconds, words):
    assert moments.say_took(milliseconds) == words


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(hours=1), "14:31"),
        (timedelta(days=2), "Thu"),
        (timedelta(days=8), "2 Apr"),
        (timedelta(days=400), "6 Mar 2026"),
    ],
)
def test_clock_is_the_tenants(back, words):
    with timezone.override("Europe/Vienna"):
        assert moments.say_clock(NOW - back, NOW) == words


def test_time_says_the_exact_moment_in_the_tooltip():
    with timezone.override("Europe/London"):
        html = draw("{% ago value %}", value=NOW)
    assert 'datetime="2027-04-10T13:31:12+00:00"' in html
    assert 'title="10 April 2027, 14:31:12, Europe/London"' in html


def test_no_time_says_never():
    assert draw("{% ago None %}") == "never"
    assert draw('{% ago None never="not yet" %}') == "not yet"


def test_field_ties_help_and_error_to_its_control():
    form = PlaceForm({"domain": "x"})
    html = draw("{% field form.domain %}", form=form)
    assert 'aria-describedby="id_domain_help id_domain_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_domain_help">Without https.' in html
    assert "Write it like &lt;shop.example&gt;." in html


def test_field_marks_what_may_stay_empty():
    form = PlaceForm()
    assert "optional" in draw("{% field form.note %}", form=form)
    assert "optional" not in draw("{% field form.domain %}", form=form)


def test_switch_is_a_checkbox():
    html = draw('{% field form.active look="switch" %}', form=PlaceForm())
    assert 'type="checkbox"' in html
    assert 'class="switch"' in html


def test_pager_keeps_the_query():
    request = RequestFactory().get("/", {"q": "lock & key", "page": "2"})
    html = draw("{% pager page %}", page=Paginator(range(2318), 50).page(2), request=request)
    assert "51–100 of 2,318" in html
    assert 'href="?q=lock+%26+key&amp;page=1"' in html
    assert 'href="?q=lock+%26+key&amp;page=3"' in html


def test_code_is_shown_not_run():
    html = draw("{% code text %}", text="<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(("used", "state"), [(79, None), (80, "is-warn"), (100, "is-bad"), (140, "is-bad")])
def test_meter_warns_before_it_is_full(used, state):
    html = draw("{% meter used 100 'words' %}", used=used)
    assert [mark for mark in ("is-warn", "is-bad") if mark in html] == ([state] if state else [])


@override_settings(ROOT_URLCONF="tests.tenants.test_parts")
def test_link_to_a_page_that_does_not_exist_is_absent():
    request = RequestFactory().get("/")
    request.resolver_match = None
    assert draw('{% nav_link "nowhere:list" "Nowhere" %}', request=request).strip() == ""


urlpatterns: list[object] = []
