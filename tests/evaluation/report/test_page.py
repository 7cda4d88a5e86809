"""The page holds everything, asks for nothing, and escapes every name."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from earmark.evaluation.report import as_html
from earmark.evaluation.report.page import SECTIONS
from tests.evaluation.report.documents import NASTY, band, comparison, document

pytest.importorskip("jinja2")
VOID = {"meta", "img", "input", "br", "link", "line", "path", "circle", "rect"}
# What each section of the page needs of the document.
NEEDS = {
    "data": "data",
    "audit": "audit",
    "split": "split",
    "card": "card",
    "confusion": "card",
    "stress": "stress",
    "mistakes": "mistakes",
    "label-errors": "label_errors",
    "repeat": "repeat",
}


class Page(HTMLParser):
    """The tags of a page, and whether each is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def values(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    def named(self, tag):
        return [attrs for kind, attrs in self.tags if kind == tag]


@pytest.fixture(scope="module")
def page():
    return Page(as_html(document()))


def test_every_tag_is_closed_and_no_anchor_is_there_twice():
    for made in (document(), comparison()):
        anchors = Page(as_html(made)).values("id")
        assert len(anchors) == len(set(anchors))


def test_every_section_stands_in_the_list_at_the_side(page):
    ids = set(page.values("id"))
    links = [attrs["href"] for attrs in page.named("a") if attrs["href"].startswith("#")]
    assert {link[1:] for link in links} <= ids
    assert set(NEEDS) | {"curves"} <= ids <= {name for name, _ in SECTIONS} | {"main", "theme"}


@pytest.mark.parametrize(("section", "key"), NEEDS.items())
def test_a_section_without_facts_is_left_out(section, key):
    values = document()
    del values[key]
    assert section not in Page(as_html(values)).values("id")


def test_a_run_with_nothing_but_a_title_is_a_page():
    bare = Page(as_html({"kind": "run", "title": "bare", "said": "No score yet."}))
    assert not set(bare.values("id")) & {name for name, _ in SECTIONS}
    assert "No score yet." in "".join(bare.texts)


@pytest.mark.parametrize("made", [document(), comparison()], ids=["run", "comparison"])
def test_nothing_is_fetched(made):
    text = as_html(made)
    page = Page(text)
    assert all(url.startswith("data:") for url in page.values("src"))
    assert all(url.startswith(("data:", "#")) for url in page.values("href"))
    assert not page.named("link")
    assert "http" not in text.replace("http-equiv", "")
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_allows_the_pages_own_script_alone():
    text = as_html(document())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert "default-src 'none'" in policy
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "unsafe-eval" not in policy


def test_a_label_that_is_a_script_is_shown_and_does_nothing(page):
    assert len(page.named("script")) == 1
    assert NASTY in "".join(page.texts)
    assert "<script>alert" not in as_html(document())
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)


def test_all_figures_can_be_taken_as_json(page):
    (link,) = [attrs for attrs in page.named("a") if "download" in attrs]
    kind, _, text = link["href"].partition(",")
    assert kind == "data:application/json;base64"
    found = json.loads(base64.b64decode(text))
    assert found["card"] == document()["card"]
    assert "media" not in found["mistakes"]["clips"][0]
    assert found["histories"][0]["columns"]["train_loss"] == [2.0, 1.0, None]


def test_pictures_have_words_for_who_cannot_see_them(page):
    assert all("alt" in attrs for attrs in page.named("img"))
    assert all(attrs["aria-label"] for attrs in page.named("svg"))
    assert all("scope" in attrs for attrs in page.named("th"))


def test_a_comparison_has_the_section_of_each_network_folded():
    page = Page(as_html(comparison()))
    folded = [attrs for attrs in page.named("details") if attrs.get("class") == "network"]
    assert len(folded) == 2
    assert not any("open" in attrs for attrs in folded)
    assert {"comparison", "networks", "network-2-card"} <= set(page.values("id"))


def test_a_name_that_is_no_text_is_written_all_the_same():
    values = document()
    values["mistakes"]["clips"][0]["name"] = "bad\udcff.wav"
    assert r"bad\udcff.wav" in as_html(values)
    as_html(values).encode("utf-8")


def test_very_many_classes_are_cut_to_the_confused_ones():
    values = document()
    many = [f"class {number}" for number in range(80)]
    values["card"]["classes"] = many
    values["card"]["clip"]["confusion"] = [
        [3 if a == b else int(a == 7 and b == 9) for b in range(80)] for a in range(80)
    ]
    text = as_html(values)
    assert "The 20 classes with the fewest mistakes are left out." in text
    assert 'title="class 7 answered as class 9: 1 of 4"' in text


def test_what_other_parts_of_the_card_say_is_shown(page):
    words = " ".join(" ".join(page.texts).split())
    assert "This network would claim +7.0 points [1.0, 13.0]" in words
    assert "before calibration 9.0 %" in words
    assert "Given a class 95.0 % 90.0 to 98.0" in words
    assert "A random split 40.0 % 10.0 %" in words


def test_each_baseline_says_how_far_the_model_is_above_it():
    made = document()
    made["card"]["baselines"]["loudness"]["margin"] = band(0.5, 0.4, 0.6)
    assert "model +50.0 [+40.0, +60.0]" in Page(as_html(made)).texts
