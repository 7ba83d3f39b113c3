"""GET and PUT /api/tracking/qualification; POST /api/tracking/qualification/test."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.preconditions import IF_MATCH, PreconditionFailed, etag_of, is_conditional
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tracking import qualifying
from tracking.models import Qualification
from tracking.outcome_serializers import QualificationOut, ValuesIn, VerdictOut
from tracking.qualification.definition import Invalid


class QualificationView(APIView):
    """What makes a visitor a lead."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_qualification", tags=["tracking"], responses=QualificationOut)
    def get(self, request: ApiRequest) -> Response:
        """Show fields and criteria."""
        return _answer(qualifying.asked_by(request.auth.tenant.pk))

    @extend_schema(
        operation_id="set_qualification",
        tags=["tracking"],
        parameters=[IF_MATCH],
        request=QualificationOut,
        responses=QualificationOut,
    )
    def put(self, request: ApiRequest) -> Response:
        """Put others in their place. What is wrong is named with its path."""
        if not isinstance(request.data, dict):
            raise ValidationError({"non_field_errors": ["The body must be a JSON object."]})
        tenant_id, given = request.auth.tenant.pk, request.data
        seen = qualifying.asked_by(tenant_id)
        instead_of = seen if is_conditional(request, _etag(seen)) else None
        try:
            asked = qualifying.define(tenant_id, given.get("fields"), given.get("criteria"), instead_of=instead_of)
        except Invalid as refused:
            raise ValidationError(refused.problems) from None
        except qualifying.ChangedMeanwhile:
            raise PreconditionFailed from None
        return _answer(asked)


class TrialView(APIView):
    """Try values out."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="test_qualification", tags=["tracking"], request=ValuesIn, responses=VerdictOut)
    def post(self, request: ApiRequest) -> Response:
        """Say whether a visitor of whom this is known would be a lead, and why. Nothing is kept."""
        given = request.data.get("values") if isinstance(request.data, dict) else None
        if not isinstance(given, dict):
            raise ValidationError({"values": ["This must be an object of values by field key."]})
        verdict = qualifying.try_values(qualifying.asked_by(request.auth.tenant.pk), given)
        return Response({"qualified": verdict.qualified, "why": [asdict(reason) for reason in verdict.why]})


def _answer(asked: Qualification) -> Response:
    return Response(qualifying.shown(asked), headers={"ETag": _etag(asked)})


def _etag(asked: Qualification) -> str:
    return etag_of(qualifying.shown(asked))
