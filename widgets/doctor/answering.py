"""No replies: nobody answers, a model fails, money is spent, replies are held or stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from assistants import budget, connections, selection
from assistants.models import Assistant, Review, RoutingRule
from widgets.call_log import WITHOUT_REPLY
from widgets.doctor.facts import LATELY, Facts, Failed, together
from widgets.doctor.findings import Finding, Fix, Line, State
from widgets.doctor.words import ago, between, tab, times

SHOWN = 5
READ = 200  # rules, and assistants
HELD_LONG = timedelta(minutes=5)
NEARLY = 0.9  # of a budget: a call reserves the most that it can cost, so the last part is of little use
_SAFETY = ("safety_blocked", "serious_mode")
_REASONS = {
    "provider_not_configured": "no key is set for the provider",
    "provider_error": "the provider failed",
    "provider_timeout": "the provider took too long",
    "provider_rate_limited": "the provider’s rate limit was reached",
}


def _edit(assistant: Assistant) -> Fix:
    return Fix("Open the assistant", reverse("assistants:edit", args=[assistant.pk]))


# --- Who answers ------------------------------------------------------------------------------------------------------
def assistant(facts: Facts) -> list[Finding]:
    """S8, S13: the default, the rules, and whether they lead to somebody who can answer."""
    if facts.settings.human_only:
        cause = "“People answer” is on, so no assistant replies; messages wait in the inbox."
        fixes = (Fix("Open Behaviour", tab("behaviour")),)
        return [Finding("assistant", State.NOTE, "People answer, assistants don’t", cause, fixes=fixes)]
    rules = _rules(facts)
    found = [_broken(rule) for rule in rules if rule.defect][:SHOWN]
    try:
        chosen = selection.select(facts.tenant, requested=None, current=None)
    except selection.NoAssistant:
        return [_nobody(facts, rules), *found]
    except selection.AssistantMisconfigured as problem:
        return [_unfit(facts, str(problem)), *found]
    if found:
        return found
    aside = chosen.name if not rules else f"{chosen.name}, after {times(len(rules), 'rule')}"
    return [Finding("assistant", State.GOOD, "An assistant answers new visitors", aside=aside)]


def _rules(facts: Facts) -> list[RoutingRule]:
    return list(RoutingRule.objects.for_tenant(facts.tenant).filter(active=True).with_assistants().in_order()[:READ])


def _nobody(facts: Facts, rules: list[RoutingRule]) -> Finding:
    failed = facts.failed_by("no_assistant")
    choose = Fix("Choose who answers", reverse("assistants:list"))
    if rules:
        title = "Visitors whom no rule fits get no answer"
        cause = "No assistant is the default for chat. Whoever no routing rule fits is answered with 400 no_assistant."
        fixes = (choose, Fix("Open the rules", reverse("assistants:routing")))
        return _refusing(facts, failed, Finding("assistant", State.WARN, title, cause, fixes=fixes))
    cause = (
        "No assistant is the default for chat and there is no routing rule, so each message is answered with "
        "400 no_assistant. Nothing is lost: the messages wait in the inbox."
    )
    to_do = "Star an assistant, or let people answer under Behaviour."
    return _refusing(facts, failed, Finding("assistant", State.BAD, "No assistant can answer", cause, to_do, (choose,)))


def _unfit(facts: Facts, problem: str) -> Finding:
    failed = facts.failed_by("assistant_misconfigured")
    cause = f"{problem} Until then messages are answered with 500 assistant_misconfigured and wait in the inbox."
    fix = Fix("Choose who answers", reverse("assistants:list"))
    return _refusing(facts, failed, Finding("assistant", State.BAD, "The assistant can’t work", cause, fixes=(fix,)))


def _refusing(facts: Facts, failed: list[Failed], finding: Finding) -> Finding:
    """With the calls that met it."""
    anchor = "no_assistant" if "no_assistant" in finding.cause else "assistant_misconfigured"
    whole = together(failed) if failed else None
    return Finding(
        finding.check,
        finding.state,
        finding.title,
        finding.cause,
        finding.to_do,
        finding.fixes,
        summary=f"{times(whole.times, 'message')}, the last {ago(whole.last_at, facts.now)}" if whole else "",
        lines=whole.lines if whole else (),
        anchor=anchor,
    )


def _broken(rule: RoutingRule) -> Finding:
    fix = Fix("Open the rule", reverse("assistants:routing_edit", args=[rule.pk]))
    title = f"The rule “{rule.name}” can’t be followed"
    cause = f"{rule.defect} Its visitors go to the next rule that fits, or to the default."
    return Finding("assistant", State.WARN, title, cause, fixes=(fix,), anchor="no_assistant")


# --- Whether models do ------------------------------------------------------------------------------------------------
def provider(facts: Facts) -> list[Finding]:
    """S11: a model that can't be asked, or that gave no answer last time; silence that came of it."""
    rows = Assistant.objects.for_tenant(facts.tenant).active().select_related("provider_key").defer("prompt")
    assistants = list(rows.in_order()[:READ])
    silent = facts.failed_by(*_REASONS)
    found = [_cannot_ask(one, problem) for one in assistants if (problem := connections.obstacle(one))]
    failing = [one for one in assistants if one.failure and not any(one.name in it.title for it in found)]
    found += [_fails(facts, one, silent) for one in failing]
    if silent and not found:
        found.append(_stayed_silent(facts, silent, assistants))
    if any(one.is_troubled for one in found):
        return found[:SHOWN]
    asked = sum(one.provider == Assistant.Provider.OPENAI for one in assistants)
    aside = times(asked, "assistant") if asked else "knowledge base only"
    return [*found, Finding("provider", State.GOOD, "Models answer", aside=aside)]


def _cannot_ask(one: Assistant, problem: str) -> Finding:
    title = f"“{one.name}” can’t reach its model"
    to_do = "Enter a key, or let it answer from the knowledge base."
    return Finding("provider", State.BAD, title, problem, to_do, (_edit(one),), anchor="assistant-does-not-answer")


def _fails(facts: Facts, one: Assistant, silent: list[Failed]) -> Finding:
    at = one.failure_at or facts.now
    lines = together(silent).lines if silent else (Line(at, 200, "POST …/chat", one.failure_request),)
    return Finding(
        "provider",
        State.BAD,
        f"The model of “{one.name}” gives no answer",
        f"{one.failure_words} That was {ago(at, facts.now)}; visitors get your fallback text, and the conversations "
        "wait in the inbox. This goes away with the next answer.",
        fixes=(_edit(one), Fix("Open the keys", reverse("byok:keys"))),
        summary=_silences(silent) or "The last failed call",
        lines=lines,
        anchor="assistant-does-not-answer",
    )


def _silences(silent: list[Failed]) -> str:
    return ", ".join(f"{one.times:,} × {one.code}" for one in silent)


def _stayed_silent(facts: Facts, silent: list[Failed], assistants: list[Assistant]) -> Finding:
    """No model fails now; did one lately?"""
    whole = together(silent)
    answers_again = any(one.failure_at and not one.failure for one in assistants)
    why = " and ".join(sorted({_REASONS[one.code] for one in silent}))
    when = between(whole.first_at, whole.last_at, facts.now)
    again = " It answers again." if answers_again else ""
    fresh = whole.last_at > facts.now - LATELY and not answers_again
    return Finding(
        "provider",
        State.WARN if fresh else State.NOTE,
        f"The assistant stayed silent {times(whole.times, 'time')}",
        f"{why[0].upper()}{why[1:]}, {when}. Visitors got your fallback text, and the conversations wait in the inbox."
        f"{again}",
        fixes=(Fix("Open the keys", reverse("byok:keys")),),
        summary=_silences(silent),
        lines=whole.lines,
        anchor="assistant-does-not-answer",
    )


def money(facts: Facts) -> list[Finding]:
    """A budget that is spent lets no model be asked."""
    month = budget.standing(facts.tenant)
    if not month.is_set:
        return [Finding("money", State.GOOD, "No AI budget stops replies", aside="none set")]
    shares = [
        used / limit if limit else 1.0
        for used, limit in ((month.spent_micros, month.micros), (month.spent_tokens, month.tokens))
        if limit is not None
    ]
    share, fixes = max(shares), (Fix("Change the budget", reverse("byok:budget")),)
    aside = f"{min(share, 9.99):.0%} used"
    if share >= 1:
        anew = ago(month.resets_at, facts.now)
        cause = f"No model is asked until it starts anew {anew}; visitors get your fallback text."
        title = "The month’s AI budget is spent"
        return [Finding("money", State.BAD, title, cause, fixes=fixes, anchor="assistant-does-not-answer")]
    if share >= NEARLY:
        title = f"{share:.0%} of the month’s AI budget is spent"
        cause = "A call is made only if the most it can cost is left, so replies may already be missing."
        return [Finding("money", State.WARN, title, cause, fixes=fixes, anchor="assistant-does-not-answer")]
    return [Finding("money", State.GOOD, "The AI budget lasts", aside=aside)]


# --- What is kept back ------------------------------------------------------------------------------------------------
def held(facts: Facts) -> list[Finding]:
    """S12, S14: replies that wait for a person, and those that safety rules stopped."""
    waiting = Review.objects.for_tenant(facts.tenant).waiting().aggregate(number=Count("pk"), first=Min("created_at"))
    found = [_waiting(facts, waiting["number"], waiting["first"])] if waiting["number"] else []
    stopped = facts.failed_by(*_SAFETY)
    if stopped:
        found.append(_stopped(facts, stopped))
    if any(one.is_troubled for one in found):
        return found
    return [*found, Finding("held", State.GOOD, "No reply waits for a person")]


def _waiting(facts: Facts, number: int, first: datetime) -> Finding:
    long = facts.now - first > HELD_LONG
    title = f"{times(number, 'reply waits', 'replies wait')} for review"
    cause = f"The first was held {ago(first, facts.now)}. Until somebody decides the visitor sees nothing of it."
    fixes = (
        Fix("Open the queue", reverse("reviews:queue"), role="manager"),
        Fix("See the rules", reverse("assistants:safety")),
    )
    state = State.WARN if long else State.NOTE
    return Finding("held", state, title, cause, fixes=fixes, anchor="assistant-does-not-answer")


def _stopped(facts: Facts, stopped: list[Failed]) -> Finding:
    whole = together(stopped)
    return Finding(
        "held",
        State.NOTE,
        f"Safety rules stopped {times(whole.times, 'reply', 'replies')}",
        "Blocked keywords or a serious matter kept the reply from the visitor; the conversations wait in the inbox.",
        fixes=(Fix("See the rules", reverse("assistants:safety")),),
        summary=_silences(stopped),
        lines=whole.lines,
        anchor="assistant-does-not-answer",
    )


assert set(_REASONS) | set(_SAFETY) | {"held_for_review"} == WITHOUT_REPLY
