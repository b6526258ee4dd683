"""Views of the contact form (お問い合わせフォーム) and its receipt."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import client_ip
from apps.core.exceptions import ActionRefused
from apps.operations.models import Contact
from apps.portal.actions import receipt_number, send_inquiry
from apps.portal.forms import InquiryForm

SIGNER = signing.Signer(salt="apps.portal.inquiry")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_form(request: HttpRequest) -> HttpResponse:
    """Show the contact form, mail what was typed to the city, and go on to the receipt.

    Without a contact address there is no form: the page says how else to reach the city.
    """
    contact = Contact.objects.current()
    initial = {"email": request.user.email if request.user.is_authenticated else ""}
    form = InquiryForm(request.POST if request.method == "POST" else None, initial=initial)
    if contact.public_email and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("words", "about", "email", "submit_key")}
        try:
            mail = send_inquiry(ip=client_ip(request), **typed)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            response = redirect("portal:contact_done")
            response["Location"] += f"?receipt={SIGNER.sign(receipt_number(mail.key))}"
            return response
    context = {"contact": contact, "form": form if contact.public_email else None}
    return render(request, "portal/contact_form.html", context, status=422 if form.errors else 200)


@require_safe
def contact_done(request: HttpRequest) -> HttpResponse:
    """Confirm the inquiry, with its number (受付番号) if the link is one that the portal made."""
    try:
        number = SIGNER.unsign(request.GET.get("receipt", "")[:200])
    except signing.BadSignature:
        number = ""
    return render(request, "portal/contact_done.html", {"number": number, "contact": Contact.objects.current()})
