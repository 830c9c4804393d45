# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium by its own debugging protocol over a pipe, with real input events. For the tests of pages."""
import json
import os
import shutil
import subprocess
import tempfile
import time


class Browser:
    """with Browser() as browser: one tab, 1280 x 900. Collects what the page says on the console and asks for."""

    def __init__(self, width=1280, height=900, dark=False):
        program = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
        if not program:
            raise SystemExit(77)
        self.profile = tempfile.mkdtemp()
        to_read, self.to = os.pipe()
        self.out, from_write = os.pipe()
        # The protocol's pipes are descriptors 3 and 4.
        command = 'exec 3<&%d 4>&%d; exec "$0" "$@"' % (to_read, from_write)
        self.process = subprocess.Popen(
            ["bash", "-c", command, program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             "--user-data-dir=" + self.profile, "--remote-debugging-pipe", "about:blank"],
            pass_fds=(to_read, from_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.last, self.buffer, self.session, self.events = 0, b"", None, []
        tab = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=tab["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        if dark:
            self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self):
        while b"\0" not in self.buffer:
            got = os.read(self.out, 1 << 16)
            if not got:
                raise RuntimeError("the browser has gone")
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, **params):
        """One command; its result. Events that come meanwhile are kept."""
        self.last += 1
        command = {"id": self.last, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.to, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.last:
                if "error" in message:
                    raise RuntimeError("%s: %s" % (method, message["error"]))
                return message["result"]
            self.events.append(message)

    def value(self, expression):
        """What the page makes of an expression; of a promise, what it is resolved to."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError("%s: %s" % (expression, result["exceptionDetails"]))
        return result["result"].get("value")

    def open(self, path, ready="true"):
        """Opens a file; seconds from the navigation's begin until `ready` held, by the page's own clock."""
        self.events.clear()
        self.call("Page.navigate", url="file://" + os.path.realpath(path.split("#")[0]) +
                  ("#" + path.split("#")[1] if "#" in path else ""))
        self.wait(ready)
        return self.value("performance.now() / 1000")

    def wait(self, expression, seconds=20):
        """Until the expression holds."""
        end = time.monotonic() + seconds
        while not self.value("!!(%s)" % expression):
            if time.monotonic() > end:
                raise RuntimeError("never: " + expression)
            time.sleep(0.01)

    def complaints(self):
        """What the page said on the console, and every request but the page's own."""
        said = [e["params"] for e in self.events
                if e["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")]
        asked = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return said, [url for url in asked[1:] if not url.startswith(("data:", "blob:"))]

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def drag(self, x0, y0, x1, y1):
        self.mouse("mousePressed", x0, y0, button="left", clickCount=1)
        for i in range(1, 5):
            self.mouse("mouseMoved", x0 + (x1 - x0) * i / 4, y0 + (y1 - y0) * i / 4, button="left")
        self.mouse("mouseReleased", x1, y1, button="left", clickCount=1)

    def key(self, name):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, text=name if len(name) == 1 and kind == "keyDown" else "")

    def screenshot(self, path, **clip):
        import base64
        more = {"clip": dict(clip, scale=1), "captureBeyondViewport": True} if clip else {}
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", **more)["data"]))
