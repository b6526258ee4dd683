"""The city's calendar in plain Python: 和暦 (years counted by era) and 年度 (a fiscal year from April to March)."""

from datetime import date

# First day of each era that the portal's dates reach; earlier days are shown by their Western year.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
WEEKDAYS = "月火水木金土日"


def era_year(day: date) -> str:
    """Year of a day as people write it on paper: 令和7年, 平成元年; before 昭和 the Western year."""
    for first_day, era in ERAS:
        if day >= first_day:
            number = day.year - first_day.year + 1
            return f"{era}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def wareki(day: date) -> str:
    """A day as the city prints it: 令和7年12月1日（月）."""
    return f"{era_year(day)}{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def fiscal_year(day: date) -> int:
    """Western number of the fiscal year that a day falls in: 2024-03-31 belongs to 2023."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_label(year: int) -> str:
    """A fiscal year as the city names it: 令和5年度（2023年度）.

    The era is the one of 1 May: 2019 began in 平成31年 but is called 令和元年度, and 1 May agrees with usage in every other year.
    """
    era = fiscal_era(year)
    return era if era == f"{year}年度" else f"{era}（{year}年度）"


def fiscal_era(year: int) -> str:
    """A fiscal year inside other parentheses: 令和5年度; before 昭和 the Western year."""
    return f"{era_year(date(year, 5, 1))}度"


def fiscal_short(year: int) -> str:
    """A fiscal year where there is little room: R6, H30, S63; before 昭和 the Western year."""
    era = era_year(date(year, 5, 1))
    initial = {"令和": "R", "平成": "H", "昭和": "S"}.get(era[:2])
    return f"{initial}{era[2:-1].replace('元', '1')}" if initial else str(year)
