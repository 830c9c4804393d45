#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Opens a report in headless Chromium: html_browser_test.sh [FILE]   (without FILE: the unit test's, from build/tests)
# Fails on any console message, on any request that the page makes, and if its script or, with scripts off, its content
# is missing. Two pages known to be bad are tried first, so that a blind browser is noticed.
set -eu

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
	{ echo "html_browser_test: no Chromium here" >&2; exit 77; }
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# open_page FILE: leaves dom, console and requests in $work. The browser's own requests have no initiator that
# is an origin; a page's have, be it the opaque one of a file.
open_page() {
	rm -rf "$work/profile" "$work/net.json"
	timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$work/profile" --enable-logging=stderr --log-level=0 --log-net-log="$work/net.json" \
		--virtual-time-budget=3000 --dump-dom "file://$1" >"$work/dom" 2>"$work/log"
	grep ':CONSOLE' "$work/log" >"$work/console" || true
	grep -o '"initiator":"[^"]*".*' "$work/net.json" | grep -v '^"initiator":"not an origin"' >"$work/requests" || true
	test -s "$work/net.json" || fail "the browser left no log of its network"
}

fail() {
	echo "html_browser_test: $*" >&2
	cat "$work/console" "$work/requests" >&2 2>/dev/null || true
	exit 1
}

# check_page FILE: it says nothing on the console, and asks for nothing.
check_page() {
	open_page "$(realpath "$1")"
	test ! -s "$work/console" || fail "$1: messages on the console"
	test ! -s "$work/requests" || fail "$1: it makes requests"
}

echo '<!DOCTYPE html><html><body><img src="http://127.0.0.1:9/x"></body></html>' >"$work/request.html"
echo '<!DOCTYPE html><html><body><script>throw new Error("x")</script></body></html>' >"$work/throw.html"
open_page "$work/request.html"
test -s "$work/requests" || fail "a page's request was not noticed"
open_page "$work/throw.html"
test -s "$work/console" || fail "a page's error was not noticed"

if [ $# -eq 0 ]; then
	WIPERIG_TEST_REPORT="$work/report.html" "$build/tests" html >"$work/log" || fail "build/tests html failed"
	WIPERIG_TEST_VIEW="$work/view.html" "$build/tests" html_trace >"$work/log" || fail "build/tests html_trace failed"
	# The view, and that its test sees what is wrong: a wheel that does nothing.
	sed 's/zoom(Math.exp(e.deltaY \/ 400), at(e))/redraw()/' "$work/view.html" >"$work/view-bad.html"
	cmp -s "$work/view.html" "$work/view-bad.html" && fail "the page has no wheel"
	! PYTHONDONTWRITEBYTECODE=1 python3 reports/html_view_test.py "$work/view-bad.html" 2>"$work/log" || fail "a dead wheel was not noticed"
	grep -q 'the wheel zooms to' "$work/log" || fail "$(cat "$work/log")"
	PYTHONDONTWRITEBYTECODE=1 python3 reports/html_view_test.py "$work/view.html"
	# The page of exploring, which has no script.
	! "$build/wiperig" explore --defect complete-on-interrupted --disk 80MB --erase activation --erase residue \
		--out "$work/found" >"$work/log" || fail "exploring found nothing"
	check_page "$work/found/explore.html"
	PYTHONDONTWRITEBYTECODE=1 python3 reports/explore_html_view_test.py "$work/found/explore.html"
	set -- "$work/report.html"
fi
file=$(realpath "$1")
check_page "$file"
# The script shows the search box as its last deed.
grep -q 'class="tools" id="tools">' "$work/dom" || fail "$1: its script did not run to the end"

# Without scripts: by the page's own policy, as headless Chromium has no switch for it that works.
sed "s/script-src 'unsafe-inline'/script-src 'none'/" "$file" >"$work/no-script.html"
open_page "$work/no-script.html"
grep -q 'class="tools" id="tools" hidden' "$work/dom" || fail "$1: scripts were not off"
grep -q '<section class="req">' "$work/dom" || fail "$1: no requirements without scripts"
grep -q '<h2 id="cases">' "$work/dom" || fail "$1: no cases without scripts"
echo "html_browser_test: $1: no console message, no request, complete without scripts"
