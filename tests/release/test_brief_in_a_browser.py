"""The page in a real Chromium: axe finds nothing serious, nothing is cut off or fetched."""

import os
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import brief_source
import pytest
from migstat.release.brief.across import build_across_brief
from migstat.release.brief.country import build_country_brief
from migstat.release.brief.page import render_page
from migstat.release.brief.words import Words
from playwright.sync_api import Browser, Page, sync_playwright

OWN = [("BGD", "bn"), ("GIN", "fr"), ("IDN", "id"), ("KGZ", "ru"), ("LSO", "en"), ("SLV", "es")]
GRAVE = ("serious", "critical")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# the last line of the five, and where it ends on the screen
LAST_LINE = "document.querySelector('.lines li:last-child').getBoundingClientRect().bottom"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None and os.environ.get("CI"):
        pytest.fail("chromium is missing: .ci/run installs it")
    if program is None:
        pytest.skip("NOT CHECKED BY AXE: chromium is missing (apt install chromium)")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield made
        made.close()


@pytest.fixture(scope="module", params=[*OWN, ("all", "en")], ids="-".join)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The brief of a country in its own language, and the one across countries."""
    iso3, language = request.param
    if iso3 == "all":
        sources = [brief_source.source(code) for code, _ in OWN]
        words = Words(language, *(one.declared for one in sources))
        document = build_across_brief(sources, words)
    else:
        source = brief_source.source(iso3)
        document = build_country_brief(source, Words(language, source.declared))
    made = tmp_path_factory.mktemp("brief") / "brief.html"
    made.write_text(render_page(document), encoding="utf-8")
    return made


def open_page(browser: Browser, file: Path, **settings: object) -> Page:
    page = browser.new_context(bypass_csp=True, **settings).new_page()  # type: ignore[arg-type]
    page.goto(file.as_uri())
    return page


def test_axe_finds_nothing_serious(browser: Browser, file: Path):
    page = open_page(browser, file, viewport=DESK)
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"], "axe did not run"
    grave = [
        (one["id"], one["impact"], [node["target"] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
    assert grave == []


def test_axe_would_find_a_chart_without_words(browser: Browser, file: Path, tmp_path: Path):
    """The check can fail: the same page with a chart that says nothing."""
    broken = tmp_path / "broken.html"
    text = file.read_text(encoding="utf-8")
    start, end = text.index('<title id="'), text.index("</title>", text.index('<title id="'))
    broken.write_text(text[:start] + text[end + len("</title>") :], encoding="utf-8")
    page = open_page(browser, broken, viewport=DESK)
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert "svg-img-alt" in {one["id"] for one in found["violations"]}


def test_the_five_lines_stand_on_the_first_screen(browser: Browser, file: Path):
    page = open_page(browser, file, viewport=DESK)
    assert page.evaluate(LAST_LINE) <= DESK["height"]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_is_cut_off_at_the_side(browser: Browser, file: Path, screen: dict[str, int]):
    page = open_page(browser, file, viewport=screen)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def test_it_reads_without_a_script_and_fetches_nothing(browser: Browser, file: Path):
    page = browser.new_context(java_script_enabled=False).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(str(request.url)))
    page.goto(file.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert page.locator("main").inner_text().count("\n") > 20


def test_dark_mode_does_no_harm(browser: Browser, file: Path):
    page = open_page(browser, file, viewport=DESK, color_scheme="dark")
    colours = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(26, 26, 26)"]


def test_the_letters_are_drawn_in_the_pages_own_fonts(browser: Browser, file: Path):
    page = open_page(browser, file, viewport=DESK)
    page.wait_for_function("document.fonts.status === 'loaded'")
    faces = page.evaluate("[...document.fonts].map(font => font.status)")
    assert faces == ["loaded"] * len(faces) != []
