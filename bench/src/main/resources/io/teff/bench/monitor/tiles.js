// SPDX-License-Identifier: Apache-2.0
// Tiled loops, live: who computes which tile, and how long it takes, iteration by iteration.
import { canvasIn, color, duration, el, empty, get, hideTip, rgb, showTip, workerColor } from './util.js';

const REFRESH_MS = 100;
const NOBODY = -1; // owner of a tile; others below 0 are threads that are no workers

/** Reads an iteration as the server sends it. All numbers are little-endian. */
export function decodeTiles(buffer) {
  const view = new DataView(buffer);
  const [columns, rows, iteration, first, last, board] = [0, 4, 8, 12, 16, 20].map(at => view.getInt32(at, true));
  const n = columns * rows;
  return { columns, rows, iteration, first, last, board,
    begin: new Float64Array(buffer, 24, n), ns: new Float32Array(buffer, 24 + 8 * n, n), owner: new Int32Array(buffer, 24 + 12 * n, n) };
}

export class Tiles {
  id = 'tiles';
  title = 'Tiles';

  constructor(teff) {
    this.teff = teff;
    this.live = true;
  }

  build(panel) {
    this.none = empty('No tiled loop has run. Programs with one are, for instance,', 'teff compare --only mandelbrot,sandpile,blur --live');
    this.boards = el('select', { 'aria-label': 'Loop', onchange: () => { this.follow(); this.loaded = 0; } }, el('option', { value: '-1' }, 'the latest loop'));
    this.liveButton = el('button', { type: 'button', 'aria-pressed': 'true', onclick: () => this.follow() }, 'Live');
    this.slider = el('input', { type: 'range', min: 0, max: 0, value: 0, 'aria-label': 'Iteration' });
    this.slider.addEventListener('input', () => {
      this.live = false;
      this.wanted = Number(this.slider.value);
      this.loaded = 0;
      this.label();
    });
    this.text = el('span', { style: { fontFamily: 'var(--mono)', minWidth: '190px' } });
    this.ownerBox = el('div', { class: 'canvas' });
    this.heatBox = el('div', { class: 'canvas' });
    this.ownerNote = el('span', { class: 'note' });
    this.heatNote = el('span', { class: 'note' });
    this.content = el('div', { class: 'grow', style: { gap: '14px' } },
      el('div', { class: 'tools' }, this.boards, this.liveButton, this.slider, this.text),
      el('div', { class: 'row grow', style: { flexDirection: 'row' } },
        el('div', { class: 'card grow' }, el('h2', {}, 'By worker', this.ownerNote), this.ownerBox),
        el('div', { class: 'card grow' }, el('h2', {}, 'By time', this.heatNote), this.heatBox)));
    panel.append(this.none, this.content);
    this.views = [canvasIn(this.ownerBox, 'Tiles by worker'), canvasIn(this.heatBox, 'Tiles by time')];
    for (const view of this.views) {
      view.canvas.addEventListener('pointermove', event => this.hover(event, view));
      view.canvas.addEventListener('pointerleave', () => { this.over = -1; this.dirty = true; hideTip(); });
      view.canvas.addEventListener('click', event => this.jump(event, view));
      view.canvas.style.cursor = 'crosshair';
    }
    this.over = -1;
    this.label();
  }

  themed() { this.dirty = true; }
  shown() { this.dirty = true; this.loaded = 0; }

  engine() {
    this.data = null;
    this.boards.value = '-1';
    this.follow();
  }

  follow() {
    this.live = true;
    this.label();
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Home') this.follow();
    else if (step && this.data) {
      this.live = false;
      this.wanted = Math.min(this.data.last, Math.max(this.data.first, (this.wanted ?? this.data.iteration) + step));
      this.loaded = 0;
      this.label();
    } else return false;
    return true;
  }

  update(store) {
    const { boards } = store.snapshot;
    if (boards.length === this.boards.options.length - 1) return;
    const chosen = this.boards.value;
    this.boards.replaceChildren(el('option', { value: '-1' }, 'the latest loop'),
      ...boards.map(b => el('option', { value: b.index }, `${b.name} (${b.columns} × ${b.rows})`)));
    this.boards.value = chosen;
  }

  label() {
    this.liveButton.setAttribute('aria-pressed', this.live);
    if (!this.data) return;
    const { first, last, iteration } = this.data;
    this.slider.min = first;
    this.slider.max = last;
    this.slider.value = this.live ? last : this.wanted;
    this.text.textContent = `iteration ${this.live ? iteration : this.wanted} of ${last}`;
  }

  async refresh() {
    const store = this.teff.store;
    if (this.loading || !store.engine) return;
    this.loading = true;
    try {
      const response = await fetch(get('api/tiles', { engine: store.id, board: this.boards.value, iteration: this.live ? -1 : this.wanted }));
      if (response.status === 204) this.data = null;
      else if (response.ok) {
        const data = decodeTiles(await response.arrayBuffer());
        this.data = data.columns > 0 ? data : null;
      } else throw new Error(await response.text());
      this.dirty = true;
      this.label();
    } catch (error) {
      this.text.textContent = error.message;
    } finally {
      this.loading = false;
      this.loaded = performance.now();
    }
  }

  frame(now) {
    if (now - (this.loaded ?? 0) > REFRESH_MS && !this.teff.paused && (this.live || this.loaded === 0 || now - this.loaded > 2000)) this.refresh();
    else if (this.loaded === 0) this.refresh();
    this.none.style.display = this.data ? 'none' : '';
    this.content.style.visibility = this.data ? '' : 'hidden';
    if (!this.data || !(this.dirty || this.views.some(view => view.resized))) return;
    this.dirty = false;
    this.draw();
  }

  draw() {
    const { data, views } = this;
    const { columns, rows, owner, ns } = data;
    let most = 0, sum = 0, done = 0;
    for (let i = 0; i < owner.length; i++) {
      if (owner[i] === NOBODY) continue;
      most = Math.max(most, ns[i]);
      sum += ns[i];
      done++;
    }
    const busy = new Set(owner.filter(w => w >= 0)).size;
    const who = [busy > 0 ? `${busy} ${busy === 1 ? 'worker' : 'workers'}` : '', owner.some(w => w < NOBODY) ? 'the caller' : ''];
    this.ownerNote.textContent = `${columns} × ${rows} tiles, ${done} done`
      + (done > 0 ? ` by ${who.filter(text => text).join(' and ')}` : '');
    this.heatNote.textContent = done > 0 ? `mean ${duration(sum / done)}, longest ${duration(most)}` : '';
    const hot = rgb('blocked'), warm = rgb('steal'), cold = rgb('soft');
    const heat = part => {
      const [a, b, t] = part < .5 ? [cold, warm, part * 2] : [warm, hot, part * 2 - 1];
      return `rgb(${a.map((v, k) => Math.round(v + (b[k] - v) * t)).join(' ')})`;
    };
    for (const view of views) {
      view.resized = false;
      view.clear();
      const size = Math.max(1, Math.min(view.width / columns, view.height / rows));
      view.tile = { size, left: (view.width - size * columns) / 2, top: (view.height - size * rows) / 2 };
      const gap = size > 7 ? 1 : 0;
      for (let i = 0; i < owner.length; i++) {
        const x = view.tile.left + i % columns * size, y = view.tile.top + Math.floor(i / columns) * size;
        view.context.fillStyle = owner[i] === NOBODY ? color('soft') : view === views[0] ? (owner[i] < 0 ? color('dim') : workerColor(owner[i])) : heat(most > 0 ? ns[i] / most : 0);
        view.context.fillRect(x, y, size - gap, size - gap);
      }
      if (this.over >= 0 && this.over < owner.length) {
        view.context.strokeStyle = color('ink');
        view.context.lineWidth = 2;
        view.context.strokeRect(view.tile.left + this.over % columns * size - 1, view.tile.top + Math.floor(this.over / columns) * size - 1, size + 1, size + 1);
      }
    }
  }

  tileAt(event, view) {
    if (!this.data || !view.tile) return -1;
    const column = Math.floor((event.offsetX - view.tile.left) / view.tile.size);
    const row = Math.floor((event.offsetY - view.tile.top) / view.tile.size);
    return column < 0 || row < 0 || column >= this.data.columns || row >= this.data.rows ? -1 : row * this.data.columns + column;
  }

  hover(event, view) {
    const tile = this.tileAt(event, view);
    if (tile !== this.over) {
      this.over = tile;
      this.dirty = true;
    }
    if (tile < 0) return hideTip();
    const { columns, owner, ns, begin } = this.data;
    showTip(`tile ${tile % columns}, ${Math.floor(tile / columns)}\n`
      + (owner[tile] === NOBODY ? 'not computed yet'
        : `${owner[tile] < 0 ? 'the caller' : 'worker ' + owner[tile]}, ${duration(ns[tile])}\nat ${(begin[tile] / 1e9).toFixed(6)} s`
          + (owner[tile] < 0 ? '' : '\nclick: see it in the timeline')),
    event.clientX, event.clientY);
  }

  jump(event, view) {
    const tile = this.tileAt(event, view);
    if (tile < 0 || this.data.owner[tile] < 0) return;
    const begin = this.data.begin[tile];
    this.teff.show('timeline', { worker: this.data.owner[tile], begin, end: begin + this.data.ns[tile] });
  }
}
