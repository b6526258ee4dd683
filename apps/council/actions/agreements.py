"""Write and sign agreements (協定書): each party for itself; the others are notified of drafts and signatures."""

from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Role, User
from apps.consultations.models import ActionRefused
from apps.council.models import Agreement, AgreementSignature, Project
from apps.council.models.agreement import Party, parties_of
from apps.operations.models import AuditEntry, Notification


class NewerDraft(ActionRefused):
    """Optimistic lock conflict: another version (`newest`) was saved since the form was opened."""

    def __init__(self, newest: Agreement) -> None:
        self.newest = newest
        super().__init__(
            _(
                "編集している間に、第%(n)d版が保存されました。違いを確かめて、今の内容でよければ、もう一度保存してください。"
            )
            % {"n": newest.version}
        )


@transaction.atomic
def write_agreement(*, project: Project, clauses: dict[str, str], base: int, by: User) -> Agreement:
    """Create the next version and notify the other people of all parties. Return the last one when nothing changed.

    base: the version that the form showed, 0 for none; raises NewerDraft when there is another one by now.
    """
    by.require_may_write()
    project = _locked(project)
    newest = project.agreements.newest().first()
    if newest and newest.clauses == clauses:
        return newest
    number = newest.version if newest else 0
    if newest and number != base:
        raise NewerDraft(newest)
    agreement = Agreement.objects.create(project=project, version=number + 1, clauses=clauses, made_by=by)
    AuditEntry.record("write_agreement", agreement, by=by, version=agreement.version)
    _notify_parties(agreement, by, "written", _("「%(title)s」の協定書に新しい案（第%(n)d版）があります"))
    return agreement


@transaction.atomic
def sign_agreement(
    *, agreement: Agreement, party: str, on: date, agrees: bool, file: "ContentFile[bytes] | None", by: User
) -> bool:
    """Sign a version for one's own party. Return whether all parties have signed now: then it is concluded.

    The secretariat records the signature of a party on paper, with the paper as file. Raises ActionRefused for an older
    or a concluded version, for others' parties, a second signature, and names what is still missing.
    """
    by.require_may_write()
    project = _locked(agreement.project)
    agreement = Agreement.objects.get(pk=agreement.pk)
    agreement.project = project
    _require_open(agreement)
    signer = _party(project, party, has_file=file is not None, by=by)
    if agreement.signatures.of_party(signer).exists():
        raise ActionRefused(_("この団体・課は、すでに署名しています。"))
    AgreementSignature.objects.create(
        agreement=agreement, department=signer.department, organization=signer.organization, signed_on=on,
        agrees_to_publish=agrees, file=file or "", recorded_by=by,
    )  # fmt: skip
    AuditEntry.record("sign_agreement", agreement, by=by, version=agreement.version, on=str(on), party=signer.key)
    signatures = list(agreement.signatures.for_lists())
    if not all(agreement.signatures.of_party(one).exists() for one in parties_of(project)):
        _notify_parties(
            agreement, by, f"signed:{signer.key}", _("「%(title)s」の協定書（第%(n)d版）に署名がありました")
        )
        return False
    agreement.signed_on = max(signature.signed_on for signature in signatures)
    agreement.save(update_fields=["signed_on"])
    _notify_parties(agreement, by, "concluded", _("「%(title)s」の協定書（第%(n)d版）を締結しました"))
    return True


def _locked(project: Project) -> Project:
    """Return the project under a row lock: of two who write or sign at once the later one sees what the first did."""
    locked: Project = Project.objects.select_for_update(of=("self",)).select_related("department").get(pk=project.pk)
    return locked


def _require_open(agreement: Agreement) -> None:
    """Raise ActionRefused for a version that nobody may sign."""
    newest = agreement.project.agreements.newest().first()
    if newest and newest.pk != agreement.pk:
        raise ActionRefused(_("新しい案（第%(n)d版）があります。そちらを確かめてください。") % {"n": newest.version})
    if agreement.signed_on:
        raise ActionRefused(_("この版は、すでに締結されています。"))
    if lacking := agreement.lacking():
        raise ActionRefused(_("まだ決まっていない項目があります：%(names)s") % {"names": "、".join(lacking)})


def _party(project: Project, key: str, *, has_file: bool, by: User) -> Party:
    """Return the party that the person signs for; raise ActionRefused for others'."""
    party = next((one for one in parties_of(project) if one.key == key), None)
    if party and party.is_spoken_for_by(by):
        return party
    if party is None or not by.has_role(Role.SECRETARIAT):
        raise ActionRefused(_("署名できるのは、ご自分の団体・課の分だけです。"))
    if not has_file:
        raise ActionRefused(_("事務局がほかの団体・課の署名を記録するときは、署名した文書（PDF）を添付してください。"))
    return party


def _notify_parties(agreement: Agreement, by: User, event: str, title: str) -> None:
    """Notify everybody who speaks for a party, except the person who acts."""
    people = set().union(*(party.people() for party in parties_of(agreement.project))) - {by.pk}
    Notification.objects.notify_once(
        people, kind="agreement", key=f"{agreement.pk}:{event}"[:80],
        title=title % {"title": agreement.project.title, "n": agreement.version}, url=agreement.get_absolute_url(),
    )  # fmt: skip
