/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks a case's trace; the format is in html_trace.h. */
const UNKNOWN = 2, OP = 15, FUA = 16, MARKER = 32, ABORTED = 64, FAILED = 128;
const READ = 0, WRITE = 1, FLUSH = 2, LOST = 3, KEPT = 4, TORN = 5, SWAPPED = 6, SET_SIZE = 7;
const OPS = ['read', 'write', 'flush', 'cached write lost', 'cached write kept', 'write torn', 'another disk', 'disk size'];
const CONTENTS = ['', 'zeros', 'constant', 'random', 'weak', 'data', 'unreadable', 'factory'];
const STEP = 0, STEP_END = 1, POWER_ON = 2, POWER_OFF = 3, PANEL = 4, BAD = 2;

/* The first index of sorted `a` whose value is above t. */
function above(a, t) {
	let low = 0, high = a.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (a[middle] > t) high = middle; else low = middle + 1;
	}
	return low;
}

class Reader {
	constructor(bytes) { this.bytes = bytes; this.at = 0; }
	b() { return this.bytes[this.at++]; }
	u() { return this.us(1, [0])[0]; }
	s() { return unzigzag(this.u()); }
	/* Columns, of as many numbers. */
	bs(count) {
		const from = this.at;
		return this.bytes.slice(from, this.at += count);
	}
	us(count, array) {
		const bytes = this.bytes;
		let at = this.at;
		for (let i = 0; i < count; i++) {
			let value = 0, factor = 1, byte;
			do {
				byte = bytes[at++];
				value += (byte & 127) * factor;
				factor *= 128;
			} while (byte > 127);
			array[i] = value;
		}
		this.at = at;
		return array;
	}
	ss(count, array) {
		this.us(count, array);
		for (let i = 0; i < count; i++) array[i] = unzigzag(array[i]);
		return array;
	}
	/* Times: each so much after the one before. */
	times(count, column, start) {
		const array = this[column](count, new Float64Array(count));
		for (let i = 0, t = start; i < count; i++) array[i] = t += array[i];
		return array;
	}
}

function unzigzag(value) { return value % 2 ? -(value + 1) / 2 : value / 2; }

function readWindow(r) {
	const w = { from: r.s() };
	w.to = w.from + r.u();
	w.error = r.u();
	w.lines = r.b();
	w.levels = r.b();
	w.number = r.u();
	w.byteNs = r.u();
	w.why = r.b();
	const edges = r.u();
	w.time = r.times(edges, 'us', w.from);
	w.level = r.bs(edges);
	const bytes = r.u();
	w.byteTime = r.times(bytes, 'us', w.from);
	w.byte = r.bs(bytes);
	return w;
}

/* Each line that there is, over all windows: its changes, to 0, 1 or, between windows, UNKNOWN. */
function linesOf(windows, count) {
	const all = Array.from({ length: count }, (_, line) => ({ line, time: [], level: [], there: false }));
	const put = (line, t, v) => {
		const one = all[line];
		if (one.level.length ? one.level[one.level.length - 1] === v : v === UNKNOWN) return;
		one.time.push(t);
		one.level.push(v);
	};
	for (const w of windows) {
		for (let line = 0; line < count; line++) {
			if (!(w.lines >> line & 1)) continue;
			all[line].there = true;
			put(line, w.from, w.levels >> line & 1);
		}
		for (let i = 0, before = w.levels; i < w.time.length; before = w.level[i++])
			for (let changed = (before ^ w.level[i]) & w.lines, line = 0; changed; changed >>= 1, line++)
				if (changed & 1) put(line, w.time[i], w.level[i] >> line & 1);
		for (let line = 0; line < count; line++) if (w.lines >> line & 1) put(line, w.to, UNKNOWN);
	}
	return all.filter(one => one.there);
}

function readRequests(r) {
	const n = r.u(), q = { n, from: r.times(n, 'ss', 0) };
	q.to = r.us(n, new Float64Array(n));
	for (let i = 0; i < n; i++) q.to[i] += q.from[i];
	q.kind = r.bs(n);
	q.content = r.bs(n);
	q.lba = r.ss(n, new Float64Array(n));
	q.sectors = r.us(n, new Float64Array(n));
	q.commands = r.us(n, new Float64Array(n));
	for (let i = 0, end = 0; i < n; i++) {
		q.lba[i] += end;
		end = q.lba[i] + q.sectors[i];
	}
	return q;
}

function readTexts(r) {
	const n = r.u(), x = { n, time: r.times(n, 'ss', 0) };
	x.kind = r.bs(n);
	x.weight = r.bs(n);
	const length = r.us(n, new Float64Array(n)), decoder = new TextDecoder();
	x.text = new Array(n);
	for (let i = 0; i < n; i++) {
		x.text[i] = decoder.decode(r.bytes.subarray(r.at, r.at + length[i]));
		r.at += length[i];
	}
	return x;
}

/* Mostly they are in order already. */
function sortBy(indices, key) {
	for (let i = 1; i < indices.length; i++)
		if (key[indices[i - 1]] > key[indices[i]]) return indices.sort((a, b) => key[a] - key[b] || a - b);
	return indices;
}

function gather(array, indices) {
	const picked = new array.constructor(indices.length);
	for (let i = 0; i < indices.length; i++) picked[i] = array[indices[i]];
	return picked;
}

/* What one disk did, in the order in which its requests were queued, with running sums by the time of their end. */
function diskOf(all, disk) {
	const picked = [];
	let size = 0;
	for (let i = 0; i < all.n; i++) {
		if (all.content[i] >> 7 !== disk) continue;
		if ((all.kind[i] & OP) === SET_SIZE) { size = Math.max(size, all.lba[i]); continue; }
		size = Math.max(size, all.lba[i] + all.sectors[i]);
		picked.push(i);
	}
	if (!picked.length) return null;
	sortBy(picked, all.from);
	const d = { disk, size: Math.max(size, 1), n: picked.length, longest: 0 };
	for (const name of ['from', 'to', 'lba', 'sectors', 'commands', 'kind', 'content'])
		d[name] = gather(all[name], picked);
	for (let i = 0; i < d.n; i++) d.content[i] &= 127;
	for (let i = 0; i < d.n; i++) d.longest = Math.max(d.longest, d.to[i] - d.from[i]);
	const done = [];
	for (let i = 0; i < d.n; i++) if ((d.kind[i] & OP) <= FLUSH && !(d.kind[i] & ABORTED)) done.push(i);
	sortBy(done, d.to);
	d.done = gather(d.to, done);
	d.doneFrom = gather(d.from, done);
	d.sumCommands = new Float64Array(done.length + 1);
	d.sumBytes = new Float64Array(done.length + 1);
	done.forEach((i, at) => {
		d.sumCommands[at + 1] = d.sumCommands[at] + d.commands[i];
		d.sumBytes[at + 1] = d.sumBytes[at] + d.sectors[i] * 512;
	});
	return d;
}

/* How much of a running sum lies before t: a request counts evenly over the time that it took. */
function sumAt(d, sum, t) {
	const k = above(d.done, t);
	if (k >= d.done.length || d.doneFrom[k] >= t) return sum[k];
	return sum[k] + (sum[k + 1] - sum[k]) * (t - d.doneFrom[k]) / (d.done[k] - d.doneFrom[k]);
}

/* Steps, or panel messages: each from its time to the next one's. */
function segmentsOf(texts, kind, end) {
	const s = { time: [], to: [], text: [], bad: [] };
	for (let i = 0; i < texts.n; i++) {
		if (kind === STEP && texts.kind[i] === STEP_END && s.time.length) {
			s.to[s.to.length - 1] = texts.time[i];
			s.bad[s.bad.length - 1] = texts.weight[i] === BAD;
		}
		if (texts.kind[i] !== kind) continue;
		if (s.to.length) s.to[s.to.length - 1] = Math.min(s.to[s.to.length - 1], texts.time[i]);
		s.time.push(texts.time[i]);
		s.to.push(end);
		s.text.push(texts.text[i]);
		s.bad.push(false);
	}
	return s;
}

function timesOf(texts, wanted) {
	const times = [];
	for (let i = 0; i < texts.n; i++)
		if (wanted(i) && times[times.length - 1] !== texts.time[i]) times.push(texts.time[i]);
	return times;
}

function readTrace(bytes, lines) {
	const r = new Reader(bytes), trace = { end: r.s(), offset: r.s() };
	trace.windows = Array.from({ length: r.u() }, () => readWindow(r));
	const requests = readRequests(r), texts = trace.texts = readTexts(r);
	trace.left = { windows: r.u(), edges: r.u(), requests: r.u(), texts: r.u() };
	trace.lines = linesOf(trace.windows, lines.length);
	trace.disks = [0, 1].map(disk => diskOf(requests, disk)).filter(Boolean);
	trace.end = Math.max(trace.end, 1000, ...trace.windows.map(w => w.to));
	trace.steps = segmentsOf(texts, STEP, trace.end);
	trace.panel = segmentsOf(texts, PANEL, trace.end);
	trace.failures = timesOf(texts, i => texts.weight[i] === BAD);
	trace.cuts = timesOf(texts, i => texts.kind[i] === POWER_OFF);
	return trace;
}

/* From a data block of the page: base64 of zlib. */
async function unpack(text) {
	const plain = atob(text), bytes = new Uint8Array(plain.length);
	for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i);
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}
