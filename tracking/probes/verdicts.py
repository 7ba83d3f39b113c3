"""Reachability, signature and response time, each judged by itself from what a probe found (S24); pure.

A verdict says what was found, with its figure, and what to do. Its state is `good`, `warn`, `bad`, or nothing where it
can't be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tenants.templatetags.moments import say_took
from tracking.endpoint_health import GONE
from tracking.models import EndpointProbe, Failure
from tracking.posting import SECONDS

SOON = timedelta(days=14)  # before a certificate's end: time enough to renew it
LATELY = timedelta(days=7)  # after a rotation: it may not have reached the server
SLOW_MS = 3000  # of the 15 seconds: from here on a busy hour may pass the limit
REACHABILITY, SIGNATURE, RESPONSE_TIME = "Reachability", "Signature", "Response time"
GONE_MEANS = "A delivery that is answered so disables the endpoint."
REFUSED = (401, 403)

_BUSY = (408, 429)
_NOT_OURS = (404, 405)

_TO_REACH: dict[str, str] = {
    Failure.REFUSED: "Enter a public address.",
    Failure.DNS: "Check the host name and its public DNS record.",
    Failure.CONNECT: "Check that your server runs and that its firewall lets us in.",
    Failure.TIMEOUT: "Check that your server runs and that its firewall lets us in.",
    Failure.TLS: "Renew the certificate, and have the server send its whole chain.",
    Failure.DROPPED: "Look into your server’s log at this time.",
    Failure.GARBLED: "Check that the address is a web server’s, and its port.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that can be wrong with an endpoint."""

    about: str
    state: str
    title: str
    why: str = ""
    to_do: str = ""
    asks_for_code: bool = False  # there is something to paste that mends it

    @property
    def state_name(self) -> str:
        """For those who have no icon to look at."""
        return self.state or "unknown"


@dataclass(frozen=True, slots=True)
class Logged:
    """What the log of tries adds: how many there were, and their p95 in milliseconds."""

    attempts: int = 0
    p95: int = 0


def judge(
    probe: EndpointProbe, logged: Logged, now: datetime, *, old_signs_until: datetime | None = None
) -> list[Verdict]:
    """The three of them, in the order in which one looks for what is wrong.

    `old_signs_until`: how long the secret before the endpoint's own signs, or has signed.
    """
    since_rotation = now - old_signs_until if old_signs_until else None
    return [_reachability(probe, now), _signature(probe, since_rotation), _response_time(probe, logged)]


def _reachability(probe: EndpointProbe, now: datetime) -> Verdict:
    status = probe.status_code
    if probe.failure == Failure.INTERNAL:
        return Verdict(REACHABILITY, "", "Not tried", probe.error)
    if not _is_slow(probe) and (to_do := _TO_REACH.get(probe.failure)):
        title = "Can’t be reached" if status is None else "Its answer breaks off"
        return Verdict(REACHABILITY, "bad", title, probe.error, to_do)
    if status is not None and (found := _wrong_place(probe, status)):
        return found
    return _certificate(probe, now)


def _wrong_place(probe: EndpointProbe, status: int) -> Verdict | None:
    """There is a server, but nobody in it takes what we bring."""
    if status >= 500:
        title, to_do = (
            "Reached, but it fails",
            "Your server, or what stands before it, is in trouble: look into its log.",
        )
    elif 300 <= status < 400:
        title, to_do = "Reached, but it redirects", "Enter the address that it leads to."
    elif status == GONE:
        title, to_do = "Reached, but it says that it is gone", f"{GONE_MEANS} Check the path of the address."
    elif status in _NOT_OURS:
        title, to_do = "Reached, but nothing takes it", "Check the path of the address; it has to take POST."
    elif status in _BUSY:
        return Verdict(REACHABILITY, "warn", "Reached, but busy", probe.error, "Let more of our requests in.")
    else:
        return None
    return Verdict(REACHABILITY, "bad", title, probe.error, to_do)


def _certificate(probe: EndpointProbe, now: datetime) -> Verdict:
    connected = f"Name found, connected in {say_took(probe.connected_ms or 0)}."
    if probe.certificate_until is None:
        return Verdict(REACHABILITY, "good", "Reached", connected)
    left = probe.certificate_until - now
    if left <= timedelta():
        return Verdict(REACHABILITY, "bad", "The certificate has ended", connected, "Renew it.")
    days = f"{left.days} day{'' if left.days == 1 else 's'}"
    if left < SOON:
        to_do = "Renew it: after that nothing is delivered."
        return Verdict(REACHABILITY, "warn", f"The certificate ends in {days}", connected, to_do)
    return Verdict(REACHABILITY, "good", "Reached", f"{connected} Certificate good for {days}.")


def _signature(probe: EndpointProbe, past: timedelta | None) -> Verdict:
    """`past`: since when the old secret doesn't sign any more; negative while it does."""
    status, forged = probe.status_code, probe.forged_status_code
    if probe.failure == Failure.INTERNAL:
        return Verdict(SIGNATURE, "bad", "Nothing can be signed", probe.error)
    if status in REFUSED:
        return _refusal(status, past)
    if not probe.is_forgery_sent:
        return Verdict(SIGNATURE, "", "Can’t be judged", "It has to answer 2xx to a rightly signed request first.")
    if 200 <= (status or 0) < 300:
        return _beside_accepted(status, forged)
    if forged in REFUSED:
        why = f"Ours got {status}, a forged one {forged}."
        to_do = "Answer 2xx to events that you don’t use, webhook.test too."
        return Verdict(SIGNATURE, "warn", "Verified, but the test is refused", why, to_do)
    return _refusal(status, past)


def _refusal(status: int | None, past: timedelta | None) -> Verdict:
    """401 and 403 say it; of 400 and its like the secret is the likeliest cause."""
    why = f"It answered {status} to a rightly signed request."
    to_do = "Compare the secret in your server, or rotate it."
    if past is not None and past < LATELY:
        to_do = "The secret was rotated lately: put the new one into your server."
    if past is not None and past < timedelta():
        hours = -past // timedelta(hours=1) + 1
        why = f"It answered {status} to a request signed with the new secret alone."
        to_do = f"Put the new one into your server: the old one signs for less than {hours} h more."
        return Verdict(SIGNATURE, "bad", "It refuses the new secret", why, to_do)
    if status not in REFUSED:
        to_do += " If it is right, answer 2xx to webhook.test."
    return Verdict(SIGNATURE, "bad", "It refuses our signature", why, to_do)


def _beside_accepted(status: int | None, forged: int | None) -> Verdict:
    """Ours was accepted; what of the forged one?"""
    if forged is None or forged in _BUSY or 300 <= forged < 400:
        got = f"got {forged}" if forged else "got no answer"
        return Verdict(SIGNATURE, "", "Only half is known", f"Ours got {status}, a forged one {got}.", "Check again.")
    why = f"Ours got {status}, a forged one {forged}."
    if 200 <= forged < 300:
        to_do = "Whoever knows the address can send you events: verify the signature."
        return Verdict(SIGNATURE, "warn", "Accepts anything", why, to_do, asks_for_code=True)
    to_do = "Answer 401 rather, or your own alarms take it for a fault." if forged >= 500 else ""
    return Verdict(SIGNATURE, "good", "Verifies signatures", why, to_do)


def _response_time(probe: EndpointProbe, logged: Logged) -> Verdict:
    limit = f"the limit is {SECONDS:.0f} s."
    p95 = f" p95 of {logged.attempts:,} deliveries: {say_took(logged.p95)}." if logged.attempts else ""
    later = "Answer first, and do the work afterwards."
    if _is_slow(probe):
        return Verdict(RESPONSE_TIME, "bad", "Answers too late", probe.error + p95, later)
    if probe.status_code is None:
        return Verdict(RESPONSE_TIME, "", "Can’t be judged", f"It did not answer.{p95}")
    why = f"{say_took(probe.duration_ms)}, {limit}{p95}"
    if probe.duration_ms > SLOW_MS:
        return Verdict(RESPONSE_TIME, "warn", "Answers slowly", why, later)
    if logged.attempts and logged.p95 > SLOW_MS:
        return Verdict(RESPONSE_TIME, "warn", "Answers slowly at times", why, later)
    return Verdict(RESPONSE_TIME, "good", "Answers in time", why)


def _is_slow(probe: EndpointProbe) -> bool:
    """The connection stood, and then time ran out."""
    return probe.failure == Failure.TIMEOUT and probe.connected_ms is not None
