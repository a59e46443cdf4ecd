"""A report read back as a browser would, by the standard library's own parser: texts, tables, references."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "br", "img", "input", "link", "hr"}
# They may stand empty in SVG, closed by themselves.
_DRAWN = {"use", "rect", "path", "line", "circle"}


@dataclass
class Element:
    """An element of the page with what is in it: elements, and texts between them."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """All text in it, as a reader sees it: a drawing says what it stands for."""
        words = [self.attributes.get("aria-label", "")] if self.tag == "svg" else []
        words += [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(words).split())

    def all(self, tag: str, class_name: str = "") -> list[Element]:
        """Return all elements of this tag, and this class, anywhere in it."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and (not class_name or class_name in child.classes):
                    found.append(child)
                found += child.all(tag, class_name)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _DRAWN, f"<{tag}/> closes itself"
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(page: str) -> Element:
    """Return a page; it must be closed as it was opened."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1, [element.tag for element in reader.open]
    return reader.open[0]
