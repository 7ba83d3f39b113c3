"""Pages: who answers which visitor, and when an assistant passes them on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import rulebook
from assistants.models import Assistant, Handoff, RoutingRule, Target
from assistants.models.routing import RoutingRuleQuerySet
from assistants.rule_forms import HandoffForm, RuleForm, TryForm
from assistants.selection import default_for_chat
from conversations.models import Conversation
from tenants.access import MemberRequest, role_required
from tenants.models import Role


@require_safe
@role_required(Role.ADMIN)
def rule_list(request: MemberRequest) -> HttpResponse:
    """The rules in the order in which they are tried, what comes after them, and a box to try a text."""
    context = {
        "rules": list(_rules(request).with_assistants().in_order()),
        "otherwise": default_for_chat(request.tenant),
        "channels": Conversation.Channel.choices,
        "now": timezone.localtime(timezone.now(), request.tenant.tzinfo),
    }
    return render(request, "assistants/routing.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_rule(request: MemberRequest) -> HttpResponse:
    """Add a rule."""
    form = RuleForm(request.POST or None, instance=RoutingRule(tenant=request.tenant))
    if request.method == "POST" and form.is_valid():
        try:
            rule = rulebook.add_rule(tenant=request.tenant, **form.cleaned_data)
        except rulebook.RulebookFull:
            form.add_error(None, f"There are {rulebook.RULES_MOST} rules already. Delete one that you don’t need.")
        else:
            messages.success(request, f"“{rule.name}” is in the list.")
            return redirect("assistants:routing")
    return _rule_page(request, form, is_new=True)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def edit_rule(request: MemberRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Change a rule."""
    rule = _rule(request, rule_id)
    name = rule.name
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        rulebook.change_rule(rule=rule, **form.cleaned_data)
        messages.success(request, f"“{rule.name}” is saved.")
        return redirect("assistants:routing")
    return _rule_page(request, form, is_new=False, name=name)


def _rule_page(request: MemberRequest, form: RuleForm, *, is_new: bool, name: str = "") -> HttpResponse:
    context = {"form": form, "rule": form.instance, "is_new": is_new, "name": name}
    return render(request, "assistants/routing_rule.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(Role.ADMIN)
def switch_rule(request: MemberRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Take a rule into use, or out of it."""
    active = request.POST.get("active") == "on"
    rule = rulebook.change_rule(rule=_rule(request, rule_id), active=active)
    messages.success(request, f"“{rule.name}” is switched {'on' if active else 'off'}.")
    return redirect("assistants:routing")


@require_POST
@role_required(Role.ADMIN)
def rule_removal(request: MemberRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Delete a rule."""
    rule = _rule(request, rule_id)
    rulebook.remove_rule(rule=rule)
    messages.success(request, f"“{rule.name}” is deleted.")
    return redirect("assistants:routing")


@require_safe
@role_required(Role.ADMIN)
def tried(request: MemberRequest) -> HttpResponse:
    """Who would answer a text, by which rule, and why not by each other one."""
    form = TryForm(request.GET)
    if not form.is_valid():
        return render(request, "assistants/_routing_tried.html", {"form": form}, status=422)
    outcome = rulebook.try_rules(tenant=request.tenant, **form.situation())
    return render(request, "assistants/_routing_tried.html", {"form": form, "outcome": outcome})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def handoff(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """When an assistant passes visitors on, to whom, and with which words."""
    assistant = get_object_or_404(Assistant.objects.for_tenant(request.tenant), pk=assistant_id)
    settings = Handoff.objects.for_tenant(request.tenant).filter(assistant=assistant).first()
    settings = settings or Handoff(tenant=request.tenant)
    settings.assistant = assistant
    form = HandoffForm(request.POST or None, instance=settings)
    if request.method == "POST" and form.is_valid():
        rulebook.save_handoff(assistant=assistant, **form.cleaned_data)
        messages.success(request, f"When “{assistant.name}” passes visitors on is saved.")
        return redirect("assistants:handoff", assistant.pk)
    context = {"form": form, "assistant": assistant, "is_on": settings.is_on, "people": Target.PEOPLE}
    return render(request, "assistants/handoff.html", context, status=422 if form.errors else 200)


def _rules(request: MemberRequest) -> RoutingRuleQuerySet:
    return RoutingRule.objects.for_tenant(request.tenant)


def _rule(request: MemberRequest, rule_id: uuid.UUID) -> RoutingRule:
    return get_object_or_404(_rules(request), pk=rule_id)
