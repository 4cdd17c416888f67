"""A kernel of its own process, and a page that sends it messages over several threads at once."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

from tests.stress.panels import FUNCTIONS, PANELS

ROOT = Path(__file__).resolve().parents[2]


class Kernel:
    """A client that can send a message to the kernel's main thread or to a subshell of it."""

    def __init__(self, manager: KernelManager) -> None:
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.threads: list[str | None] = [None]

    def run(self, source: str, timeout: float = 600) -> str:
        """Run a cell; gives what it printed. ``AssertionError`` with the traceback of an error."""
        printed: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(
            source, output_hook=hear, timeout=timeout, store_history=False
        )
        if reply["content"]["status"] != "ok":
            raise AssertionError("\n".join(reply["content"]["traceback"]))
        return "".join(printed)

    def start(self, source: str) -> None:
        """Run a cell, and do not wait for it."""
        self.client.execute(source, store_history=False)

    def open_subshells(self, count: int) -> None:
        """Threads for messages, as JupyterLab asks for them, where the kernel has such."""
        for _ in range(count):
            request = self.client.session.msg("create_subshell_request", {})
            self.client.control_channel.send(request)
            reply = self.client.get_control_msg(timeout=60)
            if reply["content"].get("status") == "ok":
                self.threads.append(reply["content"]["subshell_id"])

    def send(self, comm: str, data: dict[str, Any], thread: str | None = None) -> None:
        """A message of the page on the line of a widget."""
        message = self.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        if thread is not None:
            message["header"]["subshell_id"] = thread
        self.client.shell_channel.send(message)


@contextmanager
def started(ipykernel: str = "") -> Iterator[Kernel]:
    """A kernel, with the ipykernel in this folder in the place of the environment's own."""
    manager = KernelManager()
    paths = [ipykernel, str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.kernel_spec.argv = command
    manager.start_kernel(env=environment)
    try:
        yield Kernel(manager)
    finally:
        manager.shutdown_kernel(now=True)


def tried(kernel: Kernel, panel: str, count: int, seed: int) -> dict[str, Any]:
    """So many actions at a panel, back to back: how many arrived, in order, and what is not alike.

    Some messages come twice, neighbours change places, and the kernel's threads take them as they
    please; a cell reads the panel meanwhile.
    """
    kernel.run(
        f"{FUNCTIONS}\nimport json\nfrom tests.stress import inside\n"
        f"panel = {PANELS[panel]}\ndiary = inside.Diary(panel)\n"
    )
    made = json.loads(kernel.run(f"print(json.dumps(inside.actions(panel, {count}, {seed})))"))
    front = kernel.run("print(panel._front.model_id)").strip()
    draw = random.Random(seed)
    messages = [
        {"page": "page", "number": number, "event": event} for number, event in enumerate(made, 1)
    ]
    on_the_way = [one for one in messages for _ in range(1 + (draw.random() < 0.1))]
    for place in range(0, len(on_the_way) - 3, 4):
        window = on_the_way[place : place + 4]
        draw.shuffle(window)
        on_the_way[place : place + 4] = window
    kernel.start(
        f"import time\nbegan = time.time()\nwhile len(diary.events) < {count // 2}:\n"
        f"    repr(panel), panel._repr_mimebundle_(), inside.snapshot(panel)\n"
        f"    time.sleep(0.01)\n"
        # An event that waits for the main thread waits for this cell, and so do all behind it.
        f"    if time.time() > began + {min(5, count / 50)}: break\n"
    )
    began = time.monotonic()
    for content in on_the_way:
        data = {"method": "custom", "content": content}
        kernel.send(front, data, draw.choice(kernel.threads))
    end = time.monotonic() + 2.0 * count + 120
    arrived = -1
    while arrived < count and time.monotonic() < end:
        arrived = int(kernel.run("print(len(diary.events))"))
        time.sleep(0.02)
    taken = time.monotonic() - began
    told = kernel.run(
        f"wanted = {made!r}\n"
        "keys = [e.get('control') for e in wanted]\n"
        "plain = [{k: v for k, v in e.items() if k != 'control'} for e in wanted]\n"
        "met = [{k: v for k, v in e.items() if k != 'control'} for e in diary.events]\n"
        f"twin = {PANELS[panel]}\n"
        "print(json.dumps({'in order': met == plain[:len(met)], "
        "'unlike': diary.replayed_on(twin)}))"
    )
    kernel.run("panel.close(); twin.close()")
    return {"panel": panel, "sent": count, "lost": count - arrived, "seconds": taken} | json.loads(
        told.strip().splitlines()[-1]
    )
