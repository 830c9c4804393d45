/* SPDX-License-Identifier: Apache-2.0 */
/* The trace view: which case, which stretch of time, what the pointer and the keys do, and the transcript. */
const ROWS_MAX = 300, SPAN_MIN = 200;
const $ = id => document.getElementById(id);
const section = $('traces');
if (section) start();

function start() {
	const names = section.dataset.lines.split(','), kindNames = section.dataset.kinds.split(',').concat('disk');
	const DISK_KIND = kindNames.length - 1;
	const canvas = $('v-canvas'), says = $('v-says'), choice = $('v-case'), body = $('v-body');
	const view = { t0: 0, t1: 1, cursor: null, mark: null, line: null, lba: {} };
	const hiddenKinds = new Set(['disk']);
	let trace = null, lanes = [], colours = palette(section), drawing = null, queued = false, rowsTimer = 0, caseNo = 0;

	/* --- what is in view --- */
	function redraw() {
		if (queued || !trace) return;
		queued = true;
		requestAnimationFrame(() => {
			queued = false;
			const began = performance.now();
			drawing = new Drawing(canvas, view, trace, lanes, colours);
			drawing.all();
			Object.assign(section.dataset, { t0: view.t0, t1: view.t1, case: caseNo, drawMs: performance.now() - began });
			section.dataset.drawn = Number(section.dataset.drawn || 0) + 1;
			tell();
		});
		clearTimeout(rowsTimer);
		rowsTimer = setTimeout(rows, 80);
	}

	function show(t0, t1) {
		const span = Math.min(Math.max(t1 - t0, SPAN_MIN), trace.end);
		t0 = Math.min(Math.max(t0 + (t1 - t0 - span) / 2, 0), trace.end - span);
		view.t0 = t0;
		view.t1 = t0 + span;
		redraw();
	}
	const zoom = (factor, at) => show(at - (at - view.t0) * factor, at + (view.t1 - at) * factor);
	const move = share => show(view.t0 + share * (view.t1 - view.t0), view.t1 + share * (view.t1 - view.t0));
	const middle = () => view.cursor !== null && view.cursor >= view.t0 && view.cursor <= view.t1 ?
		view.cursor : (view.t0 + view.t1) / 2;

	/* A moment, with a little of what was around it; as far out as one is, if that is nearer. */
	function go(ns) {
		const span = Math.min(view.t1 - view.t0, Math.max(trace.end / 20, 2e7));
		view.mark = view.cursor = ns;
		show(ns - span * 0.7, ns + span * 0.3);
		history.replaceState(null, '', '#t' + caseNo + '@' + (ns / 1e9).toFixed(9));
	}
	function toNext(times, forward) {
		const at = view.mark !== null ? view.mark : forward ? -1 : trace.end + 1;
		const found = forward ? times.find(t => t > at) : times.filter(t => t < at).pop();
		const to = found !== undefined ? found : forward ? times[0] : times[times.length - 1];
		if (to !== undefined) go(to);
	}

	/* The nearest change of the line that was clicked last; of any but the rig's own marker where none was. What is in view
	   moves only as far as it must. */
	function toEdge(forward) {
		const at = view.mark !== null ? view.mark : forward ? view.t0 : view.t1;
		let to = null;
		for (const one of trace.lines) {
			if (view.line !== null ? one.line !== view.line : names[one.line] === 'marker') continue;
			let i = forward ? above(one.time, at) : above(one.time, at) - 1;
			if (!forward && one.time[i] === at) i--;
			while (i >= 0 && i < one.time.length && (one.level[i] === UNKNOWN || !i || one.level[i - 1] === UNKNOWN)) i += forward ? 1 : -1;
			const t = one.time[i];
			if (t !== undefined && (to === null || (forward ? t < to : t > to))) to = t;
		}
		if (to === null) return;
		const span = view.t1 - view.t0;
		view.mark = view.cursor = to;
		if (to < view.t0 || to > view.t1) show(to - span / 2, to + span / 2); else redraw();
	}

	/* --- in words --- */
	function requestText(d, i) {
		const op = d.kind[i] & OP, flags = d.kind[i];
		let text = OPS[op];
		if (op !== FLUSH) text += ' ' + d.sectors[i] + ' sectors at LBA ' + d.lba[i];
		if (d.commands[i] > 1) text += ' in ' + d.commands[i] + ' commands';
		if (CONTENTS[d.content[i]]) text += ', ' + CONTENTS[d.content[i]];
		if (flags & FUA) text += ', FUA';
		if (flags & MARKER) text += ', holds planted data';
		if (flags & ABORTED) text += ', ended by the power cut';
		if (flags & FAILED) text += ', failed';
		return text + (op > FLUSH ? '' : ', took ' + spanText(d.to[i] - d.from[i]));
	}

	/* The request under the pointer: of those that overlap it, the nearest in LBA. */
	function requestAt(lane, t, y) {
		const d = lane.of, { low, high } = view.lba[d.disk] || { low: 0, high: d.size };
		const lba = low + (1 - (y - lane.y) / lane.height) * (high - low), slack = 3 * (view.t1 - view.t0) / canvas.clientWidth;
		let best = -1, nearest = (high - low) / 20;
		for (let i = above(d.from, t - d.longest - slack); i < d.n && d.from[i] <= t + slack; i++) {
			if (d.to[i] < t - slack) continue;
			const away = Math.max(d.lba[i] - lba, lba - d.lba[i] - d.sectors[i], 0);
			if (away < nearest) { nearest = away; best = i; }
		}
		return best;
	}

	function levels(t) {
		return trace.lines.map(one => {
			const i = above(one.time, t) - 1, v = i < 0 ? UNKNOWN : one.level[i];
			return names[one.line] + (v === UNKNOWN ? ' ?' : ' ' + v);
		}).join(', ');
	}

	/* The same moment in the files for other tools. */
	function elsewhere(t) {
		const w = trace.windows.find(one => one.from <= t && t <= one.to);
		const why = w && (w.why & 1 ? 'start' : w.why & 8 ? 'failure' : w.why & 2 ? 'power' : 'panel');
		const pad = (number, digits) => String(number).padStart(digits, '0');
		return 'in trace.pcapng, disk.blktrace.0 and logic.vcd at ' + ((t + trace.offset) / 1e9).toFixed(6) + ' s' +
			/* Of a window that is not whole here the begin is not known. */
			(w && !(trace.left.edges && w === trace.windows[0]) ? ', in logic-' + pad(caseNo, 5) + '-' + pad(w.number, 2) + '-' + why + '.sr at ' + ((t - w.from) / 1e9).toFixed(6) + ' s' : '');
	}

	function tell(y) {
		const span = view.t1 - view.t0, parts = [timeText(view.t0, span) + ' to ' + timeText(view.t1, span)];
		if (view.cursor !== null) {
			parts.push('at ' + timeText(view.cursor, Math.min(span, 1e9)));
			if (view.mark !== null && view.mark !== view.cursor)
				parts.push((view.cursor > view.mark ? '+' : '') + spanText(view.cursor - view.mark) + ' from the mark');
			const lane = lanes.find(one => one.type === 'map' && y >= one.y && y < one.y + one.height);
			const found = lane ? requestAt(lane, view.cursor, y) : -1;
			if (found >= 0) parts.push(requestText(lane.of, found));
			else if (trace.lines.length) parts.push(levels(view.cursor));
			const w = trace.windows.find(one => one.from <= view.cursor && view.cursor <= one.to);
			if (w && w.error) parts.push('times of the lines ± ' + spanText(w.error) + ' (99.7 %)');
		}
		if (view.cursor !== null) parts.push(elsewhere(view.cursor));
		says.textContent = parts.join(' · ');
	}

	/* --- the transcript --- */
	function candidates() {
		const x = trace.texts, found = [];
		const kindIsShown = kind => !hiddenKinds.has(kindNames[kind]);
		for (let i = above(x.time, view.t0 - 1); i < x.n && x.time[i] <= view.t1; i++)
			if (kindIsShown(x.kind[i])) found.push([x.time[i], x.kind[i], x.text[i], x.weight[i] === BAD]);
		if (!kindIsShown(DISK_KIND)) return found;
		for (const d of trace.disks)
			for (let i = above(d.from, view.t0 - 1); i < d.n && d.from[i] <= view.t1 && found.length < 50000; i++)
				found.push([d.from[i], DISK_KIND, () => requestText(d, i), (d.kind[i] & (ABORTED | FAILED)) !== 0]);
		return found.sort((a, b) => a[0] - b[0]);
	}

	function rows() {
		const found = candidates(), near = middle();
		const at = found.findIndex(row => row[0] >= near), centre = at < 0 ? found.length : at;
		const first = Math.max(0, Math.min(centre - ROWS_MAX / 2, found.length - ROWS_MAX));
		const some = found.slice(first, first + ROWS_MAX), list = document.createDocumentFragment();
		const line = (cells, name) => {
			const tr = list.appendChild(document.createElement('tr'));
			for (const text of cells) tr.appendChild(document.createElement('td')).textContent = text;
			if (name) tr.className = name;
			return tr;
		};
		if (first) line(['', '', '… ' + first + ' before'], '');
		let now = null;
		for (const [t, kind, text, bad] of some) {
			const tr = line([(t / 1e9).toFixed(6), kindNames[kind], typeof text === 'string' ? text : text()], bad ? 'f' : '');
			tr.dataset.ns = t;
			if (!now && t >= near) now = tr;
		}
		if (first + some.length < found.length) line(['', '', '… ' + (found.length - first - some.length) + ' after'], '');
		body.replaceChildren(list);
		if (!now) return;
		now.classList.add('now');
		$('v-rows').scrollTop = Math.max(now.offsetTop - $('v-rows').clientHeight / 2, 0);
	}

	/* --- a case --- */
	function legend() {
		const used = new Set(), list = $('v-legend');
		for (const d of trace.disks)
			for (let i = 0; i < d.n; i++) if ((d.kind[i] & OP) <= FLUSH) used.add(kindOf(d.kind[i], d.content[i]));
		const items = [...used].sort().map(k => ['var(--k' + k + ')', KINDS[k]]);
		if (trace.cuts.length) items.push(['var(--lost)', 'power off; ◆ cached write lost or torn']);
		if (trace.failures.length) items.push(['var(--bad)', 'failure']);
		if (trace.lines.length) items.push(['var(--wave2)', 'more changes than pixels'], ['var(--line)', 'not captured']);
		list.replaceChildren(...items.map(([colour, text]) => {
			const item = document.createElement('span'), box = item.appendChild(document.createElement('i'));
			box.style.background = colour;
			item.append(text);
			return item;
		}));
	}

	function leftOut() {
		const { windows, edges, requests, texts } = trace.left, parts = [];
		if (!trace.lines.length) parts.push('No line was observed.');
		if (!trace.disks.length) parts.push('No disk request was observed.');
		if (edges) parts.push('The first ' + edges + ' edges' + (windows ? ', ' + windows + ' whole windows,' : '') +
			' are left out here for want of room; logic.vcd has them.');
		if (requests) parts.push('The first ' + requests + ' disk requests are left out here; disk.blktrace.0 has them.');
		if (texts) parts.push('The first ' + texts + ' lines of the transcript are left out here; timeline.jsonl has them.');
		$('v-missing').textContent = parts.join(' ');
	}

	async function load(number) {
		const block = $('t' + number);
		if (!block) return false;
		caseNo = Number(number);
		const bytes = await unpack(block.textContent);
		if (caseNo !== Number(number)) return false;
		trace = readTrace(bytes, names);
		lanes = lanesOf(trace, names);
		canvas.style.height = lanes.height + 'px';
		choice.value = String(number);
		$('v-link').hash = '#c' + number;
		const failed = trace.failures.length ? trace.failures[0] : null;
		Object.assign(section.dataset, {
			edges: trace.lines.reduce((sum, one) => sum + one.time.length, 0), requests: trace.disks.reduce((sum, d) => sum + d.n, 0),
		});
		Object.assign(view, { cursor: failed, mark: failed, line: null, lba: {} });
		$('v-previous').disabled = $('v-next').disabled = !trace.failures.length;
		$('v-cut').disabled = !trace.cuts.length;
		$('v-edge-before').disabled = $('v-edge-next').disabled = !trace.lines.length;
		legend();
		leftOut();
		show(0, trace.end);
		return true;
	}

	async function moment(number, ns) {
		if (Number(number) !== caseNo && !await load(number)) return;
		go(ns);
		section.scrollIntoView();
		canvas.focus({ preventScroll: true });
	}

	/* --- pointer and keys --- */
	function pointer() {
		let from = null, moved = false;
		const at = e => drawing.t(Math.max(e.offsetX, GUTTER));
		canvas.addEventListener('pointerdown', e => {
			from = { x: e.offsetX, y: e.offsetY, t0: view.t0, t1: view.t1 };
			moved = false;
			canvas.setPointerCapture(e.pointerId);
			if (e.offsetY < LANE.overview) jump(e);
		});
		function jump(e) {
			const half = (view.t1 - view.t0) / 2, t = (e.offsetX - GUTTER) / drawing.plot * trace.end;
			moved = true;
			show(t - half, t + half);
		}
		canvas.addEventListener('pointermove', e => {
			if (!drawing) return;
			view.cursor = at(e);
			if (from && from.y < LANE.overview) jump(e);
			else if (from) {
				const by = (from.x - e.offsetX) * drawing.perPixel;
				moved = moved || Math.abs(from.x - e.offsetX) > 3;
				if (moved) show(from.t0 + by, from.t1 + by);
			} else redraw();
			tell(e.offsetY);
		});
		canvas.addEventListener('pointerup', e => {
			if (from && !moved) {
				const lane = lanes.find(one => e.offsetY >= one.y && e.offsetY < one.y + one.height);
				view.line = lane && lane.type === 'line' ? lane.of.line : null;
				view.mark = at(e);
				redraw();
			}
			from = null;
		});
		canvas.addEventListener('pointercancel', () => { from = null; });
		canvas.addEventListener('dblclick', e => zoom(0.25, at(e)));
		canvas.addEventListener('wheel', e => {
			/* The page scrolls past a view that was not clicked. */
			if (document.activeElement !== canvas && !e.ctrlKey) return;
			e.preventDefault();
			const lane = lanes.find(one => one.type === 'map' && e.offsetY >= one.y && e.offsetY < one.y + one.height);
			if (e.shiftKey && lane) zoomLba(lane, e);
			else if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) move(e.deltaX / 1000);
			else zoom(Math.exp(e.deltaY / 400), at(e));
		}, { passive: false });
	}

	function zoomLba(lane, e) {
		const d = lane.of, now = view.lba[d.disk] || { low: 0, high: d.size };
		const factor = Math.exp((e.deltaY || e.deltaX) / 400), lba = now.low + (1 - (e.offsetY - lane.y) / lane.height) * (now.high - now.low);
		const low = Math.max(lba - (lba - now.low) * factor, 0), high = Math.min(lba + (now.high - lba) * factor, d.size);
		if (high - low >= 16) view.lba[d.disk] = { low, high };
		redraw();
	}

	const actions = {
		in: () => zoom(0.5, middle()), out: () => zoom(2, middle()), left: () => move(-0.25), right: () => move(0.25),
		all: () => { view.lba = {}; show(0, trace.end); },
		previous: () => toNext(trace.failures, false), next: () => toNext(trace.failures, true), cut: () => toNext(trace.cuts, true),
		'edge-before': () => toEdge(false), 'edge-next': () => toEdge(true),
	};
	const keys = { '+': 'in', '=': 'in', '-': 'out', ArrowUp: 'in', ArrowDown: 'out', ArrowLeft: 'left', ArrowRight: 'right',
		0: 'all', Home: 'all', p: 'previous', n: 'next', c: 'cut', ',': 'edge-before', '.': 'edge-next' };

	function kindBoxes() {
		for (const name of new Set(kindNames)) {
			const label = document.createElement('label'), box = label.appendChild(document.createElement('input'));
			box.type = 'checkbox';
			box.checked = !hiddenKinds.has(name);
			box.addEventListener('change', () => {
				if (box.checked) hiddenKinds.delete(name); else hiddenKinds.add(name);
				rows();
			});
			label.append(' ' + name);
			$('v-kinds').append(label);
		}
	}

	function fromHash() {
		const found = /^#t(\d+)@(\d+(?:\.\d+)?)$/.exec(location.hash);
		if (found) moment(found[1], Number(found[2]) * 1e9);
		return !!found;
	}

	$('v-none').hidden = true;
	$('v-box').hidden = false;
	kindBoxes();
	pointer();
	for (const name of Object.keys(actions)) $('v-' + name).addEventListener('click', () => trace && actions[name]());
	canvas.addEventListener('keydown', e => {
		if (!trace || !keys[e.key] || e.ctrlKey || e.altKey || e.metaKey) return;
		e.preventDefault();
		actions[keys[e.key]]();
	});
	choice.addEventListener('change', () => load(choice.value));
	body.addEventListener('click', e => {
		const tr = e.target.closest('tr');
		if (tr && tr.dataset.ns) go(Number(tr.dataset.ns));
	});
	document.addEventListener('click', e => {
		const link = e.target.closest('a.moment');
		if (!link) return;
		e.preventDefault();
		moment(link.dataset.case, Number(link.dataset.ns));
	});
	addEventListener('resize', redraw);
	addEventListener('hashchange', fromHash);
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { colours = palette(section); redraw(); });
	if (!fromHash()) load(choice.value);
}
