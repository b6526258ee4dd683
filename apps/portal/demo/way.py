"""One voice of the demonstration whose whole way can be walked: topic and reply, a project, a plan line and its grade."""

from apps.accounts.models import User
from apps.consultations.models import Topic
from apps.council.models import Project
from apps.plans.generate import tie
from apps.plans.models import SheetLine
from apps.portal.demo.answers import TITLE

PROJECT = "demo-running"
LINE = (2023, 2, 1, "do_first", 6)  # …高齢者等を対象するスマートフォン講座の開催支援を行いました。


def tie_the_way() -> None:
    """The secretariat says that the project answers the topic, and ties it to the line that speaks of the same thing."""
    topic = Topic.objects.public().filter(title=TITLE).first()
    if topic is None:
        return
    project = Project.objects.get_by_natural_key(PROJECT)
    project.topic = topic
    project.save(update_fields=["topic"])
    line = SheetLine.objects.get_by_natural_key(*LINE)
    by = User.objects.by_email("secretariat@example.com").get()
    tie(line, "project", project.slug, by=by)
