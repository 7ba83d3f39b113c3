"""Making one contact of two: choose the other one, choose what stays, confirm."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from conversations import contact_services
from conversations.contact_forms import MergeForm, read_id
from conversations.models import Contact
from conversations.views.contact_acts import BUSY
from conversations.views.contacts import conversations_of, find_contact, list_context, merge_url
from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tenants.paging import AHEAD

MEANWHILE = "One of the two was changed meanwhile. Look at them again."


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def merge(request: MemberRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Without `with` choose the other one; with it see both side by side, and merge them."""
    kept = find_contact(request, contact_id)
    asked = request.POST.get("with") or request.GET.get("with", "")
    other_id = read_id(asked) if asked else None
    if asked and other_id is None:
        raise Http404
    if request.method != "POST" and kept.merged_into_id:
        return redirect("contacts:contact", kept.merged_into_id)
    if other_id is None:
        return _choose(request, kept)
    other = find_contact(request, other_id)
    if request.method == "POST":
        return _merge(request, kept, other)
    if kept.pk in (other.pk, other.merged_into_id):
        return redirect("contacts:contact", kept.pk)
    if other.merged_into_id:
        return redirect(merge_url(kept.pk, other.merged_into_id))
    return _compare(request, MergeForm(None, kept=kept, other=other))


def _choose(request: MemberRequest, kept: Contact) -> HttpResponse:
    context = list_context(request, but=kept.pk) | {"contact": kept, "merging": True}
    is_part = request.headers.get("HX-Target") == "contact-rows"
    return render(request, "contacts/_rows.html" if is_part else "contacts/merge_choose.html", context)


def _merge(request: MemberRequest, kept: Contact, other: Contact) -> HttpResponse:
    form = MergeForm(request.POST, kept=kept, other=other)
    if not form.is_valid():
        return _compare(request, form, status=422)
    try:
        stays = contact_services.merge_contacts(kept, other, take=form.taken(), instead_of=form.instead_of())
    except contact_services.ChangedMeanwhile as conflict:
        again = MergeForm(request.POST, kept=conflict.now[0], other=conflict.now[1])
        again.is_valid()
        again.add_error(None, MEANWHILE)
        return _compare(request, again, status=409)
    except contact_services.MergedMeanwhile:
        messages.warning(request, "One of the two was merged with yet another one meanwhile. Nothing was done here.")
        return redirect("contacts:contact", kept.pk)
    except contact_services.Busy:
        form.add_error(None, BUSY)
        return _compare(request, form, status=409)
    except Contact.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"They are one contact now: {stays}.")
    return redirect("contacts:contact", stays.pk)


def _compare(request: MemberRequest, form: MergeForm, *, status: int = 200) -> HttpResponse:
    kept, other = form.contacts
    context: dict[str, Any] = {"contact": kept, "other": other, "form": form}
    context |= {"kept_count": _count(kept), "other_count": _count(other), "most": AHEAD}
    return render(request, "contacts/merge.html", context, status=status)


def _count(contact: Contact) -> int:
    """How many conversations the contact has, up to where anybody counts."""
    return conversations_of(contact)[: AHEAD + 1].count()
