"""Share connections fairly between the web processes: a process accepts none while another, awake, has fewer.

All processes listen at one socket, and without this whoever wakes first takes what comes: browsers keep their connections
open, so eight of them could stay with one process while the other stands still.
"""

import mmap
import struct
import time

SLOTS = 64
SLOT = struct.Struct("dq")  # when its process was last awake (monotonic seconds), how many connections it has
AWAKE_SECONDS = 0.2  # a process that has not come round for so long is busy or gone: nobody waits for it


class ConnectionBalance:
    """Table of all processes' connections, in memory that they share: made before they are forked."""

    def __init__(self) -> None:
        self._table = mmap.mmap(-1, SLOTS * SLOT.size)

    def note(self, slot: int, connections: int) -> None:
        """Write down how many connections the process of this slot has now."""
        SLOT.pack_into(self._table, slot * SLOT.size, time.monotonic(), connections)

    def leave(self, slot: int) -> None:
        """Write down that the process of this slot accepts no more."""
        SLOT.pack_into(self._table, slot * SLOT.size, 0.0, 0)

    def may_accept(self, slot: int, connections: int) -> bool:
        """Return whether no other process that is awake has fewer connections than this one."""
        since = time.monotonic() - AWAKE_SECONDS
        every = enumerate(SLOT.iter_unpack(self._table[:]))
        return all(connections <= number for other, (awake, number) in every if other != slot and awake > since)


BALANCE = ConnectionBalance()


def free_slot(taken: set[int]) -> int:
    """Return the lowest slot that no living process has; the last one when there are more processes than slots."""
    return min(set(range(SLOTS)) - taken, default=SLOTS - 1)
