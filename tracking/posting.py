"""One try to deliver one event: build, sign, send, judge. Knows no database."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
from structlog import get_logger

from tenants.egress import EgressRefused
from tracking import faults
from tracking.models import Failure
from tracking.schedule import read_retry_after
from tracking.signing import signature_headers

logger = get_logger("autochat.webhooks")

SECONDS = 15.0
"""Wall clock over connecting, sending and the whole answer (contract §7)."""

MOST_OF_BODY = 64 * 1024  # bytes read of an answer's body; what comes after is not looked at
KEPT_OF_BODY = 1024  # bytes that are stored, redacted
USER_AGENT = "autochat-webhooks/1"


@dataclass(frozen=True, slots=True)
class Post:
    """What is to be sent, as plain values."""

    event_id: uuid.UUID
    url: str
    body: bytes = field(repr=False)
    keys: Sequence[str] = field(repr=False)
    problem: str = ""  # why it can't be sent at all

    def headers(self, timestamp: int) -> dict[str, str]:
        """All that is said beside the body."""
        signed = signature_headers(self.body, event_id=str(self.event_id), timestamp=timestamp, keys=self.keys)
        return {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **signed,
        }


@dataclass(slots=True)
class Answer:
    """How it went."""

    started_at: datetime
    duration: float = 0.0  # seconds
    status: int | None = None
    failure: str = ""
    error: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: timedelta | None = None
    stage: str = faults.CONNECTING
    reused: bool = False  # an idle connection, which the server may just have closed
    marks: dict[str, float] = field(default_factory=dict)  # when each step was over, in seconds of the process's clock

    @property
    def is_good(self) -> bool:
        return not self.failure


def open_session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    """The one client that all deliveries of a process share; tenants' servers leave nothing in it."""
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,  # a gzip bomb stays as small as it came
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None),
        skip_auto_headers=["User-Agent", "Accept", "Accept-Encoding"],
        trace_configs=[_watch()],
    )


async def send(session: aiohttp.ClientSession, post: Post) -> Answer:
    """Send it and say how that went; never raises but when cancelled, never takes longer than SECONDS."""
    answer = Answer(started_at=datetime.now(UTC))
    began = answer.marks["start"] = time.perf_counter()
    try:
        async with asyncio.timeout(SECONDS):
            await _exchange(session, post, answer)
    except TimeoutError:
        answer.failure, answer.error = Failure.TIMEOUT, faults.say_timeout(answer.stage, SECONDS)
    except EgressRefused as refused:
        answer.failure, answer.error = Failure.REFUSED, refused.reason
    except (aiohttp.ClientError, OSError, ValueError) as error:
        answer.failure, answer.error = faults.explain(error)
    except Exception as error:
        logger.exception("a webhook could not be sent", event_id=str(post.event_id))
        answer.failure, answer.error = Failure.INTERNAL, f"Something went wrong on our side: {type(error).__name__}."
    answer.duration = time.perf_counter() - began
    return answer


async def _exchange(session: aiohttp.ClientSession, post: Post, answer: Answer) -> None:
    if post.problem:
        answer.failure, answer.error = Failure.INTERNAL, post.problem
        return
    try:
        await _ask(session, post, answer)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        if not answer.reused or answer.status is not None:
            raise
        await _ask(session, post, answer)  # the server had closed an idle connection: that is no failure of its


async def _ask(session: aiohttp.ClientSession, post: Post, answer: Answer) -> None:
    answer.reused, answer.stage = False, faults.CONNECTING
    response = await session.post(
        post.url,
        data=post.body,
        headers=post.headers(int(time.time())),
        allow_redirects=False,
        trace_request_ctx=answer,
    )
    try:
        answer.status, answer.stage = response.status, faults.READING
        answer.marks["answer"] = time.perf_counter()
        answer.headers = dict(list(response.headers.items())[:50])
        answer.retry_after = read_retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
        answer.body = await _read(response)
        answer.failure, answer.error = faults.judge(response.status)
    finally:
        response.close() if not response.content.is_eof() else response.release()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of the body. The rest, up to the limit, is read so that the connection can be used again."""
    kept, seen = b"", 0
    while seen < MOST_OF_BODY and (chunk := await response.content.read(MOST_OF_BODY - seen)):
        seen += len(chunk)
        kept += chunk[: KEPT_OF_BODY - len(kept)]
    return kept


def _watch() -> aiohttp.TraceConfig:
    """Note how far a request has come, and when."""
    watch = aiohttp.TraceConfig()

    async def is_found(_: object, context: object, __: object) -> None:
        _answer(context).marks["name"] = time.perf_counter()

    async def is_connected(_: object, context: object, __: object) -> None:
        _answer(context).marks["connection"] = time.perf_counter()

    async def is_reused(_: object, context: object, __: object) -> None:
        _answer(context).reused = True

    async def is_sent(_: object, context: object, __: object) -> None:
        _answer(context).stage = faults.WAITING

    watch.on_dns_resolvehost_end.append(is_found)
    watch.on_connection_create_end.append(is_connected)
    watch.on_connection_reuseconn.append(is_reused)
    watch.on_request_headers_sent.append(is_sent)
    return watch


def _answer(context: object) -> Answer:
    answer: Answer = context.trace_request_ctx  # type: ignore[attr-defined]  # aiohttp's place for it
    return answer
