"""マイページ shows one person's own things to that person only, and reading it writes nothing."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import State
from apps.operations.models import Notification
from tests.accounts.factories import DepartmentFactory, PostingFactory, UserFactory, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.operations.factories import NotificationFactory
from tests.portal.factories import busy_person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LISTS = ["proposals", "comments", "likes", "follows"]
OWN = [
    "/me/",
    "/me/profile/",
    "/me/data.json",
    "/me/delete/",
    "/me/notifications/",
    *(f"/me/list/{key}/" for key in LISTS),
]


@pytest.mark.parametrize("address", OWN)
def test_a_visitor_signs_in_first_and_comes_back(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("address", ["/", *OWN])
@pytest.mark.usefixtures("without_page_cache")
def test_reading_writes_nothing(sign_in: SignIn, address: str) -> None:
    user, _own, _other = busy_person()
    browser = sign_in(user)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize("address", OWN)
def test_an_empty_account_has_a_page_too(sign_in: SignIn, address: str) -> None:
    response = sign_in(UserFactory()).get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_own_things_are_there_with_the_ways_to_change_them(sign_in: SignIn) -> None:
    user, own, other = busy_person()
    html = sign_in(user).get("/me/").content.decode()
    for words in ("直した文", f"/proposals/{own.code}/edit/", f"/proposals/{own.code}/withdraw/", "賛成です"):
        assert words in html
    assert other.heading in html
    assert own.consultation.title in html


def test_another_persons_things_are_not(sign_in: SignIn) -> None:
    busy_person()
    browser = sign_in(UserFactory())
    for address in OWN:
        html = browser.get(address).content.decode()
        assert not [words for words in ("直した文", "賛成です", "ちょうふ太郎", "通報の文") if words in html]


def test_a_liked_text_that_was_hidden_is_not_shown_here(sign_in: SignIn) -> None:
    user, _own, other = busy_person()
    other.move_to(State.HIDDEN)
    html = sign_in(user).get("/me/list/likes/").content.decode()
    assert "他人の意見の本文です" not in html
    assert f"意見 {other.code} は、いまは公開されていません。" in html


def test_following_stops_with_one_press(sign_in: SignIn) -> None:
    user, own, _other = busy_person()
    address = f"/consultations/{own.consultation.slug}/follow/"
    response = sign_in(user).post(address, {"wanted": "0", "next": "/me/"})
    assert response["Location"] == "/me/"
    assert not user.follows.exists()


def test_a_long_list_is_read_on_to_its_end(sign_in: SignIn) -> None:
    user = UserFactory()
    consultation = ConsultationFactory()
    for n in range(23):
        ProposalFactory(author=user, consultation=consultation, body=f"意見その{n:02}")
    browser = sign_in(user)
    assert browser.get("/me/").content.decode().count("意見その") == 5
    first = browser.get("/me/list/proposals/")
    assert first.content.decode().count("意見その") == 20
    second = browser.get("/me/list/proposals/", {"cursor": first.context["page"].older})
    assert second.content.decode().count("意見その") == 3


def test_a_broken_cursor_gives_the_first_page_with_a_sentence(sign_in: SignIn) -> None:
    html = sign_in(UserFactory()).get("/me/list/likes/?cursor=x").content.decode()
    assert "ページの続きを見つけられなかったため" in html


def test_an_unknown_list_is_not_found(sign_in: SignIn) -> None:
    assert sign_in(UserFactory()).get("/me/list/secrets/").status_code == 404


def test_the_profile_is_kept_and_says_what_it_is_for(sign_in: SignIn) -> None:
    user = UserFactory()
    browser = sign_in(user)
    assert "次の投稿の初めの値になります" in browser.get("/me/profile/").content.decode()
    typed = {"nickname": "  多摩川 ", "age_band": "30s", "district": "", "relation": "works"}
    assert browser.post("/me/profile/", typed)["Location"] == "/me/"
    user.refresh_from_db()
    assert (user.nickname, user.age_band, user.district, user.relation) == ("多摩川", "30s", "", "works")
    assert user.wants_digest is False


@pytest.mark.parametrize(("name", "typed"), [("nickname", "a@b.jp"), ("nickname", "あ" * 21), ("age_band", "150")])
def test_a_bad_profile_comes_back_filled_and_changes_nothing(sign_in: SignIn, name: str, typed: str) -> None:
    user = UserFactory(nickname="前の名前")
    response = sign_in(user).post("/me/profile/", {name: typed, "relation": "works"})
    assert response.status_code == 422
    assert "エラー：" in response.content.decode()
    user.refresh_from_db()
    assert (user.nickname, user.relation) == ("前の名前", "")


def test_notifications_are_marked_in_words_and_read_by_a_button(sign_in: SignIn) -> None:
    user = UserFactory()
    NotificationFactory(recipient_id=user.pk)
    NotificationFactory(recipient_id=UserFactory().pk, title="ほかの人への知らせ")
    browser = sign_in(user)
    html = browser.get("/me/notifications/").content.decode()
    assert "未読1件" in html
    assert "ほかの人への知らせ" not in html
    browser.post("/me/notifications/read/")
    assert "未読1件" not in browser.get("/me/notifications/").content.decode()
    assert Notification.objects.unread().count() == 1


@pytest.mark.usefixtures("without_page_cache")
def test_the_unread_number_costs_one_query(sign_in: SignIn) -> None:
    user = UserFactory()
    NotificationFactory(recipient_id=user.pk)
    browser = sign_in(user)
    with CaptureQueriesContext(connection) as queries:
        assert "未読1件" in browser.get("/").content.decode()
    assert len([q for q in queries if "operations_notification" in q["sql"]]) == 1


@pytest.mark.parametrize("address", ["/me/", "/me/list/proposals/", "/me/list/comments/", "/me/list/likes/"])
@pytest.mark.usefixtures("without_page_cache")
def test_three_rows_and_thirty_cost_the_same(sign_in: SignIn, address: str) -> None:
    user = UserFactory()
    browser = sign_in(user)

    def queries_with_more(rows: int) -> int:
        for _n in range(rows):
            actions.set_like(user=user, proposal=ProposalFactory(author=user), wanted=True)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        return len(queries)

    assert queries_with_more(3) == queries_with_more(27)


def test_no_link_lies_under_the_area_of_another(sign_in: SignIn) -> None:
    """A card is one big link; rows with ways to edit and withdraw are no cards."""
    user, _own, _other = busy_person()
    browser = sign_in(user)
    for key in LISTS:
        assert 'class="card' not in browser.get(f"/me/list/{key}/").content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "調布市役所", "調布 市役所", "ﾓﾃﾞﾚｰﾀｰ", "もでれーたー", "公園課", "公園課の田中", "調布市", "職員", "CHOFU-CITY", "匿名",
        "事務局です", "試験大学", "たまがわ", "タマガワ", "たま・がわ", "た ま が わ",
    ],
)  # fmt: skip
def test_nobody_takes_the_name_of_the_city_or_of_somebody_else(name: str, sign_in: SignIn) -> None:
    DepartmentFactory(name="公園課")
    PostingFactory(role="council", organization="試験大学")
    UserFactory(nickname="たまがわ")
    person = UserFactory(nickname="前の名前")
    answer = sign_in(person).post("/me/profile/", {"nickname": name})
    assert answer.status_code == 422
    assert "ほかのニックネームにしてください" in answer.text
    person.refresh_from_db()
    assert person.nickname == "前の名前"


@pytest.mark.parametrize("name", ["調布市民", "布田の住民", "公園が好き", "🐱", "たまがわ2", ""])
def test_other_names_are_free_and_ones_own_stays(name: str, sign_in: SignIn) -> None:
    DepartmentFactory(name="公園課")
    UserFactory(nickname="たまがわ")
    person = UserFactory(nickname="")
    browser = sign_in(person)
    for _again in range(2):
        assert browser.post("/me/profile/", {"nickname": name}).status_code == 302
    person.refresh_from_db()
    assert person.nickname == name


def test_who_works_for_the_city_may_say_so(sign_in: SignIn) -> None:
    person = make_staff(DepartmentFactory(name="公園課"))
    assert sign_in(person).post("/me/profile/", {"nickname": "公園課 職員"}).status_code == 302


def test_two_people_never_have_one_name_whatever_the_form_saw() -> None:
    UserFactory(nickname="たまがわ")
    with pytest.raises(IntegrityError, match="user_nickname_once"), transaction.atomic():
        UserFactory(nickname="タマガワ")


def test_of_two_with_one_name_the_earlier_keeps_it_and_the_other_is_told() -> None:
    """As the migration found them."""
    first, second, third = (UserFactory(nickname=f"名前{n}") for n in range(3))
    city, staff = UserFactory(nickname="x1"), make_staff(nickname="x2")
    User.objects.filter(pk__in=[first.pk, second.pk, third.pk]).update(
        nickname="たまがわのほとりのひとりのひとですよね"
    )
    User.objects.filter(pk__in=[city.pk, staff.pk]).update(nickname="調布市役所")
    module = import_module("apps.accounts.migrations.0003_nickname_key")
    User.objects.update(nickname_key="")
    module.compare(django_apps, None)
    names = [User.objects.get(pk=person.pk).nickname for person in (first, second, third, city, staff)]
    long = "たまがわのほとりのひとりのひとですよね"
    assert names == [long, f"{long[:19]}2", f"{long[:19]}3", "", "調布市役所"]
    told = set(Notification.objects.filter(kind="nickname").values_list("recipient_id", flat=True))
    assert told == {second.pk, third.pk, city.pk}
