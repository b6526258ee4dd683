"""Load 課題 × 提案 and check sheets: one match that both sides confirmed, one sheet that waits for side B."""

from apps.accounts.models import Department, User
from apps.consultations.models import Proposal
from apps.council.generate import CallText, agree, bring_together, hand_in, make_offer, open_sheet, state_challenge
from apps.council.models import Organization, Project, SheetKind
from apps.council.models.check_items import PLANNING, REVIEW
from apps.vision.models import Field

NOTE_A = "（見本）会場の鍵の受け渡しを、だれが受け持つか話し合いたいです。"
NOTE_B = "（見本）案内のちらしを作る時期を、もっと早めたいです。"
AGREED = {item.key: "yes" for item in PLANNING if not item.choices and not item.only_if} | {"4": "a", "6": "open"}


def work_together() -> None:
    """Create challenges, offers and check sheets, each by the demonstration account that would write them."""
    staff, member, clerk, resident = (
        User.objects.by_email(f"{key}@example.com").get() for key in ("staff", "council", "secretariat", "resident-a")
    )
    fields = {field.slug: field for field in Field.objects.all()}
    own = Organization.objects.get_by_natural_key("demo-organization")
    department = Department.objects.get(code="kyodo-suishin")

    place = state_challenge(
        CallText(
            "（見本）スマートフォンの相談を、商店街の空き時間でも",
            "デジタルに馴染みのない高齢者が、買い物のついでに相談できる場所を探しています。",
            [fields["participation"], fields["industry-tourism"]], ["シニア", "スマートフォン"],
            "平日の午後、市内の商店街。費用はこれから話し合います。",
        ),
        by=staff, publisher=clerk, department=department,
    )  # fmt: skip
    voice = next((row for row in Proposal.objects.public().by_author(resident) if "学びたい" in row.body), None)
    if voice is not None:
        words = CallText(
            "（見本）学びたいときに学べる場を、もっと身近に", voice.body, [fields["participation"]], ["学び"]
        )
        state_challenge(words, by=resident, publisher=clerk, proposal=voice)
    help_desk = make_offer(
        CallText(
            "（見本）スマートフォン相談の進め方と、相談員の育成",
            "身近な場所で困りごとを聞く相談会の進め方を、会場に合わせてお手伝いします。",
            [fields["participation"]], ["シニア", "スマートフォン"], "1回2時間、相談員2人まで。",
        ),
        by=member, publisher=clerk, organization=own,
    )  # fmt: skip
    bring_together(place, help_desk, asks=staff, agrees=member)
    fill_in_sheets(own, staff=staff, member=member)


def fill_in_sheets(own: Organization, *, staff: User, member: User) -> None:
    """Fill in one check sheet on side A only, so that blindness can be tried, and two that both sides made public."""
    running = Project.objects.get_by_natural_key("demo-running")
    half = open_sheet(running, kind=SheetKind.PLANNING, partner=own, by=staff)
    hand_in(half, by=staff, answers=AGREED | {"9": "no"}, note=NOTE_A)

    closed = Project.objects.get_by_natural_key("demo-closed")
    judged = {item.key: "yes" for item in REVIEW}
    for kind, a, b in (
        (SheetKind.PLANNING, AGREED, AGREED | {"6": "fixed", "6-1": "yes", "6-2": "no", "6-3": "yes"}),
        (SheetKind.REVIEW, judged, judged | {"w2": "no", "p4": "no"}),
    ):
        sheet = open_sheet(closed, kind=kind, partner=own, by=staff)
        hand_in(sheet, by=staff, answers=a, note="")
        hand_in(sheet, by=member, answers=b, note=NOTE_B)
        for person in (staff, member):
            agree(sheet, by=person)
