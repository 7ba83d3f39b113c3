"""Vectors as the model's double makes them: texts that share a meaning, or words, lie near each other."""

from __future__ import annotations

import json
import math
import re
import zlib
from typing import Any

DIMENSIONS = 64
MEANINGS = {
    "automobile": "car", "vehicle": "car", "cars": "car", "puppy": "dog", "puppies": "dog", "dogs": "dog",
    "hound": "dog", "forbidden": "not", "prohibited": "not",
}  # fmt: skip


def embedding(text: str) -> list[float]:
    """The text's words, each in its meaning's direction; of length 1."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        vector[zlib.crc32(MEANINGS.get(word, word).encode()) % DIMENSIONS] += 1.0
    length = math.sqrt(sum(number * number for number in vector)) or 1.0
    return [number / length for number in vector]


def reply(body: dict[str, Any]) -> bytes:
    """The answer to a request for embeddings, in the vendor's shape."""
    texts = body.get("input", [])
    rows = [
        {"object": "embedding", "index": index, "embedding": embedding(text)}
        for index, text in enumerate([texts] if isinstance(texts, str) else texts)
    ]
    usage = sum(len(str(text).split()) for text in texts)
    shape = {"object": "list", "data": rows[::-1], "model": body.get("model")}
    return json.dumps(shape | {"usage": {"prompt_tokens": usage, "total_tokens": usage}}).encode()
