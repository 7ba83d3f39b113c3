"""An answer in rounds: the model asks for tools, is told what they came to, and answers in the end.

A flood of calls, endless rounds and slow tools are all bounded; what is over the bounds is refused, never an error.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Final

from assistants import calls
from assistants.models import Assistant
from assistants.providers.base import TOTAL_BUDGET, Completion, Hear, Prompt, ToolCall, ToolRound
from assistants.tools.toolbox import Toolbox
from assistants.tools.work import Used, Work

ROUNDS_MOST: Final = 4
"""Rounds in which tools are called; then the model has to answer with what it has."""

CALLS_MOST: Final = 8
"""Calls in one turn, over all rounds."""

ANSWER_SECONDS: Final = 8.0
"""What is kept of the time for the answer itself."""

TOO_MANY: Final = "Error: Too many calls. Answer with what you have."


async def ask(
    assistant: Assistant, prompt: Prompt, toolbox: Toolbox, work: Work, *, hear: Hear | None = None
) -> calls.Answer:
    """The model's answer; what its tools have done for it is put into `work`. Raises what `calls.ask` raises.

    `hear` is told each round's text from its beginning; the last one's is the answer.
    """
    if not toolbox:
        return await calls.ask(assistant, prompt, hear=hear)
    loop = asyncio.get_running_loop()
    ends = loop.time() + TOTAL_BUDGET
    prompt = toolbox.equip(prompt)
    tokens_in = tokens_out = 0
    while True:
        prompt = replace(prompt, may_call=_may_go_on(prompt, work, ends - loop.time()))
        answer = await calls.ask(assistant, prompt, seconds=max(ends - loop.time(), 1.0), hear=hear)
        tokens_in, tokens_out = tokens_in + answer.completion.tokens_in, tokens_out + answer.completion.tokens_out
        if not answer.completion.calls or not prompt.may_call:
            break
        done = await _round(answer.completion, toolbox, work, ends - loop.time() - ANSWER_SECONDS)
        if work.passed_on:
            break
        prompt = replace(prompt, rounds=(*prompt.rounds, done))
    return replace(answer, completion=replace(answer.completion, tokens_in=tokens_in, tokens_out=tokens_out))


def _may_go_on(prompt: Prompt, work: Work, left: float) -> bool:
    return len(prompt.rounds) < ROUNDS_MOST and len(work.used) < CALLS_MOST and left > ANSWER_SECONDS


async def _round(completion: Completion, toolbox: Toolbox, work: Work, seconds: float) -> ToolRound:
    """All that one answer asks for, at once; what is too much is refused."""
    room = CALLS_MOST - len(work.used)
    let_through, refused = completion.calls[:room], completion.calls[room:]
    results = await asyncio.gather(*(toolbox.call(asked, work, seconds=max(seconds, 1.0)) for asked in let_through))
    work.used += [Used(asked.name, False, 0, asked.arguments, TOO_MANY) for asked in refused]
    told = tuple(_as_told_again(asked) for asked in completion.calls)
    return ToolRound(told, (*results, *(TOO_MANY for _ in refused)), completion.text)


def _as_told_again(asked: ToolCall) -> ToolCall:
    """The model's call for its next prompt: arguments that are no JSON would break servers that read them."""
    try:
        json.loads(asked.arguments)
    except (ValueError, RecursionError):
        return replace(asked, arguments="{}")
    return asked
