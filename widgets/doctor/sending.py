"""Messages aren't sent: calls that can't be read, that come too fast, a plan that is used up, faults of ours."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from tenants.usage import Usage, usage
from widgets import throttles
from widgets.doctor.facts import LATELY, Facts, Failed, together
from widgets.doctor.findings import Finding, Fix, State
from widgets.doctor.words import ago, between, named, times


def _summary(facts: Facts, failed: Failed) -> str:
    when = between(failed.first_at, failed.last_at, facts.now)
    return f"{times(failed.times, 'call')} {when}, the last one {ago(failed.last_at, facts.now)}"


def _state(facts: Facts, failed: Failed, fresh: State) -> State:
    """What hasn't happened for a while is over, and only worth knowing."""
    return fresh if failed.last_at > facts.now - LATELY else State.NOTE


def requests(facts: Facts) -> list[Finding]:
    """400, 413, 415: calls that can't be read."""
    failed = facts.failed_by("invalid_request", "payload_too_large", "unsupported_media_type")
    if not failed:
        return [Finding("requests", State.GOOD, "All calls can be read")]
    whole = together(failed)
    codes = ", ".join(sorted({f"{one.rows[0].status} {one.code}" for one in failed}))
    cause = (
        f"{named([one.host for one in failed])} sent what was answered with {codes}. The widget itself sends no such "
        "calls: a program of yours does, or a script on the page."
    )
    return [
        Finding(
            "requests",
            _state(facts, whole, State.WARN),
            "Some calls can’t be read",
            cause,
            "“message” and “fields” in the answer name the field that is wrong.",
            (Fix("Read about the call", reverse("api-docs"), role="agent"),),
            summary=_summary(facts, whole),
            lines=whole.lines,
            anchor=whole.code,
        )
    ]


def pace(facts: Facts) -> list[Finding]:
    """429 rate_limited."""
    failed = facts.failed_by("rate_limited")
    if not failed:
        return [Finding("pace", State.GOOD, "Nobody is too fast")]
    whole, chat = together(failed), throttles.CHAT
    cause = (
        f"{named([one.host for one in failed])} got 429 rate_limited. A visitor may send {chat.session} messages a "
        f"minute, all of yours together {chat.tenant:,}; “Retry-After” says when to go on, and the widget does."
    )
    return [
        Finding(
            "pace",
            _state(facts, whole, State.WARN),
            "Visitors were slowed down",
            cause,
            "Look for a page that loads the widget over and over, or a program that shares one session id.",
            summary=_summary(facts, whole),
            lines=whole.lines,
            anchor="rate_limited",
        )
    ]


def plan(facts: Facts) -> list[Finding]:
    """429 usage_limit_exceeded: judged by this month's use, which also tells what is to come."""
    month = usage(facts.tenant)
    refused = facts.failed_by("usage_limit_exceeded")
    fixes = (Fix("Change the plan", reverse("tenants:usage")),)
    used = f"{month.conversations:,} of {month.limit:,} this month"
    if month.is_used_up and not month.allows_overage and settings.RATE_LIMITS:
        return [_used_up(facts, month, refused, fixes)]
    if month.is_used_up and month.allows_overage:
        cause = f"{times(month.overage, 'conversation')} past the plan will be billed. None is refused."
        return [Finding("plan", State.NOTE, "You are past your plan", cause, fixes=fixes, aside=used)]
    if month.runs_out_at and month.percent >= 50 and not month.allows_overage:
        title = f"The plan will be used up {ago(month.runs_out_at, facts.now)}"
        cause = (
            f"At this month’s pace all {month.limit:,} conversations are begun by then; new ones are refused with 429."
        )
        return [Finding("plan", State.WARN, title, cause, fixes=fixes, aside=used, anchor="usage_limit_exceeded")]
    return [Finding("plan", State.GOOD, "You are within your plan", aside=used)]


def _used_up(facts: Facts, month: Usage, refused: list[Failed], fixes: tuple[Fix, ...]) -> Finding:
    whole = together(refused) if refused else None
    return Finding(
        "plan",
        State.BAD,
        "New conversations are refused",
        f"All {month.limit:,} conversations of the plan “{month.plan}” are used, so new ones are answered with "
        f"429 usage_limit_exceeded. Running ones go on. The plan starts anew {ago(month.resets_at, facts.now)}.",
        "Move to a larger plan, or allow more than the plan.",
        fixes,
        summary=_summary(facts, whole) if whole else "",
        lines=whole.lines if whole else (),
        anchor="usage_limit_exceeded",
    )


def faults(facts: Facts) -> list[Finding]:
    """500 server_error: ours."""
    failed = facts.failed_by("server_error")
    if not failed:
        return [Finding("faults", State.GOOD, "Nothing failed on our side")]
    whole = together(failed)
    return [
        Finding(
            "faults",
            _state(facts, whole, State.BAD),
            "Something failed on our side",
            f"Calls of {named([one.host for one in failed])} were answered with 500 server_error. What happened is "
            "written down under their request ids; a message that was sent again is stored once.",
            "Copy the report below and send it to whoever runs this installation.",
            (Fix("Go to the report", "#report", role="agent"),),
            summary=_summary(facts, whole),
            lines=whole.lines,
            anchor="server_error",
        )
    ]
