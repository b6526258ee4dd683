"""Validate uploads of staff by their content; re-encode images, which removes all metadata; send what was stored."""

import io
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MEGABYTE = 1024 * 1024
PDF_MAX = 20 * MEGABYTE
PICTURE_MAX = 10 * MEGABYTE
PIXELS_MAX = 40_000_000
PICTURE_TYPES = "image/png,image/jpeg,image/webp"  # what a file field accepts
ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


def checked_pdf(upload: "UploadedFile[Any]") -> "ContentFile[bytes]":
    """Return the PDF under a random name; raises ValidationError when it is too big or no PDF."""
    data = _read(upload, PDF_MAX)
    if not data.startswith(b"%PDF-"):
        raise ValidationError(_("PDFファイルではありません。資料はPDFで添付してください。"))
    return ContentFile(data, name=f"{uuid.uuid4().hex}.pdf")


def redrawn_picture(upload: "UploadedFile[Any]", *, longest: int | None = None) -> "ContentFile[bytes]":
    """Return the image re-encoded, upright, without EXIF or other metadata; raises ValidationError when it is none or too big.

    longest: pixels of the longer side; a larger image is made smaller.
    """
    data = _read(upload, PICTURE_MAX)
    try:
        with Image.open(io.BytesIO(data), formats=list(ENDINGS)) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise ValidationError(_("画像の縦横が大きすぎます。小さくしてから添付してください。"))
            kind = str(picture.format)
            upright = ImageOps.exif_transpose(picture)
            mode = "RGBA" if upright.has_transparency_data and kind != "JPEG" else "RGB"
            plain = upright.convert(mode)
            if longest:
                plain.thumbnail((longest, longest))
        bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        out = io.BytesIO()
        bare.save(out, format=kind, **({"quality": 88} if kind != "PNG" else {}))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(_("画像として開けません。PNG・JPEG・WebPの画像を添付してください。")) from error
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.{ENDINGS[kind]}")


def send_upload(file: FieldFile, *, filename: str = "", as_attachment: bool = False) -> FileResponse:
    """Return a stored upload with headers against content sniffing and scripts."""
    response = FileResponse(file.open("rb"), as_attachment=as_attachment, filename=filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _read(upload: "UploadedFile[Any]", limit: int) -> bytes:
    """Return the content; raises ValidationError when it has more than `limit` bytes."""
    if (upload.size or 0) > limit:
        raise ValidationError(_("ファイルが大きすぎます。%(max)dMB以内にしてください。") % {"max": limit // MEGABYTE})
    upload.seek(0)
    data: bytes = upload.read()
    return data
