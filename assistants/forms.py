"""What the pages about assistants and their knowledge take in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from assistants.addresses import check_base_url, check_key_address
from assistants.knowledge import FAQ_MOST, LANGUAGES, OTHER_LANGUAGE
from assistants.models import Assistant, KnowledgeSource, ProviderKey
from assistants.questions import read_questions
from assistants.roster import STARS, new_key
from tenants.models import Tenant

if TYPE_CHECKING:  # at run time a model form takes no parameter
    AssistantModelForm = forms.ModelForm[Assistant]
    SourceModelForm = forms.ModelForm[KnowledgeSource]
else:
    AssistantModelForm = SourceModelForm = forms.ModelForm

IMPORT_MOST = 200
"""Questions in one import: more than that takes longer to store than a page should take to answer."""


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


class SourceForm(SourceModelForm):
    """A question with its answer, or a text."""

    language = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Recognise it from the text"),
            *((name, name.title()) for name in LANGUAGES),
            (OTHER_LANGUAGE, "Another language"),
        ],
        help_text="Decides which forms of a word are taken for the same.",
    )

    class Meta:
        model = KnowledgeSource
        fields = ["title", "body", "url", "language"]
        labels = {"url": "Page"}
        help_texts = {"url": "Where visitors can read more. Shown under the answer."}

    def __init__(self, data: Any = None, *, instance: KnowledgeSource) -> None:
        super().__init__(data, instance=instance)
        is_faq = instance.kind == KnowledgeSource.Kind.FAQ
        self.fields["title"].label = "Question" if is_faq else "Title"
        self.fields["title"].help_text = (
            "As a visitor would ask it." if is_faq else "Named under answers as the source."
        )
        self.fields["body"].label = "Answer" if is_faq else "Text"
        self.fields["body"].help_text = (
            "Sent to visitors word for word."
            if is_faq
            else "Cut into passages at headings and paragraphs; the one that fits is sent word for word. A line that "
            "begins with # is a heading."
        )
        self.fields["body"].widget = forms.Textarea(attrs={"class": "is-roomy" if is_faq else "is-tall"})
        if is_faq:
            self.fields["body"].widget.attrs["maxlength"] = FAQ_MOST

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if self.instance.kind == KnowledgeSource.Kind.FAQ and len(body) > FAQ_MOST:
            raise forms.ValidationError(f"An answer has at most {FAQ_MOST:,} characters. Add a text instead.")
        return body


class ImportForm(forms.Form):
    """Many questions with their answers, pasted as one text."""

    text = forms.CharField(
        label="Questions and answers",
        max_length=500_000,
        widget=forms.Textarea(
            attrs={"class": "is-tall", "placeholder": "Q: When are you open?\nA: Monday to Friday, 9 to 18 o’clock."}
        ),
        help_text="Begin each question with “Q:” and each answer with “A:”, on lines of their own.",
    )

    def clean_text(self) -> list[tuple[str, str]]:
        pairs = read_questions(self.cleaned_data["text"])
        if not pairs:
            raise forms.ValidationError("There is no question with an answer in this. Begin them with “Q:” and “A:”.")
        if len(pairs) > IMPORT_MOST:
            raise forms.ValidationError(f"These are {len(pairs)} questions. Import at most {IMPORT_MOST} at a time.")
        for title, body in pairs:
            if len(title) > 300 or len(body) > FAQ_MOST:
                raise forms.ValidationError(
                    f"“{title[:60]}…” is too long: a question has at most 300 characters, an answer {FAQ_MOST:,}."
                )
        return pairs
