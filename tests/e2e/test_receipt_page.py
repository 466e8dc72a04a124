"""The pages that the program writes, as Chromium shows them: each width, light and dark, with and without scripts."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, ChildWorkflowError

from conftest import MakeProject
from harness.browser import SCREENS, Browser, Screen
from harness.cli import Cli
from harness.client import Temporal
from harness.project import template_sources
from harness.server import DevServer
from harness.world import World

HOSTILE = (
    "</script><script>window.bitten=1</script>\"><img src=x onerror=window.bitten=1> '&\x1b[31m"
)
DESKTOP, _, PHONE, _ = SCREENS
QUEUE = "pages"


@activity.defn
async def take(step: str) -> str:
    if step == "flaky" and activity.info().attempt < 3:
        raise ApplicationError("not yet", type="NotYet")
    if step == "hostile":
        raise ApplicationError(HOSTILE, type=HOSTILE, non_retryable=True)
    if step == "slow":
        await asyncio.sleep(30)
    return step


@workflow.defn
class Leaf:
    @workflow.run
    async def run(self, fails: bool) -> None:
        if fails:
            raise ApplicationError("lost", type="Lost")


@workflow.defn
class Everything:
    """Each sort of bar and mark that a timeline has."""

    @workflow.run
    async def run(self, last: str) -> Any:
        second = timedelta(seconds=1)
        quick = RetryPolicy(initial_interval=timedelta(milliseconds=50))
        for step in ("plain", "flaky"):
            await workflow.execute_activity(
                take, step, start_to_close_timeout=second, retry_policy=quick
            )
        slow = workflow.start_activity(
            take,
            "slow",
            start_to_close_timeout=timedelta(milliseconds=100),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        await asyncio.wait([slow])
        await asyncio.sleep(0.05)
        name = workflow.info().workflow_id
        for fails in (False, True):
            try:
                await workflow.execute_child_workflow(Leaf.run, fails, id=f"{name}-{fails}")
            except ChildWorkflowError:
                continue
        await workflow.execute_activity(take, last, start_to_close_timeout=second)
        return {"text": HOSTILE}

    @workflow.signal
    async def nudge(self, text: str) -> None:
        await asyncio.sleep(0)

    @workflow.update
    async def change(self, text: str) -> str:
        return text


@workflow.defn
class Answer:
    @workflow.run
    async def run(self, answer: str) -> str:
        return answer


@workflow.defn
class Crowd:
    """Some 3,000 events in seconds."""

    @workflow.run
    async def run(self) -> None:
        second = timedelta(seconds=60)
        timers = [asyncio.sleep(0.5 + number / 500) for number in range(1350)]
        activities = [
            workflow.execute_activity(take, str(number), start_to_close_timeout=second)
            for number in range(100)
        ]
        await asyncio.gather(*timers, *activities)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    made = Browser(tmp_path_factory.mktemp("browser"))
    yield made
    made.close()


@pytest.fixture
def worker(temporal: Temporal) -> None:
    # The SDK takes three thousand events on a busy machine for a deadlock, but for this.
    temporal.start_worker(QUEUE, [Everything, Leaf, Answer, Crowd], [take], debug_mode=True)


def history_page(cli: Cli, workflow_id: str, *words: str) -> Path:
    page = cli.world.root / "history.html"
    said = cli.json("show-workflow-history", f"--workflow-id={workflow_id}", "--html", page, *words)
    assert said["html"] == str(page)
    return page


def visible(browser: Browser, selector: str) -> int:
    """How many of these are shown, each with a size, within the width of the window."""
    return int(
        browser.run(
            """return [...document.querySelectorAll(arguments[0])].filter(one => {
                const box = one.getBoundingClientRect();
                return one.checkVisibility() && box.width > 0 && box.height > 0 && box.left >= 0
                    && box.right <= document.documentElement.clientWidth + 0.5;
            }).length""",
            selector,
        )
    )


def check_calm(browser: Browser, page: Path, screen: Screen) -> None:
    """Nothing is written to the console, asked of the network, or wider than the window."""
    assert browser.console() == [], screen
    assert browser.requests() == [page.resolve().as_uri()], screen
    overflow = browser.run(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow == 0, screen
    assert browser.run("return window.bitten") is None


def ground(browser: Browser) -> int:
    """How light the page is: 0 to 765."""
    color: str = browser.run("return getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in color.strip("rgb()").split(","))


def tip(browser: Browser) -> str:
    return str(
        browser.run(
            "const t = document.getElementById('tip'); return t.hidden ? '' : t.textContent"
        )
    )


def middle(browser: Browser, selector: str, number: int = 0) -> tuple[float, float]:
    """The middle of an element, scrolled into the window, when the scrolling was noticed by all."""
    x, y = browser.run(
        """const one = document.querySelectorAll(arguments[0])[arguments[1]];
        one.scrollIntoView({block: 'center'});
        const box = one.getBoundingClientRect();
        const at = [box.x + box.width / 2, box.y + box.height / 2];
        return new Promise(done => requestAnimationFrame(
            () => requestAnimationFrame(() => done(at))))""",
        selector,
        number,
    )
    return float(x), float(y)


FAINT = """
const numbers = text => text.match(/[\\d.]+/g).map(Number);
const light = rgb => rgb.slice(0, 3).map(part => part / 255).map(
    part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
const under = at => {
    for (; at; at = at.parentElement) {
        const ground = numbers(getComputedStyle(at).backgroundColor);
        if (ground.length === 3 || ground[3] === 1) return ground;
    }
    return [255, 255, 255];
};
const faint = [];
for (const at of document.querySelectorAll("body *")) {
    const own = [...at.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !at.checkVisibility() || at.disabled) continue;
    const style = getComputedStyle(at), lights = [light(numbers(style.color)), light(under(at))];
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) faint.push(`${at.className} ${at.textContent}: ${ratio}`);
}
return faint;
"""


def check_contrast(browser: Browser) -> None:
    """Every text stands out from its ground as WCAG 2.1 AA wants it."""
    browser.run("document.querySelectorAll('details').forEach(at => { at.open = true; })")
    assert browser.run(FAINT) == []


def test_receipt_on_each_screen(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject, browser: Browser
) -> None:
    sources = template_sources("greeting", "greeting", f"greeting-{world.id[:12]}")
    project = make_project(sources, "greeting").use()
    ini = project.read("temporal-skill.ini")
    project.write(
        "temporal-skill.ini", ini.replace("uv run starter", project.command("starter.py"))
    )
    page = world.root / "receipt.html"
    done = cli.json("verify-project", "--receipt", page, timeout=120)
    for screen in SCREENS:
        browser.look(page, screen)
        check_calm(browser, page, screen)
        assert visible(browser, "h1") == 1
        assert visible(browser, ".steps tbody tr") == len(done["steps"])
        assert visible(browser, ".workflow h3") == len(done["workflows"]) == 2
        assert visible(browser, ".activity a.bar") == 2
        assert visible(browser, ".signal a.mark") == 2
        assert visible(browser, ".log summary") == 3
        assert (ground(browser) < 200) == screen.dark
        check_contrast(browser)


@pytest.fixture
def everything(cli: Cli, temporal: Temporal, worker: None, browser: Browser) -> Path:
    """The page of a failed workflow whose every text is hostile."""
    name = f"every-{HOSTILE}"
    handle = temporal.start_workflow(Everything.run, "hostile", id=name, task_queue=QUEUE)
    temporal.call(handle.signal("nudge", HOSTILE))
    temporal.call(handle.execute_update("change", HOSTILE))
    with pytest.raises(WorkflowFailureError):
        temporal.result(handle)
    return history_page(cli, name)


def test_history_on_each_screen(everything: Path, browser: Browser) -> None:
    for screen in SCREENS:
        browser.look(everything, screen)
        check_calm(browser, everything, screen)
        assert visible(browser, ".activity a.bar.done") == 2
        assert visible(browser, ".activity a.bar.retried") == 1
        assert visible(browser, ".activity a.bar.timedout") == 1
        assert visible(browser, ".activity a.bar.failed") == 1
        assert visible(browser, ".timer a.bar.done") == 1
        assert visible(browser, ".child a.bar.done, .child a.bar.failed") == 2
        assert visible(browser, ".update a.bar") == visible(browser, ".signal a.mark") == 1
        assert visible(browser, ".zoom button") == 3
        assert (
            browser.run(
                "return document.querySelectorAll('img, iframe, main script:not([type])').length"
            )
            == 0
        )
        # What went wrong has a pattern, and words: not its colour alone tells it.
        assert "gradient" in browser.run(
            "return getComputedStyle(document.querySelector('a.bar.failed > i')).backgroundImage"
        )
        assert "failed" in browser.run(
            "return document.querySelector('.child.troubled .label').textContent"
        )
        check_contrast(browser)


def test_pointing_focusing_and_following(everything: Path, browser: Browser) -> None:
    for screen in (DESKTOP, PHONE):
        browser.look(everything, screen)
        browser.hover(*middle(browser, "a.bar.retried"))
        assert tip(browser).startswith("activity take\ncompleted after 3 attempts\n")
        browser.hover(1, 1)
        assert tip(browser) == ""
        # By keyboard: the bar before it is focused, Tab goes on to it.
        browser.run("document.querySelectorAll('a.bar, a.mark')[0].focus()")
        assert "\n" in tip(browser)
        first = tip(browser)
        browser.press("Tab")
        assert tip(browser) not in ("", first)
        browser.run("document.querySelector('.activity a.bar.failed').focus()")
        browser.press("Enter")
        assert browser.run("return document.querySelector(':target').checkVisibility()")
        assert "ActivityTaskScheduled" in browser.run(
            "return document.querySelector(':target').textContent"
        )
        check_calm(browser, everything, screen)


def test_on_paper(everything: Path, browser: Browser) -> None:
    """Dark on light, whatever the screen shows; nothing is cut off by a part that scrolls."""
    browser.look(everything, SCREENS[1])
    taste = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.command("Emulation.setEmulatedMedia", media="print", features=taste)
    assert ground(browser) == 3 * 255
    assert browser.run("return getComputedStyle(document.body).color") == "rgb(29, 33, 37)"
    cut = browser.run(
        """return [...document.querySelectorAll('.chart, pre')].filter(
            one => one.checkVisibility() && getComputedStyle(one).overflowY !== 'visible').length"""
    )
    assert cut == 0 and visible(browser, ".zoom button") == 0
    browser.command("Emulation.setEmulatedMedia", media="", features=[])


def test_text_that_is_not_ascii(
    cli: Cli, temporal: Temporal, worker: None, browser: Browser
) -> None:
    """The SDK escapes it; on the page it is text, but for what would turn the text around it."""
    handle = temporal.start_workflow(Answer.run, "שלום \u202e é 𝄞", id="letters", task_queue=QUEUE)
    temporal.result(handle)
    page = history_page(cli, "letters")
    browser.look(page, PHONE)
    check_calm(browser, page, PHONE)
    shown = browser.run("return document.querySelector('.outcome pre').textContent")
    assert "שלום" in shown and "é 𝄞" in shown and "\u202e" not in shown


def test_without_scripts(everything: Path, browser: Browser) -> None:
    for screen in (DESKTOP, PHONE):
        browser.look(everything, screen, scripts=False)
        assert visible(browser, "a.bar") >= 8 and visible(browser, ".ticks b") >= 2
        assert visible(browser, ".zoom button") == 0
        browser.run("for (const part of document.querySelectorAll('details')) part.open = true")
        rows = browser.run("return document.querySelectorAll('.events tbody tr').length")
        assert visible(browser, ".events tbody tr") == rows > 30
        check_calm(browser, everything, screen)


def test_three_thousand_events(
    cli: Cli, temporal: Temporal, worker: None, browser: Browser
) -> None:
    handle = temporal.start_workflow(Crowd.run, id="crowd", task_queue=QUEUE)
    temporal.result(handle, timeout=120)
    page = history_page(cli, "crowd")
    assert page.stat().st_size < 2_000_000
    for screen in SCREENS:
        browser.look(page, screen)
        check_calm(browser, page, screen)
        events = browser.run("return document.querySelectorAll('.events tbody tr').length")
        assert events >= 3000
        # Few elements are laid out; the events wait in parts that are closed.
        shown = browser.run(
            "return [...document.querySelectorAll('main *')].filter(one => one.checkVisibility()).length"
        )
        assert shown < 300
        assert visible(browser, ".events tr") == 0
        assert visible(browser, ".packed") == 3
    browser.look(page, DESKTOP)
    browser.hover(*middle(browser, ".timer .packed"))
    assert tip(browser).startswith("timers\ntimer ")
    browser.hover(1, 1)
    # By keyboard, from one to the next, and on to its event.
    browser.run("document.querySelector('.activity .packed').focus()")
    browser.press("ArrowRight")
    first = tip(browser)
    browser.press("ArrowRight")
    assert tip(browser).startswith("take\nactivity take\ncompleted") and tip(browser) != first
    browser.press("Enter")
    assert "take(" in browser.run("return document.querySelector(':target').textContent")
    assert visible(browser, ".events tr") in range(200, 252)
    ticks = browser.run("return document.querySelectorAll('.ticks b').length")
    for _ in range(3):
        browser.run("document.querySelectorAll('.zoom button')[1].click()")
    assert browser.run("return document.querySelectorAll('.ticks b').length") > ticks
    check_calm(browser, page, DESKTOP)


def test_page_of_some_events(cli: Cli, temporal: Temporal, worker: None, browser: Browser) -> None:
    """The last ones, of a run that is open."""
    temporal.start_workflow(
        "NoSuchWorkflow", id="open", task_queue="a queue without a worker", start_signal="go"
    )
    page = history_page(cli, "open", "--reverse", "--limit", "2")
    browser.look(page, DESKTOP)
    check_calm(browser, page, DESKTOP)
    assert "RUNNING" in browser.run("return document.querySelector('.workflow .sub').textContent")
    assert browser.run("return document.querySelectorAll('.events tbody tr').length") == 2
    assert visible(browser, ".packed") + visible(browser, "a.mark") == 2
