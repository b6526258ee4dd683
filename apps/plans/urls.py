from django.urls import path, register_converter

from apps.plans.views import reports, sheets


class YearConverter:
    """A fiscal year in a URL: four digits, never a number that a database column cannot hold."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        """Return the year as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return the year as four digits."""
        return f"{value:04d}"


class NumberConverter(YearConverter):
    """A plan's number: at most four digits, written without leading zero."""

    regex = "[1-9][0-9]{0,3}"

    def to_url(self, value: int) -> str:
        """Return the number as it is."""
        return str(value)


register_converter(YearConverter, "fiscalyear")
register_converter(NumberConverter, "plannumber")

app_name = "plans"
urlpatterns = [
    path("", sheets.years, name="list"),
    path("cited/<slug:kind>/<slug:key>/", sheets.cited, name="cited"),
    path("<fiscalyear:year>/", sheets.year, name="year"),
    path("<fiscalyear:year>/report.html", reports.report, name="report"),
    path("<fiscalyear:year>/report.pdf", reports.report_pdf, name="report_pdf"),
    path("<fiscalyear:year>/report.xlsx", reports.report_xlsx, name="report_xlsx"),
    path("<fiscalyear:year>/report.csv", reports.report_csv, name="report_csv"),
    path("<fiscalyear:year>/report-dictionary.csv", reports.report_dictionary, name="report_dictionary"),
    path("<fiscalyear:year>/<plannumber:number>/", sheets.sheet, name="sheet"),
    path("<fiscalyear:year>/<plannumber:number>/years/", sheets.plan_years, name="plan_years"),
    path("<fiscalyear:year>/<plannumber:number>/og.png", sheets.sheet_image, name="sheet_image"),
    path("<fiscalyear:year>/<plannumber:number>/voices/", sheets.proposals, name="proposals"),
]
