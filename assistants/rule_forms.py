"""What the pages about routing rules and hand-offs take in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from assistants.handoff import PLACEHOLDER, PLACEHOLDERS
from assistants.models import Assistant, Handoff, RoutingRule, Target
from assistants.models.routing import HANDOFFS_MOST, KEYWORD_LETTERS, KEYWORDS_MOST
from assistants.routing.hours import DAYS
from assistants.routing.intents import LABELS
from assistants.rulebook import split_keywords, wrong_with
from conversations.models import Conversation
from tenants.models import Tenant

if TYPE_CHECKING:  # at run time a model form takes no parameter
    RuleModelForm = forms.ModelForm[RoutingRule]
    HandoffModelForm = forms.ModelForm[Handoff]
else:
    RuleModelForm = HandoffModelForm = forms.ModelForm

TEXT_MOST = 4000
WEEKDAYS = [(number, day) for number, day in enumerate(DAYS, start=1)]


class KeywordsField(forms.CharField):
    """Words and phrases with commas or line breaks between them."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=KEYWORDS_MOST * (KEYWORD_LETTERS + 2), **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        keywords = split_keywords(super().clean(value))
        if problem := wrong_with(keywords, most=KEYWORDS_MOST, letters=KEYWORD_LETTERS):
            raise forms.ValidationError(problem)
        return keywords


def _own_assistants(field: forms.Field, tenant: Tenant, *, but: Assistant | None = None) -> None:
    """Offer the tenant's assistants that can answer; an archived one that was chosen before stays to be seen."""
    assert isinstance(field, forms.ModelChoiceField)
    assistants = Assistant.objects.for_tenant(tenant).order_by("-active", "name", "id")
    field.queryset = assistants.exclude(pk=but.pk) if but else assistants
    field.empty_label = "Choose one"
    field.label_from_instance = lambda one: one.name if one.active else f"{one.name} (archived)"  # type: ignore[assignment]


class RuleForm(RuleModelForm):
    """A routing rule."""

    keywords = KeywordsField(
        label="Keywords",
        help_text="One of them must be in the text. Parted by commas; whole words, in any case and with any accents.",
    )
    intent = forms.ChoiceField(
        required=False,
        choices=[("", "Anything"), *LABELS.items()],
        label="What the visitor is after",
        help_text="Recognised by the default assistant’s model, or without one by typical words in seven languages.",
    )
    channels = forms.MultipleChoiceField(
        required=False,
        choices=Conversation.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means every channel.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        required=False,
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means every day.",
    )

    class Meta:
        model = RoutingRule
        fields = [
            "name", "priority", "active", "keywords", "intent", "channels", "weekdays", "begins", "ends", "target",
            "assistant",
        ]  # fmt: skip
        widgets = {
            "priority": forms.NumberInput(attrs={"min": 0, "max": 100}),
            "begins": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "target": forms.RadioSelect,
        }
        labels = {"begins": "From", "ends": "Until", "active": "In use", "target": "Then send the visitor to"}
        help_texts = {
            "priority": "0 to 100. The highest is tried first; of equal ones the oldest.",
            "ends": "Before “from” means past midnight.",
        }

    def __init__(self, data: Any = None, *, instance: RoutingRule) -> None:
        super().__init__(data, instance=instance)
        _own_assistants(self.fields["assistant"], instance.tenant)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("begins") is None) != (data.get("ends") is None) and not {"begins", "ends"} & self.errors.keys():
            self.add_error("ends" if data.get("ends") is None else "begins", "Fill in both times, or none.")
        if data.get("target") == Target.PEOPLE:
            data["assistant"] = None
        elif not data.get("assistant") and "assistant" not in self.errors:
            self.add_error("assistant", "Choose the assistant that answers.")
        return data


class HandoffForm(HandoffModelForm):
    """When an assistant passes visitors on, to whom, and with which words."""

    keywords = KeywordsField(label="The visitor uses one of these words", help_text="Parted by commas; whole words.")
    intents = forms.MultipleChoiceField(
        required=False,
        choices=[(intent, label) for intent, label in LABELS.items() if intent != "human"],
        widget=forms.CheckboxSelectMultiple,
        label="The visitor is after",
        help_text="Recognised by the assistant’s model, or without one by typical words in seven languages.",
    )

    class Meta:
        model = Handoff
        fields = [
            "on_no_answer", "on_failures", "on_person", "on_upset", "keywords", "intents", "target", "to_assistant",
            "style", "message", "most",
        ]  # fmt: skip
        widgets = {
            "target": forms.RadioSelect,
            "style": forms.RadioSelect,
            "message": forms.Textarea(attrs={"rows": 2}),
            "most": forms.NumberInput(attrs={"min": 1, "max": HANDOFFS_MOST}),
        }
        labels = {
            "on_no_answer": "It finds no answer",
            "on_failures": "Two messages in a row stay without an answer",
            "on_person": "The visitor asks for a person",
            "on_upset": "The visitor is upset",
            "target": "Then pass the visitor on to",
            "to_assistant": "Assistant",
            "style": "What the visitor reads",
            "message": "Your words",
            "most": "At most, in one conversation",
        }
        help_texts = {
            "on_failures": "None found, none from the AI provider, or a blocked one. Always goes to your team.",
            "on_person": "Always goes to your team.",
            "on_upset": "As the assistant’s model reads the message, so it needs one. Always goes to your team.",
            "message": "{assistant}, {target} and {company} are replaced by the names.",
            "most": "Hand-offs, 1 to 10. After that your team is asked instead of another assistant.",
        }

    def __init__(self, data: Any = None, *, instance: Handoff) -> None:
        super().__init__(data, instance=instance)
        _own_assistants(self.fields["to_assistant"], instance.tenant, but=instance.assistant)

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"]
        strange = [part for part in PLACEHOLDER.findall(message) if part not in PLACEHOLDERS]
        if strange:
            raise forms.ValidationError(f"{strange[0]} isn’t known. Use {', '.join(PLACEHOLDERS)}.")
        return message

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("target") == Target.PEOPLE:
            data["to_assistant"] = None
        elif not data.get("to_assistant") and "to_assistant" not in self.errors:
            self.add_error("to_assistant", "Choose the assistant that takes over.")
        if data.get("style") == Handoff.Style.CUSTOM and not data.get("message") and "message" not in self.errors:
            self.add_error("message", "Write what the visitor reads.")
        return data


class TryForm(forms.Form):
    """A message that a visitor might begin with."""

    text = forms.CharField(max_length=TEXT_MOST, required=False)
    channel = forms.ChoiceField(choices=Conversation.Channel.choices, required=False)
    at = forms.DateTimeField(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    def situation(self) -> dict[str, Any]:
        """What `rulebook.try_rules` wants to know; what is left out is now, in the chat widget."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "channel": data["channel"] or Conversation.Channel.WIDGET.value,
            "at": data["at"] or timezone.now(),
        }
