"""GET and PUT /api/safety; POST /api/safety/test."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import policies
from assistants.models.safety import KEYWORD_LONGEST, KEYWORDS_MOST, SafetyPolicy
from assistants.safety.policy import Level
from assistants.safety.verdicts import Action, judge_text
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role, Tenant

TEXT_LONGEST = 16_000


class KeywordsField(serializers.ListField):
    """One list: trimmed, each keyword once."""

    child = serializers.CharField(max_length=KEYWORD_LONGEST)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=KEYWORDS_MOST, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        return policies.tidy(super().to_internal_value(data))


class ListsSerializer(serializers.Serializer[Any]):
    """The four lists; those left out stay as they are."""

    blocked_keywords = KeywordsField(required=False)
    serious_high_confidence_keywords = KeywordsField(required=False)
    serious_medium_confidence_keywords = KeywordsField(required=False)
    escalation_keywords = KeywordsField(required=False)


class SafetySerializer(ListsSerializer):
    """The tenant's own lists, and what is applied: with the system's, each keyword in the strictest of its lists."""

    effective = ListsSerializer(read_only=True)


class TextSerializer(serializers.Serializer[Any]):
    """A text to try."""

    text = serializers.CharField(max_length=TEXT_LONGEST, trim_whitespace=False)


class FindingSerializer(serializers.Serializer[Any]):
    """A rule that fired, and where in the text."""

    level = serializers.ChoiceField(choices=[level.value for level in Level])
    keyword = serializers.CharField()
    system = serializers.BooleanField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()


class VerdictSerializer(serializers.Serializer[Any]):
    """What would be done with the text if a visitor wrote it, and if an assistant did."""

    as_visitor = serializers.ChoiceField(choices=[Action.LET_THROUGH, Action.HAND_OVER, Action.SERIOUS])
    as_reply = serializers.ChoiceField(choices=[Action.LET_THROUGH, Action.HOLD, Action.BLOCK])
    matches = FindingSerializer(many=True)


class SafetyView(APIView):
    """The tenant's safety lists."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_safety", responses=SafetySerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show the lists."""
        return Response(_shown(request.auth.tenant, policies.row_of(request.auth.tenant)))

    @extend_schema(operation_id="put_safety", request=ListsSerializer, responses=SafetySerializer)
    def put(self, request: ApiRequest) -> Response:
        """Replace the lists that are sent. The next message goes by them."""
        given = ListsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = policies.save_lists(tenant=request.auth.tenant, lists=given.validated_data)
        return Response(_shown(request.auth.tenant, row))


class SafetyTestView(APIView):
    """A box to try a text in."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="test_safety", request=TextSerializer, responses=VerdictSerializer)
    def post(self, request: ApiRequest) -> Response:
        """Say what a text sets off. No model is asked: a medium match counts as certain here."""
        given = TextSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(
            VerdictSerializer(judge_text(policies.policy_of(request.auth.tenant.pk), given.validated_data["text"])).data
        )


def _shown(tenant: Tenant, row: SafetyPolicy) -> dict[str, Any]:
    effective = policies.policy_of(tenant.pk).effective
    own = {field: getattr(row, field) for field in policies.FIELDS.values()}
    merged = {field: effective[level] for level, field in policies.FIELDS.items()}
    return dict(SafetySerializer(own | {"effective": merged}).data)
