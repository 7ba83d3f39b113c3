"""API tokens: what the company's own programs call this API with. Issued, renamed and revoked by people alone."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import api_tokens
from tenants.api.paging import PageSerializer, page, page_of
from tenants.api.refusals import said_by_verbs
from tenants.authentication import ApiRequest, HasRole, MadeByPeople
from tenants.models import ApiToken, Membership, Role
from tenants.models.api_token import ROLES, ApiTokenQuerySet

USUALLY = timedelta(days=90)
HOW_LONG = "Seconds, 60 to a year; null: until it is revoked. 90 days when it is left out."
VISIBLE = "What it is used for. Visitors see it beside messages that are sent with it."


class ApiTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token as the page of tokens shows it: never the token itself."""

    created_by = serializers.UUIDField(
        source="created_by_id", allow_null=True, read_only=True, help_text="Null for the platform’s staff."
    )
    state = serializers.ChoiceField(choices=ApiToken.State.choices, read_only=True)

    class Meta:
        model = ApiToken
        fields = [
            "id", "label", "role", "state", "prefix", "last4", "created_by", "created_at", "expires_at", "last_used_at",
            "revoked_at",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: ApiToken) -> dict[str, Any]:
        """Of the platform's staff a company isn't told who it was."""
        shown = super().to_representation(instance)
        return shown | {"created_by": None} if instance.is_issued_by_staff else shown


class ApiTokenLabelSerializer(serializers.Serializer[Any]):
    """What a token is called."""

    label = serializers.CharField(max_length=80, help_text=VISIBLE)  # type: ignore[assignment]


class IssueTokenSerializer(ApiTokenLabelSerializer):
    """What to call a new token, what it may do and for how long."""

    role = serializers.ChoiceField(choices=ROLES, help_text="What it may do: as a person of this role.")
    expires_in = serializers.IntegerField(
        min_value=int(api_tokens.SHORTEST.total_seconds()),
        max_value=int(api_tokens.LONGEST.total_seconds()),
        allow_null=True,
        default=int(USUALLY.total_seconds()),
        help_text=HOW_LONG,
    )

    def lifetime(self) -> timedelta | None:
        seconds = self.validated_data["expires_in"]
        return None if seconds is None else timedelta(seconds=seconds)


class IssuedTokenSerializer(ApiTokenSerializer):
    """A new token, and what to send with each call: shown this once."""

    token = serializers.CharField(read_only=True, help_text="Kept nowhere: copy it now.")

    class Meta(ApiTokenSerializer.Meta):
        fields = [*ApiTokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class ApiTokensView(APIView):
    """The company's tokens."""

    permission_classes = (HasRole(Role.ADMIN), MadeByPeople)

    @extend_schema(
        operation_id="list_api_tokens", parameters=[PageSerializer], responses=page_of("tokens", ApiTokenSerializer)
    )
    def get(self, request: ApiRequest) -> Response:
        """List the API tokens, the newest first; expired and revoked ones, too."""
        return Response(page(request, "tokens", _tokens(request).newest_first(), ApiTokenSerializer))

    @extend_schema(operation_id="issue_api_token", request=IssueTokenSerializer, responses={201: IssuedTokenSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Issue an API token. It is the company’s: it goes on when you leave, until it is revoked or expires.

        Only a person can: an API token gets 403.
        """
        given = IssueTokenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row, token = self._issue(cast("Membership", request.auth.place), given)
        row = _tokens(request).get(pk=row.pk)
        row.token = token  # type: ignore[attr-defined]  # this once
        return Response(IssuedTokenSerializer(row).data, status=status.HTTP_201_CREATED)

    def _issue(self, by: Membership, given: IssueTokenSerializer) -> tuple[ApiToken, str]:
        wanted = given.validated_data
        with said_by_verbs("label"):
            try:
                return api_tokens.issue(
                    by=by, label=wanted["label"], role=Role(wanted["role"]), lifetime=given.lifetime()
                )
            except api_tokens.TooMany as problem:
                raise serializers.ValidationError({"non_field_errors": problem.messages}) from None


class ApiTokenView(APIView):
    """One token."""

    permission_classes = (HasRole(Role.ADMIN), MadeByPeople)

    @extend_schema(operation_id="get_api_token", responses=ApiTokenSerializer)
    def get(self, request: ApiRequest, api_token_id: uuid.UUID) -> Response:
        """Show one API token."""
        return Response(ApiTokenSerializer(self._row(request, api_token_id)).data)

    @extend_schema(operation_id="rename_api_token", request=ApiTokenLabelSerializer, responses=ApiTokenSerializer)
    def patch(self, request: ApiRequest, api_token_id: uuid.UUID) -> Response:
        """Call it something else. What it has done keeps the name of then."""
        row = self._row(request, api_token_id)
        given = ApiTokenLabelSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with said_by_verbs("label"):
            api_tokens.rename(row, given.validated_data["label"])
        return Response(ApiTokenSerializer(row).data)

    @extend_schema(operation_id="revoke_api_token", responses={204: None})
    def delete(self, request: ApiRequest, api_token_id: uuid.UUID) -> Response:
        """Revoke it: its next call gets 401. This can’t be undone; doing it twice changes nothing."""
        api_tokens.revoke(self._row(request, api_token_id))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _row(self, request: ApiRequest, api_token_id: uuid.UUID) -> ApiToken:
        return get_object_or_404(_tokens(request), pk=api_token_id)


def _tokens(request: ApiRequest) -> ApiTokenQuerySet:
    return ApiToken.objects.for_tenant(request.auth.tenant).with_issuer()
