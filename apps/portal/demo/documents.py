"""Make a document (見本) of which voices moved a section, so that their way shows it."""

from datetime import date

from django.utils import timezone

from apps.accounts.models import Department, User
from apps.consultations.models import Topic
from apps.documents.generate import tell_document

SLUG = "demo-sodan-keikaku"
TITLE = "【見本】身近な場所でのデジタル相談の進め方"
SUMMARY = "意見で文書の節が変わる流れを確かめるための見本です。調布市の実際の文書ではありません。"
FIRST = """# 1 目的
スマートフォンなどの使い方に困ったときに、身近な場所で相談できるようにします。

# 2 相談の場所
相談は、市役所の窓口で受け付けます。

# 3 相談の時間
相談は、平日の昼に受け付けます。

# 4 知らせ方
相談の日と場所は、市報でお知らせします。"""
SECOND = """# 1 目的
スマートフォンなどの使い方に困ったときに、身近な場所で相談できるようにします。

# 2 知らせ方
相談の日と場所は、市報でお知らせします。

# 3 相談の場所
相談は、市役所の窓口と、地域の集会施設で受け付けます。

# 4 相談の時間
相談は、平日の昼に受け付けます。

# 5 見直し
相談の状況を毎年確かめ、進め方を見直します。"""
REASON = "（見本）身近な場所で相談したいという意見を受けて、集会施設を加えました。"


def move_a_section(theme: str) -> None:
    """Make the document of the demonstration: the topic of an answered theme changed one section of its 成案."""
    clerk = User.objects.by_email("secretariat@example.com").get()
    department = Department.objects.get_by_natural_key("kikaku-keiei")
    topic = Topic.objects.public().filter(consultation__slug=theme).first()
    causes = [topic, *topic.public_proposals[:1]] if topic else []
    answered = topic.published_at if topic and topic.published_at else timezone.now()
    year = timezone.localdate(answered).year
    tell_document(
        title=TITLE, slug=SLUG, summary=SUMMARY, department=department, by=clerk,
        texts=[("draft", "first-draft", date(year, 6, 1), FIRST), ("final", "final", timezone.localdate(answered), SECOND)],
        reasons={"相談の場所": (REASON, causes)},
    )  # fmt: skip
