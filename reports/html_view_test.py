# SPDX-License-Identifier: Apache-2.0
"""The trace view in headless Chromium, with real input events: html_view_test.py FILE

FILE is the page that build/tests html_trace leaves in WIPERIG_TEST_VIEW (html_trace_sample.h says what is in it):
200,000 edges, 100,000 requests, a cut at 30 s, failures at 42.5 s and 60 s.
"""
import os
import re
import sys

from html_browser import Browser

OPENS_WITHIN_S = 2.0
BYTES_MAX = 3000000
LANES = {"map": 350, "overview": 12, "line": 130}  # heights in the canvas, of a lane each


def check(holds, text):
    if not holds:
        sys.exit("html_view_test: " + text)


class View:
    def __init__(self, browser):
        self.b = browser

    def get(self, name):
        return float(self.b.value("document.getElementById('traces').dataset.%s" % name))

    def span(self):
        return self.get("t0") / 1e9, self.get("t1") / 1e9

    def whole(self):
        t0, t1 = self.span()
        return t0 == 0 and abs(t1 - 60) < 0.1

    def after(self, deed):
        """Does something and waits until the view is drawn anew; what is in view then, in seconds."""
        drawn = self.get("drawn")
        deed()
        self.b.wait("Number(document.getElementById('traces').dataset.drawn) > %d" % drawn)
        return self.span()

    def box(self):
        return self.b.value("(() => { const r = document.getElementById('v-canvas').getBoundingClientRect();"
                            " return [r.x, r.y, r.width, r.height]; })()")

    def at(self, seconds, lane="line"):
        """Where in the window a time stands in a lane."""
        x, y, width, _ = self.box()
        t0, t1 = self.span()
        gutter = 104
        return x + gutter + (seconds - t0) / (t1 - t0) * (width - gutter - 1), y + LANES[lane]

    def says(self):
        return self.b.value("document.getElementById('v-says').textContent")

    def rows(self):
        return self.b.value("Array.from(document.querySelectorAll('#v-body tr'), tr => tr.textContent)")

    def colour(self, seconds, y):
        x, top, _, _ = self.box()
        px, _ = self.at(seconds)
        return self.b.value("Array.from(document.getElementById('v-canvas').getContext('2d').getImageData(%d, %d, 1, 1)"
                            ".data.slice(0, 3))" % (px - x, y))


def opens(browser, path):
    times = []
    for _ in range(3):
        times.append(browser.open(path, "document.getElementById('traces')?.dataset.drawn > 0"))
        said, asked = browser.complaints()
        check(not said, "the page says on the console: %s" % said)
        check(not asked, "the page asks for %s" % asked)
    check(min(times) <= OPENS_WITHIN_S, "it opens in %.2f s at best" % min(times))
    check(os.path.getsize(path) < BYTES_MAX, "it has %d bytes" % os.path.getsize(path))
    return min(times)


def contents(v):
    check(v.get("edges") >= 200000 and v.get("requests") == 100000, "not every edge and request is in the page")
    check(v.whole(), "at first %s is in view" % (v.span(),))
    check(v.b.value("document.querySelector('#v-body img, #v-body script, #v-body b')") is None, "markup in the transcript")
    v.b.wait("!!document.querySelector('#v-body tr')")
    check(any("LBA 8 is <script>alert(1)</script>" in row for row in v.rows()), "the finding is not in the transcript")
    check("zeros" in v.b.value("document.getElementById('v-legend').textContent"), "no legend")


def zooms_and_pans(v):
    b = v.b
    x, y = v.at(20)
    # A view that was not clicked lets the page scroll.
    before = b.value("scrollY")
    b.mouse("mouseWheel", x, y, deltaX=0, deltaY=120)
    b.wait("scrollY > %d" % before)
    check(v.whole(), "the wheel zooms a view that nobody has clicked")
    b.value("document.getElementById('traces').scrollIntoView()")
    v.after(lambda: b.click(*v.at(20)))
    t0, t1 = v.after(lambda: b.mouse("mouseWheel", *v.at(20), deltaX=0, deltaY=-400))
    check(abs((t1 - t0) - 60 / 2.718281828) < 0.5, "the wheel zooms to %s" % (t1 - t0))
    check(abs((20 - t0) / (t1 - t0) - 1 / 3) < 0.01, "the wheel does not zoom where the pointer is: %s" % ((t0, t1),))
    x0, y0 = v.at(20)
    x1, _ = v.at(22)
    d0, d1 = v.after(lambda: b.drag(x0, y0, x1, y0))
    b.wait("Math.abs(document.getElementById('traces').dataset.t0 / 1e9 - %f) < 0.1" % (t0 - 2))
    d0, d1 = v.span()
    check(abs((d1 - d0) - (t1 - t0)) < 1e-6, "dragging zooms")
    for key, wanted in (("ArrowRight", (0.25, 1.25)), ("+", None), ("-", None), ("0", None)):
        t0, t1 = v.span()
        n0, n1 = v.after(lambda key=key: b.key(key))
        if wanted:
            check(abs(n0 - (t0 + wanted[0] * (t1 - t0))) < 1e-3, "%s leads from %s to %s" % (key, t0, n0))
        if key == "+":
            check(abs((n1 - n0) * 2 - (t1 - t0)) < 1e-3, "+ does not zoom in")
    check(v.whole(), "0 does not show all")
    x, y = v.at(55, "overview")
    v.after(lambda: b.key("+"))
    t0, t1 = v.after(lambda: b.click(x, y))
    check(t0 < 55 < t1, "a click on the overview leads to %s" % ((t0, t1),))
    v.after(lambda: b.key("0"))


def tells(v):
    """The lines' levels and the request under the pointer, and what is drawn there."""
    b = v.b
    for seconds, level in ((5, 0), (20, 1), (55, 0)):
        v.after(lambda s=seconds: b.mouse("mouseMoved", *v.at(s)))
        check("erase_active %d" % level in v.says(), "at %d s: %s" % (seconds, v.says()))
    # The erase goes through all of the disk from 10 s to 50 s: where it is, is green.
    top, height = v.b.value("[%d, 190]" % MAP_TOP)
    green, ground = [29, 154, 108], [246, 247, 249]
    for seconds in (13, 21, 39, 47):
        done = 1 - (seconds - 10) / 40
        seen = v.colour(seconds, top + height * done), v.colour(seconds, top + height * (done / 2))
        check(seen == (green, ground), "at %d s the map has %s where the erase is and %s ahead of it" % (seconds, *seen))
    check(v.colour(56, top + height * 0.5) == ground, "after the erase something is drawn")


def edges(v):
    """From edge to edge of the line that was clicked: erase_active, 1 from 10 s to 50 s; then of any line."""
    v.after(lambda: v.b.click(*v.at(20, "erase_active")))
    for key, wanted, level in ((".", 50, 0), (".", 50, 0), (",", 10, 1), (",", 10, 1)):
        v.b.key(key)
        v.b.wait("/ at %d\\.000\\d* s /.test(document.getElementById('v-says').textContent)" % wanted)
        check("erase_active %d" % level in v.says(), "%s leads to %s" % (key, v.says()))
    v.after(lambda: v.b.click(*v.at(20, "map")))
    v.after(lambda: v.b.value("document.getElementById('v-edge-next').click()"))
    found = re.search(r" at ([0-9.]+) s ", v.says())
    check(found and 20 <= float(found[1]) < 21, "of any line the next edge is: %s" % v.says())
    check(v.whole(), "an edge that is in view moves it")
    v.after(lambda: v.b.click(*v.at(20, "overview")))
    v.after(lambda: v.b.key("0"))


def moments(v, path):
    b = v.b
    cases = b.value("Array.from(document.querySelectorAll('a.moment'), a => [a.dataset.case, a.dataset.ns])")
    check(["1", "42500000000"] in cases, "no link to the finding's moment: %s" % cases)
    v.after(lambda: b.value("document.querySelector('a.moment[data-ns=\"42500000000\"]').click()"))
    t0, t1 = v.span()
    check(t0 < 42.5 < t1 and t1 - t0 < 10, "the link leads to %s" % ((t0, t1),))
    check(b.value("location.hash") == "#t1@42.500000000", "the address is %s" % b.value("location.hash"))
    check("in logic-00001-01-start.sr at 42.500000 s" in v.says() and "logic.vcd at 42.500000 s" in v.says(), v.says())
    b.wait("/LBA 8 is/.test(document.querySelector('#v-body tr.now')?.textContent)")
    t0, t1 = v.after(lambda: b.value("document.getElementById('v-cut').click()"))
    check(t0 < 30 < t1 or abs(t0 - 30) < 5, "no way to the cut: %s" % ((t0, t1),))
    b.open(path + "#t1@42.500000000", "document.getElementById('traces')?.dataset.t0 > 1e9")
    t0, t1 = v.span()
    check(t0 < 42.5 < t1, "the address leads to %s" % ((t0, t1),))


MAP_TOP = 0


def main(path):
    global MAP_TOP
    with Browser() as browser:
        v = View(browser)
        opened = opens(browser, path)
        # 2 lanes, steps and panel, 8 lines, as html_draw.js stacks them.
        MAP_TOP = 26 + 8 + 20 + 8 + 2 * (19 + 8) + 8 * (22 + 2)
        LANES["map"] = MAP_TOP + 95
        LANES["erase_active"] = MAP_TOP - 4 * (22 + 2) + 11
        contents(v)
        browser.value("document.getElementById('traces').scrollIntoView()")
        zooms_and_pans(v)
        tells(v)
        edges(v)
        drawn = v.get("drawMs")
        moments(v, path)
    print("html_view_test: opens in %.2f s, draws all of it in %.0f ms, %d bytes, no request" %
          (opened, drawn, os.path.getsize(path)))


main(sys.argv[1])
