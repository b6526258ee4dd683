"""Load one topic with one reply, both marked as 見本, so that the pages can be looked at."""

from apps.accounts.models import Department, User
from apps.consultations.models import Consultation, Proposal, Reply, ReplyStatus, Topic
from apps.portal.demo.accounts import account_named

TITLE = "【見本】デジタルに慣れていない人の参加"
SUMMARY = "スマートフォンなどに慣れていない人も参加できるようにしてほしい、という意見をまとめた見本です。"
BODY = (
    "**【見本】この文は、表示のしかたを確かめるためのものです。調布市の実際の回答ではありません。**\n\n"
    "ここに、担当課が市の考え方を書きます。状況が変わると、前の文を残したまま、新しい文が加わります。"
)


def answer_first_words() -> None:
    """Group a proposal about digital skills into a topic and reply that it is under review, as the secretariat."""
    account = account_named("secretariat")
    status = ReplyStatus.objects.filter(code="reviewing").first()
    if account is None or status is None:
        return
    by = User.objects.by_email(account.email).get()
    consultation = Consultation.objects.get_by_natural_key("demo-sanka")
    topic = Topic(consultation=consultation, title=TITLE, summary=SUMMARY)
    topic.save()
    topic.group(Proposal.objects.public().in_consultation(consultation).search("デジタル"), by=by)
    topic.publish(by=by)
    office = Department.objects.get(code=account.department)
    reply = Reply(topic=topic, department=office, draft_status=status, draft_body=BODY)
    reply.save_draft(by=by)
    reply.publish(by=by)
