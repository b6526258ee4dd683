"""Keep uploaded files when a form comes back with errors (two hours, by a signed token), so that nobody uploads twice.

A browser empties every file field of a page that comes back. So the file is stored under a random name, and a signed
token beside the field names it; when the form is sent again without another file, the stored one is put into
`request.FILES`. No form needs to know: `PortalBoundField` stores, `KeptUploadsMiddleware` restores.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

FOLDER = "kept"
SALT = "apps.core.kept_uploads"
SUFFIX = "--kept"  # of the hidden field beside a file field
KEPT = timedelta(hours=2)
if TYPE_CHECKING:  # at run time it takes no type arguments
    BaseUpload = UploadedFile[bytes]
else:
    BaseUpload = UploadedFile
Handler = Callable[[HttpRequest], HttpResponse]


class KeptFile(BaseUpload):
    """An upload restored from storage; `stored` is its name there."""

    def __init__(self, stored: str, *, name: str, content_type: str, size: int) -> None:
        super().__init__(default_storage.open(stored, "rb"), name=name, content_type=content_type, size=size)
        self.stored = stored


def keep(upload: "UploadedFile[Any]") -> str:
    """Store an upload for KEPT. Return the signed token that restores it."""
    stored = getattr(upload, "stored", "")
    if not stored:
        upload.seek(0)
        stored = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", upload)
    return signing.dumps([stored, upload.name, upload.content_type or "", upload.size or 0], salt=SALT)


def restore(token: str) -> KeptFile | None:
    """Return the upload of a token; None for a forged or expired token, or a deleted file."""
    try:
        stored, name, content_type, size = signing.loads(token, salt=SALT, max_age=KEPT)
        return KeptFile(stored, name=name, content_type=content_type, size=size)
    except (signing.BadSignature, OSError):
        return None


def render_kept_file(field: BoundField) -> str:
    """Return the HTML beside a bound file field: the kept file with its token; nothing when the file itself has an error."""
    upload = field.form.files.get(field.html_name) if field.form.is_bound else None
    if not isinstance(upload, UploadedFile) or field.errors:
        return ""
    try:
        token = keep(upload)
    except ValueError:  # closed by whoever read it
        return ""
    return render_to_string(
        "components/kept_file.html", {"name": f"{field.html_name}{SUFFIX}", "token": token, "file": upload.name}
    )


def forget() -> int:
    """Delete stored uploads older than KEPT. Return how many."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, files = default_storage.listdir(FOLDER)
    old = [name for name in files if timezone.now() - default_storage.get_modified_time(f"{FOLDER}/{name}") > KEPT]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)


class UploadRequest(HttpRequest):
    """A request with its restored uploads. A type only: `KeptUploadsMiddleware` sets them."""

    kept_files: list[KeptFile]


class KeptUploadsMiddleware:
    """Put kept uploads into `request.FILES`; delete them once the form succeeded (a redirect)."""

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

    def process_view(self, request: UploadRequest, *_view: object) -> None:
        """Restore kept uploads of multipart forms; here, because the CSRF check has been made by now."""
        if request.method != "POST" or request.content_type != "multipart/form-data":
            return
        request.kept_files = []
        for key in [key for key in request.POST if key.endswith(SUFFIX)]:
            name = key.removesuffix(SUFFIX)
            file = restore(request.POST[key]) if not request.FILES.get(name) else None
            if file is not None:
                request.FILES[name] = file
                request.kept_files.append(file)
