"""A widget's settings, sites and tokens as the dashboard API shows and takes them (contract §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from widgets import domains, looks
from widgets.models import TOKEN_LIFETIME, AllowedDomain, WidgetSettings, WidgetToken, is_web_address

SHORTEST = 60  # seconds
PICTURES = ("avatar_url", "header_logo_url", "header_wordmark_url")
LONGEST = 365 * 24 * 60 * 60  # a year


class PrechatSerializer(serializers.Serializer[Any]):
    """What a visitor is asked for before the first message."""

    required = serializers.ListField(  # type: ignore[assignment]  # the contract's name
        child=serializers.ChoiceField(choices=WidgetSettings.PrechatField.choices), max_length=2
    )

    def validate_required(self, value: list[str]) -> list[str]:
        return [field for field in WidgetSettings.PrechatField.values if field in value]


class WidgetSettingsSerializer(serializers.ModelSerializer[WidgetSettings]):
    """The settings behind `/config`."""

    prechat = PrechatSerializer(required=False)
    hours = serializers.JSONField(read_only=True, help_text="Business hours, when there are any.")

    class Meta:
        model = WidgetSettings
        extra_kwargs = {name: {"validators": [is_web_address]} for name in PICTURES}
        fields = (
            "name",
            "primary_color",
            "position",
            "theme",
            "greeting_message",
            "avatar_url",
            "header_logo_url",
            "header_wordmark_url",
            "show_branding",
            "locale",
            "prechat",
            "human_only",
            "allow_missing_origin",
            "away_message",
            "voice_number",
            "hours",
        )

    def to_representation(self, instance: WidgetSettings) -> dict[str, Any]:
        instance.prechat = {"required": instance.prechat_required}  # type: ignore[attr-defined]
        instance.hours = None  # type: ignore[attr-defined]  # a default of the field isn't told after a change
        return super().to_representation(instance)

    def update(self, instance: WidgetSettings, validated_data: dict[str, Any]) -> WidgetSettings:
        prechat = validated_data.pop("prechat", None)
        if prechat is not None:
            validated_data["prechat_required"] = prechat["required"]
        return looks.change_settings(tenant=instance.tenant, **validated_data)


class DomainSerializer(serializers.ModelSerializer[AllowedDomain]):
    """A site on which the widget may stand."""

    class Meta:
        model = AllowedDomain
        fields = ("id", "domain", "created_at")
        read_only_fields = ("id", "created_at")

    def validate_domain(self, value: str) -> str:
        try:
            return domains.normalise(value)
        except domains.DomainInvalid as error:
            raise serializers.ValidationError(str(error)) from error


class DomainsSerializer(serializers.Serializer[Any]):
    """The allowlist."""

    domains = DomainSerializer(many=True)
    total = serializers.IntegerField()


class TokenSerializer(serializers.ModelSerializer[WidgetToken]):
    """A token as it is listed; the token itself is shown when it is issued, this once."""

    class Meta:
        model = WidgetToken
        fields = ("id", "label", "prefix", "last4", "created_at", "expires_at", "last_used_at", "revoked_at")
        read_only_fields = fields


class LabelSerializer(serializers.Serializer[Any]):
    """What a token is called."""

    label = serializers.CharField(max_length=80)  # type: ignore[assignment]  # the contract's name


class IssueSerializer(LabelSerializer):
    """What a new token is asked for with."""

    expires_in = serializers.IntegerField(
        min_value=SHORTEST,
        max_value=LONGEST,
        default=int(TOKEN_LIFETIME.total_seconds()),
        help_text="Seconds, from a minute to a year.",
    )

    def lifetime(self) -> timedelta:
        return timedelta(seconds=self.validated_data["expires_in"])


class IssuedSerializer(TokenSerializer):
    """A new token, in full."""

    token = serializers.CharField(read_only=True)

    class Meta:
        model = WidgetToken
        fields = (*TokenSerializer.Meta.fields, "token")
        read_only_fields = fields
