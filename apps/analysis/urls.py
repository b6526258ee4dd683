from django.urls import URLPattern, path

from apps.analysis.views import cloud, similar

app_name = "analysis"


def pages(root: str, prefix: str) -> list[URLPattern]:
    """The pages and files of one kind of scope; a consultation's and a viewpoint's are the same."""
    return [
        path(f"{root}/", cloud.cloud, name=f"{prefix}cloud"),
        path(f"{root}.svg", cloud.svg, name=f"{prefix}svg"),
        path(f"{root}.png", cloud.png, name=f"{prefix}png"),
        path(f"{root}.csv", cloud.as_csv, name=f"{prefix}csv"),
        path(f"{root}.json", cloud.as_json, name=f"{prefix}json"),
        path(f"{root}/status/", cloud.status, name=f"{prefix}status"),
        path(f"{root}/words/<str:word>/", cloud.word, name=f"{prefix}word"),
    ]


urlpatterns = [
    path("analysis/similar/<str:code>/", similar.similar, name="similar"),
    *pages("analysis/viewpoints/<int:number>", "viewpoint_"),
    *pages("analysis/<slug:slug>", ""),
]
