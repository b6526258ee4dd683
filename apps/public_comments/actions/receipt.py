"""Open one's own opinion by its receipt number and passphrase."""

from django.utils.translation import gettext as _

from apps.consultations.services.rate_limit import TooFast
from apps.core import rate_limit
from apps.public_comments.models import ActionRefused, Opinion
from apps.public_comments.models.opinion import read_number

__all__ = ["TooFast", "open_with"]
QUARTER, DAY = 900, 86400
TRIES_A_NUMBER, TRIES_AN_ADDRESS = 5, 50  # from one network, a quarter of an hour
TRIES_A_DAY = 2000  # for one number, from all networks


def open_with(*, number: str, typed: str, ip: str) -> Opinion:
    """Return the opinion that a receipt number and a passphrase open.

    Tries are counted for each network and number, so that a stranger's wrong ones stop the stranger and not the sender.
    Raise TooFast above a rate limit, ActionRefused for a wrong number or passphrase.
    """
    digits = read_number(number)
    tries = f"receipt:{digits}:{ip}"
    fair = rate_limit.hit(tries, most=TRIES_A_NUMBER, seconds=QUARTER)
    fair &= rate_limit.hit(f"receipt-from:{ip}", most=TRIES_AN_ADDRESS, seconds=QUARTER)
    if not fair or not rate_limit.hit(f"receipt-to:{digits}", most=TRIES_A_DAY, seconds=DAY):
        raise TooFast(_("合言葉の入力が続けて間違っています。15分ほどたってから、もう一度お試しください。"))
    opinion = Opinion.objects.opened_by(number, typed)
    if opinion is None:
        raise ActionRefused(_("受付番号か合言葉が違います。合言葉は、送信したときに表示された4つのことばです。"))
    rate_limit.reset(tries)
    return opinion
