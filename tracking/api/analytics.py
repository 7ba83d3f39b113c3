"""GET /api/analytics."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tracking.analytics.periods import DEFAULT, PERIODS, Period
from tracking.analytics.report import Figures, OutcomeFigures, Report, Stretch, Writer, report
from tracking.models import EventType


class PeriodSerializer(serializers.Serializer[Any]):
    """Which days are asked for."""

    period = serializers.ChoiceField(
        choices=list(PERIODS),
        default=DEFAULT,
        error_messages={"invalid_choice": f"Ask for one of {', '.join(PERIODS)}."},
        help_text="So many days up to now, today among them; days of the company's time zone.",
    )


class SumsSerializer(serializers.Serializer[Figures]):
    """Sums over conversations. Rates are percent of the conversations, and null of none."""

    conversations = serializers.IntegerField()
    qualified_leads = serializers.IntegerField(source="qualified")
    conversion_rate = serializers.FloatField(source="rate", allow_null=True)
    answered_by_assistant_alone = serializers.IntegerField(source="alone")
    answered_by_person = serializers.IntegerField(source="by_person")
    answered_by_nobody = serializers.IntegerField(source="unanswered")
    ratings = serializers.IntegerField(source="rated")
    rating = serializers.FloatField(allow_null=True, help_text="From 1 to 5, the mean.")
    ai_cost_usd = serializers.SerializerMethodField()

    def get_ai_cost_usd(self, sums: Figures) -> float:
        return sums.cost_micros / 1_000_000


class DaySerializer(SumsSerializer):
    """One day; of today, as much as there has been."""

    day = serializers.DateField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        day, sums = instance
        return {"day": day.isoformat(), **SumsSerializer(sums).data}


class TotalSerializer(SumsSerializer):
    """A whole stretch."""

    first_reply_seconds = serializers.IntegerField(
        allow_null=True, help_text="By an assistant, since the beginning: the median, to within a tenth."
    )
    first_reply_by_person_seconds = serializers.IntegerField(
        allow_null=True,
        help_text="Since one was asked for, or the visitor wrote: the median; of more than 500 within a tenth.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        stretch: Stretch = instance
        replies = {
            "first_reply_seconds": stretch.assistant_reply,
            "first_reply_by_person_seconds": stretch.person_reply,
        }
        return {**SumsSerializer(stretch.whole).data, **replies}


class WriterSerializer(SumsSerializer):
    """Whoever wrote last, of the company's own, in some conversations; nobody where `kind` is null."""

    kind = serializers.ChoiceField(choices=["assistant", "agent"], allow_null=True)
    id = serializers.CharField(allow_null=True, help_text="Of the assistant, the user or the API token.")
    name = serializers.CharField(help_text="As it stands on the last message.")
    first_reply_seconds = serializers.IntegerField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        writer: Writer = instance
        who = {"kind": writer.kind or None, "id": writer.who or None, "name": writer.name}
        return {**who, **SumsSerializer(writer.figures).data, "first_reply_seconds": writer.first_reply}


class WorthSerializer(serializers.Serializer[Any]):
    """What was reached is worth, by the mappings of then."""

    currency = serializers.CharField()
    amount = serializers.FloatField()


class OutcomeSumsSerializer(serializers.Serializer[OutcomeFigures]):
    """The conversations that came to one kind of outcome."""

    event_type = serializers.ChoiceField(choices=EventType.choices)
    conversations = serializers.IntegerField()
    worth = WorthSerializer(many=True)


class AnalyticsSerializer(serializers.Serializer[Report]):
    """What conversations led to. Each counts in the day in which it began, whenever it came to something."""

    period = serializers.ChoiceField(source="period.key", choices=list(PERIODS))
    timezone = serializers.CharField(source="period.zone.key")
    as_of = serializers.DateTimeField(source="period.now")
    counted_since = serializers.DateTimeField(
        source="standing.back_to",
        allow_null=True,
        help_text="While earlier conversations are still being counted: from when on all are. Else null.",
    )
    is_up_to_date = serializers.BooleanField(source="standing.is_up_to_date", help_text="Else the last minutes lack.")
    total = TotalSerializer(source="current")
    before = TotalSerializer(
        allow_null=True,
        help_text="As many days before, up to the same time of day. Null where the company wasn't there all along.",
    )
    days = DaySerializer(source="current.days", many=True)
    hours = serializers.ListField(
        source="current.hours", child=serializers.IntegerField(), help_text="How many began in each hour of the day."
    )
    answered_by = WriterSerializer(source="writers", many=True)
    outcomes = OutcomeSumsSerializer(many=True, help_text="Conversations of the chat widget.")


class AnalyticsView(APIView):
    """The figures of a period."""

    permission_classes = (HasRole(Role.MANAGER),)

    @extend_schema(operation_id="get_analytics", parameters=[PeriodSerializer], responses=AnalyticsSerializer)
    def get(self, request: ApiRequest) -> Response:
        """What conversations led to over 7, 30 or 90 days, and over as many before. For managers and above."""
        asked = PeriodSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        tenant = request.auth.tenant
        period = Period(asked.validated_data["period"], timezone.now(), tenant.tzinfo)
        return Response(AnalyticsSerializer(report(tenant, period)).data)
