"""What admins write about their widget."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from widgets import domains
from widgets.models import WidgetSettings

if TYPE_CHECKING:  # at run time a model form takes no parameter
    SettingsForm = forms.ModelForm[WidgetSettings]
else:
    SettingsForm = forms.ModelForm

LOCALES = [
    ("auto", "As the visitor’s browser"),
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("pt", "Português"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("ar", "العربية"),
    ("he", "עברית"),
]
PICTURES = ("avatar_url", "header_logo_url", "header_wordmark_url")
LIFETIMES = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "A year")]


class WebAddressField(forms.URLField):
    """An address that may be typed without https://."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **options})


class AppearanceForm(SettingsForm):
    """How the widget looks."""

    class Meta:
        model = WidgetSettings
        fields = (
            "name",
            "primary_color",
            "position",
            "theme",
            "locale",
            "greeting_message",
            "avatar_url",
            "header_logo_url",
            "header_wordmark_url",
            "show_branding",
        )
        field_classes: ClassVar[dict[str, Any]] = dict.fromkeys(PICTURES, WebAddressField)
        labels: ClassVar[dict[str, str]] = {
            "primary_color": "Colour",
            "locale": "Language",
            "greeting_message": "Greeting",
            "avatar_url": "Avatar",
            "header_logo_url": "Logo",
            "header_wordmark_url": "Wordmark",
            "show_branding": "Say “autochat” under the chat",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "name": "On top of the chat. Empty: your company’s name.",
            "greeting_message": "The first line that visitors read. Empty: your assistant’s own greeting.",
            "avatar_url": "A square picture, shown beside answers.",
            "header_logo_url": "A small picture on top of the chat.",
            "header_wordmark_url": "A wide picture in place of the name.",
        }
        widgets: ClassVar[dict[str, Any]] = {
            "primary_color": forms.TextInput(attrs={"type": "color"}),
            "position": forms.RadioSelect,
            "theme": forms.RadioSelect,
            "greeting_message": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.locale
        more = [] if current in dict(LOCALES) else [(current, current)]  # set through the API
        self.fields["locale"] = forms.ChoiceField(label="Language", choices=LOCALES + more)
        for name in PICTURES:
            self.fields[name].widget.attrs["placeholder"] = "https://"


class BehaviourForm(SettingsForm):
    """What the widget does."""

    prechat_required = forms.MultipleChoiceField(
        label="Ask before the first message",
        choices=WidgetSettings.PrechatField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Visitors who are known already aren’t asked again.",
    )

    class Meta:
        model = WidgetSettings
        fields = ("prechat_required", "human_only", "voice_number", "allow_missing_origin")
        labels: ClassVar[dict[str, str]] = {
            "human_only": "People answer, no assistant does",
            "voice_number": "Phone number",
            "allow_missing_origin": "Let programs in that name no site",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "human_only": "Every message waits in your inbox for a person.",
            "voice_number": "With its country code. Pages that ask the widget’s API where to call are given it.",
            "allow_missing_origin": "With allowed domains only: apps and scripts name no site, browsers always do.",
        }
        widgets: ClassVar[dict[str, Any]] = {
            "voice_number": forms.TextInput(attrs={"type": "tel", "placeholder": "+44 20 7946 0018"}),
        }


class TokenForm(forms.Form):
    """A new key to the widget's door."""

    label = forms.CharField(max_length=80, help_text="Where it is used, such as “Website” or “Booking pages”.")
    days = forms.TypedChoiceField(label="Good for", choices=LIFETIMES, coerce=int, initial=30)

    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class DomainForm(forms.Form):
    """A site for the allowlist, typed or pasted."""

    domain = forms.CharField(max_length=2000)

    def clean_domain(self) -> str:
        try:
            return domains.normalise(self.cleaned_data["domain"])
        except domains.DomainInvalid as error:
            raise forms.ValidationError(str(error)) from error
