// SPDX-License-Identifier: Apache-2.0
// What each worker did when: a row a worker, zoomable down to single intervals. The server sums up a
// window into columns; where few intervals are in it, they come as they are.
import { canvasIn, color, duration, el, get, hideTip, legend, percent, rgb, short, showTip, STATES } from './util.js';

const LEFT = 148;           // pixels for names
const AXIS = 24;
const MIN_WINDOW = 1e3;     // ns
const MAX_WINDOW = 600e9;
const REFRESH_MS = 120;
const NONE = 255;

/** Reads what the server sends for a window. All numbers are little-endian. */
export function decode(buffer) {
  const view = new DataView(buffer);
  const from = view.getFloat64(0, true);
  const to = view.getFloat64(8, true);
  const dropped = view.getFloat64(16, true);
  const workers = view.getInt32(24, true);
  const columns = view.getInt32(28, true);
  const count = view.getInt32(32, true);
  const detailed = view.getInt32(36, true) === 1;
  let at = 40;
  const doubles = () => { const a = new Float64Array(buffer, at, count); at += 8 * count; return a; };
  const ints = () => { const a = new Int32Array(buffer, at, count); at += 4 * count; return a; };
  const begin = doubles(), end = doubles(), worker = ints(), state = ints(), name = ints(), tile = ints();
  return { from, to, dropped, workers, columns, detailed, count, begin, end, worker, state, name, tile,
    cells: new Uint8Array(buffer, at, workers * columns * 2) };
}

export class Timeline {
  id = 'timeline';
  title = 'Workers';
  widest = MAX_WINDOW;

  constructor(teff) {
    this.teff = teff;
    this.live = true;
    this.window = 10e9;
    this.end = 0;
    this.strip = document.createElement('canvas');
  }

  build(panel) {
    this.liveButton = el('button', { type: 'button', 'aria-pressed': 'true', onclick: () => this.follow() }, 'Live');
    this.note = el('span', { class: 'note' });
    this.range = el('span', { class: 'note', style: { fontFamily: 'var(--mono)' } });
    this.legendBox = el('div');
    const zoom = (factor, text, title) => el('button', { type: 'button', title, onclick: () => this.zoom(factor) }, text);
    this.box = el('div', { class: 'canvas', tabindex: '0', 'aria-label': 'Timeline of the workers; arrow keys move, plus and minus zoom, Home goes live' });
    panel.append(
      el('div', { class: 'tools' }, this.liveButton, zoom(1 / 2, '+', 'Closer (+)'), zoom(2, '−', 'Farther (−)'), this.range,
        el('span', { class: 'spacer' }), this.legendBox),
      el('div', { class: 'card grow' }, this.box),
      el('div', { class: 'legend' }, this.note));
    this.view = canvasIn(this.box, 'Timeline');
    this.listen(this.view.canvas);
    this.themed();
  }

  listen(canvas) {
    canvas.addEventListener('wheel', event => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.move((event.deltaX || event.deltaY) / this.plotWidth());
      else this.zoom(Math.exp(event.deltaY * 0.0016), event.offsetX);
    }, { passive: false });
    canvas.addEventListener('pointerdown', event => {
      canvas.setPointerCapture(event.pointerId);
      this.drag = { x: event.offsetX, end: this.end };
    });
    canvas.addEventListener('pointermove', event => {
      if (this.drag) {
        const moved = event.offsetX - this.drag.x;
        if (Math.abs(moved) > 3) this.place(this.drag.end - moved * this.window / this.plotWidth());
        hideTip();
      } else this.hover(event);
    });
    canvas.addEventListener('pointerup', () => { this.drag = null; });
    canvas.addEventListener('pointerleave', hideTip);
    canvas.addEventListener('dblclick', () => this.follow());
  }

  key(event) {
    const steps = { ArrowLeft: () => this.move(-.2), ArrowRight: () => this.move(.2), '+': () => this.zoom(1 / 2), '=': () => this.zoom(1 / 2),
      '-': () => this.zoom(2), Home: () => this.follow(), f: () => this.follow() };
    const step = steps[event.key];
    step?.();
    return Boolean(step);
  }

  themed() {
    this.legendBox.replaceChildren(legend(STATES.slice(0, 5).map(state => [state, color(state)])));
    this.painted = null;
  }

  engine() {
    this.data = null;
    this.follow();
  }

  /** Comes to the front, at a place if one is named: {worker, begin, end}. */
  shown(place) {
    if (!place) return;
    this.window = Math.max(MIN_WINDOW, (place.end - place.begin) * 12);
    this.place((place.begin + place.end) / 2 + this.window / 2);
    this.mark = place;
  }

  follow() {
    this.live = true;
    this.mark = null;
    this.liveButton?.setAttribute('aria-pressed', 'true');
  }

  place(end) {
    const latest = this.now();
    this.end = Math.min(Math.max(end, this.window * .02), latest + this.window * .5);
    this.live = false;
    this.liveButton.setAttribute('aria-pressed', 'false');
  }

  move(part) {
    this.place(this.end + part * this.window);
  }

  zoom(factor, x = LEFT + this.plotWidth()) {
    const part = Math.min(1, Math.max(0, (x - LEFT) / this.plotWidth()));
    const fixed = this.end - this.window * (1 - part);
    this.window = Math.min(this.widest, Math.max(MIN_WINDOW, this.window * factor));
    if (!this.live) this.place(fixed + this.window * (1 - part));
  }

  plotWidth() {
    return Math.max(1, this.view.width - LEFT);
  }

  /** The engine's clock, carried on between snapshots. */
  now() {
    const snapshot = this.teff.store.snapshot;
    if (!snapshot) return 0;
    const passed = this.teff.store.ended || this.teff.paused ? 0 : performance.now() - (this.arrived ?? performance.now());
    return snapshot.timeNs + passed * 1e6;
  }

  update() {
    this.arrived = performance.now();
  }

  async refresh() {
    const store = this.teff.store;
    if (this.loading || !store.engine || !store.snapshot || this.view.width < LEFT + 20) return;
    this.loading = true;
    try {
      const margin = this.live ? .02 : .25;
      const from = Math.max(0, this.end - this.window * (1 + margin));
      const to = this.end + this.window * margin;
      const columns = Math.round(this.plotWidth() * this.view.scale * (1 + 2 * margin));
      this.data = await this.load(Math.round(from), Math.round(to), columns);
      this.problem = null;
    } catch (error) {
      this.problem = error.message;
    } finally {
      this.loading = false;
      this.loaded = performance.now();
    }
  }

  /** What there is of a window; the explorer of trace files has it at hand. */
  async load(from, to, columns) {
    const response = await fetch(get('api/timeline', { engine: this.teff.store.id, from, to, columns }));
    if (!response.ok) throw new Error(await response.text());
    return decode(await response.arrayBuffer());
  }

  rangeText() {
    return `${duration(this.window)} wide, ends ${duration(this.now() - this.end)} ago`;
  }

  frame(now) {
    const { teff, view } = this;
    if (this.live && !teff.paused) this.end = this.now();
    const settled = !this.live && this.asked === this.end + ':' + this.window + ':' + view.width;
    const due = now - (this.loaded ?? 0) > (settled ? 1000 : REFRESH_MS);
    if (due && !(teff.paused && settled)) {
      this.asked = this.end + ':' + this.window + ':' + view.width;
      this.refresh();
    }
    view.clear();
    const context = view.context;
    const data = this.data;
    const from = this.end - this.window;
    const workers = teff.store.snapshot?.workers.length ?? 0;
    if (workers === 0 || view.height < AXIS + workers || view.width < LEFT + 20) return;
    this.rowHeight = Math.min(48, (view.height - AXIS) / workers);
    this.rowsTop = AXIS;
    if (data) {
      this.paint(data);
      const x = LEFT + (data.from - from) / this.window * this.plotWidth();
      const width = (data.to - data.from) / this.window * this.plotWidth();
      context.save();
      context.beginPath();
      context.rect(LEFT, AXIS, this.plotWidth(), view.height - AXIS);
      context.clip();
      if (data.detailed) this.drawIntervals(context, data, from);
      else {
        context.imageSmoothingEnabled = false;
        const gap = this.rowHeight > 6 ? 2 : this.rowHeight > 3 ? 1 : 0;
        for (let w = 0; w < data.workers; w++) {
          context.drawImage(this.strip, 0, w, data.columns, 1, x, AXIS + w * this.rowHeight, width, this.rowHeight - gap);
        }
      }
      if (this.mark) {
        const left = LEFT + (this.mark.begin - from) / this.window * this.plotWidth();
        const right = LEFT + (this.mark.end - from) / this.window * this.plotWidth();
        context.strokeStyle = color('accent');
        context.lineWidth = 2;
        context.strokeRect(left - 2, AXIS + this.mark.worker * this.rowHeight - 1, Math.max(4, right - left + 4), this.rowHeight);
      }
      context.restore();
    }
    this.drawAxis(context, from);
    this.drawNames(context, workers);
    const range = this.rangeText();
    if (this.range.textContent !== range) this.range.textContent = range;
    const note = this.problem ?? (!data ? '' : (data.detailed ? 'Every interval is drawn.'
      : 'Columns show what took most of their time, the paler the smaller its part; zoom in for single intervals.')
      + (data.dropped > 0 ? ` ${short(data.dropped)} intervals were overwritten before they could be read.` : ''));
    if (this.note.textContent !== note) this.note.textContent = note;
  }

  /** One pixel a column and worker, to be stretched when drawn. */
  paint(data) {
    if (this.painted === data || data.detailed) return;
    this.painted = data;
    this.strip.width = data.columns;
    this.strip.height = Math.max(1, data.workers);
    const context = this.strip.getContext('2d');
    const image = context.createImageData(data.columns, Math.max(1, data.workers));
    const colors = STATES.map(rgb);
    const ground = rgb('card');
    for (let i = 0, o = 0; i < data.cells.length; i += 2, o += 4) {
      const state = data.cells[i];
      if (state === NONE) continue;
      const part = 0.25 + 0.75 * data.cells[i + 1] / 255;
      const c = colors[state];
      for (let k = 0; k < 3; k++) image.data[o + k] = ground[k] + (c[k] - ground[k]) * part;
      image.data[o + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  drawIntervals(context, data, from) {
    const scale = this.plotWidth() / this.window;
    const gap = this.rowHeight > 6 ? 2 : 0;
    for (let i = 0; i < data.count; i++) {
      const x = LEFT + (data.begin[i] - from) * scale;
      const width = (data.end[i] - data.begin[i]) * scale;
      const y = AXIS + data.worker[i] * this.rowHeight;
      context.fillStyle = color(STATES[data.state[i]]);
      context.fillRect(x, y, Math.max(.7, width - (width > 3 ? 1 : 0)), this.rowHeight - gap);
      const left = Math.max(x, LEFT);
      const seen = x + width - left;
      const name = seen > 46 && this.rowHeight > 13 ? this.teff.store.nameOf(data.name[i]) : null;
      if (name) {
        context.fillStyle = color('card');
        context.font = '11px ui-monospace, monospace';
        context.fillText(name.slice(0, Math.floor((seen - 8) / 6.7)), left + 5, y + this.rowHeight / 2 + 3);
      }
    }
  }

  drawAxis(context, from) {
    context.fillStyle = color('dim');
    context.strokeStyle = color('line');
    context.lineWidth = 1;
    context.font = '11px ui-monospace, monospace';
    const rough = this.window / Math.max(2, this.plotWidth() / 110);
    const size = 10 ** Math.floor(Math.log10(rough));
    const step = size * (rough / size > 5 ? 10 : rough / size > 2 ? 5 : 2);
    for (let t = Math.max(0, Math.ceil(from / step) * step); t <= this.end; t += step) {
      const x = Math.round(LEFT + (t - from) / this.window * this.plotWidth()) + .5;
      context.beginPath();
      context.moveTo(x, AXIS - 6);
      context.lineTo(x, this.view.height);
      context.stroke();
      context.fillText(step >= 1e7 ? (t / 1e9).toFixed(Math.max(0, -Math.floor(Math.log10(step / 1e9)))) + ' s'
        : '+' + duration(t - Math.floor(from / 1e7) * 1e7), x + 3, 11);
    }
  }

  drawNames(context, workers) {
    const store = this.teff.store;
    const every = Math.ceil(13 / this.rowHeight);
    context.font = '11px ui-monospace, monospace';
    for (let w = 0; w < workers; w += every) {
      const worker = store.snapshot.workers[w];
      const y = AXIS + (w + .5) * this.rowHeight + 3;
      context.fillStyle = color(store.snapshot.states[worker.state]);
      context.fillRect(0, y - 8, 4, 10);
      context.fillStyle = color('ink');
      context.fillText(worker.label ?? String(w), 10, y);
      context.fillStyle = color('dim');
      context.fillText(worker.cpu >= 0 ? 'cpu ' + worker.cpu : '', 36, y);
      if (store.rates) context.fillText(short(store.rates.rate(w, 'tasks')) + '/s', 88, y);
    }
  }

  hover(event) {
    const row = Math.floor((event.offsetY - AXIS) / this.rowHeight);
    const store = this.teff.store;
    const data = this.data;
    if (!data || event.offsetX < LEFT || row < 0 || row >= data.workers) return hideTip();
    const time = this.end - this.window + (event.offsetX - LEFT) / this.plotWidth() * this.window;
    const text = data.detailed ? this.describe(data, row, time) : this.sumUp(data, row, time);
    if (text) showTip((store.snapshot.workers[row]?.label ?? `worker ${row}`) + (store.snapshot.workers[row]?.cpu >= 0 ? `, CPU ${store.snapshot.workers[row].cpu}` : '') + '\n' + text,
      event.clientX, event.clientY);
    else hideTip();
  }

  describe(data, row, time) {
    const slack = this.window / this.plotWidth();
    for (let i = data.count - 1; i >= 0; i--) {
      if (data.worker[i] !== row || time < data.begin[i] - slack || time > data.end[i] + slack) continue;
      const name = this.teff.store.nameOf(data.name[i]);
      return `${STATES[data.state[i]]}${name ? ' ' + name : ''} for ${duration(data.end[i] - data.begin[i])}\n`
        + `from ${(data.begin[i] / 1e9).toFixed(6)} s` + (data.tile[i] >= 0 ? `\ntile ${data.tile[i]}` : '');
    }
    return null;
  }

  sumUp(data, row, time) {
    const column = Math.floor((time - data.from) / (data.to - data.from) * data.columns);
    if (column < 0 || column >= data.columns) return null;
    const at = 2 * (row * data.columns + column);
    if (data.cells[at] === NONE) return 'nothing on record';
    return `mostly ${STATES[data.cells[at]]}: ${percent(data.cells[at + 1] / 255)} of ${duration((data.to - data.from) / data.columns)}`;
  }
}
