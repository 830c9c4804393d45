/* SPDX-License-Identifier: Apache-2.0 */
/* Draws what is between view.t0 and view.t1, however much that is: work goes by pixels, not by edges. */
const GUTTER = 104, GAP = 8;
const LANE = { overview: 26, ruler: 20, segments: 19, line: 22, map: 190, rate: 52 };
const KINDS = ['read', 'flush', 'zeros', 'constant', 'random', 'weak or data', 'ended by a cut, failed'];

function palette(element) {
	const style = getComputedStyle(element), get = name => style.getPropertyValue(name).trim();
	const colours = {};
	for (const name of ['bg', 'card', 'line', 'text', 'soft', 'bad', 'wave', 'wave2', 'bad2', 'lost', 'kept'])
		colours[name] = get('--' + name);
	colours.kinds = KINDS.map((_, i) => get('--k' + i));
	return colours;
}

/* Which of KINDS a request is drawn as. */
function kindOf(kind, content) {
	if (kind & (ABORTED | FAILED)) return 6;
	if ((kind & OP) === READ) return 0;
	if ((kind & OP) === FLUSH) return 1;
	return content === 1 || content === 7 ? 2 : content === 2 ? 3 : content === 3 ? 4 : content ? 5 : 3;
}

function timeText(ns, span) {
	const digits = span > 2e10 ? 2 : span > 2e9 ? 3 : span > 2e6 ? 6 : 9;
	return (ns / 1e9).toFixed(digits) + ' s';
}

function spanText(ns) {
	const a = Math.abs(ns);
	return a >= 1e9 ? (ns / 1e9).toPrecision(6) + ' s' : a >= 1e6 ? (ns / 1e6).toPrecision(6) + ' ms' :
		a >= 1e3 ? (ns / 1e3).toPrecision(6) + ' µs' : Math.round(ns) + ' ns';
}

function sizeText(bytes) {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	let unit = 0;
	for (; bytes >= 1000 && unit < 4; unit++) bytes /= 1000;
	return (unit && bytes < 100 ? bytes.toPrecision(3) : Math.round(bytes)) + ' ' + units[unit];
}

function countText(count) {
	return count >= 1e6 ? (count / 1e6).toPrecision(3) + 'M' : count >= 1e3 ? (count / 1e3).toPrecision(3) + 'k' : count.toPrecision(3);
}

/* The lanes from top to bottom, as far as the trace has them. */
function lanesOf(trace, names) {
	const lanes = [{ type: 'overview', name: 'case' }, { type: 'ruler', name: '' }];
	if (trace.steps.time.length) lanes.push({ type: 'segments', name: 'step', of: trace.steps });
	if (trace.panel.time.length) lanes.push({ type: 'segments', name: 'panel', of: trace.panel });
	for (const line of trace.lines) lanes.push({ type: 'line', name: names[line.line], of: line });
	for (const disk of trace.disks) {
		const which = trace.disks.length > 1 ? ' ' + (disk.disk + 1) : '';
		lanes.push({ type: 'map', name: 'disk' + which + ', LBA', of: disk });
		lanes.push({ type: 'rate', name: 'requests/s', of: disk, sum: 'sumCommands' });
		lanes.push({ type: 'rate', name: 'bytes/s', of: disk, sum: 'sumBytes' });
	}
	let y = 0;
	for (const lane of lanes) {
		lane.y = y;
		lane.height = LANE[lane.type];
		y += lane.height + (lane.type === 'line' ? 2 : GAP);
	}
	lanes.height = y;
	return lanes;
}

class Drawing {
	constructor(canvas, view, trace, lanes, colours) {
		Object.assign(this, { canvas, view, trace, lanes, colours });
		this.c = canvas.getContext('2d');
		this.ratio = window.devicePixelRatio || 1;
		this.width = canvas.clientWidth;
		const w = Math.round(this.width * this.ratio), h = Math.round(lanes.height * this.ratio);
		if (canvas.width !== w || canvas.height !== h) {
			canvas.width = w;
			canvas.height = h;
		}
		this.plot = Math.max(this.width - GUTTER - 1, 50);
		this.perPixel = (view.t1 - view.t0) / this.plot;
	}
	x(t) { return GUTTER + (t - this.view.t0) / this.perPixel; }
	t(x) { return this.view.t0 + (x - GUTTER) * this.perPixel; }

	all() {
		const c = this.c;
		c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
		c.fillStyle = this.colours.bg;
		c.fillRect(0, 0, this.width, this.lanes.height);
		c.font = '11px ui-monospace,Menlo,Consolas,monospace';
		c.textBaseline = 'middle';
		for (const lane of this.lanes) {
			c.save();
			this.label(lane);
			c.beginPath();
			c.rect(GUTTER, lane.y, this.plot + 1, lane.height);
			c.clip();
			this[lane.type](lane);
			c.restore();
		}
		this.marks();
	}

	label(lane) {
		this.c.fillStyle = this.colours.soft;
		this.c.textAlign = 'right';
		this.c.fillText(lane.name, GUTTER - 8, lane.y + (lane.height > 60 ? 8 : lane.height / 2));
	}

	/* The whole case: steps, failures, cuts, and which part is in view. */
	overview(lane) {
		const c = this.c, end = this.trace.end, x = t => GUTTER + t / end * this.plot, y = lane.y, h = lane.height;
		c.fillStyle = this.colours.card;
		c.fillRect(GUTTER, y, this.plot, h);
		c.fillStyle = this.colours.wave2;
		for (const w of this.trace.windows) c.fillRect(x(w.from), y + h - 7, Math.max(x(w.to) - x(w.from), 1), 7);
		for (const d of this.trace.disks) {
			const step = end / this.plot, most = this.peak(d, 'sumBytes', 0, step) || 1;
			c.fillStyle = this.colours.kinds[2];
			for (let i = 0; i < this.plot; i++) {
				const sum = sumAt(d, d.sumBytes, (i + 1) * step) - sumAt(d, d.sumBytes, i * step);
				const tall = sum / most * (h - 9);
				if (tall > 0.2) c.fillRect(GUTTER + i, y + h - 8 - tall, 1, tall);
			}
		}
		this.uprights(this.trace.cuts, x, y, h, this.colours.lost, 1.5);
		this.uprights(this.trace.failures, x, y, h, this.colours.bad, 2);
		const from = x(this.view.t0), to = x(this.view.t1);
		c.fillStyle = this.colours.text;
		c.globalAlpha = 0.12;
		c.fillRect(GUTTER, y, from - GUTTER, h);
		c.fillRect(to, y, GUTTER + this.plot - to, h);
		c.globalAlpha = 1;
		c.strokeStyle = this.colours.text;
		c.strokeRect(from, y + 0.5, Math.max(to - from, 2), h - 1);
	}

	uprights(times, x, y, h, colour, width) {
		let last = -9;
		this.c.fillStyle = colour;
		for (const t of times) {
			const at = x(t);
			if (at - last < 0.5) continue;
			this.c.fillRect(last = at, y, width, h);
		}
	}

	ruler(lane) {
		const c = this.c, span = this.view.t1 - this.view.t0;
		const wanted = span / (this.plot / 110), ten = Math.pow(10, Math.floor(Math.log10(wanted)));
		const tick = ten * [1, 2, 5, 10].find(m => m * ten >= wanted);
		const digits = Math.max(0, Math.min(9, 9 - Math.floor(Math.log10(tick) + 1e-9)));
		c.fillStyle = this.colours.soft;
		c.textAlign = 'left';
		for (let k = Math.ceil(this.view.t0 / tick); k * tick <= this.view.t1; k++) {
			const x = this.x(k * tick);
			c.fillRect(x, lane.y + 12, 1, 8);
			const text = (k * tick / 1e9).toFixed(digits) + ' s';
			if (x + 8 + c.measureText(text).width < this.width) c.fillText(text, x + 3, lane.y + 8);
		}
		this.ticks = { tick, first: Math.ceil(this.view.t0 / tick) };
	}

	segments(lane) {
		const c = this.c, s = lane.of, y = lane.y, h = lane.height;
		c.textAlign = 'left';
		let last = -9;
		for (let i = Math.max(above(s.time, this.view.t0) - 1, 0); i < s.time.length && s.time[i] < this.view.t1; i++) {
			const from = Math.max(this.x(s.time[i]), GUTTER), to = Math.min(this.x(s.to[i]), this.width);
			if (to - last < 1 && !s.bad[i]) continue;
			last = to;
			c.fillStyle = s.bad[i] ? this.colours.bad2 : this.colours.card;
			c.fillRect(from, y, Math.max(to - from - 1, 1), h);
			c.fillStyle = s.bad[i] ? this.colours.bad : this.colours.line;
			c.fillRect(from, y, s.bad[i] ? 3 : 1, h);
			if (to - from < 14) continue;
			c.save();
			c.beginPath();
			c.rect(from, y, to - from - 3, h);
			c.clip();
			c.fillStyle = this.colours.text;
			c.fillText(s.text[i].replace(/^(step |panel shows: )/, ''), from + 5, y + h / 2 + 0.5);
			c.restore();
		}
	}

	/* A pixel with more than one change is filled; where the level is not known there is a thin grey line. */
	line(lane) {
		const c = this.c, { time, level } = lane.of, top = lane.y + 3.5, bottom = lane.y + lane.height - 3.5;
		const path = new Path2D(), y = v => v === 1 ? top : v === 0 ? bottom : (top + bottom) / 2;
		const levelAt = i => i < 0 ? UNKNOWN : level[i];
		let i = above(time, this.view.t0) - 1, x = GUTTER, now = levelAt(i), dense = -1;
		const fill = to => {
			if (dense < 0) return;
			c.fillStyle = this.colours.wave2;
			c.fillRect(dense, top, to - dense, bottom - top);
			dense = -1;
		};
		const run = (from, to, v) => {
			if (v === UNKNOWN) {
				c.fillStyle = this.colours.line;
				c.fillRect(from, y(v), to - from, 1);
			} else {
				path.moveTo(from, y(v));
				path.lineTo(to, y(v));
			}
		};
		while (i + 1 < time.length && time[i + 1] <= this.view.t1) {
			const at = Math.max(Math.floor(this.x(time[i + 1])), GUTTER), next = above(time, this.t(at + 1)) - 1;
			const count = Math.max(next - i, 1);
			if (at > x) {
				fill(x);
				run(x, at, now);
			}
			now = levelAt(i += count);
			if (count > 1) {
				if (dense < 0) dense = at;
				x = at + 1;
				continue;
			}
			fill(at);
			path.moveTo(at + 0.5, top);
			path.lineTo(at + 0.5, bottom);
			x = at;
		}
		fill(x);
		run(x, GUTTER + this.plot, now);
		c.strokeStyle = this.colours.wave;
		c.lineWidth = 1.2;
		c.stroke(path);
		this.errorBar(lane);
		if (lane.name === 'console_tx') this.said(lane);
	}

	/* How far the times of the window in the middle may be off, where that can be seen. */
	errorBar(lane) {
		const middle = (this.view.t0 + this.view.t1) / 2;
		const w = this.trace.windows.find(one => one.from <= middle && middle <= one.to) || this.trace.windows[0];
		const half = w.error / this.perPixel, x = this.width - 6 - half, y = lane.y + lane.height / 2;
		if (!w.error || half < 2 || half > this.plot / 3) return;
		this.c.fillStyle = this.colours.bad;
		this.c.fillRect(x - half, y, 2 * half, 1);
		for (const end of [x - half, x + half]) this.c.fillRect(end, y - 3, 1, 7);
	}

	/* What the console said: a block for each byte, its bits and its character as there is room. */
	said(lane) {
		const c = this.c, top = lane.y + 3.5, bottom = lane.y + lane.height - 3.5;
		for (const w of this.trace.windows) {
			if (!w.byteNs || w.to < this.view.t0 || w.from > this.view.t1) continue;
			const wide = w.byteNs / this.perPixel;
			let last = -9;
			for (let i = above(w.byteTime, this.view.t0); i < w.byteTime.length; i++) {
				const t = w.byteTime[i] - w.byteNs, x = this.x(t);
				if (t > this.view.t1) break;
				if (x + wide - last < 1) continue;
				last = x + Math.max(wide, 1);
				c.fillStyle = this.colours.wave2;
				c.fillRect(x, top, last - x, bottom - top);
				if (wide > 40) this.bits(w.byte[i], x, wide, top, bottom);
				if (wide < 9) continue;
				const b = w.byte[i], text = b > 32 && b < 127 ? String.fromCharCode(b) : b.toString(16).padStart(2, '0');
				c.fillStyle = this.colours.text;
				c.textAlign = 'center';
				if (b > 32 && b < 127 || wide > 16) c.fillText(text, x + wide / 2, (top + bottom) / 2 + 0.5);
			}
		}
	}

	bits(byte, x, wide, top, bottom) {
		const c = this.c, frame = byte << 1 | 512;
		c.beginPath();
		c.moveTo(x, top);
		for (let bit = 0; bit < 10; bit++) {
			const y = frame >> bit & 1 ? top : bottom;
			c.lineTo(x + wide * bit / 10, y);
			c.lineTo(x + wide * (bit + 1) / 10, y);
		}
		c.strokeStyle = this.colours.wave;
		c.stroke();
	}

	/* LBA over time, pixel by pixel. */
	map(lane) {
		const c = this.c, d = lane.of, ratio = this.ratio;
		const width = Math.round(this.plot * ratio), height = Math.round(lane.height * ratio);
		const image = c.createImageData(width, height), pixels = new Uint32Array(image.data.buffer);
		const { low, high } = this.view.lba[d.disk] || { low: 0, high: d.size };
		const colours = this.colours.kinds.map(rgba), ground = rgba(this.colours.card);
		const scaleX = width / (this.view.t1 - this.view.t0), scaleY = height / (high - low);
		const column = t => (t - this.view.t0) * scaleX, row = lba => height - (lba - low) * scaleY;
		pixels.fill(ground);
		const block = (x0, x1, y0, y1, colour) => {
			x0 = Math.max(Math.floor(x0), 0);
			x1 = Math.min(Math.max(Math.ceil(x1), x0 + Math.ceil(ratio * 1.5)), width);
			y0 = Math.max(Math.min(Math.floor(y0), height - 2), 0);
			y1 = Math.min(Math.max(Math.ceil(y1), y0 + 2), height);
			for (let y = y0; y < y1; y++) pixels.fill(colour, y * width + x0, y * width + Math.max(x1, x0));
		};
		const fates = [];
		for (let i = above(d.from, this.view.t0 - d.longest); i < d.n && d.from[i] <= this.view.t1; i++) {
			const op = d.kind[i] & OP, x0 = column(d.from[i]), x1 = column(d.to[i]), end = d.lba[i] + d.sectors[i];
			if (x1 < 0) continue;
			if (op > FLUSH) { fates.push(i); continue; }
			const colour = colours[kindOf(d.kind[i], d.content[i])];
			if (op === FLUSH) { block(x0, x1, height - 3 * ratio, height, colour); continue; }
			if (end < low || d.lba[i] > high) continue;
			const pieces = d.commands[i] > 1 ? Math.min(Math.ceil(x1 - x0), width, d.commands[i]) || 1 : 1;
			for (let k = 0; k < pieces; k++)
				block(x0 + (x1 - x0) * k / pieces, x0 + (x1 - x0) * (k + 1) / pieces,
					row(d.lba[i] + d.sectors[i] * (k + 1) / pieces), row(d.lba[i] + d.sectors[i] * k / pieces), colour);
		}
		c.putImageData(image, Math.round(GUTTER * ratio), Math.round(lane.y * ratio));
		this.fates(lane, d, fates, low, high);
		this.scale(lane, [[sizeText(high * 512), 7], [sizeText(low * 512), lane.height - 7]]);
	}

	/* At a cut: what became of the writes in the cache. */
	fates(lane, d, fates, low, high) {
		const c = this.c;
		for (const i of fates) {
			const x = this.x(d.from[i]), y = lane.y + lane.height * (1 - (d.lba[i] + d.sectors[i] / 2 - low) / (high - low));
			const op = d.kind[i] & OP;
			c.fillStyle = op === KEPT ? this.colours.kept : this.colours.lost;
			c.beginPath();
			c.moveTo(x, y - 5);
			c.lineTo(x + (op === TORN ? 3 : 5), y);
			c.lineTo(x, y + 5);
			c.lineTo(x - (op === TORN ? 3 : 5), y);
			c.fill();
		}
	}

	scale(lane, texts) {
		this.c.restore();
		this.c.save();
		this.c.fillStyle = this.colours.soft;
		this.c.textAlign = 'right';
		for (const [text, y] of texts) this.c.fillText(text, GUTTER - 8, lane.y + y + (y < 20 && lane.height > 60 ? 14 : 0));
	}

	peak(d, sum, from, step) {
		let most = 0, before = sumAt(d, d[sum], from);
		for (let i = 1; i <= this.plot; i++) {
			const now = sumAt(d, d[sum], from + i * step);
			most = Math.max(most, now - before);
			before = now;
		}
		return most;
	}

	rate(lane) {
		const c = this.c, d = lane.of, sum = d[lane.sum], step = this.perPixel, bottom = lane.y + lane.height - 1;
		const most = this.peak(d, lane.sum, this.view.t0, step), scale = most ? (lane.height - 4) / most : 0;
		c.fillStyle = this.colours.card;
		c.fillRect(GUTTER, lane.y, this.plot, lane.height);
		const path = new Path2D();
		path.moveTo(GUTTER, bottom);
		let before = sumAt(d, sum, this.view.t0);
		for (let i = 0; i < this.plot; i++) {
			const now = sumAt(d, sum, this.view.t0 + (i + 1) * step), y = bottom - (now - before) * scale;
			path.lineTo(GUTTER + i, y);
			path.lineTo(GUTTER + i + 1, y);
			before = now;
		}
		c.strokeStyle = this.colours.kinds[lane.sum === 'sumBytes' ? 2 : 0];
		c.lineWidth = 1.2;
		c.stroke(path);
		path.lineTo(GUTTER + this.plot, bottom);
		c.globalAlpha = 0.18;
		c.fillStyle = c.strokeStyle;
		c.fill(path);
		c.globalAlpha = 1;
		const rate = most / step * 1e9;
		this.scale(lane, [[lane.sum === 'sumBytes' ? sizeText(rate) + '/s' : countText(rate) + '/s', 8]]);
	}

	marks() {
		const c = this.c, top = this.lanes[1].y + LANE.ruler, bottom = this.lanes.height - GAP;
		const inView = t => t >= this.view.t0 && t <= this.view.t1;
		const upright = (t, colour, dash, width) => {
			c.strokeStyle = colour;
			c.lineWidth = width;
			c.setLineDash(dash);
			c.beginPath();
			c.moveTo(this.x(t), top);
			c.lineTo(this.x(t), bottom);
			c.stroke();
			c.setLineDash([]);
		};
		const each = (times, colour, dash, width) => {
			let last = -9;
			for (const t of times) {
				if (!inView(t) || this.x(t) - last < 1) continue;
				last = this.x(t);
				upright(t, colour, dash, width);
			}
		};
		c.globalAlpha = 0.35;
		for (let k = this.ticks.first; k * this.ticks.tick <= this.view.t1; k++)
			upright(k * this.ticks.tick, this.colours.line, [], 1);
		c.globalAlpha = 1;
		each(this.trace.cuts, this.colours.lost, [5, 3], 1);
		each(this.trace.failures, this.colours.bad, [], 2);
		if (this.view.mark !== null && inView(this.view.mark)) upright(this.view.mark, this.colours.text, [2, 2], 1);
		if (this.view.cursor !== null && inView(this.view.cursor)) upright(this.view.cursor, this.colours.soft, [], 1);
	}
}

/* "#rrggbb" as createImageData() wants it. */
function rgba(colour) {
	const n = parseInt(colour.slice(1), 16);
	return (255 << 24 | (n & 255) << 16 | (n >> 8 & 255) << 8 | n >> 16) >>> 0;
}
