"""A real browser without a window: Debian's chromium, driven by selenium."""
import base64
import contextlib
import os
import tempfile

import debian_python  # noqa: F401
from selenium import webdriver
from selenium.webdriver.chrome.service import Service


@contextlib.contextmanager
def browser():
    with tempfile.TemporaryDirectory(prefix="usage-browser-") as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                         "--disable-background-networking", "--disable-component-update", "--disable-extensions",
                         "--force-device-scale-factor=1", f"--user-data-dir={profile}"):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        try:
            driver.get("about:blank")  # the browser's own first page would go on loading
            yield driver
        finally:
            driver.quit()


def resize(driver, width, height=900):
    """The page's own width, not the window's."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


def page_png(driver, height=None):
    """The page's first so many pixels, else all of it."""
    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    picture = driver.execute_cdp_cmd("Page.captureScreenshot", {
        "format": "png", "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"], "scale": 1}})
    return base64.b64decode(picture["data"])


def pdf(driver):
    """As a person prints it who sets nothing but backgrounds off: the page size is the page's own."""
    printed = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})
    return base64.b64decode(printed["data"])
