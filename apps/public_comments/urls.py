from django.urls import path

from apps.public_comments import views

app_name = "public_comments"
urlpatterns = [
    path("", views.cases, name="list"),
    path("feed.xml", views.CaseFeed(), name="feed"),
    path("receipt/", views.receipt, name="receipt"),
    path("receipt/<str:number>/", views.own, name="own"),
    path("receipt/<str:number>/correct/", views.correct, name="correct"),
    path("receipt/<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:slug>/", views.case, name="case"),
    path("<slug:slug>/submit/", views.submit, name="submit"),
    path("<slug:slug>/results/", views.results, name="results"),
    path("<slug:slug>/results.csv", views.results_csv, name="results_csv"),
    path("<slug:slug>/results.xlsx", views.results_xlsx, name="results_xlsx"),
    path("<slug:slug>/results.pdf", views.results_pdf, name="results_pdf"),
    path("<slug:slug>/calendar.ics", views.calendar, name="calendar"),
    path("<slug:slug>/notice.pdf", views.notice, name="notice"),
    path("<slug:slug>/papers/<int:pk>/", views.paper, name="paper"),
]
