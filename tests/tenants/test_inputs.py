"""F8: form fields are drawn by hand, and just as Django draws them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from tenants.inputs import QuickInputs

HOSTILE = "\"><script>'&amp;{{ x }}"
ATTRS = {
    "class": "input",
    "aria-label": HOSTILE,
    "title": gettext_lazy("Yes"),
    "data-safe": mark_safe("a &amp; b"),
    "size": 8,
    "hidden": True,
    "disabled": False,
}
CHOICES = [("a", "First"), ("b", HOSTILE)]


class EveryForm(forms.Form):
    text = forms.CharField(initial=HOSTILE, show_hidden_initial=True, widget=forms.TextInput(attrs=ATTRS))
    email = forms.EmailField(initial="vera@example.com", max_length=20)
    password = forms.CharField(widget=forms.PasswordInput(render_value=True), initial="s€cret")
    number = forms.DecimalField(initial=Decimal("1234.50"), min_value=0, localize=True)
    whole = forms.IntegerField(initial=12345)
    day = forms.DateField(initial=dt.date(2026, 4, 10))
    time = forms.DateTimeField(initial=dt.datetime(2026, 4, 10, 9, 30))  # noqa: DTZ001
    on = forms.BooleanField(initial=True, show_hidden_initial=True)
    off = forms.BooleanField(initial=False)
    hidden = forms.CharField(widget=forms.HiddenInput, initial="")
    nothing = forms.CharField(initial=None)
    area = forms.CharField(widget=forms.Textarea, initial=HOSTILE)
    one = forms.ChoiceField(choices=CHOICES)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        choices=CHOICES, widget=forms.CheckboxSelectMultiple, initial=["b"], show_hidden_initial=True
    )
    file = forms.FileField(required=False)


@pytest.mark.parametrize("name", EveryForm.base_fields)
@pytest.mark.parametrize("data", [None, {"text": HOSTILE, "number": "x", "several": ["a"], "on": "on"}])
def test_f8_an_input_drawn_by_hand_is_the_one_that_django_draws(name, data):
    quick, slow = EveryForm(data, renderer=QuickInputs()), EveryForm(data, renderer=DjangoTemplates())
    assert str(quick[name]) == str(slow[name])
    assert [str(one.tag()) for one in quick[name].subwidgets] == [str(one.tag()) for one in slow[name].subwidgets]


def test_f8_pages_draw_their_inputs_by_hand():
    assert isinstance(get_default_renderer(), QuickInputs)
