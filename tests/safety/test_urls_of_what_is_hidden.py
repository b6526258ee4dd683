"""No URL that names a voice sends anything of it once it is hidden: found from the site's own URLs, so none is forgotten."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from apps.consultations.models import State
from tests.accounts.factories import make_moderator
from tests.consultations.moderation import hidden
from tests.safety.world import City, names, visit

pytestmark = pytest.mark.django_db


def urls_naming(code: str) -> dict[str, str]:
    """Every URL of the site that a number can stand in, by its name."""
    found = {}
    for name in names(get_resolver().url_patterns):
        with suppress(NoReverseMatch):
            found[name] = reverse(name, args=[code])
    return found


@pytest.mark.parametrize("how", ["hidden", "held"])
def test_a_voice_that_is_not_public_has_no_page_file_or_picture(
    how: str, settings: Any, tmp_path: Path, quiet_log: None
) -> None:
    settings.MEDIA_ROOT = settings.MADE_ROOT = tmp_path
    city = City()
    city.grow(2)
    voice = city.own
    urls = urls_naming(voice.code)
    public = {name for name, url in urls.items() if visit(Client(), url).status_code == 200}
    assert {"consultations:proposal", "consultations:proposal_image", "portal:timeline", "analysis:similar"} <= public
    if how == "hidden":
        hidden(voice, make_moderator())
    else:
        type(voice).objects.filter(pk=voice.pk).update(state=State.HELD, published_at=None)
    left = {name: visit(Client(), url).status_code for name, url in urls.items() if name in public}
    assert {name: status for name, status in left.items() if status not in {404, 410}} == {}
