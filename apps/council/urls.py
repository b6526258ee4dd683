from django.urls import path

from apps.council.views import pages, projects

app_name = "council"
urlpatterns = [
    path("council/", pages.council, name="council"),
    path("council/organizations/<slug:slug>/", pages.organization, name="organization"),
    path("council/organizations/<slug:slug>/logo/", pages.logo, name="logo"),
    path("council/projects/", projects.project_list, name="projects"),
    path("council/projects/<slug:slug>/", pages.project, name="project"),
    path("council/projects/<slug:slug>/pictures/<int:pk>/", pages.picture, name="picture"),
]
