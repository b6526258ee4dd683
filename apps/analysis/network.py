"""Draw the co-occurrence network of words: positions, communities, labels that do not overlap. Knows no Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx

from apps.analysis.cloud_layout import EM_BOX, length_of

WIDTH, HEIGHT, AIR, INNER = 1000, 620, 26, 6  # pixels; AIR separates labels, so that edges stay visible
SEED = 7
EDGES = 110
PUSHES = 400
FILLED = 40  # number of words that fills the whole canvas
PHONE, LARGEST = 310, 22  # width and largest font size of the narrow drawing
# On white each has a contrast of at least 4.5; groups are listed as text too.
GROUP_COLOURS = ("#0b4f8a", "#a04000", "#115a36", "#7a1f5c", "#4a4a4a", "#806300", "#00118f", "#8b0000")


@dataclass
class Node:
    """A word of the network: font size, community, middle of its label."""

    word: str
    size: float
    group: int
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """Return the width of its label with AIR."""
        return length_of(self.word) * self.size + AIR

    @property
    def height(self) -> float:
        """Return the height of its label with AIR."""
        return self.size * EM_BOX + AIR


def strongest(pairs: Sequence[tuple[str, str, int]], used: Mapping[str, int]) -> list[tuple[str, str, int, float]]:
    """Return the EDGES strongest pairs (a, b, n, Jaccard): proposals with both words among those with either."""
    scored = [(a, b, n, n / (used[a] + used[b] - n)) for a, b, n in pairs]
    return sorted(scored, key=lambda pair: (-pair[3], -pair[2], pair[0], pair[1]))[:EDGES]


def draw(pairs: Sequence[tuple[str, str, int]], used: Mapping[str, int]) -> dict[str, object]:
    """Return nodes with positions, edges, the narrow drawing and the communities. Deterministic (fixed seed).

    pairs: (word, word, proposals with both); used: word → proposals.
    """
    edges = strongest(pairs, used)
    graph = nx.Graph()
    for a, b, _n, weight in sorted(edges):
        graph.add_edge(a, b, weight=weight)
    if not graph:
        return {"nodes": [], "edges": [], "groups": []}
    groups = [sorted(group, key=lambda word: (-used[word], word)) for group in _groups(graph)]
    group_of = {word: number for number, group in enumerate(groups) for word in group}
    most = max(used[word] for word in graph)
    nodes = {w: Node(w, round(15 + 17 * (used[w] / most) ** 0.5, 1), group_of[w]) for w in sorted(graph)}
    _place(graph, nodes)
    narrow = _narrowed(nodes)
    return {
        **_positions(nodes, edges, used),
        "phone": _positions(narrow, edges, used),
        "groups": [{"words": group, "colour": GROUP_COLOURS[i % len(GROUP_COLOURS)]} for i, group in enumerate(groups)],
    }


def _groups(graph: Any) -> list[set[str]]:
    """Return the communities of words (Louvain), largest first."""
    found = nx.community.louvain_communities(graph, seed=SEED, resolution=1.1)
    return sorted(found, key=lambda group: (-len(group), min(group)))


def _place(graph: Any, nodes: dict[str, Node]) -> None:
    """Set positions: a spring layout, then overlapping labels are pushed apart. Few words use a small part of the canvas."""
    spread = nx.spring_layout(graph, seed=SEED, k=2.4 / max(len(nodes), 1) ** 0.5, iterations=120)
    xs, ys = [p[0] for p in spread.values()], [p[1] for p in spread.values()]
    share = min(1.0, max(0.3, (len(nodes) / FILLED) ** 0.5))
    for word, (x, y) in spread.items():
        node = nodes[word]
        node.x = _scaled(float(x), min(xs), max(xs), WIDTH * share)
        node.y = _scaled(float(y), min(ys), max(ys), HEIGHT * share)
    ordered = sorted(nodes.values(), key=lambda node: node.word)
    for _push in range(PUSHES):
        if not _push_apart(ordered):
            break


def _narrowed(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Return nodes for a narrow canvas: the order from top to bottom stays, and each label moves down until it has room.

    From left to right the order stays too, but distances become equal, so that the middle is not one long column.
    """
    placed: dict[str, Node] = {}
    across = sorted(nodes.values(), key=lambda node: (node.x, node.word))
    share = {node.word: n / max(len(across) - 1, 1) for n, node in enumerate(across)}
    for node in sorted(nodes.values(), key=lambda node: (node.y, node.x, node.word)):
        size = round(min(node.size, LARGEST, (PHONE - AIR) / max(length_of(node.word), 1)), 1)
        narrow = replace(node, size=size)
        room = (PHONE - narrow.width) / 2
        narrow.x = PHONE / 2 + (2 * share[node.word] - 1) * room
        narrow.y = narrow.height / 2
        while below := [other for other in placed.values() if _overlap(narrow, other)]:
            narrow.y = max(other.y + (other.height + narrow.height) / 2 for other in below) + 0.5
        placed[node.word] = narrow
    return {word: placed[word] for word in nodes}


def _overlap(a: Node, b: Node) -> bool:
    return abs(a.x - b.x) < (a.width + b.width) / 2 and abs(a.y - b.y) < (a.height + b.height) / 2


def _positions(nodes: Mapping[str, Node], edges: Sequence[Any], used: Mapping[str, int]) -> dict[str, object]:
    return {
        "nodes": [_node_data(node, used) for node in nodes.values()],
        "edges": [_edge_data(nodes[a], nodes[b], n) for a, b, n, _w in edges],
    }


def _scaled(value: float, low: float, high: float, room: float) -> float:
    return room * 0.1 + (value - low) / (high - low) * room * 0.8 if high > low else room / 2


def _push_apart(nodes: list[Node]) -> bool:
    """Push overlapping labels apart once; return whether any overlapped. The canvas may grow; it is cropped afterwards."""
    moved = False
    for i, a in enumerate(nodes):
        for b in nodes[i + 1 :]:
            dx, dy = b.x - a.x, b.y - a.y
            over_x, over_y = (a.width + b.width) / 2 - abs(dx), (a.height + b.height) / 2 - abs(dy)
            if over_x <= 0 or over_y <= 0:
                continue
            moved = True
            if over_y <= over_x:
                step = (over_y / 2 + 0.5) * (1 if dy >= 0 else -1)
                a.y, b.y = a.y - step, b.y + step
            else:
                step = (over_x / 2 + 0.5) * (1 if dx >= 0 else -1)
                a.x, b.x = a.x - step, b.x + step
    return moved


def _node_data(node: Node, used: Mapping[str, int]) -> dict[str, object]:
    return {
        "word": node.word,
        "proposals": used[node.word],
        "x": round(node.x, 1),
        "y": round(node.y, 1),
        "left": round(node.x - (node.width - AIR + INNER) / 2, 1),
        "top": round(node.y - (node.height - AIR + INNER) / 2, 1),
        "width": round(node.width - AIR + INNER, 1),
        "height": round(node.height - AIR + INNER, 1),
        "baseline": round(node.y + node.size * 0.36, 1),
        "size": node.size,
        "colour": GROUP_COLOURS[node.group % len(GROUP_COLOURS)],
    }


def _edge_data(a: Node, b: Node, n: int) -> dict[str, object]:
    return {
        "a": a.word,
        "b": b.word,
        "n": n,
        "x1": round(a.x, 1),
        "y1": round(a.y, 1),
        "x2": round(b.x, 1),
        "y2": round(b.y, 1),
    }


def box_of(nodes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the bounding box of the labels."""
    if not nodes:
        return {"left": 0, "top": 0, "width": WIDTH, "height": 1}
    left, top = min(n["left"] for n in nodes) - INNER, min(n["top"] for n in nodes) - INNER
    right, bottom = (
        max(n["left"] + n["width"] for n in nodes) + INNER,
        max(n["top"] + n["height"] for n in nodes) + INNER,
    )
    return {
        "left": round(left, 1),
        "top": round(top, 1),
        "width": round(right - left, 1),
        "height": round(bottom - top, 1),
    }
