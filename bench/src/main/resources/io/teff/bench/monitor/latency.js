// SPDX-License-Identifier: Apache-2.0
// How long tasks wait, run, and take from submission to end: percentiles of the sampled ones.
import { percentileChart } from './charts.js';
import { duration, el, empty, short } from './util.js';

const KINDS = [['wait', 'wait', 'c1'], ['run', 'run', 'c2'], ['endToEnd', 'end to end', 'c3']];
const QUANTILES = [.5, .9, .99, .999, .9999];

export class Latency {
  id = 'latency';
  title = 'Latency';

  build(panel) {
    this.body = el('tbody');
    this.none = empty('No task was sampled. Start the engine with sampling, for instance one task in 1024:', '-Dteff.monitor.sample=1024');
    this.content = el('div', { class: 'grow', style: { gap: '14px' } },
      el('div', { class: 'card' }, el('table', {},
        el('thead', {}, el('tr', {}, ...['', 'samples', ...QUANTILES.map(q => 100 * q + ' %'), 'max'].map(name => el('th', {}, name)))), this.body)),
      el('div', { class: 'card grow' }, el('h2', {}, 'Duration by percentile, sampled tasks since the start'), this.box = el('div', { class: 'chart' })));
    panel.append(this.none, this.content);
    this.themed();
  }

  themed() {
    this.chart?.destroy();
    this.chart = percentileChart(this.box, KINDS.map(([, label, color]) => ({ label, color })), duration);
  }

  update(store) {
    const latency = store.snapshot.latency;
    const some = KINDS.some(([key]) => latency[key]?.count > 0);
    this.none.style.display = some ? 'none' : '';
    this.content.style.visibility = some ? '' : 'hidden';
    if (!some) return;
    this.body.replaceChildren(...KINDS.map(([key, label]) => {
      const h = latency[key];
      return el('tr', { 'data-kind': key }, el('td', {}, label), el('td', {}, short(h.count)),
        ...QUANTILES.map(q => el('td', {}, h.count > 0 ? duration(valueAt(h, q)) : '–')), el('td', {}, h.count > 0 ? duration(h.max) : '–'));
    }));
    const xs = new Set();
    for (const [key] of KINDS) for (const [q] of latency[key].curve) xs.add(nines(q));
    const sorted = [...xs].sort((a, b) => a - b);
    this.chart.setData([sorted, ...KINDS.map(([key]) => {
      const at = new Map(latency[key].curve.map(([q, ns]) => [nines(q), Math.max(1, ns)]));
      return sorted.map(x => at.get(x) ?? null);
    })]);
  }
}

function nines(quantile) {
  return Math.min(7, -Math.log10(Math.max(1e-7, 1 - quantile)));
}

function valueAt(histogram, quantile) {
  for (const [q, ns] of histogram.curve) if (q >= quantile - 1e-9) return ns;
  return histogram.max;
}
