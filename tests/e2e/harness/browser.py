"""A headless Chromium for pages that the program writes, driven through its own chromedriver (WebDriver over HTTP)."""

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .ports import free_port

# Chromium starts in one to two seconds; several at once on two busy cores take longer.
START_SECONDS = 60.0
ANSWER_SECONDS = 60.0
STOP_SECONDS = 20.0

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
)


@dataclass(frozen=True)
class Screen:
    name: str
    width: int
    height: int
    dark: bool = False

    def __str__(self) -> str:
        return f"{self.name}-{'dark' if self.dark else 'light'}"


SCREENS = tuple(
    Screen(name, width, height, dark)
    for name, width, height in (("desktop", 1280, 800), ("phone", 390, 844))
    for dark in (False, True)
)


class Browser:
    """One Chromium. What a page logs and asks the network for is kept until it is asked for."""

    def __init__(self, folder: Path) -> None:
        driver = shutil.which("chromedriver")
        assert driver and shutil.which("chromium"), (
            "chromium or chromedriver is missing: make deps-test"
        )
        self._profile = tempfile.mkdtemp(dir=folder, prefix="profile-")
        port = free_port()
        self._log = (folder / "chromedriver.log").open("w+b")
        # setpriv: the kernel ends the driver when this test process ends, however it ends.
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", driver, f"--port={port}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
        )
        self._session = False
        try:
            self._wait_ready()
            self._url = f"http://127.0.0.1:{port}/session"
            self._url += "/" + self._begin()["sessionId"]
            self._session = True
        except BaseException:
            self.close()
            raise

    def _wait_ready(self) -> None:
        """The driver says in its first lines that it listens."""
        assert self._process.stdout
        for line in self._process.stdout:
            if b"started successfully on port" in line:
                return
        self._log.seek(0)
        raise RuntimeError(f"chromedriver ended: {self._log.read().decode()}")

    def _begin(self) -> Any:
        options = {
            "args": [*ARGUMENTS, f"--user-data-dir={self._profile}"],
            "binary": shutil.which("chromium"),
        }
        logging = {"browser": "ALL", "performance": "ALL"}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": logging}
        return self._ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            self._url + path,
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        # No proxy: the driver listens on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.read().decode()}") from None

    def command(self, name: str, **params: object) -> Any:
        """A command of the DevTools protocol."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": name, "params": params})

    def look(self, page: Path, screen: Screen, *, scripts: bool = True) -> None:
        """Open a file as a window of that size and taste would show it."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width,
            height=screen.height,
            deviceScaleFactor=1,
            mobile=screen.name == "phone",
        )
        taste = {"name": "prefers-color-scheme", "value": "dark" if screen.dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[taste])
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.console()
        self.requests()
        self._ask("POST", "/url", {"url": page.resolve().as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """The value that a function body returns in the page."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def hover(self, x: float, y: float) -> None:
        self.command("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press(self, key: str) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            code = {"Tab": 9, "ArrowRight": 39, "Enter": 13}[key]
            self.command(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    def _take_log(self, kind: str) -> list[Any]:
        taken: list[Any] = self._ask("POST", "/se/log", {"type": kind})
        return taken

    def console(self) -> list[str]:
        """What was written to the console since the last call, errors of the page included."""
        return [entry["message"] for entry in self._take_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last call."""
        urls = []
        for entry in self._take_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls

    def picture(self, path: Path, *, whole: bool = False) -> None:
        data = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(data["data"]))

    def close(self) -> None:
        # A driver that is only terminated leaves its browser running.
        if self._session:
            with contextlib.suppress(OSError, RuntimeError):
                self._ask("DELETE", "")
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._end_browser()
        self._log.close()
        if self._process.stdout:
            self._process.stdout.close()

    def _end_browser(self) -> None:
        """Whatever is left of it: known by its profile, which nobody else has."""
        profile = f"--user-data-dir={self._profile}".encode()
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if profile in (folder / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
