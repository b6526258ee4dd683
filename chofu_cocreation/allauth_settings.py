"""Settings of django-allauth that are the same everywhere: sign-in by code, second factor, rate limits, its forms."""

ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.SocialAccountAdapter"
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
ACCOUNT_FORMS = {
    "add_email": "apps.accounts.allauth_forms.ChangeEmailForm",
    "confirm_email_verification_code": "apps.accounts.allauth_forms.ConfirmEmailForm",
}
MFA_FORMS = {
    "authenticate": "apps.accounts.allauth_forms.AuthenticateForm",
    "reauthenticate": "apps.accounts.allauth_forms.ReauthenticateForm",
    "activate_totp": "apps.accounts.allauth_forms.ActivateTOTPForm",
    "add_webauthn": "apps.accounts.allauth_forms.AddPasskeyForm",
    "edit_webauthn": "apps.accounts.allauth_forms.EditPasskeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_DISPLAY = "apps.accounts.models.display_name"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = 3600  # a sign-in whose code has run out still knows the address for a while
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Wide per network (a school or 市役所 shares one address), narrow per e-mail address and per code.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "request_login_code": "60/m/ip,300/h/ip,3/m/key,10/h/key,30/d/key",
    "login_failed": "30/m/ip,200/h/ip,5/300s/key",
    "reauthenticate": "10/m/user,30/h/user",
    "manage_email": "5/m/user,10/h/user,20/d/user",
    "confirm_email": "1/10s/key,10/h/key",
    "takedown": "20/h/ip,60/d/ip",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "調布市 市民参加ポータル"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
