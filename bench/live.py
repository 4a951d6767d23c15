"""``bin/bench live``: how soon a message is seen, and what open pages cost.

The product runs with the command of its Dockerfile. Each member has one page open: its stream of
server-sent events. A message is sent over the API; it counts as seen when the other one's page was
told and has fetched it, as the page does. Writes ``var/bench-live.json``.
"""

import asyncio
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bench.meter import family
from bench.products import KEY, Product
from bench.servers import HOST, Server, serving
from bench.stack import PROJECT, stack

WATCHERS, MESSAGES = 50, 200
STREAMS = 500
SEEN_AIM_MS, MEMORY_AIM_MB = 60, 150
# A message that was not seen by then is lost.
PATIENCE = 10.0
COURSES = 20
# The streams as a process of their own (docs/operations.md).
ALONE = (
    "exec granian --interface asginl --host 0.0.0.0 --port 8000 --workers 1 --backlog 4096"
    " --backpressure 4096 peerloop.live:live"
)
# Between two messages: they are written one by one, not as fast as possible.
PAUSE = 0.05


@dataclass
class Page:
    """One member's open page. ``told`` is set when it hears of its conversation.

    ``live_port`` is where its stream is, ``port`` all else.
    """

    port: int
    live_port: int
    member: dict[str, Any]
    told: asyncio.Event = field(default_factory=asyncio.Event)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def event(self) -> bytes:
        """What the stream says when something was written."""
        return f"event: conversation-{UUID(self.member['conversation']).hex}".encode()

    async def listen(self) -> None:
        """Keep the stream open, until cancelled or ended by the server."""
        reader, writer = await asyncio.open_connection(HOST, self.live_port)
        try:
            path = f"/live/notices?ticket={self.member['ticket']}"
            writer.write(_head("GET", path, {"Cookie": self.member["cookie"]}))
            rest = b""
            while data := await reader.read(65_536):
                rest += data
                if b"event: opened" in rest:
                    self.is_open.set()
                if self.event in rest:
                    self.told.set()
                # An event may come in two parts.
                rest = rest[-100:] if self.event not in rest else b""
        finally:
            writer.close()

    async def fetch(self) -> bytes:
        """What came after the last message shown, as a part of the page."""
        path = f"/messages/{self.member['conversation']}/after?number={self.member['shown']}"
        headers = {"Cookie": self.member["cookie"], "HX-Request": "true"}
        return await _answer(self.port, "GET", path, headers)

    async def send(self, text: str) -> None:
        """Write a message into the conversation."""
        path = f"/api/v1/conversations/{self.member['conversation']}/messages"
        body = json.dumps({"content": text, "client_id": str(uuid4())}).encode()
        headers = {"Authorization": self.member["authorization"]}
        answer = await _answer(self.port, "POST", path, headers, body)
        if b" 201 " not in answer.split(b"\r\n", 1)[0]:
            raise RuntimeError(answer[:500])


def main() -> None:
    """Measure both, print the rows, write the JSON."""
    os.environ["SECRET_KEY"] = KEY
    with stack() as servers:
        product = Product.filled("now", PROJECT, servers, COURSES)
        people = product.program("live_scene.py", str(STREAMS))["people"]
        with product.serving() as server:
            seen = asyncio.run(seconds_until_seen(server.port, people[:WATCHERS]))
        product.environment["WEB_WORKERS"] = "1"
        with product.serving() as server:
            inside = asyncio.run(memory_of(server, server, people))
            with serving(
                ALONE, PROJECT, product.environment, product.stack, product.database
            ) as one:
                alone = asyncio.run(memory_of(server, one, people))
    rows = [
        seen_row(seen),
        {"measure": f"{STREAMS} open pages, in the web process, MB", **inside},
        {"measure": f"{STREAMS} open pages, in a process of their own, MB", **alone},
    ]
    for row in rows:
        print(json.dumps(row))
    (PROJECT / "var" / "bench-live.json").write_text(json.dumps(rows, indent=2))


def seen_row(seconds: Sequence[float]) -> dict[str, Any]:
    """How soon messages are seen, in milliseconds."""
    ordered = sorted(seconds)
    return {
        "measure": f"message seen, {WATCHERS} open pages, p95 in ms",
        "value": round(1_000 * ordered[int(len(ordered) * 0.95)], 1),
        "aim": SEEN_AIM_MS,
        "p50": round(1_000 * ordered[len(ordered) // 2], 1),
        "slowest": round(1_000 * ordered[-1], 1),
        "messages": len(ordered),
    }


async def seconds_until_seen(port: int, people: Sequence[dict[str, Any]]) -> list[float]:
    """For each message, from sending it until the other page has it."""
    pages = [Page(port, port, member) for member in people]
    listening = await _opened(pages)
    found = []
    for number in range(MESSAGES):
        place = 2 * (number % (len(pages) // 2))
        found.append(await _seen(pages[place], pages[place + 1], f"Message no. {number}"))
        await asyncio.sleep(PAUSE)
    await _closed(listening)
    # The first ones find caches and connections cold.
    return found[len(pages) // 2 :]


async def memory_of(web: Server, live: Server, people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Memory of the one process that holds every page's stream, and whether each still hears."""
    pages = [Page(web.port, live.port, member) for member in people]
    await pages[0].fetch()
    before = _largest(live.pid)
    listening = await _opened(pages)
    after = _largest(live.pid)
    pairs = list(zip(pages[::2], pages[1::2], strict=True))
    for writer, reader in pairs:
        await writer.send(f"To all, {uuid4()}")
        await asyncio.wait_for(reader.told.wait(), PATIENCE)
    row = {
        "value": round(max(after, _largest(live.pid))),
        "aim": MEMORY_AIM_MB,
        "without them": round(before),
        "heard": sum(reader.told.is_set() for _, reader in pairs),
        "sent": len(pairs),
    }
    await _closed(listening)
    return row


async def _seen(writer: Page, reader: Page, text: str) -> float:
    reader.told.clear()
    began = time.perf_counter()
    sending = asyncio.create_task(writer.send(text))
    await asyncio.wait_for(reader.told.wait(), PATIENCE)
    page = await reader.fetch()
    took = time.perf_counter() - began
    if text.encode() not in page:
        raise RuntimeError(f"{text!r} is not on the page: {page[:500]!r}")
    await sending
    for one in (writer, reader):
        one.member["shown"] += 1
    return took


async def _opened(pages: Sequence[Page]) -> list[asyncio.Task[None]]:
    tasks = []
    for start in range(0, len(pages), 50):
        some = pages[start : start + 50]
        tasks += [asyncio.create_task(page.listen()) for page in some]
        waits = [page.is_open.wait() for page in some]
        await asyncio.wait_for(asyncio.gather(*waits), 6 * PATIENCE)
    return tasks


async def _closed(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(_head(method, path, {**headers, "Connection": "close"}, body) + body)
        return await asyncio.wait_for(reader.read(), PATIENCE)
    finally:
        writer.close()


def _head(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode()


def _largest(pid: int) -> float:
    """Megabytes of the process of the family that holds most: the one that serves."""
    return max(_resident(one) for one in family(pid))


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
