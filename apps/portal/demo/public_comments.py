"""Make two public comment cases (見本): one that is open, and one with its result, on documents of the demonstration."""

from django.utils import timezone

from apps.accounts.models import Department
from apps.documents.generate import tell_document
from apps.documents.models import DocumentVersion, Section
from apps.portal.demo.documents import SLUG as ANSWERED_DOCUMENT
from apps.public_comments.generate import answer_sample, keep_open, open_sample, send_samples

OPEN_SLUG, ANSWERED_SLUG = "demo-mizube", "demo-sodan"
SUMMARY = "パブリック・コメントの流れを確かめるための見本です。調布市の実際の案件ではありません。"
DRAFT = """# 1 目的
水辺を歩く人が、安心して休めるようにします。

# 2 休む場所
水辺の道に、休む場所を増やします。

# 3 明かり
夜も歩ける明るさにします。生きものに配慮します。

# 4 見直し
進み具合を毎年確かめ、結果をお知らせします。"""
OPINIONS = [
    ("s2", "（見本）家の近くの集会施設でも相談できるようにしてほしい。"),
    ("s2", "（見本）市役所は遠いので、近くの場所で受け付けてください。"),
    ("s3", "（見本）夜や土曜日にも相談したい。"),
    ("s4", "（見本）市報を読まない人にも知らせてほしい。"),
    ("", "（見本）続けて取り組んでほしい。"),
]


def ask_for_opinions() -> None:
    """Make both cases."""
    department = Department.objects.get_by_natural_key("kikaku-keiei")
    document = tell_document(
        title="【見本】水辺の休み場の進め方", slug="demo-mizube-keikaku", summary=SUMMARY, department=department, by=None,
        texts=[("draft", "first-draft", timezone.localdate(), DRAFT)], reasons={},
    )  # fmt: skip
    open_sample(
        slug=OPEN_SLUG, title="【見本】水辺の休み場の進め方（素案）", summary=SUMMARY, department=department,
        version=document.versions.get(),
    )  # fmt: skip
    draft = DocumentVersion.objects.get_by_natural_key(ANSWERED_DOCUMENT, "draft")
    changed = Section.objects.get_by_natural_key(ANSWERED_DOCUMENT, "final", "s2")
    case = open_sample(
        slug=ANSWERED_SLUG, title="【見本】身近な場所でのデジタル相談の進め方（素案）", summary=SUMMARY, version=draft,
        department=department,
    )  # fmt: skip
    place = "（見本）相談できる場所を、市役所のほかにも増やしてほしい。"
    answer_sample(
        case, send_samples(case, OPINIONS),
        [
            (place, "adopted", "（見本）地域の集会施設でも相談を受け付けるように、案を変えました。", changed, [0, 1]),
            ("（見本）夜や土曜日にも相談したい。", "not-adopted", "（見本）まずは平日の昼に始め、状況を見て考えます。", None, [2]),
            ("（見本）市報のほかでも知らせてほしい。", "reference", "（見本）知らせ方を考えるときの参考にします。", None, [3]),
            ("（見本）続けて取り組んでほしい。", "other", "（見本）ご意見をありがとうございます。", None, [4]),
        ],
    )  # fmt: skip


def keep_case_open() -> None:
    """Move the open case along with the calendar."""
    keep_open(OPEN_SLUG)
