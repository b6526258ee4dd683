"""Actions of people without an account: open a text by its passphrase, have it mailed, attach it to an account."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.emails.passphrase_copy import is_mailed, write_passphrase
from apps.consultations.models import ActionRefused, Comment, GuestKey, Proposal
from apps.consultations.services.rate_limit import TooFast, require_browser_under_limit
from apps.core import rate_limit
from apps.core.email_spelling import comparable_email
from apps.core.text import as_number
from apps.operations.models import AuditEntry

HOUR = 3600
QUARTER = 900
TRIES_A_PROPOSAL, TRIES_AN_ADDRESS = 5, 50  # of passphrases from one network, a quarter of an hour
MAILS_A_BROWSER, MAILS_AN_ADDRESS = 5, 30  # an hour
MAILS_TO_ONE = 3  # a day, to one mailbox, whoever asks
DAY, TRIES_A_DAY = 24 * HOUR, 2000  # of passphrases for one proposal, from all networks: of 3,200,000,000 possible ones


def open_with(*, code: str, typed: str, ip: str, handle: str = "") -> GuestKey:
    """Return the key that a number (of a proposal or comment) and a passphrase open.

    handle: the browser's hash. Tries are counted for each network and text, so that a stranger's wrong ones stop
    the stranger, not the owner; the browser that wrote the text is counted by itself. All networks together have a
    wide bound for each text and day: four words of three hundred are not guessed within it, and the browser that
    wrote the text is never stopped by it.
    """
    is_own = GuestKey.objects.is_from(code, handle)
    tries = f"passphrase:{as_number(code)}:{handle if is_own else ip}"
    fair = rate_limit.hit(tries, most=TRIES_A_PROPOSAL, seconds=QUARTER)
    if not is_own:
        fair &= rate_limit.hit(f"passphrase-from:{ip}", most=TRIES_AN_ADDRESS, seconds=QUARTER)
    if not fair:
        raise TooFast(_("合言葉の入力が続けて間違っています。15分ほどたってから、もう一度お試しください。"))
    if not is_own and not rate_limit.hit(f"passphrase-to:{as_number(code)}", most=TRIES_A_DAY, seconds=DAY):
        raise TooFast(
            _(
                "この番号には、合言葉の間違いがたいへん多く続いています。投稿したときのブラウザーから開くか、明日お試しください。"
            )
        )
    key = GuestKey.objects.opened_by(code, typed)
    if key is None:
        raise ActionRefused(_("番号か合言葉が違います。合言葉は、投稿したときに表示された4つのことばです。"))
    rate_limit.reset(tries)
    return key


@transaction.atomic
def mail_passphrase(*, key: GuestKey, passphrase: str, email: str, ip: str, handle: str) -> bool:
    """Mail number and passphrase to an address, once for each text. Return False when it was mailed before.

    The caller has opened the key with the passphrase. The address is not stored with the text. Raises TooFast above
    the rate limits of the browser, its network and the mailbox.
    """
    if is_mailed(key):
        return False
    require_browser_under_limit("mail", handle=handle, ip=ip, browser=MAILS_A_BROWSER, network=MAILS_AN_ADDRESS)
    if not rate_limit.hit(f"passphrase-mail:{comparable_email(email)}", most=MAILS_TO_ONE, seconds=DAY):
        raise TooFast(_("このメールアドレスには、今日はもう送れません。合言葉を書き留めるか、印刷してください。"))
    write_passphrase(key, passphrase=passphrase, email=email)
    return True


@transaction.atomic
def attach_to_account(*, key: GuestKey, user: User) -> Proposal | Comment:
    """Attach a guest's proposal or comment to the account of its author, as if posted by it; the passphrase ends."""
    user.hold()
    text = key.text.locked()
    if text.author_id is not None:
        raise ActionRefused(_("この意見は、すでにアカウントに移されています。"))
    text.author = user
    text.save(update_fields=["author", "updated_at"])
    key.delete()
    if not user.consent_version:
        user.give_consent(key.consent_version)
    if isinstance(text, Comment):
        AuditEntry.record("attach_guest_comment", text, by=user)
    else:
        AuditEntry.record("attach_guest_proposal", text, by=user)
    return text
