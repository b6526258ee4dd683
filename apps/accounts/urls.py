"""URLs of accounts, included before allauth's: where both have a path, ours answers, under allauth's name too."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView, TemplateView

from apps.accounts import views

app_name = "accounts"
TO_SIGN_IN = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="sign_in"),
    path("login/code/confirm/", views.SignInCodeView.as_view(), name="sign_in_code"),
    path("reauthenticate/", views.ConfirmAgainView.as_view(), name="confirm_again"),
    path(
        "second-factor/",
        TemplateView.as_view(template_name="accounts/second_factor_needed.html"),
        name="second_factor_needed",
    ),
    path("second-factor/again/", views.second_factor_again, name="second_factor_again"),
    path(
        "second-factor/shown/",
        TemplateView.as_view(template_name="accounts/second_factor_shown.html"),
        name="second_factor_shown",
    ),
    path("logout/", views.sign_out, name="sign_out"),
    path("finished/", never_cache(TemplateView.as_view(template_name="account/finished.html")), name="finished"),
    path("restriction/", views.restriction, name="restriction"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    # Before a change of how one signs in, people without a second factor confirm by a code to their e-mail address.
    path("2fa/totp/activate/", views.confirmed(totp.activate_totp)),
    path("2fa/webauthn/add/", views.confirmed(webauthn.add_webauthn)),
    path("email/", views.confirmed(account.email)),
    path("3rdparty/", views.confirmed(social.connections)),
    path("2fa/reauthenticate/", views.with_second_factor(factors.reauthenticate)),
    path("2fa/webauthn/reauthenticate/", views.with_second_factor(webauthn.reauthenticate_webauthn)),
    # Nobody has a password here, and signing up is signing in.
    path("signup/", TO_SIGN_IN),
    path("login/code/", TO_SIGN_IN),
    re_path(r"^password/", TO_SIGN_IN),
    re_path(r"^social/", TO_SIGN_IN),
    path("3rdparty/signup/", TO_SIGN_IN),
    path("google/login/token/", TO_SIGN_IN),
]
