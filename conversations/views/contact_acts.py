"""What people do with a contact beside correcting it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from conversations import contact_services
from conversations.models import Contact
from conversations.views.contacts import find_contact
from tenants.access import MemberRequest, role_required
from tenants.models import Role

BUSY = "They are writing at this very moment. Try again."


@require_POST
@role_required(Role.MANAGER)
def removal(request: MemberRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Delete who it was; the conversations stay."""
    found = find_contact(request, contact_id)
    try:
        count = contact_services.delete_contact(found)
    except Contact.DoesNotExist:
        raise Http404 from None
    except contact_services.MergedMeanwhile as merged:
        messages.warning(request, "This contact was merged with another one meanwhile. Nothing is deleted.")
        return redirect("contacts:contact", merged.into)
    except contact_services.Busy:
        messages.error(request, BUSY)
        return redirect("contacts:contact", found.pk)
    stays = {0: "", 1: " One conversation stays."}.get(count, f" {count:,} conversations stay.")
    messages.success(request, f"{found} is deleted.{stays}")
    return redirect("contacts:list")


@require_POST
@role_required(Role.MANAGER)
def release(request: MemberRequest, contact_id: uuid.UUID, address_id: uuid.UUID) -> HttpResponse:
    """Let another address go that leads to the contact."""
    found, address = find_contact(request, contact_id), find_contact(request, address_id)
    try:
        contact_services.release_address(found, address.pk)
    except contact_services.Busy:
        messages.error(request, BUSY)
    except Contact.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, "Whoever writes with that address is a contact of their own from now on.")
    return redirect("contacts:contact", found.pk)
