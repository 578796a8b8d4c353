// SPDX-License-Identifier: Apache-2.0
// All engines that can be watched: the ranks of an MPI program side by side.
import { el, get, percent, short } from './util.js';

export class Ranks {
  id = 'ranks';
  title = 'Ranks';

  constructor(teff) {
    this.teff = teff;
  }

  build(panel) {
    this.body = el('tbody');
    this.note = el('span', { class: 'note' });
    panel.append(el('div', { class: 'card grow' }, el('h2', {}, 'Engines on this machine', this.note),
      el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {},
        ...['engine', 'pid', 'rank', 'workers', 'state', 'tasks', 'tasks/s', 'efficiency', 'waiting', 'failed'].map(name => el('th', {}, name)))), this.body))));
    this.last = new Map();
  }

  update() {}
  shown() { this.loaded = 0; }

  async frame(now) {
    if (this.loading || now - (this.loaded ?? 0) < 1000 || this.teff.paused) return;
    this.loading = true;
    try {
      const response = await fetch(get('api/engines', { totals: true }));
      if (!response.ok) throw new Error(await response.text());
      this.show(await response.json());
      this.note.textContent = 'click a line to watch it';
    } catch (error) {
      this.note.textContent = error.message;
    } finally {
      this.loading = false;
      this.loaded = performance.now();
    }
  }

  show(engines) {
    const now = new Map();
    this.body.replaceChildren(...engines.map(e => {
      const before = this.last.get(e.id);
      const seconds = before ? (e.timeNs - before.timeNs) / 1e9 : 0;
      const rate = seconds > 0 ? (e.tasks - before.tasks) / seconds : before?.rate ?? NaN;
      const share = seconds > 0 && e.allNs > before.allNs ? (e.runNs - before.runNs) / (e.allNs - before.allNs) : before?.share ?? NaN;
      now.set(e.id, { ...e, rate, share });
      return el('tr', { class: 'link' + (e.id === this.teff.store.id ? ' current' : ''), tabindex: '0',
        onclick: () => this.teff.watch(e.id), onkeydown: event => { if (event.key === 'Enter') this.teff.watch(e.id); } },
      el('td', {}, e.label), ...[e.pid, e.rank >= 0 ? e.rank : '', e.workers, e.alive ? 'live' : e.killed ? 'killed' : 'ended', short(e.tasks),
        e.alive ? short(rate) : '', e.alive ? percent(share) : '', short(e.queued), short(e.failed)].map(v => el('td', {}, String(v))));
    }));
    this.last = now;
  }
}
