"""Run the portal's processes: embedded PostgreSQL and Valkey, supervisor, web worker, request limits.

Nothing here imports Django or an app (a contract in pyproject.toml). The settings read `embedded`, `development`,
`request_limits` and `bounded_connection`; `script/server` starts `serve`, or `serve_dev` with --dev; gunicorn reads
`gunicorn_config` here as in the container.
"""
