"""Steps of staff on the page of a consultation in the admin site."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.consultations.models import Consultation


def change_page(consultation: Consultation) -> str:
    return reverse("admin:consultations_consultation_change", args=[consultation.pk])


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What the browser would send if nothing were typed."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            widget, value = field.field.widget, field.value()
            if hasattr(widget, "widgets"):
                for number, part in enumerate(widget.decompress(value)):
                    data[f"{field.html_name}_{number}"] = "" if part is None else str(part)
            elif not isinstance(value, type(None)):
                data[field.html_name] = value if isinstance(value, list | str) else str(value)
    data["tags"] = ""
    return data


def save(client: Client, consultation: Consultation, **typed: Any) -> Any:
    address = change_page(consultation)
    return client.post(address, form_of(client, address) | typed, follow=True)


def attach(client: Client, asked: Consultation, file: SimpleUploadedFile | str, kind: str, **more: Any) -> Any:
    typed = {"attachments-TOTAL_FORMS": "1", "attachments-0-kind": kind, "attachments-0-title": "公園の図",
             "attachments-0-file": file, "attachments-0-description": "公園の位置を示す図です。",
             "attachments-0-dated_on": "2026-04-01", "attachments-0-order": "10"}  # fmt: skip
    return save(
        client,
        asked,
        **typed | {f"attachments-0-{name}" if name == "title" else name: value for name, value in more.items()},
    )
