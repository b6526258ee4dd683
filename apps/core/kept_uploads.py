"""Chosen files stay through an error: a page that comes back holds the file that was chosen, and sends its name along.

A browser empties every file field of a page that comes back. So the file is kept for two hours under a name that only
that page knows (signed, beside the field); sent again without another file, it is put where the browser would have put it.
Nothing needs to know of it: `PortalBoundField` keeps, `KeptUploads` brings back, whichever form it is.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

FOLDER = "kept"
SALT = "apps.core.kept_uploads"
SUFFIX = "--kept"  # of the hidden field beside a file field
KEPT = timedelta(hours=2)
Handler = Callable[[HttpRequest], HttpResponse]


class KeptFile(UploadedFile):
    """A file that was chosen on an earlier showing of the page."""

    def __init__(self, stored: str, *, name: str, content_type: str, size: int) -> None:
        super().__init__(default_storage.open(stored, "rb"), name=name, content_type=content_type, size=size)
        self.stored = stored


def keep(upload: UploadedFile) -> str:
    """Store a chosen file for a while; the signed words by which it comes back."""
    stored = getattr(upload, "stored", "")
    if not stored:
        upload.seek(0)
        stored = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", upload)
    return signing.dumps([stored, upload.name, upload.content_type or "", upload.size or 0], salt=SALT)


def bring_back(words: str) -> KeptFile | None:
    """The file of these words; None when they are not ours, or when its time is over."""
    try:
        stored, name, content_type, size = signing.loads(words, salt=SALT, max_age=KEPT)
        return KeptFile(stored, name=name, content_type=content_type, size=size)
    except (signing.BadSignature, OSError):
        return None


def beside(field: Any) -> str:
    """What stands beside the file field of a page that came back: the file that was chosen, unless it was the error."""
    upload = field.form.files.get(field.html_name) if field.form.is_bound else None
    if not isinstance(upload, UploadedFile) or field.errors:
        return ""
    try:
        words = keep(upload)
    except ValueError:  # closed by whoever read it
        return ""
    return render_to_string(
        "components/kept_file.html", {"name": f"{field.html_name}{SUFFIX}", "words": words, "file": upload.name}
    )


def forget() -> int:
    """Remove what was kept long enough; how many files that were."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, files = default_storage.listdir(FOLDER)
    old = [name for name in files if timezone.now() - default_storage.get_modified_time(f"{FOLDER}/{name}") > KEPT]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)


class KeptUploads:
    """Puts kept files among the files that were sent; once the form led on to another page, they go."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if 300 <= response.status_code < 400:
            for file in getattr(request, "kept_files", []):
                with suppress(OSError):
                    file.close()
                    default_storage.delete(file.stored)
        return response

    def process_view(self, request: Any, *_view: Any) -> None:
        """After the token of the form was looked at, and only for a form that may hold files."""
        if request.method != "POST" or request.content_type != "multipart/form-data":
            return
        request.kept_files = []
        for key in [key for key in request.POST if key.endswith(SUFFIX)]:
            name = key.removesuffix(SUFFIX)
            file = bring_back(request.POST[key]) if not request.FILES.get(name) else None
            if file is not None:
                request.FILES[name] = file
                request.kept_files.append(file)
