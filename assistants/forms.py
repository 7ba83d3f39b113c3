"""What the pages about assistants take in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from assistants.addresses import check_base_url, check_key_address
from assistants.models import Assistant, ProviderKey
from assistants.roster import STARS, new_key
from tenants.models import Tenant

if TYPE_CHECKING:  # at run time a model form takes no parameter
    AssistantModelForm = forms.ModelForm[Assistant]
else:
    AssistantModelForm = forms.ModelForm


class AssistantForm(AssistantModelForm):
    """An assistant. A key that is typed in is sealed into a new row and never comes back out."""

    new_key = forms.RegexField(
        r"\A[!-~]+\Z",
        label="New key",
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Stored encrypted and never shown again. Leave it empty to go on with the key above.",
        error_messages={"invalid": "A key has no spaces and only plain letters, digits and signs. Paste it again."},
    )

    class Meta:
        model = Assistant
        fields = [
            "name", "greeting", "prompt", "fallback_message", "provider", "model", "base_url", "provider_key",
            "temperature", "max_tokens", "fallback_model", "fallback_assistant", "review_policy",
            "is_default_chat", "is_default",
        ]  # fmt: skip
        widgets = {
            "prompt": forms.Textarea(attrs={"class": "is-roomy"}),
            "provider": forms.RadioSelect,
            "review_policy": forms.RadioSelect,
            "fallback_message": forms.Textarea(attrs={"rows": 2}),
            "temperature": forms.NumberInput(attrs={"step": "0.1", "min": "0", "max": "2"}),
            "model": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "fallback_model": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "base_url": forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://…/v1"}),
        }
        labels = {
            "prompt": "Instructions",
            "provider_key": "Key",
            "fallback_message": "When it can’t answer",
            "fallback_model": "Model that steps in",
            "fallback_assistant": "Assistant that steps in",
            "base_url": "Address",
            "review_policy": "Hold replies for review",
            "max_tokens": "Longest reply",
            "is_default_chat": "Default for chat",
            "is_default": "General default",
        }
        help_texts = {
            "name": "Visitors see this name, with a mark that it is not a person.",
            "greeting": "The first words in the chat window, before the visitor writes.",
            "prompt": "Who it speaks for, what it may promise, and when it should call a person.",
            "fallback_message": "Said when the model fails or the safety rules stop a reply. Your team is told.",
            "fallback_model": "Asked with the same key when the model fails.",
            "fallback_assistant": "Its model and key answer then. Name and instructions stay.",
            "base_url": "Of a service that speaks OpenAI’s protocol. Empty means OpenAI itself.",
            "temperature": "0 is exact, 1 is free.",
            "review_policy": "A held reply waits until a manager releases it. Flagged is what sets off a safety rule.",
            "max_tokens": "In tokens; 400 are about 300 words.",
            "is_default_chat": "Answers every chat on your website. Only one assistant can.",
            "is_default": "Answers where nothing else is chosen. Only one assistant can.",
        }

    def __init__(self, data: Any = None, *, tenant: Tenant, instance: Assistant) -> None:
        self.tenant = tenant
        self.added_key: ProviderKey | None = None
        super().__init__(data, instance=instance)
        if not instance._state.adding:  # noqa: SLF001  (the one way to ask)
            for star in STARS:  # of one that is there they act at once, beside the draft
                del self.fields[star]
        keys = self.fields["provider_key"]
        assert isinstance(keys, forms.ModelChoiceField)
        keys.queryset = ProviderKey.objects.for_tenant(tenant).order_by("label", "id")
        keys.empty_label = "The platform’s key" if settings.OPENAI_API_KEY else "None"
        if not keys.queryset.exists():
            self.fields["new_key"].label = "Key"
            self.fields["new_key"].help_text = "Of your own account. Stored encrypted and never shown again."
        others = self.fields["fallback_assistant"]
        assert isinstance(others, forms.ModelChoiceField)
        others.queryset = Assistant.objects.for_tenant(tenant).active().exclude(pk=instance.pk).order_by("name", "id")
        others.empty_label = "None"
        self.fields["review_policy"].required = False
        self.fields["model"].help_text = f"Empty means {settings.OPENAI_MODEL}."

    def clean_review_policy(self) -> str:
        """Left out, it stays as it is."""
        return self.cleaned_data["review_policy"] or self.instance.review_policy

    def clean_base_url(self) -> str:
        return check_base_url(self.cleaned_data["base_url"])

    def clean(self) -> dict[str, Any]:
        """An address that isn't OpenAI's says nothing about which models it has."""
        data = super().clean() or self.cleaned_data
        if data.get("provider") == Assistant.Provider.OPENAI and data.get("base_url") and not data.get("model"):
            self.add_error("model", "Name the model that this address offers.")
        if not data.get("new_key"):
            try:
                check_key_address(data.get("provider_key"), data.get("base_url", ""))
            except forms.ValidationError as problem:
                self.add_error("base_url", problem)
        return data

    def draft(self) -> Assistant:
        """The assistant as the form has it, stored nowhere yet."""
        assistant = self.save(commit=False)
        assistant.tenant = self.tenant
        secret = self.cleaned_data["new_key"]
        if secret:
            base_url = self.cleaned_data["base_url"]
            label = f"Key of {assistant.name}"[:80]
            self.added_key = new_key(tenant=self.tenant, secret=secret, label=label, base_url=base_url)
            assistant.provider_key = self.added_key
        return assistant
