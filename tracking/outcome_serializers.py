"""Mappings, qualification and outcomes as the dashboard API shows and takes them (contract §4, §6)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tracking import mappings, schema
from tracking.models import EventType, OutcomeMapping
from tracking.qualification.definition import OPERATORS, TYPES


class MappingSerializer(serializers.ModelSerializer[OutcomeMapping]):
    """What is told of one kind of outcome; fields that aren't sent stay as they are."""

    conversion_value = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, allow_null=True, required=False, coerce_to_string=False
    )
    currency = serializers.RegexField(r"^[A-Za-z]{3}$", required=False, allow_blank=True)
    include_fields = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    event_type = serializers.ChoiceField(choices=EventType.choices, required=False)

    class Meta:
        model = OutcomeMapping
        fields = (
            "event_type",
            "enabled",
            "emit_browser",
            "emit_webhook",
            "conversion_value",
            "currency",
            "include_fields",
        )

    def to_representation(self, mapping: OutcomeMapping) -> dict[str, Any]:
        return {**super().to_representation(mapping), "include_fields": list(mappings.told_fields(mapping))}

    def validate_currency(self, currency: str) -> str:
        return currency.upper()

    def validate_event_type(self, event_type: str) -> str:
        if self.instance and event_type != self.instance.event_type:
            raise serializers.ValidationError("This is the mapping of another outcome.")
        return event_type

    def validate_include_fields(self, names: list[str]) -> list[str]:
        allowed = schema.fields_of(self.instance.event_type) if self.instance else {}
        if unknown := [name for name in names if name not in allowed]:
            raise serializers.ValidationError(f"“{unknown[0]}” isn’t one of {', '.join(allowed)}.")
        return names

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        value = attrs.get("conversion_value", self.instance and self.instance.conversion_value)
        currency = attrs.get("currency", self.instance.currency if self.instance else "")
        if value is not None and not currency:
            raise serializers.ValidationError({"currency": "Say which currency the value is in, as in EUR."})
        return attrs


class MappingsSerializer(serializers.Serializer[Any]):
    """All mappings."""

    mappings = MappingSerializer(many=True)


class EventTypeIn(serializers.Serializer[Any]):
    """An outcome to be recorded."""

    event_type = serializers.ChoiceField(choices=EventType.choices)


class RecordedOut(serializers.Serializer[Any]):
    """The conversation's outcome of that type; null where the tenant has it switched off."""

    success = serializers.BooleanField()
    event_id = serializers.UUIDField(allow_null=True)
    event_type = serializers.CharField()
    occurred_at = serializers.DateTimeField(allow_null=True)


class FieldOut(serializers.Serializer[Any]):
    """Something that is asked of a visitor."""

    key = serializers.RegexField(r"^[a-z][a-z0-9_]{0,39}$")
    label = serializers.CharField(max_length=100)  # type: ignore[assignment]  # it is taken out of the class
    type = serializers.ChoiceField(choices=list(TYPES.items()))
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # the same
    choices = serializers.ListField(child=serializers.CharField(max_length=80), required=False)


class QualificationOut(serializers.Serializer[Any]):
    """What makes a visitor a lead. Criteria: `{"all": […]}`, `{"any": […]}` or `{"field", "operator", "value"}`."""

    fields_ = FieldOut(many=True)
    criteria = serializers.JSONField(
        allow_null=True, required=False, help_text=f"Operators: {', '.join(OPERATORS)}. A missing value never holds."
    )

    def get_fields(self) -> dict[str, Any]:
        """`fields` is a word of the framework's own."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class ValuesIn(serializers.Serializer[Any]):
    """Values to try, by field key."""

    values_ = serializers.DictField()

    def get_fields(self) -> dict[str, Any]:
        """`values` is a word of the framework's own."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class ReasonOut(serializers.Serializer[Any]):
    """One thing that was asked, and whether it is so."""

    field = serializers.CharField()
    holds = serializers.BooleanField()
    text = serializers.CharField()


class VerdictOut(serializers.Serializer[Any]):
    """Qualified or not, with reasons."""

    qualified = serializers.BooleanField()
    why = ReasonOut(many=True)
