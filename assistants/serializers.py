"""Assistants and keys as the dashboard API shows and takes them (contract §4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from rest_framework import serializers

from assistants.addresses import check_base_url, check_key_address
from assistants.models import Assistant, ProviderKey
from assistants.roster import STARS


def _base_url(value: str) -> None:
    try:
        check_base_url(value)
    except ModelValidationError as problem:
        raise serializers.ValidationError(problem.messages) from None


class ProviderKeyField(serializers.PrimaryKeyRelatedField[ProviderKey]):
    """The id of one of the tenant's own keys."""

    def get_queryset(self) -> Any:
        return ProviderKey.objects.for_tenant(self.context["tenant"])


class AssistantField(serializers.PrimaryKeyRelatedField[Assistant]):
    """The id of one of the tenant's own assistants."""

    def get_queryset(self) -> Any:
        return Assistant.objects.for_tenant(self.context["tenant"])


class AssistantSerializer(serializers.ModelSerializer[Assistant]):
    """An assistant."""

    provider_key_id = ProviderKeyField(
        source="provider_key", allow_null=True, required=False, pk_field=serializers.UUIDField()
    )
    fallback_assistant_id = AssistantField(
        source="fallback_assistant", allow_null=True, required=False, pk_field=serializers.UUIDField()
    )
    base_url = serializers.CharField(max_length=500, allow_blank=True, required=False, validators=[_base_url])

    class Meta:
        model = Assistant
        fields = [
            "id", "name", "provider", "model", "prompt", "greeting", "temperature", "max_tokens", "base_url",
            "provider_key_id", "is_default", "is_default_chat", "review_policy", "fallback_message",
            "fallback_model", "fallback_assistant_id", "active",
            "created_at", "changed_at",
        ]  # fmt: skip
        read_only_fields = ["created_at", "changed_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A star can't be given to an assistant that isn't there to answer."""
        active = attrs.get("active", self.instance.active if self.instance else True)
        given = [star for star in STARS if attrs.get(star) and not (self.instance and getattr(self.instance, star))]
        if given and not active:
            raise serializers.ValidationError(dict.fromkeys(given, "An archived assistant can't be a default."))
        self._validate_calls(attrs)
        return attrs

    def _validate_calls(self, attrs: dict[str, Any]) -> None:
        """A key goes to its own address only, and nobody falls back on themselves."""
        merged = {name: attrs.get(name, getattr(self.instance, name, None)) for name in ("provider_key", "base_url")}
        try:
            check_key_address(merged["provider_key"], merged["base_url"] or "")
        except ModelValidationError as problem:
            raise serializers.ValidationError({"base_url": problem.messages}) from None
        if self.instance and attrs.get("fallback_assistant") == self.instance:
            raise serializers.ValidationError({"fallback_assistant_id": "Choose another assistant than this one."})


class ProviderKeySerializer(serializers.ModelSerializer[ProviderKey]):
    """A key, known by its last four characters."""

    provider = serializers.ChoiceField(choices=[Assistant.Provider.OPENAI.value], default="openai")
    base_url = serializers.CharField(max_length=500, allow_blank=True, required=False, validators=[_base_url])
    key = serializers.RegexField(
        r"\A[!-~]+\Z",
        write_only=True,
        max_length=500,
        error_messages={"invalid": "A key has no spaces and only plain letters, digits and signs. Paste it again."},
    )

    class Meta:
        model = ProviderKey
        fields = [
            "id", "provider", "label", "base_url", "embedding_model", "key", "last4", "created_at", "rotated_at",
        ]  # fmt: skip
        read_only_fields = ["last4", "created_at", "rotated_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A stored key is bound to what it was entered for."""
        if self.instance and "key" not in attrs:
            bound = {"base_url": self.instance.base_url, "provider": self.instance.provider}
            moved = [name for name, value in bound.items() if attrs.get(name, value) != value]
            if moved:
                raise serializers.ValidationError(dict.fromkeys(moved, "A key stays with its address. Enter it again."))
        return attrs


class KeyTestSerializer(serializers.Serializer[Any]):
    """What to try a key with."""

    model = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    key = serializers.RegexField(
        r"\A[!-~]+\Z", max_length=500, required=False, help_text="Another key for the same address, to try it first."
    )


class KeyCheckSerializer(serializers.Serializer[Any]):
    """How a real call with a key went."""

    works = serializers.BooleanField(source="is_good")
    failure = serializers.CharField(help_text="Empty when it works.")
    message = serializers.CharField(source="words", help_text="What to do where it failed.")
    model = serializers.CharField(help_text="The model that was asked.")
    milliseconds = serializers.IntegerField()
    models = serializers.ListField(child=serializers.CharField(), help_text="What the server offers, where it tells.")
