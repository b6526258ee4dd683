from django.urls import path

from apps.participation import views

app_name = "participation"
urlpatterns = [
    path("", views.years, name="list"),
    path("programs/", views.programs, name="programs"),
    path("programs/<slug:slug>/", views.program, name="program"),
    path("<int:year>/", views.year, name="year"),
    path("<int:year>/report.csv", views.report_csv, name="csv"),
    path("<int:year>/report.xlsx", views.report_xlsx, name="xlsx"),
    path("<int:year>/report.pdf", views.report_pdf, name="pdf"),
]
