"""GET and POST /api/contacts; GET, PATCH and DELETE /api/contacts/{id}."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from conversations import contact_list, contact_services
from conversations.contact_forms import NOBODY
from conversations.contact_list import Filters
from conversations.contact_serializers import ContactPage, ContactsAsked, ContactSerializer, OneContactSerializer
from conversations.models import Contact
from conversations.models.contact import DETAILS
from tenants.api.preconditions import IF_MATCH, PreconditionFailed, etag_of, is_conditional
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role


class Writing(APIException):
    """The contact's visitors write at this very moment."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "message_in_progress"
    default_detail = "A visitor is writing as this contact at this very moment. Send it again."


class ContactsView(APIView):
    """Who wrote, and who was added."""

    permission_classes = (HasRole(Role.MANAGER),)

    @extend_schema(operation_id="list_contacts", tags=["contacts"], parameters=[ContactsAsked], responses=ContactPage)
    def get(self, request: ApiRequest) -> Response:
        """List contacts, the one last seen first."""
        asked = ContactsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        filters = Filters(words=said.get("q", "").strip())
        rows = contact_list.found(request.auth.tenant.pk, filters)
        if said["qualified"] is not None:
            rows = rows.filter(qualified=said["qualified"])
        limit, offset = said["limit"], said["offset"]
        with contact_list.looking_for(filters):
            ids, total = list(rows.values_list("pk", flat=True)[offset : offset + limit]), rows.count()
        shown = Contact.objects.for_tenant(request.auth.tenant).filter(pk__in=ids).last_seen_first()
        part = {"contacts": ContactSerializer(shown, many=True).data}
        return Response(part | {"total": total, "limit": limit, "offset": offset})

    @extend_schema(
        operation_id="add_contact", tags=["contacts"], request=ContactSerializer, responses={201: OneContactSerializer}
    )
    def post(self, request: ApiRequest) -> Response:
        """Add somebody. An e-mail address leads to one contact: where another one has it, this is refused."""
        given = ContactSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            made = contact_services.create_contact(tenant=request.auth.tenant, **given.validated_data)
        return _answer(made, status.HTTP_201_CREATED)


class ContactView(APIView):
    """One contact."""

    permission_classes = (HasRole(Role.MANAGER),)

    @extend_schema(operation_id="get_contact", tags=["contacts"], responses=OneContactSerializer)
    def get(self, request: ApiRequest, contact_id: uuid.UUID) -> Response:
        """Show a contact. One that was merged into another is not found any more."""
        return _answer(_contact(request, contact_id))

    @extend_schema(
        operation_id="change_contact",
        tags=["contacts"],
        parameters=[IF_MATCH],
        request=ContactSerializer,
        responses=OneContactSerializer,
    )
    def patch(self, request: ApiRequest, contact_id: uuid.UUID) -> Response:
        """Correct who it is. Open conversations are judged anew, and what visitors say later changes nothing of it."""
        contact = _contact(request, contact_id)
        instead_of = _seen(request, contact)
        given = ContactSerializer(contact, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        with refusals():
            saved = contact_services.change_contact(contact, instead_of=instead_of, **given.validated_data)
        return _answer(saved)

    @extend_schema(operation_id="delete_contact", tags=["contacts"], parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: ApiRequest, contact_id: uuid.UUID) -> Response:
        """Delete who it was. Conversations stay with all that was said in them, and say of nobody that it was they."""
        contact = _contact(request, contact_id)
        with refusals():
            contact_services.delete_contact(contact, instead_of=_seen(request, contact))
        return Response(status=status.HTTP_204_NO_CONTENT)


@contextmanager
def refusals() -> Iterator[None]:
    """What can't be done to a contact, in the API's words."""
    try:
        yield
    except contact_services.AddressTaken as taken:
        words = f"Another contact has this address: {taken.by.pk}. Merge the two in the dashboard."
        raise ValidationError({"email": [words]}) from None
    except contact_services.Nobody:
        raise ValidationError({"non_field_errors": [NOBODY]}) from None
    except contact_services.ChangedMeanwhile:
        raise PreconditionFailed from None
    except contact_services.Busy:
        raise Writing from None
    except (contact_services.MergedMeanwhile, Contact.DoesNotExist):
        raise Http404 from None


def _contact(request: ApiRequest, contact_id: uuid.UUID) -> Contact:
    return get_object_or_404(Contact.objects.for_tenant(request.auth.tenant).current(), pk=contact_id)


def _answer(contact: Contact, code: int = status.HTTP_200_OK) -> Response:
    return Response(OneContactSerializer(contact).data, status=code, headers={"ETag": etag_of(_version(contact))})


def _version(contact: Contact) -> dict[str, Any]:
    """What can be changed; that somebody was seen makes them no other."""
    return {name: getattr(contact, name) for name in DETAILS}


def _seen(request: ApiRequest, contact: Contact) -> dict[str, Any] | None:
    """What the contact must still be. Raises PreconditionFailed where it isn't now."""
    version = _version(contact)
    return version if is_conditional(request, etag_of(version)) else None
