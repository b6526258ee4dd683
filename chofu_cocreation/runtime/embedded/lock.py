"""Lock a `var` folder: one process at a time may start servers on its data."""

import fcntl
import os
from pathlib import Path

from chofu_cocreation.runtime.embedded.state import EmbeddedError


class InUseError(EmbeddedError):
    """Raised when another process holds the lock of the `var` folder."""


class VarLock:
    """File lock (flock) on a `var` folder, held while this process runs its servers; the kernel frees it on any death."""

    def __init__(self, var: Path) -> None:
        self.path = var / "embedded.lock"
        self._file: int | None = None

    def acquire(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode("ascii", "replace").strip() or "?"
            os.close(file)
            raise InUseError(
                f"このフォルダは、すでに動いているポータル（プロセス番号 {holder}）が使っています: {self.path.parent}\n"
                f"そちらを止める（Ctrl-C）か、CHOFU_VAR に別のフォルダを指定してください。\n"
                f"{self.path.parent} is in use by process {holder}: stop it, or set CHOFU_VAR to another folder."
            ) from None
        os.truncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
