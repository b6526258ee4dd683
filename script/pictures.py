"""The README's pictures: starts the portal with its demonstration data and photographs its pages."""

import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.portal_process import CHROMIUM_FLAGS, start_portal, stop_portal  # noqa: E402

LEGACY = "/consultations/liqlid-2025/"
FOLLOWED = "シニアのためのスマートフォン相談"  # stands on the way of one voice of the demonstration
PICTURES = {
    "home-375": ("/", 375, 1400),
    "home-1280": ("/", 1280, 1000),
    "consultation-1280": (LEGACY, 1280, 1000),
    "voices-375": (f"{LEGACY}?sort=liked#voices-title", 375, 1000),
    "words-1280": ("/analysis/liqlid-2025/", 1280, 1000),
    "viewpoint-1280": ("/vision/1/", 1280, 1000),
    "sheet-1280": ("/plans/2023/1/", 1280, 1000),
    "projects-375": ("/council/projects/", 375, 1000),
}


def follow(page: Page, url: str) -> None:
    """From the home page to the whole way of one voice, from its topic to a grade, as a visitor finds it."""
    page.goto(url)
    page.get_by_role("link", name=FOLLOWED).first.click()
    page.wait_for_url("**/way/")
    page.get_by_role("link", name=FOLLOWED).first.wait_for()


def main() -> None:
    """Start, photograph, stop."""
    folder = PROJECT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var:
        portal = start_portal(Path(var) / "portal")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
                for name, (address, width, height) in PICTURES.items():
                    page = browser.new_page(viewport={"width": width, "height": height}, locale="ja-JP")
                    page.goto(portal.url + address)
                    page.screenshot(path=folder / f"{name}.png")
                followed = browser.new_page(viewport={"width": 1280, "height": 1640}, locale="ja-JP")
                follow(followed, portal.url)
                followed.screenshot(path=folder / "way-1280.png")
                browser.close()
        finally:
            stop_portal(portal)


if __name__ == "__main__":
    main()
