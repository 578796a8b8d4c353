// SPDX-License-Identifier: Apache-2.0
// What waits where.
import { curve } from './charts.js';
import { color, el, legend, short } from './util.js';

const COLORS = ['c2', 'c1', 'c3', 'steal', 'spin'];

export class Queues {
  id = 'queues';
  title = 'Queues';

  build(panel) {
    this.bars = el('div', { class: 'bars' });
    this.legendBox = el('span', { class: 'note' });
    panel.append(
      el('div', { class: 'card grow' }, el('h2', {}, 'Waiting at each worker', this.legendBox), el('div', { class: 'scroll' }, this.bars)),
      el('div', { class: 'card', style: { height: '38%', display: 'flex', flexDirection: 'column' } },
        el('h2', {}, 'Waiting in all, forks left out'), this.box = el('div', { class: 'chart' })));
    this.rows = new Map();
    this.names = [];
    this.themed();
  }

  themed() {
    this.legendBox.replaceChildren(legend(this.names.map((name, i) => [name, color(COLORS[i % COLORS.length])])));
    this.chart?.destroy();
    this.chart = curve(this.box, [{ label: 'waiting', color: 'c2', fill: true }], short);
  }

  engine() {
    this.rows.clear();
    this.names = [];
    this.bars.replaceChildren();
  }

  row(label, colors) {
    let row = this.rows.get(label);
    if (!row) {
      row = { parts: colors.map(name => el('i', { style: { background: `var(--${name})` } })), sum: el('span') };
      this.rows.set(label, row);
      this.bars.append(el('span', {}, label), el('div', { class: 'bar' }, ...row.parts), row.sum);
    }
    return row;
  }

  update(store) {
    const { workers, shared, queueNames } = store.snapshot;
    if (queueNames.join() !== this.names.join()) {
      this.engine();
      this.names = queueNames;
      this.legendBox.replaceChildren(legend(this.names.map((name, i) => [name, color(COLORS[i % COLORS.length])])));
    }
    const rows = [
      ...workers.map((worker, i) => ({ label: 'worker ' + i, depths: worker.queues, colors: queueNames.map((_, k) => COLORS[k % COLORS.length]) })),
      ...shared.map((queue, i) => ({ label: `${queue.name} ${i}`, depths: [queue.depth], colors: ['c2'] })),
    ];
    const most = Math.max(1, ...rows.map(row => row.depths.reduce((a, b) => a + b, 0)));
    for (const { label, depths, colors } of rows) {
      const row = this.row(label, colors);
      depths.forEach((n, k) => { row.parts[k].style.width = 100 * n / most + '%'; });
      const text = depths.map(short).join(' · ');
      if (row.sum.textContent !== text) row.sum.textContent = text;
    }
    this.chart.setData([store.history.map(p => p.time), store.history.map(p => p.queued)]);
  }
}
