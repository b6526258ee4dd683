"""The tables are what the models say, and the settings are safe to serve with."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_deploy_check_is_clean_on_https() -> None:
    environment = {**os.environ, "SITE_URL": "https://portal.example.jp", "DEMO": "0"}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # set by the browser tests of the same process
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_https_site_has_secure_cookies_and_hsts() -> None:
    code = (
        "from django.conf import settings as s; assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE;"
        "assert s.SECURE_HSTS_SECONDS > 3600 and s.SECURE_SSL_REDIRECT; assert not s.DEBUG;"
        "assert s.ALLOWED_HOSTS == ['portal.example.jp']"
    )
    environment = {
        **os.environ, "SITE_URL": "https://portal.example.jp", "DJANGO_SETTINGS_MODULE": "chofu_cocreation.settings",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, check=True)
