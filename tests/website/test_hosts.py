"""A site that would ask another host for anything is not built."""

from pathlib import Path

import pytest
from website.hosts import other_hosts


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script src="https://cdn.example/x.js">'),
        ("a.html", "<img alt=x src=//cdn.example/x.png>"),
        ("a.html", '<link rel="stylesheet" href="https://cdn.example/x.css">'),
        ("a.css", "@font-face { src: url('https://cdn.example/x.woff2') }"),
        ("a.css", '@import "https://cdn.example/x.css";'),
    ],
)
def test_what_is_fetched_from_elsewhere_is_named(name: str, text: str, tmp_path: Path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert other_hosts(tmp_path) == [f"{name}: cdn.example"]


def test_a_drawing_that_another_host_s_script_makes_is_named(tmp_path: Path):
    (tmp_path / "a.html").write_text('<pre class="mermaid"><code>', encoding="utf-8")
    assert other_hosts(tmp_path) == ["a.html: a host for mermaid"]


def test_links_and_files_of_the_site_are_let_through(tmp_path: Path):
    text = '<a href="https://langfuse.com">x</a><script src="../assets/x.js"></script><svg xmlns="http://www.w3.org/2000/svg">'
    (tmp_path / "a.html").write_text(text, encoding="utf-8")
    assert other_hosts(tmp_path) == []
