"""What the pages about tools take in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from assistants.models import Allowance, Assistant, Tool
from assistants.outcome_types import LABELS
from assistants.tools import own, schemas, templates
from assistants.tools.headers import origin_of, put_headers, read_headers
from tenants import egress
from tenants.models import Tenant

if TYPE_CHECKING:  # at run time a model form takes no parameter
    ToolModelForm = forms.ModelForm[Tool]
    AllowanceModelForm = forms.ModelForm[Allowance]
else:
    ToolModelForm = AllowanceModelForm = forms.ModelForm

EXAMPLE = {
    "type": "object",
    "properties": {"order": {"type": "string", "description": "The order’s number, as the visitor gives it."}},
    "required": ["order"],
}
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class SchemaField(forms.CharField):
    """A JSON Schema as text."""

    widget = forms.Textarea(attrs={"rows": 10, **PLAIN})

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or "{}"
        try:
            schema = json.loads(text)
        except (ValueError, RecursionError) as problem:
            where = f" at line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
            raise forms.ValidationError(f"This is no JSON{where}.") from None
        if wrong := schemas.wrong_with(schema):
            raise forms.ValidationError(wrong)
        return schema


class ToolForm(ToolModelForm):
    """A tool of the tenant's."""

    parameters = SchemaField(
        label="Arguments",
        required=False,
        max_length=20_000,
        help_text="What the model fills in, as JSON Schema. Say of each what it is: the model reads it.",
    )
    secrets = forms.CharField(
        label="Headers",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Authorization: Bearer …", **PLAIN}),
        help_text="One a line, such as a token. Stored encrypted, sent to this host alone, never shown again.",
    )
    forget = forms.BooleanField(label="Forget the stored headers", required=False)
    users = forms.ModelMultipleChoiceField(
        label="Assistants that may use it",
        required=False,
        queryset=Assistant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Only assistants that answer through a model use tools.",
    )

    class Meta:
        model = Tool
        fields = ["name", "description", "method", "url", "parameters"]
        widgets = {
            "name": forms.TextInput(attrs={"placeholder": "order_status", **PLAIN}),
            "description": forms.Textarea(attrs={"rows": 2}),
            "url": forms.TextInput(attrs={"placeholder": "https://api.example.com/orders/{order}", **PLAIN}),
        }
        labels = {"url": "Address", "description": "What it is for"}
        help_texts = {
            "name": "How the model calls it: small letters, digits and underscores.",
            "description": "When to use it and what comes back, in a sentence or two. The model decides by it.",
            "url": "{argument} is filled in. Other arguments go into the query, or as JSON with POST, PUT and PATCH.",
        }

    def __init__(self, data: Any = None, *, instance: Tool, is_new: bool) -> None:
        super().__init__(data, instance=instance)
        self.stored_for = "" if is_new else origin_of(instance.url)
        users = self.fields["users"]
        assert isinstance(users, forms.ModelMultipleChoiceField)
        users.queryset = with_model(instance.tenant)
        if is_new:
            self.initial.setdefault("parameters", EXAMPLE)
        else:
            self.initial["users"] = list(instance.users.values_list("assistant_id", flat=True))
        if not instance.headers:
            del self.fields["forget"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in own.NAMES:
            raise forms.ValidationError("One of the built-in tools has this name. Choose another.")
        namesakes = Tool.objects.for_tenant(self.instance.tenant_id).filter(name=name).exclude(pk=self.instance.pk)
        if namesakes.exists():
            raise forms.ValidationError("Another tool of yours has this name. Choose another.")
        return name

    def clean_secrets(self) -> dict[str, str]:
        try:
            return read_headers(self.cleaned_data["secrets"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            egress.check_url(templates.PLACEHOLDER.sub("x", url), allowed_hosts=settings.EGRESS_ALLOWED_HOSTS)
        except egress.EgressRefused as refusal:
            raise forms.ValidationError(refusal.reason) from None
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "url" in data and "parameters" in data and (wrong := templates.wrong_with(data["url"], data["parameters"])):
            self.add_error("url", wrong)
        kept = self.instance.headers and not data.get("forget") and not data.get("secrets")
        if kept and "url" in data and origin_of(data["url"]) != self.stored_for:
            self.add_error(
                "secrets", "The stored headers were entered for another host. Enter them again for this one."
            )
        return data

    def tool(self) -> Tool:
        """The tool as it is to be stored, its headers sealed for its address."""
        tool = self.instance
        if self.cleaned_data["secrets"] or self.cleaned_data.get("forget"):
            put_headers(tool, self.cleaned_data["secrets"])
        return tool


class AllowanceForm(AllowanceModelForm):
    """What one assistant may do by itself."""

    outcomes = forms.MultipleChoiceField(
        label="It reports that these outcomes were reached",
        required=False,
        choices=list(LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="The model decides by what the visitor says. Each counts once in a conversation.",
    )
    tools = forms.ModelMultipleChoiceField(
        label="Your own tools", required=False, queryset=Tool.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Allowance
        fields = ["hand_over", "search_knowledge", "collect_contact", "outcomes"]
        labels = {
            "hand_over": "It passes visitors on by itself",
            "search_knowledge": "It searches the knowledge base again",
            "collect_contact": "It keeps who the visitor says they are",
        }
        help_texts = {
            "hand_over": "To your team, or to the assistant that its hand-off settings name, within their limit.",
            "search_knowledge": "Where what was found for the question doesn’t hold the answer.",
            "collect_contact": "Name, e-mail, phone and company, of which what is known already is never overwritten, "
            "and the answers to your fields under Settings → Qualification.",
        }

    def __init__(self, data: Any = None, *, instance: Allowance) -> None:
        super().__init__(data, instance=instance)
        tools = self.fields["tools"]
        assert isinstance(tools, forms.ModelMultipleChoiceField)
        tools.queryset = Tool.objects.for_tenant(instance.tenant_id).in_order()
        self.initial["tools"] = list(instance.assistant.tools.values_list("tool_id", flat=True))


def with_model(tenant: Tenant) -> Any:
    """The tenant's assistants that answer through a model."""
    assistants = Assistant.objects.for_tenant(tenant).active().filter(provider=Assistant.Provider.OPENAI)
    return assistants.order_by("name", "id")
