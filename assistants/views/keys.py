"""Pages: the company's own keys for AI providers."""

from __future__ import annotations

import uuid

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import roster
from assistants.key_checks import KeyCheck, check_key, models_of
from assistants.key_forms import KeyForm, LabelForm, RotateForm, TestedForm
from assistants.keys import add_key
from assistants.models import ProviderKey
from assistants.providers.base import Failure
from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tenants.ownership import TenantOwnedQuerySet
from tenants.templatetags.moments import say_took

BLAMED = {
    Failure.MODEL_NOT_FOUND: "model",
    Failure.UNREACHABLE: "base_url",
    Failure.REFUSED_ADDRESS: "base_url",
    Failure.GARBAGE: "base_url",
}
"""The field that a failed test points to; the key where nothing else is likelier."""


@require_safe
@role_required(Role.ADMIN)
def key_list(request: MemberRequest) -> HttpResponse:
    """Every key, known by its last four characters, and who uses it."""
    keys = _keys(request).prefetch_related("assistants").order_by("label", "id")
    return render(request, "assistants/byok.html", {"keys": list(keys)})


@sensitive_post_parameters("key")
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_key(request: MemberRequest) -> HttpResponse:
    """Add a key, once it has been tried."""
    form = KeyForm(request.POST or None)
    check = None
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("label", "base_url")}
        key = roster.new_key(tenant=request.tenant, secret=form.cleaned_data["key"], **given)
        check = _try(request, key, form)
        if check is None or check.is_good:
            add_key(key)
            messages.success(request, _praise(key, check))
            return redirect("byok:keys")
    return render(request, "assistants/byok_new.html", {"form": form, "check": check}, status=_status(form))


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def one_key(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    """A key: its name, a test, another key in its place, an end."""
    key = _key(request, key_id)
    form = LabelForm(request.POST or None, initial=_named(key))
    if request.method == "POST" and form.is_valid():
        roster.rename_key(key=key, **form.cleaned_data)
        messages.success(request, f"“{key.label}” is saved.")
        return redirect("byok:keys")
    return _key_page(request, key, form, RotateForm())


def _named(key: ProviderKey) -> dict[str, str]:
    """What its form shows of a key."""
    return {"label": key.label, "embedding_model": key.embedding_model}


@sensitive_post_parameters("key")
@require_POST
@role_required(Role.ADMIN)
def rotation(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    """Put another key in the place of this one, once it has been tried."""
    key = _key(request, key_id)
    form = RotateForm(request.POST)
    check = None
    if form.is_valid():
        candidate = roster.candidate_key(key=key, secret=form.cleaned_data["key"])
        check = _try(request, candidate, form)
        if check is None or check.is_good:
            roster.rotate_key(key=key, candidate=candidate)
            messages.success(request, _praise(key, check))
            return redirect("byok:keys")
    return _key_page(request, key, LabelForm(initial=_named(key)), form, check)


@require_POST
@role_required(Role.ADMIN)
def test(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    """Try a stored key now."""
    key = _key(request, key_id)
    connection.close()  # nobody else waits for it while the provider answers
    check = async_to_sync(check_key)(key, model=request.POST.get("model", "").strip()[:120])
    if request.headers.get("HX-Request") != "true":
        (messages.success if check.is_good else messages.error)(request, check.words or _praise(key, check))
        return redirect("byok:key", key.pk)
    return render(request, "assistants/_byok_check.html", {"check": check, "key": key})


@require_POST
@role_required(Role.ADMIN)
def removal(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    """Forget a key."""
    key = _key(request, key_id)
    roster.remove_key(key=key)
    messages.success(request, f"“{key.label}” is deleted.")
    return redirect("byok:keys")


@require_safe
@role_required(Role.ADMIN)
def model_names(request: MemberRequest) -> HttpResponse:
    """What the server of the key that is chosen offers, for the field in which a model is named."""
    try:
        key_id = uuid.UUID(request.GET.get("provider_key", ""))
    except ValueError:
        return HttpResponse()
    key = _key(request, key_id)
    connection.close()
    return render(request, "assistants/_models.html", {"models": async_to_sync(models_of)(key)})


def _try(request: MemberRequest, key: ProviderKey, form: TestedForm) -> KeyCheck | None:
    """How the key does; None when it is to be stored all the same, tested or not."""
    if "untested" in request.POST:
        return None
    connection.close()
    check = async_to_sync(check_key)(key, model=form.cleaned_data["model"])
    if not check.is_good:
        blamed = BLAMED.get(Failure(check.failure), "key")
        form.add_error(blamed if blamed in form.fields else "key", check.words)
    return check


def _praise(key: ProviderKey, check: KeyCheck | None) -> str:
    tested = f"{check.model} answered in {say_took(check.milliseconds)}" if check else "it has not been tested"
    return f"“{key.label}” is stored: {tested}."


def _key_page(
    request: MemberRequest, key: ProviderKey, form: LabelForm, rotate: RotateForm, check: KeyCheck | None = None
) -> HttpResponse:
    users = [assistant.name for assistant in key.assistants.order_by("name")]
    context = {
        "key": key,
        "form": form,
        "rotate": rotate,
        "check": check,
        "users": users,
        "platform_answers": bool(settings.OPENAI_API_KEY),
    }
    return render(request, "assistants/byok_key.html", context, status=_status(form, rotate))


def _status(*forms: TestedForm | LabelForm) -> int:
    return 422 if any(form.errors for form in forms) else 200


def _keys(request: MemberRequest) -> TenantOwnedQuerySet[ProviderKey]:
    return ProviderKey.objects.for_tenant(request.tenant)


def _key(request: MemberRequest, key_id: uuid.UUID) -> ProviderKey:
    return get_object_or_404(_keys(request), pk=key_id)
