from django.urls import URLPattern, path

from apps.analysis.views import analyses, background_analyses, cloud, corpus, similar, snapshot, topic_candidates, word

app_name = "analysis"


def pages(root: str, prefix: str) -> list[URLPattern]:
    """Return the URLs of the pages and files of a scope; `prefix` tells the names of viewpoints from those of consultations."""
    return [
        path(f"{root}/", cloud.cloud, name=f"{prefix}cloud"),
        path(f"{root}.svg", cloud.svg, name=f"{prefix}svg"),
        path(f"{root}.png", cloud.png, name=f"{prefix}png"),
        path(f"{root}.csv", cloud.as_csv, name=f"{prefix}csv"),
        path(f"{root}.json", cloud.as_json, name=f"{prefix}json"),
        path(f"{root}/status/", cloud.status, name=f"{prefix}status"),
        path(f"{root}/compare/", analyses.compare, name=f"{prefix}compare"),
        path(f"{root}/network/", analyses.network, name=f"{prefix}network"),
        path(f"{root}/weeks/", analyses.weeks, name=f"{prefix}weeks"),
        path(f"{root}/groups/", analyses.groups, name=f"{prefix}groups"),
        path(f"{root}/draw/", background_analyses.draw, name=f"{prefix}draw"),
        path(f"{root}/freeze/", snapshot.freeze, name=f"{prefix}freeze"),
        path(f"{root}/words/<int:term>/", word.word, name=f"{prefix}word"),
        path(f"{root}/words/<str:written>/", word.word_by_letters, name=f"{prefix}word_by_letters"),
    ]


urlpatterns = [
    path("analysis/snapshots/<int:pk>/", snapshot.snapshot, name="snapshot"),
    path("analysis/drawings/<int:pk>/", background_analyses.drawing, name="drawing"),
    path("analysis/similar/<str:code>/", similar.similar, name="similar"),
    path("analysis/<slug:slug>/topic-candidates/", topic_candidates.topic_candidates, name="topic_candidates"),
    path("analysis/public-comments/<slug:slug>/words/", corpus.words_of_case, name="words_of_case"),
    path("analysis/surveys/<slug:slug>/words/", corpus.words_of_survey, name="words_of_survey"),
    *pages("analysis/viewpoints/<int:number>", "viewpoint_"),
    *pages("analysis/<slug:slug>", ""),
]
