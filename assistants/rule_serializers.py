"""Routing rules as the dashboard API shows and takes them (contract §4)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assistants.models import Assistant, RoutingRule, Target
from assistants.models.routing import KEYWORD_LETTERS, KEYWORDS_MOST
from assistants.routing.intents import LABELS
from assistants.rulebook import wrong_with
from conversations.models import Conversation


class HoursSerializer(serializers.Serializer[Any]):
    """Weekdays (1 is Monday, none means every day) and times of day by the tenant's clock; past midnight if need be."""

    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), required=False)
    to = serializers.TimeField(source="ends", format="%H:%M")

    def get_fields(self) -> Any:
        """Add `from`, which can't be an attribute in Python."""
        return {**super().get_fields(), "from": serializers.TimeField(source="begins", format="%H:%M")}


class AssistantIdField(serializers.PrimaryKeyRelatedField[Assistant]):
    """The id of one of the tenant's own assistants."""

    def get_queryset(self) -> Any:
        return Assistant.objects.for_tenant(self.context["tenant"])


class RuleSerializer(serializers.ModelSerializer[RoutingRule]):
    """A routing rule. Every condition that isn't empty must hold."""

    keywords = serializers.ListField(child=serializers.CharField(max_length=KEYWORD_LETTERS), required=False)
    intent = serializers.ChoiceField(choices=list(LABELS.items()), allow_blank=True, required=False)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=Conversation.Channel.choices), required=False
    )
    hours = HoursSerializer(allow_null=True, required=False, help_text="Null means always.")
    assistant_id = AssistantIdField(
        source="assistant", allow_null=True, required=False, pk_field=serializers.UUIDField()
    )

    class Meta:
        model = RoutingRule
        fields = [
            "id", "name", "priority", "active", "keywords", "intent", "channels", "hours", "target", "assistant_id",
            "created_at", "changed_at",
        ]  # fmt: skip
        read_only_fields = ["created_at", "changed_at"]

    def validate_keywords(self, keywords: list[str]) -> list[str]:
        if problem := wrong_with(keywords, most=KEYWORDS_MOST, letters=KEYWORD_LETTERS):
            raise serializers.ValidationError(problem)
        return keywords

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A rule sends to an assistant that it names, or to people; its hours are stored as three columns."""
        target = attrs.get("target", self.instance.target if self.instance else Target.ASSISTANT)
        assistant = attrs.get("assistant", self.instance.assistant if self.instance else None)
        if target == Target.PEOPLE:
            attrs["assistant"] = None
        elif assistant is None:
            raise serializers.ValidationError({"assistant_id": "Name the assistant that answers."})
        if "hours" in attrs:
            hours = attrs.pop("hours") or {"begins": None, "ends": None}
            attrs |= {
                "weekdays": sorted(set(hours.get("weekdays", []))),
                "begins": hours["begins"],
                "ends": hours["ends"],
            }
        return attrs
