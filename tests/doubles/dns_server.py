"""A name server that lies as told: a real one, over UDP, that answers A and AAAA and keeps what it was asked."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from dataclasses import dataclass, field
from typing import Any

A, CNAME, AAAA = 1, 5, 28
_KINDS = {A: "A", AAAA: "AAAA"}
_NO_SUCH_NAME = 3
_SHORT = "!HHHHHH"  # a message's header: id, flags, and how many of each part


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Every name has its answers, one list a question of each kind, the last one for good. A name in it is an alias."""

    names: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    _transport: Any = None

    async def start(self) -> None:
        """Answer on a free port of loopback."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = self._transport.get_extra_info("sockname")[1]

    def stop(self) -> None:
        """Answer nothing more."""
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer one question."""
        name, kind, end = _question(data)
        self.asked.append((name, _KINDS.get(kind, str(kind))))
        records = self._records(name, kind)
        trouble = 0 if name in self.names else _NO_SUCH_NAME
        number = struct.unpack_from("!H", data)[0]
        head = struct.pack(_SHORT, number, 0x8180 | trouble, 1, len(records), 0, 0)
        self._transport.sendto(head + data[12:end] + b"".join(records), addr)

    def _records(self, name: str, kind: int) -> list[bytes]:
        answers = self.names.get(name, [[]])
        times = self.asked.count((name, _KINDS.get(kind, "")))
        found = []
        for answer in answers[min(max(times, 1), len(answers)) - 1]:
            if not _is_address(answer):
                found += [_record(name, CNAME, _spelled(answer)), *self._records(answer, kind)]
            elif (":" in answer) == (kind == AAAA) and kind in _KINDS:
                found.append(_record(name, kind, ipaddress.ip_address(answer).packed))
        return found


def _question(message: bytes) -> tuple[str, int, int]:
    """The name, what kind of answer is wanted, and where the question ends."""
    labels, at = [], struct.calcsize(_SHORT)
    while size := message[at]:
        labels.append(message[at + 1 : at + 1 + size].decode().lower())
        at += 1 + size
    return ".".join(labels), struct.unpack_from("!H", message, at + 1)[0], at + 5


def _record(name: str, kind: int, data: bytes) -> bytes:
    """One answer, good for no time at all."""
    return _spelled(name) + struct.pack("!HHIH", kind, 1, 0, len(data)) + data


def _spelled(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
