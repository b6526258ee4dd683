"""Format 和暦 (Japanese eras) and 年度 (fiscal year, April to March). Imports no Django."""

from datetime import date

# First day of each era that the portal's dates reach; earlier days are shown by their Western year.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
WEEKDAYS = "月火水木金土日"


def era_year(day: date) -> str:
    """Return the year of a day as 令和7年, 平成元年; before 昭和 as Western year."""
    for first_day, era in ERAS:
        if day >= first_day:
            number = day.year - first_day.year + 1
            return f"{era}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def era_day(day: date) -> str:
    """Return a day without its weekday: 令和7年12月1日."""
    return f"{era_year(day)}{day.month}月{day.day}日"


def wareki(day: date) -> str:
    """Return a day as the city prints it: 令和7年12月1日（月）."""
    return f"{era_day(day)}（{WEEKDAYS[day.weekday()]}）"


def fiscal_year(day: date) -> int:
    """Return the Western year in which the fiscal year of a day begins: 2023 for 2024-03-31."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_label(year: int) -> str:
    """Return a fiscal year as the city names it: 令和5年度（2023年度）.

    The era is the one of 1 May: 2019 began in 平成31年 but is called 令和元年度, and 1 May agrees with usage in every other year.
    """
    era = fiscal_era(year)
    return era if era == f"{year}年度" else f"{era}（{year}年度）"


def fiscal_era(year: int) -> str:
    """Return a fiscal year without the Western one: 令和5年度; before 昭和 the Western year."""
    return f"{era_year(date(year, 5, 1))}度"


def fiscal_short(year: int) -> str:
    """Return a fiscal year in its shortest form: R6, H30, S63; before 昭和 the Western year."""
    era = era_year(date(year, 5, 1))
    initial = {"令和": "R", "平成": "H", "昭和": "S"}.get(era[:2])
    return f"{initial}{era[2:-1].replace('元', '1')}" if initial else str(year)
