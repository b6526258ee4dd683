"""Who may see what: for every queryset that answers `public` or `visible_to`, each state of a row and who sees it.

A line is: the row, whether `public()` shows it, and to whom `visible_to` (or its like) shows it besides. Who is not named
does not see it. `everyone` is every person of the world, `nobody` none; `—` stands where the queryset has no such question.
The rows are made in `world.py`; a row without line, a line without row, and a queryset that is not here fail.
"""

TABLE = """
vision.SourceDocument | public
a document                                      | yes | —

vision.Indicator | public
shown                                           | yes | —
not shown yet                                   | no  | —

vision.DigitalCase | public
shown                                           | yes | —
not shown yet                                   | no  | —

vision.PriorityProject | public
shown                                           | yes | —
not shown yet                                   | no  | —

vision.SurveyRanking | public
shown                                           | yes | —
not shown yet                                   | no  | —

accounts.DutyChange | visible_to
from one to another                             | —   | own other secretariat administrator
between two others                              | —   | secretariat administrator

consultations.Tag | public
approved                                        | yes | —
waiting                                         | no  | —

consultations.Consultation | public visible_to
published                                       | yes | everyone
scheduled                                       | no  | own secretariat administrator
draft                                           | no  | own secretariat administrator

consultations.Proposal | public visible_to
published                                       | yes | everyone
held                                            | no  | author own moderator secretariat administrator
hidden                                          | no  | author own moderator secretariat administrator
withdrawn                                       | no  | author own moderator secretariat administrator
published in a draft theme                      | no  | author own moderator secretariat administrator
published in a scheduled theme                  | no  | author own moderator secretariat administrator
held, assigned to another department            | no  | author own moderator secretariat administrator

consultations.Comment | public visible_to
published                                       | yes | everyone
held                                            | no  | author
hidden                                          | no  | author
withdrawn                                       | no  | author
published on a held voice                       | no  | own moderator secretariat administrator
published in a draft theme                      | no  | own moderator secretariat administrator
held on the author's own held voice             | no  | author

consultations.Topic | public visible_to
published                                       | yes | everyone
scheduled                                       | no  | own secretariat administrator
draft                                           | no  | own secretariat administrator
draft, assigned to another department           | no  | own other secretariat administrator
published in a draft theme                      | no  | own secretariat administrator
published in a scheduled theme                  | no  | own secretariat administrator

consultations.Reply | public
published                                       | yes | —
draft                                           | no  | —
published to a held voice                       | no  | —
published to a hidden voice                     | no  | —
published in a draft theme                      | no  | —
published to a topic                            | yes | —
draft to a topic                                | no  | —
published to a draft topic                      | no  | —
published to a topic in a draft theme           | no  | —

consultations.ChosenVoice | public
of a published voice                            | yes | —
of a hidden voice                               | no  | —
of a withdrawn voice                            | no  | —

consultations.ModerationCase | visible_to
about a published voice                         | —   | own moderator secretariat administrator
about a held voice                              | —   | own moderator secretariat administrator
about a comment                                 | —   | own moderator secretariat administrator

consultations.InternalNote | visible_to
on a voice                                      | —   | own moderator secretariat administrator
on a voice assigned to another department       | —   | own other moderator secretariat administrator

council.Organization | public visible_to
shown                                           | yes | everyone
not shown yet                                   | no  | member secretariat administrator

council.Project | public visible_to
published                                       | yes | everyone
scheduled                                       | no  | member secretariat administrator
draft                                           | no  | member secretariat administrator
draft with the organization as partner          | no  | member secretariat administrator
draft that the organization only supports       | no  | secretariat administrator
draft of the own department                     | no  | secretariat administrator

council.ProjectPicture | public visible_on
shown                                           | yes | everyone
waiting                                         | no  | member secretariat administrator
shown on another project                        | yes | nobody

council.ProjectUpdate | public
published                                       | yes | —
scheduled                                       | no  | —
draft                                           | no  | —
published on a draft project                    | no  | —

council.Challenge | public visible_to
waiting of the department                       | no  | own secretariat administrator
published of the department                     | yes | everyone
returned of the department                      | no  | own secretariat administrator
ended of the department                         | yes | everyone
waiting of a resident                           | no  | author secretariat administrator
published of a resident                         | yes | everyone
published of a resident, of a hidden voice      | no  | author secretariat administrator
waiting that the author wrote for a department  | no  | own secretariat administrator

council.Offer | public visible_to
waiting                                         | no  | member secretariat administrator
published                                       | yes | everyone
returned                                        | no  | member secretariat administrator
ended                                           | yes | everyone
published of an organization not shown yet      | no  | member secretariat administrator
waiting, made to a challenge of the department  | no  | own member secretariat administrator
waiting, made to a challenge of the author      | no  | author member secretariat administrator

council.Match | public visible_to
confirmed                                       | yes | everyone
confirmed by the challenger only                | no  | own member secretariat administrator
confirmed by the offerer only                   | no  | own member secretariat administrator
confirmed, the challenge returned               | no  | own member secretariat administrator
confirmed, the offer returned                   | no  | own member secretariat administrator
declined by the challenger                      | no  | own member secretariat administrator

council.MatchMessage | visible_to
of a match that waits                           | —   | own member secretariat administrator
of a public match                               | —   | own member secretariat administrator
of a match with the author's challenge          | —   | author member secretariat administrator
of a match of others                            | —   | other other-member secretariat administrator

council.Agreement | public
draft that nobody signed                        | no  | —
signed, every party agreed                      | yes | —
signed, a party did not agree                   | no  | —
signed on paper, of a closed project            | no  | —
signed, a party did not agree, project closed   | yes | —
signed, every party agreed, of a draft project  | no  | —

council.AgreementSignature | visible_to
of the own organization's project               | —   | member secretariat administrator
of a project of the own department              | —   | own secretariat administrator
of a project of others                          | —   | other other-member secretariat administrator

council.CheckSheet | public visible_to
open                                            | no  | own member secretariat administrator
published                                       | yes | everyone
published of a draft project                    | no  | own member secretariat administrator
open between two organizations                  | no  | member other-member secretariat administrator

council.CheckAnswer | public visible_to
of side A, nobody has submitted                 | no  | side-A
of side A, only A has submitted                 | no  | side-A
of side A, both have submitted                  | no  | side-A side-B
of side A, published                            | yes | side-A side-B
of side A, published of a draft project         | no  | side-A side-B
of side A, published though B is still to answer | no | side-A
of side A, published, of another sheet          | no  | nobody

council.CheckNote | public visible_to
of side A, nobody has submitted                 | no  | side-A
of side A, only A has submitted                 | no  | side-A
of side A, both have submitted                  | no  | side-A side-B
of side A, published                            | yes | side-A side-B
of side A, published of a draft project         | no  | side-A side-B
of side A, published though B is still to answer | no | side-A
of side A, published, of another sheet          | no  | nobody

analysis.Snapshot | public
of a published theme                            | yes | —
of a draft theme                                | no  | —
of a viewpoint                                  | yes | —

documents.Document | public visible_to
with a published version                        | yes | everyone
with a draft of the own department              | no  | own secretariat administrator
with a draft of another department              | no  | other secretariat administrator

documents.DocumentVersion | public visible_to
draft of the own department                     | no  | own secretariat administrator
draft of another department                     | no  | other secretariat administrator
published                                       | yes | everyone
published, with a later one                     | yes | everyone

documents.Section | public visible_to
of a draft of the own department                | no  | own secretariat administrator
of a published version                          | yes | everyone
of a former version                             | yes | everyone

documents.Change | public
of a draft                                      | no  | —
of a published version                          | yes | —

documents.ChangeCause | public
a published voice, of a draft                   | no  | —
a published voice                               | yes | —
a hidden voice                                  | no  | —
a published topic                               | yes | —
a draft topic                                   | no  | —

meetings.Organ | public visible_to
public                                          | yes | everyone
being prepared by the own department            | no  | own secretariat administrator
being prepared by another department            | no  | other secretariat administrator

meetings.Meeting | public visible_to
announced                                       | yes | everyone
called off                                      | yes | everyone
draft of the own department                     | no  | own secretariat administrator
draft of another department                     | no  | other secretariat administrator

meetings.AgendaItem | public
of an announced meeting                         | yes | —
closed, of an announced meeting                 | yes | —
of a draft                                      | no  | —

meetings.Confirmation | visible_to
of a body of the own department                 | —   | own secretariat administrator
of a body of another department                 | —   | other secretariat administrator

meetings.Minutes | public visible_to
published                                       | yes | everyone
draft of the own department                     | no  | own secretariat administrator
draft of another department                     | no  | other secretariat administrator

participation.ParticipationYear | public
with a published report                         | yes | —
that departments are asked about                | no  | —

participation.ParticipationReport | visible_to
writing, of the own department                  | —   | own secretariat administrator
writing, of another department                  | —   | other secretariat administrator
submitted, of the own department                | —   | own secretariat administrator
returned, to another department                 | —   | other secretariat administrator
confirmed and published, of the own department  | —   | own secretariat administrator

participation.ParticipationProgram | public visible_to
public                                          | yes | everyone
draft of the own department                     | no  | own secretariat administrator
draft of another department                     | no  | other secretariat administrator

participation.ParticipationEdition | public
published                                       | yes | —

public_comments.Case | public visible_to
draft of the own department                     | no  | own secretariat administrator
draft of another department                     | no  | other secretariat administrator
upcoming                                        | yes | everyone
open                                            | yes | everyone
closed                                          | yes | everyone

public_comments.CityView | visible_to
of the own department                           | —   | own secretariat administrator
of another department                           | —   | other secretariat administrator
of another department, given to the own         | —   | own other secretariat administrator

public_comments.ViewAssignment | visible_to
of the own department to a third                | —   | own secretariat administrator
of another department to the own                | —   | own other secretariat administrator
of another department to a third                | —   | other secretariat administrator

public_comments.OpinionPoint | visible_to
of the own department                           | —   | own secretariat administrator
of another department                           | —   | other secretariat administrator

public_comments.OpinionScan | visible_to
to the own department                           | —   | own secretariat administrator
to another department                           | —   | other secretariat administrator

public_comments.ResultEdition | public
published                                       | yes | —

public_comments.ResultRow | public
of the newest edition                           | yes | —
of a former edition                             | no  | —

public_comments.Opinion | visible_to
accepted, to the own department                 | —   | own secretariat administrator
accepted, to another department                 | —   | other secretariat administrator
excluded, to the own department                 | —   | own secretariat administrator
withdrawn, to the own department                | —   | own secretariat administrator
accepted, of the author                         | —   | own secretariat administrator

public_comments.Sender | visible_to
of an opinion to the own department             | —   | own secretariat administrator
of an opinion to another department             | —   | other secretariat administrator

surveys.PaperSheet | visible_to
of the own department                           | —   | own secretariat administrator
of another department                           | —   | other secretariat administrator

surveys.Survey | public visible_to
draft of the own department                     | no  | own secretariat administrator
draft of another department                     | no  | other secretariat administrator
upcoming                                        | yes | everyone
open                                            | yes | everyone
closed                                          | yes | everyone

surveys.SurveyQuestion | visible_to
of a draft of the own department                | —   | own secretariat administrator
of a draft of another department                | —   | other secretariat administrator
of an open survey                               | —   | everyone

surveys.SurveyResult | public
published                                       | yes | —

plans.PlanSheet | public readable_by
plan                                            | no  | own other moderator secretariat administrator
first                                           | no  | own other moderator secretariat administrator
second                                          | no  | own other moderator secretariat administrator
summary                                         | no  | own other moderator secretariat administrator
confirmed                                       | no  | own other moderator secretariat administrator
published                                       | yes | everyone
published, corrected by a later edition         | no  | everyone
published, the next year's sheet was corrected  | yes | everyone

plans.SheetLine | public
of a sheet in plan                              | no  | —
of a confirmed sheet                            | no  | —
of a published sheet                            | yes | —
of a corrected edition                          | no  | —

plans.MetricValue | public
of no sheet                                     | yes | —
of a sheet in plan                              | no  | —
of a published sheet                            | yes | —

plans.Report | public
published                                       | yes | —
made                                            | no  | —

operations.Job | visible_to
asked for by the author                         | —   | author secretariat administrator
asked for by nobody                             | —   | secretariat administrator

operations.Notification | visible_to
to the author                                   | —   | author
"""


def read() -> dict[str, tuple[list[str], dict[str, tuple[str, str]]]]:
    """The table by model: its questions, and by row what `public` says and who sees it."""
    found = {}
    for block in TABLE.strip().split("\n\n"):
        head, *lines = block.splitlines()
        model, questions = head.split(" | ")
        rows = {
            row.strip(): (public.strip(), people.strip()) for row, public, people in (line.split("|") for line in lines)
        }
        found[model] = (questions.split(), rows)
    return found
