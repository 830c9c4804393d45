# SPDX-License-Identifier: Apache-2.0
"""explore.html in a browser: it opens in a second, its map is there and lies under its marks, and a mark leads to its
finding. explore_html_view_test.py FILE"""
import sys

from html_browser import Browser

OPEN_SECONDS = 1.0
EDGE = "document.querySelector('%s').getBoundingClientRect().%s"


def check(good, what):
    if not good:
        raise SystemExit("explore_html_view_test: " + what)


def test(path, dark):
    with Browser(dark=dark) as browser:
        seconds = min(browser.open(path, "document.querySelector('.map svg')") for _ in range(3))
        check(seconds < OPEN_SECONDS, "it opens in %.2f s" % seconds)
        check(browser.complaints() == ([], []), "it complains: %s" % (browser.complaints(),))
        left, width = (browser.value(EDGE % (".map svg", side)) for side in ("left", "width"))
        mark = browser.value(EDGE % (".mark.first", "left"))
        check(width > 800 and left - 20 <= mark <= left + width, "the mark is at %s, the map at %s" % (mark, left))
        good, bad = (browser.value("getComputedStyle(document.querySelector('.map rect.%s')).fill" % c) for c in "pf")
        check(good != bad, "good and bad look the same")
        check(browser.value("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the window")
        target = browser.value("document.querySelector('.mark.first').hash")
        browser.value("document.querySelector('.mark.first').click()")
        browser.wait("location.hash === '%s'" % target)
        check(browser.value("document.querySelector(':target').matches('.finding')"), "the mark leads nowhere")
    return seconds


if __name__ == "__main__":
    times = [test(sys.argv[1], dark) for dark in (False, True)]
    print("explore_html_view_test: %s opens in %.2f s" % (sys.argv[1], max(times)))
