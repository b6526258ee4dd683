from django.urls import path

from apps.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.documents, name="list"),
    path("cited/topic/<str:code>/", views.cited, name="cited"),
    path("<slug:slug>/", views.document, name="document"),
    path("<slug:slug>/compare/<slug:before>/<slug:after>/", views.compare, name="compare"),
    path("<slug:slug>/<slug:version>/", views.version, name="version"),
    path("<slug:slug>/<slug:version>/document.pdf", views.file, name="file"),
]
