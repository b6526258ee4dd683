"""The codes of letters as files for the printer: a list with links (XLSX), and slips with QR codes (PDF)."""

import io
from collections.abc import Sequence

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from apps.core.date_formats import wareki
from apps.core.printing import typeset
from apps.core.spreadsheet import Column, write_xlsx
from apps.surveys.models import Survey

SOURCE = settings.BASE_DIR / "templates" / "surveys" / "letters.typ"
COLUMNS = [
    Column("code", "回答コード", "手紙に印刷するコード。一つのコードで一回だけ答えられる"),
    Column("url", "QRコードの内容", "QRコードにする文字列。開くと、回答コードが入った画面になる"),
]


def link_of(survey: Survey, code: str) -> str:
    """Return the URL of the questionnaire with the code of a letter filled in."""
    return f"{settings.SITE_URL}{reverse('surveys:answer', args=[survey.slug])}?code={code}"


def letters_xlsx(survey: Survey, codes: Sequence[str]) -> bytes:
    """Return the codes and their links as a workbook, in an order that says nothing."""
    file = io.BytesIO()
    rows = [[code, link_of(survey, code)] for code in codes]
    note = "このファイルは作り直せません。氏名と並べた一覧を作らないでください。"
    write_xlsx(file, COLUMNS, rows, title="回答コード", about={"アンケート": survey.title, "注意": note})
    return file.getvalue()


def letters_pdf(survey: Survey, codes: Sequence[str]) -> bytes:
    """Return slips with code and QR code, ten on an A4 page, to be cut and put into the letters."""
    with translation.override("ja"):
        data = {
            "title": survey.title, "codes": list(codes), "until": wareki(survey.closes_on),
            "address": settings.SITE_URL + reverse("surveys:answer", args=[survey.slug]),
        }  # fmt: skip
    files = {f"qr-{number}.svg": _qr(link_of(survey, code)) for number, code in enumerate(codes)}
    return typeset(SOURCE, data, files=files).pdf


def _qr(url: str) -> bytes:
    """Return a QR code as SVG."""
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", scale=4, border=2)
    return picture.getvalue()
