"""Notifications, mail and the city's own pages for tests."""

import factory

from apps.operations.models import Notification, Outbox, SitePage


class NotificationFactory(factory.django.DjangoModelFactory):
    """Something unread; needs `recipient_id`."""

    class Meta:
        model = Notification

    kind = "comment"
    key = factory.Sequence(lambda n: str(n + 1))
    title = "あなたの意見 C26-0001 にコメントが届きました"
    address = "/proposals/C26-0001/"


class OutboxFactory(factory.django.DjangoModelFactory):
    """Mail that is due."""

    class Meta:
        model = Outbox

    key = factory.Sequence(lambda n: f"mail:{n + 1}")
    to = "resident@example.com"
    subject = "お知らせ"
    body = "本文"


class SitePageFactory(factory.django.DjangoModelFactory):
    """The terms."""

    class Meta:
        model = SitePage

    slug = "terms"
    title = "利用規約"
    body = "# 目的\n\nこの規約は…"
