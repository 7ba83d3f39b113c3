"""GET and POST /api/routing-rules; GET, PATCH and DELETE /api/routing-rules/{id}."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import rulebook
from assistants.models import RoutingRule
from assistants.models.routing import RoutingRuleQuerySet
from assistants.rule_serializers import RuleSerializer
from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role


class RulesView(APIView):
    """The tenant's routing rules."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_routing_rules",
        parameters=[PageSerializer],
        responses=page_of("routing_rules", RuleSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the rules in the order in which they are tried."""
        return Response(page(request, "routing_rules", _rules(request).with_assistants().in_order(), RuleSerializer))

    @extend_schema(operation_id="add_routing_rule", request=RuleSerializer, responses={201: RuleSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Add a rule. It holds for visitors who write for the first time from now on."""
        given = RuleSerializer(data=request.data, context={"tenant": request.auth.tenant})
        given.is_valid(raise_exception=True)
        try:
            rule = rulebook.add_rule(tenant=request.auth.tenant, **given.validated_data)
        except rulebook.RulebookFull:
            raise ValidationError(f"There are {rulebook.RULES_MOST} rules already. Delete one first.") from None
        return Response(RuleSerializer(rule).data, status=status.HTTP_201_CREATED)


class RuleView(APIView):
    """One routing rule."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_routing_rule", responses=RuleSerializer)
    def get(self, request: ApiRequest, rule_id: uuid.UUID) -> Response:
        """Show a rule."""
        return Response(RuleSerializer(_rule(request, rule_id)).data)

    @extend_schema(operation_id="change_routing_rule", request=RuleSerializer, responses=RuleSerializer)
    def patch(self, request: ApiRequest, rule_id: uuid.UUID) -> Response:
        """Change a rule."""
        rule = _rule(request, rule_id)
        given = RuleSerializer(rule, data=request.data, partial=True, context={"tenant": request.auth.tenant})
        given.is_valid(raise_exception=True)
        return Response(RuleSerializer(rulebook.change_rule(rule=rule, **given.validated_data)).data)

    @extend_schema(operation_id="delete_routing_rule", responses={204: None})
    def delete(self, request: ApiRequest, rule_id: uuid.UUID) -> Response:
        """Delete a rule."""
        rulebook.remove_rule(rule=_rule(request, rule_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _rules(request: ApiRequest) -> RoutingRuleQuerySet:
    return RoutingRule.objects.for_tenant(request.auth.tenant)


def _rule(request: ApiRequest, rule_id: uuid.UUID) -> RoutingRule:
    return get_object_or_404(_rules(request).with_assistants(), pk=rule_id)
