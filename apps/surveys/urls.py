from django.urls import path

from apps.surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.surveys, name="list"),
    path("<slug:slug>/", views.survey, name="survey"),
    path("<slug:slug>/answer/", views.answer, name="answer"),
    path("<slug:slug>/try/", views.trial, name="trial"),
    path("<slug:slug>/thanks/", views.thanks, name="thanks"),
    path("<slug:slug>/draw/", views.draw, name="draw"),
    path("<slug:slug>/draw/done/", views.draw_done, name="draw_done"),
    path("<slug:slug>/draw/left/", views.draw_left, name="draw_left"),
    path("<slug:slug>/results/", views.results, name="results"),
    path("<slug:slug>/results.csv", views.results_csv, name="results_csv"),
    path("<slug:slug>/results.pdf", views.results_pdf, name="results_pdf"),
    path("<slug:slug>/results.xlsx", views.results_xlsx, name="results_xlsx"),
]
