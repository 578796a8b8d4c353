// SPDX-License-Identifier: Apache-2.0
// Runs that are over, one above the other or side by side: the timeline of the monitor over events that
// are in this page, and what they add up to.
import { duration, el, forgetColors, percent, short, STATES } from '../monitor/util.js';
import { Timeline } from '../monitor/timeline.js';

const KINDS = ['none', 'tasks', 'fork', 'root', 'tile', 'spin', 'park', 'blocked', 'sample', 'stuck'];
const STATE_OF_KIND = [5, 0, 0, 0, 0, 2, 3, 4, 0, 0]; // as they are drawn
const COUNTED = [false, true, true, true, false, true, true, true, false, false]; // stretches of a state
const WORK = [false, true, true, true, false, false, false, false, true, false];
const MOST_DETAILED = 6000;
const LONGEST = 10;
const NOTHING = 255;
const PACKAGE = /^([\p{Ll}\d_]+\.)+/u;
const STOPPED = 5;

/** Bytes of a base64 text, by pieces, so that no copy of the whole is needed as a string. */
async function unpack(text) {
  const piece = 1 << 20;
  let at = 0;
  const zipped = new ReadableStream({
    pull(controller) {
      if (at >= text.length) return controller.close();
      const bytes = Uint8Array.from(atob(text.slice(at, at + piece)), c => c.charCodeAt(0));
      at += piece;
      controller.enqueue(bytes);
    },
  });
  return new Response(zipped.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** Intervals of one state, joined where they touch: [begin, end, begin, end, ...]. */
function union(pairs) {
  pairs.sort((a, b) => a[0] - b[0]);
  const joined = [];
  for (const [begin, end] of pairs) {
    const last = joined.length - 1;
    if (last > 0 && begin <= joined[last]) joined[last] = Math.max(joined[last], end);
    else joined.push(begin, end);
  }
  return Float64Array.from(joined);
}

function lengthOf(joined) {
  let sum = 0;
  for (let i = 0; i < joined.length; i += 2) sum += joined[i + 1] - joined[i];
  return sum;
}

/** How long both last. */
function overlap(a, b) {
  let sum = 0;
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    sum += Math.max(0, Math.min(a[i + 1], b[k + 1]) - Math.max(a[i], b[k]));
    if (a[i + 1] < b[k + 1]) i += 2; else k += 2;
  }
  return sum;
}

/** The first i with ends[i] >= time. */
function firstEnding(ends, time) {
  let low = 0, high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] < time) low = middle + 1; else high = middle;
  }
  return low;
}

/** One run: its facts, its events by worker, and what they add up to. */
class Run {
  constructor(facts, buffer) {
    this.facts = facts;
    const doubles = new Float64Array(buffer), ints = new Int32Array(buffer);
    const byWorker = [];
    for (let i = 0, n = buffer.byteLength / 32; i < n; i++) {
      (byWorker[ints[8 * i + 4] & 0xFFFFF] ??= []).push(i);
    }
    this.events = buffer.byteLength / 32;
    const callers = byWorker[facts.callers]; // threads that are no workers: the last row, if any
    if (callers) byWorker.length = facts.callers;
    const last = byWorker.findLastIndex(order => order !== undefined);
    this.workers = Math.max(facts.regular, last + 1);
    if (callers) byWorker[this.callers = this.workers++] = callers;
    this.begin = Infinity;
    this.end = -Infinity;
    this.rows = [];
    for (let w = 0; w < this.workers; w++) this.rows.push(this.row(byWorker[w] ?? [], doubles, ints));
    if (this.events === 0) { this.begin = 0; this.end = Math.max(1, facts.now_ns); }
    this.sum();
  }

  /** What a row is called: the number of its worker. */
  rowName(w) {
    return w === this.callers ? 'callers' : String(w);
  }

  row(order, doubles, ints) {
    order.sort((a, b) => doubles[4 * a + 1] - doubles[4 * b + 1] || a - b);
    const n = order.length;
    const row = { size: n, begin: new Float64Array(n), end: new Float64Array(n), kind: new Uint8Array(n), contains: new Uint8Array(n),
      name: new Int32Array(n), count: new Int32Array(n), arg: new Uint32Array(n) };
    const stretches = STATES.map(() => []);
    for (let k = 0; k < n; k++) {
      const i = order[k];
      row.begin[k] = doubles[4 * i];
      row.end[k] = doubles[4 * i + 1];
      row.kind[k] = ints[8 * i + 4] >>> 20;
      row.name[k] = ints[8 * i + 5];
      row.count[k] = ints[8 * i + 6];
      row.arg[k] = ints[8 * i + 7];
      row.contains[k] = k > 0 && row.begin[k - 1] >= row.begin[k] ? 1 : 0;
      if (COUNTED[row.kind[k]] && row.end[k] > row.begin[k]) {
        stretches[STATE_OF_KIND[row.kind[k]]].push([row.begin[k], row.end[k]]);
      }
      this.begin = Math.min(this.begin, row.begin[k]);
      this.end = Math.max(this.end, row.end[k]);
    }
    row.first = row.begin.reduce((a, b) => Math.min(a, b), Infinity);
    row.last = n > 0 ? row.end[n - 1] : -Infinity;
    row.states = stretches.map(union);
    return row;
  }

  sum() {
    this.stateNs = STATES.map(() => 0);
    this.recorded = 0;
    this.forks = 0;
    this.tiles = 0;
    const longest = [];
    for (const [w, row] of this.rows.entries()) {
      if (row.size === 0) continue;
      if (w < this.facts.regular) this.recorded += row.last - row.first; // spare workers stand in for these
      for (let s = 0; s < STATES.length; s++) this.stateNs[s] += lengthOf(row.states[s]);
      for (let s = 1; s < STATES.length; s++) this.stateNs[0] -= overlap(row.states[0], row.states[s]);
      for (let i = 0; i < row.size; i++) {
        const kind = row.kind[i];
        if (kind === 2) this.forks += row.count[i];
        if (kind === 4) this.tiles++;
        if (!WORK[kind] || (kind === 1 && row.count[i] > 1)) continue;
        const ns = row.end[i] - row.begin[i];
        if (longest.length < LONGEST || ns > longest[LONGEST - 1].ns) {
          longest.push({ ns, worker: w, begin: row.begin[i], end: row.end[i], kind, name: row.name[i] });
          longest.sort((a, b) => b.ns - a.ns);
          longest.length = Math.min(longest.length, LONGEST);
        }
      }
    }
    this.longest = longest;
    this.efficiency = this.recorded > 0 ? this.stateNs[0] / this.recorded : NaN;
  }

  nameOf(id) {
    return this.facts.names[id] ?? null;
  }

  /** A window, in the form in which the monitor's server sends one. */
  window(from, to, columns) {
    const starts = this.rows.map(row => firstEnding(row.end, from));
    let count = 0;
    for (const [w, row] of this.rows.entries()) {
      for (let i = starts[w]; i < row.size && count <= MOST_DETAILED; i++) if (row.begin[i] <= to) count++;
    }
    const data = { from, to, columns, workers: this.workers, detailed: count <= MOST_DETAILED,
      dropped: this.facts.overwritten + this.facts.lost_by_engine };
    if (data.detailed) this.single(data, starts, count); else Object.assign(data, { count: 0, cells: this.cells(from, to, columns) });
    return data;
  }

  /** Each event, those that contain others before them. */
  single(data, starts, count) {
    Object.assign(data, { count, begin: new Float64Array(count), end: new Float64Array(count), worker: new Int32Array(count),
      state: new Int32Array(count), name: new Int32Array(count), tile: new Int32Array(count).fill(-1), at: new Int32Array(count) });
    let n = 0;
    for (const [w, row] of this.rows.entries()) {
      for (let i = row.size - 1; i >= starts[w]; i--) {
        if (row.begin[i] > data.to) continue;
        data.begin[n] = row.begin[i];
        data.end[n] = row.end[i];
        data.worker[n] = w;
        data.state[n] = STATE_OF_KIND[row.kind[i]];
        data.name[n] = row.contains[i] ? 0 : row.name[i]; // what it contains is drawn over it
        if (row.kind[i] === 4) data.tile[n] = row.arg[i];
        data.at[n++] = i;
      }
    }
  }

  /** Of each column of each worker: the state that took most of it, and its part of 255. */
  cells(from, to, columns) {
    const cells = new Uint8Array(2 * this.workers * columns);
    const width = (to - from) / columns;
    for (const [w, row] of this.rows.entries()) {
      const sums = row.states.map(joined => this.spread(joined, from, to, columns));
      for (let c = 0; c < columns; c++) {
        let others = 0, best = -1, most = 0;
        for (let s = 1; s < STATES.length; s++) others += sums[s][c];
        for (let s = 0; s < STATES.length; s++) {
          const ns = s === 0 ? Math.min(sums[0][c], Math.max(0, width - others)) : sums[s][c];
          if (ns > most) { most = ns; best = s; }
        }
        const at = 2 * (w * columns + c);
        cells[at] = best < 0 ? NOTHING : best;
        cells[at + 1] = Math.round(255 * Math.min(1, most / width));
      }
    }
    return cells;
  }

  spread(joined, from, to, columns) {
    const sums = new Float64Array(columns);
    const width = (to - from) / columns;
    let low = 0, high = joined.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (joined[2 * middle + 1] < from) low = middle + 1; else high = middle;
    }
    for (let i = 2 * low; i < joined.length && joined[i] < to; i += 2) {
      const begin = Math.max(from, joined[i]), end = Math.min(to, joined[i + 1]);
      const last = Math.min(columns - 1, Math.floor((end - from) / width));
      for (let c = Math.floor((begin - from) / width); c <= last; c++) {
        sums[c] += Math.max(0, Math.min(end, from + (c + 1) * width) - Math.max(begin, from + c * width));
      }
    }
    return sums;
  }
}

/** The timeline of a run. */
class RunTimeline extends Timeline {
  constructor(run, explorer) {
    const seconds = (run.end - run.begin) / 1e9;
    const cpus = run.facts.cpus;
    super({
      paused: true, // nothing comes any more
      store: {
        engine: run.facts, ended: {}, nameOf: id => run.nameOf(id),
        snapshot: { timeNs: run.end, states: STATES,
          workers: run.rows.map((row, w) => w === run.callers ? { state: STOPPED, label: 'callers', cpu: -1 } : { state: STOPPED, cpu: cpus[w] ?? -1 }) },
        rates: run.facts.tasks.length > 0 && { rate: w => (w === run.callers ? 0 : run.facts.tasks[w] ?? 0) / seconds },
      },
    });
    this.run = run;
    this.explorer = explorer;
    this.live = false;
    this.widest = Math.max(this.widest, 2 * explorer.longestNs);
  }

  build(panel) {
    super.build(panel);
    this.liveButton.textContent = 'Whole run';
    this.box.style.minHeight = Math.min(420, Math.max(120, 40 + 22 * this.run.workers)) + 'px';
    this.box.addEventListener('focus', () => { this.explorer.current = this; });
    this.view.canvas.addEventListener('pointerdown', () => { this.explorer.current = this; });
    this.fit();
  }

  async load(from, to, columns) {
    return this.run.window(from, to, columns);
  }

  now() {
    return this.run.end;
  }

  /** All of it; where runs move together, as wide as the longest. */
  follow() {
    this.fit();
    this.explorer.moved(this);
  }

  fit() {
    const wide = Math.max(1000, this.explorer.together ? this.explorer.longestNs : this.run.end - this.run.begin);
    this.window = wide * 1.04;
    this.end = this.run.begin + wide * 1.02;
    this.liveButton.setAttribute('aria-pressed', 'true');
  }

  place(end) {
    this.end = Math.min(Math.max(end, this.run.begin + this.window * .02), this.run.end + this.window * .98);
    this.liveButton.setAttribute('aria-pressed', 'false');
    this.explorer.moved(this);
  }

  shown(place) {
    super.shown(place);
    this.mark = null;
  }

  rangeText() {
    return `${duration(this.window)} wide, from ${((this.end - this.window) / 1e9).toFixed(6)} s`;
  }

  /** Draws only what has changed: nothing does by itself. */
  frame(now) {
    const key = [this.end, this.window, this.view.width, this.view.height, this.drawnTheme].join();
    if (key === this.settled) return;
    super.frame(now);
    const asked = this.asked === this.end + ':' + this.window + ':' + this.view.width;
    this.settled = asked && !this.loading && this.data ? key : null;
  }

  themed() {
    super.themed();
    this.drawnTheme = document.documentElement.dataset.theme;
  }

  describe(data, row, time) {
    const slack = this.window / this.plotWidth();
    for (let i = data.count - 1; i >= 0; i--) {
      if (data.worker[i] !== row || time < data.begin[i] - slack || time > data.end[i] + slack) continue;
      const events = this.run.rows[row], at = data.at[i], kind = events.kind[at], name = this.run.nameOf(events.name[at]);
      const more = { 1: `${events.count[at]} tasks`, 2: `stolen from worker ${events.arg[at]}`,
        4: `tile ${events.arg[at]}, iteration ${events.count[at]}`, 8: `had waited ${duration(events.arg[at])}` }[kind];
      return `${KINDS[kind]}${name ? ' ' + name : ''} for ${duration(data.end[i] - data.begin[i])}\n`
        + `from ${(data.begin[i] / 1e9).toFixed(6)} s` + (more ? '\n' + more : '');
    }
    return null;
  }
}

/** The page. */
class Explorer {
  constructor(runs) {
    this.runs = runs;
    this.together = true;
    this.longestNs = Math.max(...runs.map(run => run.end - run.begin));
    const ranks = runs.length > 1 && runs.every(run => run.facts.rank >= 0);
    const firstMs = Math.min(...runs.map(run => run.facts.start_ms));
    for (const [i, run] of runs.entries()) {
      const same = runs.filter(other => other.facts.engine === run.facts.engine);
      run.short = run.facts.engine + (run.facts.rank >= 0 ? ` rank ${run.facts.rank}` : same.length > 1 ? ` ${i + 1}` : '');
    }
    // ranks of one program by the clock, other runs from their first event
    for (const run of runs) run.zero = ranks ? -(run.facts.start_ms - firstMs) * 1e6 : run.begin;
    this.timelines = runs.map(run => new RunTimeline(run, this));
    this.current = this.timelines[0];
    const box = document.getElementById('runs');
    for (const [i, timeline] of this.timelines.entries()) {
      const { facts, events } = runs[i];
      const title = runs[i].short === facts.engine ? facts.label : `${runs[i].short} (process ${facts.pid})`;
      const panel = el('section', { class: 'run', 'aria-label': facts.label });
      panel.append(el('h2', {}, title, el('small', { title: facts.command }, facts.command || facts.file)));
      const lost = [[facts.overwritten, 'earlier events were overwritten before they were read'],
        [facts.lost_by_engine, 'came too fast for the engine to keep'], [facts.left_out, 'of the oldest were left out of this page']]
        .filter(([n]) => n > 0).map(([n, what]) => `${n.toLocaleString('en')} ${what}`);
      if (lost.length > 0) panel.append(el('div', { class: 'warn' }, `${events.toLocaleString('en')} events; ${lost.join(', ')}.`));
      box.append(panel);
      timeline.build(panel);
    }
    this.tables();
    this.listen();
    document.getElementById('facts').textContent = runs.map(run => `${run.facts.file}: ${run.events.toLocaleString('en')} events`).join(' · ');
    document.getElementById('link').hidden = document.getElementById('beside').hidden = runs.length < 2;
  }

  /** The others go along. */
  moved(timeline) {
    if (!this.together) return;
    for (const other of this.timelines) {
      if (other === timeline) continue;
      other.window = timeline.window;
      other.end = timeline.end - timeline.run.zero + other.run.zero;
      other.liveButton.setAttribute('aria-pressed', 'false');
    }
  }

  toggle(id, on) {
    document.getElementById(id).setAttribute('aria-pressed', on);
    return on;
  }

  listen() {
    const actions = {
      d: () => this.theme(),
      l: () => { this.together = this.toggle('link', !this.together); if (this.together) this.moved(this.current); },
      s: () => document.getElementById('runs').classList.toggle('beside', this.toggle('beside',
        !document.getElementById('runs').classList.contains('beside'))),
      n: () => {
        this.current = this.timelines[(this.timelines.indexOf(this.current) + 1) % this.timelines.length];
        this.current.box.focus();
      },
    };
    document.getElementById('theme').addEventListener('click', actions.d);
    document.getElementById('link').addEventListener('click', actions.l);
    document.getElementById('beside').addEventListener('click', actions.s);
    document.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (actions[event.key]) actions[event.key]();
      else if (!this.current.key(event)) return;
      event.preventDefault();
    });
  }

  theme(name = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark') {
    document.documentElement.dataset.theme = name;
    forgetColors();
    for (const timeline of this.timelines ?? []) timeline.themed();
  }

  tables() {
    const box = document.getElementById('tables');
    const { runs } = this;
    const rows = [
      ['on record', run => run.end - run.begin, duration],
      ['tasks', run => run.facts.totals.tasks, exact],
      ['tasks per second', run => run.facts.totals.tasks / ((run.end - run.begin) / 1e9), short],
      ['efficiency', run => run.efficiency, percent],
      ...STATES.slice(0, 5).filter((_, s) => runs.some(run => run.stateNs[s] > 0))
        .map(state => [`time ${state}`, run => run.stateNs[STATES.indexOf(state)], duration, state]),
      ['steals', run => run.facts.totals.steals, exact],
      ['parks', run => run.facts.totals.parks, exact],
      ['failed', run => run.facts.totals.failed, exact],
      ['tiles', run => run.tiles || undefined, exact],
      ['events', run => run.events, exact],
      ...['wait', 'run', 'total'].flatMap(kind => [[0, '50 %'], [1, '99 %'], [2, 'most']].map(([i, name]) =>
        [`${kind} ${name}`, run => run.facts.latencies[kind]?.[i], duration])),
    ].filter(([, value]) => runs.some(run => Number.isFinite(value(run))));
    const head = el('tr', {}, el('th', {}, 'Summary'), ...runs.map(run => el('th', {}, run.short)),
      ...(runs.length === 2 ? [el('th', {}, 'second / first')] : []));
    const body = rows.map(([name, value, format, state]) => el('tr', { 'data-row': name },
      el('td', {}, ...(state ? [el('i', { class: 'key', style: { display: 'inline-block', width: '10px', height: '10px', borderRadius: '3px',
        marginRight: '6px', background: `var(--${state})` } })] : []), name),
      ...runs.map(run => el('td', {}, Number.isFinite(value(run)) ? format(value(run)) : '–')),
      ...(runs.length === 2 ? [el('td', {}, ratio(value(runs[0]), value(runs[1])))] : [])));
    box.append(el('div', { class: 'card' }, el('table', { id: 'summary' }, el('thead', {}, head), el('tbody', {}, ...body))));
    for (const [i, run] of runs.entries()) box.append(this.longest(run, this.timelines[i]));
  }

  longest(run, timeline) {
    const rows = run.longest.map(task => {
      const go = () => { timeline.shown(task); timeline.box.focus(); };
      return el('tr', { class: 'link', tabindex: '0', title: 'Show it in the timeline', onclick: go,
        onkeydown: event => { if (event.key === 'Enter') go(); } },
        el('td', { class: 'name', title: run.nameOf(task.name) }, run.nameOf(task.name)?.replace(PACKAGE, '') ?? KINDS[task.kind]),
        el('td', {}, duration(task.ns)), el('td', {}, run.rowName(task.worker)), el('td', {}, (task.begin / 1e9).toFixed(6) + ' s'));
    });
    const head = el('tr', {}, el('th', {}, 'Longest, ' + run.short), ...['took', 'worker', 'from'].map(name => el('th', {}, name)));
    return el('div', { class: 'card' }, el('table', { class: 'longest' }, el('thead', {}, head), el('tbody', {}, ...rows)),
      ...(rows.length === 0 ? [el('div', { class: 'empty' }, 'No task is on record by itself.')] : []));
  }
}

function exact(n) {
  return n.toLocaleString('en');
}

function ratio(a, b) {
  return Number.isFinite(a) && Number.isFinite(b) && a !== 0 ? (b / a).toFixed(2) + '×' : '–';
}

const theme = new URLSearchParams(location.search).get('theme');
document.documentElement.dataset.theme = theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const state = document.getElementById('status');
try {
  const facts = [...document.querySelectorAll('script.facts')].map(script => JSON.parse(script.textContent));
  const texts = [...document.querySelectorAll('script.events')];
  const runs = [];
  for (const [i, script] of texts.entries()) {
    runs.push(new Run(facts[i], await unpack(script.textContent)));
    script.remove();
  }
  const explorer = new Explorer(runs);
  window.teff = explorer; // for the console, and for tests
  const count = runs.reduce((sum, run) => sum + run.events, 0);
  state.textContent = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${short(count)} events`;
  const draw = now => {
    requestAnimationFrame(draw);
    for (const timeline of explorer.timelines) timeline.frame(now);
  };
  requestAnimationFrame(draw);
} catch (error) {
  state.textContent = 'cannot be shown: ' + error.message;
  state.className = 'status ended';
  throw error;
}
