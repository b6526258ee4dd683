"""Looking at a cloud as its page shows it and as its data say it."""

from django.test import Client

URL = "/analysis/words/"


def counts(client: Client, query: str = "", url: str = "/analysis/words.json") -> dict[str, tuple[int, int, int]]:
    found = client.get(url + query).json()
    return {w["word"]: (w["uses"], w["proposals"], w["people"]) for w in found["words"]}


def page(client: Client, url: str = URL, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def main_of(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]
