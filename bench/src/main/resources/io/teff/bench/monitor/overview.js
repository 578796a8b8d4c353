// SPDX-License-Identifier: Apache-2.0
// The first view: how fast, how busy, what it costs; the last two minutes.
import { curve, shareChart } from './charts.js';
import { color, el, legend, percent, short, STATES } from './util.js';
import { queued } from './store.js';

export class Overview {
  id = 'overview';
  title = 'Overview';

  build(panel) {
    this.numbers = {};
    const number = (key, label, title) => {
      this.numbers[key] = el('b', { 'data-number': key }, '–');
      return el('div', { class: 'number', title }, this.numbers[key], el('span', {}, label));
    };
    this.strip = el('div', { class: 'strip', 'aria-label': 'State of each worker' });
    this.legendBox = el('div');
    panel.append(
      el('div', { class: 'numbers' },
        number('rate', 'tasks/s', 'Tasks run to their end, over all workers'),
        number('total', 'tasks so far', 'Since the engine started'),
        number('inflight', 'waiting', 'Tasks in inboxes and deques'),
        number('efficiency', 'efficiency', 'Part of the workers’ time in which they ran tasks'),
        number('overhead', 'overhead', 'Part of the workers’ time in which they looked for work'),
        number('steals', 'steals/s', 'Forks and tasks taken from other workers'),
        number('failed', 'failed', 'Tasks that ended in an exception')),
      el('div', { class: 'card' }, el('h2', {}, 'Workers now', el('span', { class: 'note' })), this.strip,
        el('div', { style: { marginTop: '8px' } }, this.legendBox)),
      el('div', { class: 'row grow', style: { flexDirection: 'row' } },
        el('div', { class: 'card grow' }, el('h2', {}, 'Tasks per second'), this.rateBox = el('div', { class: 'chart' })),
        el('div', { class: 'card grow' }, el('h2', {}, 'Where the workers’ time goes'), this.shareBox = el('div', { class: 'chart' }))));
    this.themed();
  }

  themed() {
    this.legendBox.replaceChildren(legend(STATES.slice(0, 5).map(state => [state, color(state)])));
    this.rates?.destroy();
    this.shares?.destroy();
    this.rates = curve(this.rateBox, [{ label: 'tasks/s', color: 'c1', fill: true }, { label: 'steals/s', color: 'steal' }], short);
    this.shares = shareChart(this.shareBox, STATES.slice(0, 5));
    this.workers = [];
    this.strip.replaceChildren();
  }

  engine() {
    this.workers = [];
    this.strip.replaceChildren();
    for (const number of Object.values(this.numbers)) number.textContent = '–';
  }

  update(store) {
    const { snapshot, rates, history } = store;
    const set = (key, text) => {
      if (this.numbers[key].textContent !== text) this.numbers[key].textContent = text;
    };
    set('total', short(store.total('tasks')));
    set('inflight', short(queued(snapshot)));
    set('failed', short(store.total('failed')));
    if (rates) {
      set('rate', short(rates.total('tasks')));
      set('steals', short(rates.total('steals')));
      if (rates.shares) {
        set('efficiency', percent(rates.shares[0]));
        set('overhead', percent(rates.shares[1] + rates.shares[2]));
      }
    }
    while (this.workers.length < snapshot.workers.length) {
      const cell = el('i', {}, String(this.workers.length));
      this.workers.push(cell);
      this.strip.append(cell);
    }
    snapshot.workers.forEach((worker, i) => {
      const state = snapshot.states[worker.state];
      const cell = this.workers[i];
      if (cell.dataset.state === state) return;
      cell.dataset.state = state;
      cell.style.background = `var(--${state})`;
      cell.style.color = state === 'park' || state === 'stopped' ? 'var(--dim)' : 'var(--card)';
      cell.title = `worker ${i}: ${state}` + (worker.cpu >= 0 ? `, CPU ${worker.cpu}` : '');
    });
    const times = history.map(point => point.time);
    this.rates.setData([times, history.map(p => p.tasks), history.map(p => p.steals)]);
    this.shares.setShares(times, history.map(p => p.shares));
  }
}
