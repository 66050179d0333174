"""Where every piece of text of a page stands, read from the file itself (ISO 32000-1, 9.4)."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import shapely
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

MM_PER_PT = 25.4 / 72
ABOVE, BELOW = 0.74, 0.08  # of the size: what letters and ideographs surely take


@dataclass(frozen=True)
class TextBox:
    """One run of text: its words and its box in mm from the page's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float


def page_boxes(content: bytes) -> list[list[TextBox]]:
    """The runs of each page, each once: a halo is the same run again."""
    reader = PdfReader(io.BytesIO(content))
    return [_read_page(page, reader) for page in reader.pages]


def overlaps(boxes: list[TextBox], share: float = 0.06) -> list[tuple[TextBox, TextBox]]:
    """Pairs of runs that lie over each other by more than a share of the smaller one."""
    shapes = shapely.box(*np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).T)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    bad = common > share * smaller
    pairs = [(boxes[i], boxes[j]) for i, j in zip(one[bad].tolist(), other[bad].tolist())]
    return [pair for pair in pairs if not _kerned(*pair)]


def _kerned(one: TextBox, other: TextBox) -> bool:
    """Whether two letters of one word stand closer than their widths: names on maps come so."""
    single = len(one.text) == len(other.text) == 1 and one.size == other.size
    return single and abs(one.top - other.top) < 0.01 and abs(one.left - other.left) > 0.4


class _Face:
    """Widths and letters of a composite font."""

    def __init__(self, face) -> None:
        below = face["/DescendantFonts"][0].get_object()
        self.usual = float(below.get("/DW", 1000))
        self.widths: dict[int, float] = {}
        listed = [item.get_object() for item in below.get("/W", [])]
        at = 0
        while at < len(listed):
            if isinstance(listed[at + 1], list):
                found = enumerate(listed[at + 1], int(listed[at]))
                self.widths |= {code: float(width) for code, width in found}
                at += 2
            else:
                codes = range(int(listed[at]), int(listed[at + 1]) + 1)
                self.widths |= dict.fromkeys(codes, float(listed[at + 2]))
                at += 3
        self.letters = _read_letters(face["/ToUnicode"].get_data().decode("latin-1"))
        space = next((code for code, letter in self.letters.items() if letter == " "), None)
        self.width_of_space = 0.0 if space is None else self.widths.get(space, self.usual)

    def read(self, codes: bytes) -> tuple[str, list[float]]:
        """Letters and widths in thousandths of the size."""
        numbers = [int.from_bytes(codes[i : i + 2], "big") for i in range(0, len(codes), 2)]
        text = "".join(self.letters.get(number, "") for number in numbers)
        return text, [self.widths.get(number, self.usual) for number in numbers]


def _read_letters(cmap: str) -> dict[int, str]:
    letters: dict[int, str] = {}
    inside = False
    for line in cmap.splitlines():
        if line.endswith(("beginbfchar", "beginbfrange")):
            inside, ranged = True, line.endswith("beginbfrange")
        elif line.startswith("end"):
            inside = False
        elif inside:
            parts = [bytes.fromhex(part) for part in line.replace(">", "").split("<")[1:]]
            first, last = parts[0], parts[1] if ranged else parts[0]
            start = parts[-1].decode("utf-16-be")
            for step in range(int.from_bytes(last, "big") - int.from_bytes(first, "big") + 1):
                code = int.from_bytes(first, "big") + step
                letters[code] = start[:-1] + chr(ord(start[-1]) + step)
    return letters


def _matrix(numbers) -> np.ndarray:
    a, b, c, d, e, f = map(float, numbers)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]])


def _read_page(page: PageObject, reader: PdfReader) -> list[TextBox]:
    reading = _Reading(page)
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        reading.step(operands, operator)
    return list(reading.found.values())


class _Reading:
    """The text state while a page is read."""

    def __init__(self, page: PageObject) -> None:
        faces = page["/Resources"]["/Font"].items()
        self.faces = {name: _Face(face.get_object()) for name, face in faces}
        self.height = float(page.mediabox.height)
        self.state = (np.eye(3), None, 0.0, 0.0)  # matrix, face, size, spacing of letters
        self.stack: list[tuple] = []
        self.text_matrix = np.eye(3)
        self.found: dict[tuple, TextBox] = {}

    def step(self, operands: list, operator: bytes) -> None:
        """Follow one operator."""
        matrix, face, size, spacing = self.state
        if operator == b"q":
            self.stack.append(self.state)
        elif operator == b"Q":
            self.state = self.stack.pop()
        elif operator == b"cm":
            self.state = (_matrix(operands) @ matrix, face, size, spacing)
        elif operator == b"Tf":
            self.state = (matrix, self.faces[operands[0]], float(operands[1]), spacing)
        elif operator == b"Tc":
            self.state = (matrix, face, size, float(operands[0]))
        else:
            self._text(operands, operator)

    def _text(self, operands: list, operator: bytes) -> None:
        if operator == b"BT":
            self.text_matrix = np.eye(3)
        elif operator == b"Tm":
            self.text_matrix = _matrix(operands)
        elif operator == b"Td":
            self.text_matrix = _matrix((1, 0, 0, 1, *operands)) @ self.text_matrix
        elif operator in (b"Tj", b"TJ"):
            self._show(operands[0] if operator == b"TJ" else [operands[0]])

    def _show(self, shown: list) -> None:
        matrix, face, size, spacing = self.state
        text, advance = "", 0.0
        for part in shown:
            if isinstance(part, (int, float)):
                advance -= float(part) / 1000 * size
                continue
            letters, widths = face.read(part if isinstance(part, bytes) else part.original_bytes)
            text += letters
            advance += sum(width / 1000 * size + spacing for width in widths)
        ending = len(text) - len(text.rstrip())  # a space at the end of a line takes no room
        visible = advance - ending * face.width_of_space * size / 1000
        whole = self.text_matrix @ matrix
        corners = np.array([(0, -BELOW * size, 1), (visible, ABOVE * size, 1)]) @ whole
        xs, ys = corners[:, 0], self.height - corners[:, 1]
        self.text_matrix = _matrix((1, 0, 0, 1, advance, 0)) @ self.text_matrix
        if text.strip():
            box = [round(MM_PER_PT * n, 3) for n in (xs.min(), ys.min(), xs.max(), ys.max())]
            self.found[text, *box[:2]] = TextBox(text, *box, size * abs(whole[1, 1]))
