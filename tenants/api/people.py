"""Colleagues and invitations."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import invitations, services
from tenants.api.paging import PageSerializer, page, page_of
from tenants.api.refusals import said_by_verbs
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Invitation, Membership, Role
from tenants.models.people import InvitationQuerySet


class UserSerializer(serializers.ModelSerializer[Membership]):
    """A colleague, as the page of people shows them."""

    id = serializers.UUIDField(source="user_id", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "email", "name", "role", "created_at"]
        read_only_fields = ["created_at"]


class RoleSerializer(serializers.Serializer[Any]):
    """What somebody may do."""

    role = serializers.ChoiceField(choices=Role.choices)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An open invitation."""

    invited_by = serializers.UUIDField(source="invited_by_id", read_only=True, allow_null=True)

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "invited_by", "invited_by_token", "created_at", "sent_at", "expires_at"]


class InviteSerializer(RoleSerializer):
    """Who is to come, and as what."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.AGENT)


class RenewSerializer(serializers.Serializer[Any]):
    """Sending an invitation again, perhaps for another role."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)


class UsersView(APIView):
    """The people of the company."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="list_users", parameters=[PageSerializer], responses=page_of("users", UserSerializer))
    def get(self, request: ApiRequest) -> Response:
        """List the people of the company. New ones come by invitation."""
        members = Membership.objects.for_tenant(request.auth.tenant).in_order()
        return Response(page(request, "users", members, UserSerializer))


class UserView(APIView):
    """One colleague."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_user", responses=UserSerializer)
    def get(self, request: ApiRequest, user_id: uuid.UUID) -> Response:
        """Show one colleague."""
        return Response(UserSerializer(self._member(request, user_id)).data)

    @extend_schema(operation_id="change_user", request=RoleSerializer, responses=UserSerializer)
    def patch(self, request: ApiRequest, user_id: uuid.UUID) -> Response:
        """Give a colleague another role."""
        membership = self._member(request, user_id)
        given = RoleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with said_by_verbs("role"):
            changed = services.change_role(
                membership=membership, role=Role(given.validated_data["role"]), by=request.auth.place
            )
        return Response(UserSerializer(changed).data)

    @extend_schema(operation_id="remove_user", responses={204: None})
    def delete(self, request: ApiRequest, user_id: uuid.UUID) -> Response:
        """Remove a colleague; their sessions, tokens and sockets end at once."""
        with said_by_verbs("role"):
            services.remove_member(membership=self._member(request, user_id), by=request.auth.place)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _member(self, request: ApiRequest, user_id: uuid.UUID) -> Membership:
        members = Membership.objects.for_tenant(request.auth.tenant).select_related("user")
        return get_object_or_404(members, user_id=user_id)


class InvitationsView(APIView):
    """The open invitations."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_invitations",
        parameters=[PageSerializer],
        responses=page_of("invitations", InvitationSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the invitations that nobody has taken yet."""
        return Response(page(request, "invitations", _open(request).in_order(), InvitationSerializer))

    @extend_schema(operation_id="invite", request=InviteSerializer, responses={201: InvitationSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Invite somebody by e-mail. An open invitation to the same address is renewed."""
        given = InviteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with said_by_verbs("email"):
            invitation = invitations.invite(
                tenant=request.auth.tenant,
                email=given.validated_data["email"],
                role=Role(given.validated_data["role"]),
                by=request.auth.place,
            )
        return Response(InvitationSerializer(invitation).data, status=status.HTTP_201_CREATED)


class InvitationView(APIView):
    """One open invitation."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_invitation", responses=InvitationSerializer)
    def get(self, request: ApiRequest, invitation_id: uuid.UUID) -> Response:
        """Show one invitation."""
        return Response(InvitationSerializer(get_object_or_404(_open(request), pk=invitation_id)).data)

    @extend_schema(operation_id="renew_invitation", request=RenewSerializer, responses=InvitationSerializer)
    def patch(self, request: ApiRequest, invitation_id: uuid.UUID) -> Response:
        """Send an invitation again, with another role if one is given; the older link ends."""
        invitation = get_object_or_404(_open(request), pk=invitation_id)
        given = RenewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        role = Role(given.validated_data.get("role", invitation.role))
        with said_by_verbs("role"):
            renewed = invitations.renew(invitation=invitation, role=role, by=request.auth.place)
        return Response(InvitationSerializer(renewed).data)

    @extend_schema(operation_id="withdraw_invitation", responses={204: None})
    def delete(self, request: ApiRequest, invitation_id: uuid.UUID) -> Response:
        """Take an invitation back; its link ends."""
        invitation = get_object_or_404(_open(request), pk=invitation_id)
        with said_by_verbs("role"):
            invitations.withdraw(invitation=invitation, by=request.auth.place)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _open(request: ApiRequest) -> InvitationQuerySet:
    return Invitation.objects.for_tenant(request.auth.tenant).open()
