"""GET /api/reviews; POST /api/reviews/{id}."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import reviews
from assistants.models import Review
from conversations.payloads import message_payload
from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role

REPLY_LONGEST = 16_000
PROBLEMS: dict[type[Exception], str] = {
    reviews.NotHeld: "Somebody has decided about this reply already.",
    reviews.ConversationClosed: "The conversation is closed. Discard the reply, or open the conversation again.",
}


class DecisionFilter(serializers.Serializer[Any]):
    """Which reviews are asked for."""

    decided = serializers.BooleanField(default=False)


class DecisionSerializer(serializers.Serializer[Any]):
    """What is decided. `message` is what goes out instead of the draft when it is edited."""

    decision = serializers.ChoiceField(choices=Review.Decision.choices)
    message = serializers.CharField(max_length=REPLY_LONGEST, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An edited reply needs its words."""
        if attrs["decision"] == Review.Decision.EDIT and not attrs.get("message"):
            raise ValidationError({"message": "Send the words that go out instead."})
        return attrs


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A held reply and what was decided about it."""

    message = serializers.SerializerMethodField()
    asked = serializers.CharField(source="message.reply_to.body", default="")
    decided_by = serializers.UUIDField(source="decided_by_id", allow_null=True)

    class Meta:
        model = Review
        fields = [
            "id", "conversation_id", "message", "asked", "why", "drafted", "basis", "decision", "decided_by",
            "decided_by_token", "decided_at", "created_at",
        ]  # fmt: skip

    def get_message(self, review: Review) -> dict[str, Any]:
        """The message as the conversation's transcript has it."""
        return message_payload(review.message)


class ReviewsView(APIView):
    """Held replies."""

    permission_classes = (HasRole(Role.MANAGER),)

    @extend_schema(
        operation_id="list_reviews",
        parameters=[PageSerializer, DecisionFilter],
        responses=page_of("reviews", ReviewSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the replies that wait, the longest waiting first; with `decided` those decided about, latest first."""
        asked = DecisionFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Review.objects.for_tenant(request.auth.tenant).for_queue()
        if asked.validated_data["decided"]:
            rows = rows.exclude(decision="").order_by("-decided_at", "-id")
        else:
            rows = rows.waiting().order_by("created_at", "id")
        return Response(page(request, "reviews", rows, ReviewSerializer))


class ReviewView(APIView):
    """One held reply."""

    permission_classes = (HasRole(Role.MANAGER),)

    @extend_schema(operation_id="decide_review", request=DecisionSerializer, responses=ReviewSerializer)
    def post(self, request: ApiRequest, review_id: uuid.UUID) -> Response:
        """Release the reply, release it in other words, or discard it."""
        rows = Review.objects.for_tenant(request.auth.tenant).for_queue()
        review = get_object_or_404(rows, pk=review_id)
        given = DecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            reviews.decide(
                review=review,
                by=request.auth.place,
                decision=Review.Decision(given.validated_data["decision"]),
                text=given.validated_data.get("message", ""),
            )
        except tuple(PROBLEMS) as problem:
            raise ValidationError({"non_field_errors": [PROBLEMS[type(problem)]]}) from None
        return Response(ReviewSerializer(rows.get(pk=review_id)).data)
