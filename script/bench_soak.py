"""Let people read and write a running portal for half an hour: memory, failures and stale pages, minute by minute.

    script/bench soak [minutes, default 30] [proposals, default 10020]

Readers ask the pages that people open most, signed out and signed in, as fast as they are answered; writers post, like,
hide and undo in the same theme, and look after each act whether the very next page shows it. Prints one Markdown table;
ends with 1 if an answer failed, a page was stale, or memory grew by more than a tenth after the first third.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from script.bench_client import Measured, Request, ask  # noqa: E402
from script.bench_http import SLUG, Bench  # noqa: E402
from script.bench_memory import Memory, memory_of  # noqa: E402
from tests.browser.portal_process import Portal, start_portal, stop_portal  # noqa: E402

MINUTE = 60.0
READERS = 4  # connections
GROWTH = 1.1
WRITE = "from script.bench_writers import write_and_look; write_and_look({url!r}, {slug!r}, {seconds})"


def start_writers(portal: Portal, seconds: float) -> "subprocess.Popen[str]":
    """Start the people who write, in a process of their own."""
    environment = portal.environment | {"DJANGO_SETTINGS_MODULE": "chofu_cocreation.settings"}
    code = WRITE.format(url=portal.url, slug=SLUG, seconds=seconds)
    words = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    return subprocess.Popen(words, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603


def readers(bench: Bench) -> list[list[Request]]:
    """Return what each connection asks in turn: half of them are signed in."""
    pages = list(bench.pages().values())
    cookies = [[f"Cookie: session={one['cookie']}; csrf={one['token']}"] for one in bench.people()]
    signed_out = [Request(path) for path in pages]
    return [signed_out, *([Request(path, cookie) for path in pages] for cookie in cookies[:1])]


def soak(portal: Portal, minutes: int, proposals: int) -> int:
    """Fill the portal, let people read and write, and print what was seen. Return the exit code."""
    bench = Bench(portal, MINUTE)
    bench.fill(proposals)
    turns = readers(bench)
    seen: list[tuple[Measured, Memory]] = []
    writers = start_writers(portal, minutes * MINUTE)
    for minute in range(1, minutes + 1):
        seen.append((ask(portal.port, turns, connections=READERS, seconds=MINUTE), memory_of(portal.process.pid)))
        print(row(minute, *seen[-1]), file=sys.stderr, flush=True)
    printed, _nothing = writers.communicate(timeout=4 * MINUTE)
    looked = json.loads(printed.splitlines()[-1])
    failed = sum(measured.failed for measured, _memory in seen)
    grown = growth([memory for _measured, memory in seen])
    print(
        "| minute | answers a second | failed | p95 ms | web MiB | worker and beat MiB | database MiB |\n"
        + "|---" * 7
        + "|"
    )
    print("\n".join(row(minute, *one) for minute, one in enumerate(seen, 1)))
    print(
        f"\n{failed} answers failed; {looked['looked']} acts looked at, {len(looked['stale'])} stale"
        f" {sorted(set(looked['stale']))}; memory after the first third: x {grown:.2f}",
        flush=True,
    )
    return int(bool(failed or looked["stale"] or grown > GROWTH))


def row(minute: int, measured: Measured, memory: Memory) -> str:
    """Return a line of the table."""
    return (
        f"| {minute} | {measured.rate:.0f} | {measured.failed} | {measured.p95:.0f} | {memory.web:.0f} |"
        f" {memory.worker:.0f} | {memory.database:.0f} |"
    )


def growth(memories: list[Memory]) -> float:
    """Return how many times the memory of the first third web processes and worker hold in the last third."""
    third = max(1, len(memories) // 3)
    first, last = memories[:third], memories[-third:]
    return max(
        sum(m.web for m in last) / sum(m.web for m in first), sum(m.worker for m in last) / sum(m.worker for m in first)
    )


def main() -> int:
    """Soak a portal of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", nargs="?", type=int, default=30)
    parser.add_argument("proposals", nargs="?", type=int, default=10_020)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as var:
        portal = start_portal(Path(var))
        try:
            return soak(portal, asked.minutes, asked.proposals)
        finally:
            stop_portal(portal)


if __name__ == "__main__":
    sys.exit(main())
