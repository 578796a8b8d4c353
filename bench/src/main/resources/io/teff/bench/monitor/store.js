// SPDX-License-Identifier: Apache-2.0
// What the page knows of the engine it watches: the facts that stay, the last snapshot, and rates over
// the last minutes, all from one stream of server-sent events.
import { get } from './util.js';

const HISTORY = 1200; // snapshots kept: two minutes at ten a second

export class Store {
  constructor() {
    this.listeners = new Set();
    this.reset();
  }

  reset() {
    this.engine = null;   // facts: pid, workers, counters, ...
    this.snapshot = null;
    this.previous = null;
    this.rates = null;    // per second, between the last two snapshots
    this.history = [];    // {time, tasks, steals, queued, shares: [by state]}
    this.counterIndex = new Map();
    this.ended = null;
    this.names = new Map();   // of tasks, by id; asked for when an id is first seen
    this.unnamed = new Set();
  }

  /** The name of an id, once it is known. */
  nameOf(id) {
    if (id <= 0) return null;
    if (!this.names.has(id)) this.unnamed.add(id);
    return this.names.get(id) ?? null;
  }

  async askNames() {
    if (this.unnamed.size === 0 || this.asking) return;
    this.asking = true;
    const ids = [...this.unnamed].slice(0, 200);
    this.unnamed.clear();
    try {
      const response = await fetch(get('api/names', { engine: this.id, ids: ids.join(',') }));
      if (response.ok) for (const [id, name] of Object.entries(await response.json())) this.names.set(Number(id), name);
    } catch {
      // the ids are seen again with the next window
    } finally {
      this.asking = false;
    }
  }

  onChange(listener) {
    this.listeners.add(listener);
  }

  tell(kind) {
    for (const listener of this.listeners) listener(kind);
  }

  watch(id) {
    this.source?.close();
    this.reset();
    this.id = id;
    this.tell('engine');
    const source = new EventSource(get('api/stream', { engine: id }));
    this.source = source;
    source.addEventListener('engine', event => {
      this.engine = JSON.parse(event.data);
      this.engine.counters.forEach((c, i) => this.counterIndex.set(c.name, i));
      this.tell('engine');
    });
    source.addEventListener('snapshot', event => this.take(JSON.parse(event.data)));
    source.addEventListener('ended', event => {
      this.ended = JSON.parse(event.data);
      source.close();
      this.tell('status');
    });
    source.addEventListener('problem', event => {
      this.problem = JSON.parse(event.data).message;
      source.close();
      this.tell('status');
    });
    source.onopen = () => { this.problem = null; this.tell('status'); };
    source.onerror = () => {
      if (this.ended || source.readyState === EventSource.CLOSED) return;
      this.problem = 'the monitor does not answer; trying again';
      this.tell('status');
    };
  }

  take(snapshot) {
    this.previous = this.snapshot;
    this.snapshot = snapshot;
    this.problem = null;
    const rates = this.ratesSince(this.previous, snapshot);
    if (rates) {
      this.rates = rates;
      this.history.push({
        time: snapshot.timeMs / 1000,
        tasks: rates.total('tasks'),
        steals: rates.total('steals'),
        queued: queued(snapshot),
        shares: rates.shares,
      });
      if (this.history.length > HISTORY) this.history.shift();
    }
    this.askNames();
    this.tell('snapshot');
  }

  ratesSince(before, now) {
    if (!before || now.timeNs <= before.timeNs || before.workers.length > now.workers.length) return null;
    const seconds = (now.timeNs - before.timeNs) / 1e9;
    const rate = (worker, name) => {
      const i = this.counterIndex.get(name);
      if (i === undefined) return 0;
      const old = before.workers[worker];
      return (now.workers[worker].counters[i] - (old ? old.counters[i] : 0)) / seconds;
    };
    const total = name => now.workers.reduce((sum, w, i) => sum + rate(i, name), 0);
    return { rate, total, shares: stateShares(before, now) };
  }

  counter(worker, name) {
    const i = this.counterIndex.get(name);
    return i === undefined ? 0 : this.snapshot.workers[worker].counters[i];
  }

  total(name) {
    return this.snapshot.workers.reduce((sum, w, i) => sum + this.counter(i, name), 0);
  }
}

/** How the workers' time went between two snapshots, by state; sums to one. */
function stateShares(before, now) {
  const sums = new Array(now.states.length).fill(0);
  let all = 0;
  now.workers.forEach((worker, i) => {
    const old = before.workers[i];
    worker.stateNs.forEach((ns, state) => {
      const part = ns - (old ? old.stateNs[state] : 0);
      sums[state] += part;
      all += part;
    });
  });
  return all > 0 ? sums.map(sum => sum / all) : null;
}

/** Tasks that wait, but for forks, which their own worker takes back. */
export function queued(snapshot) {
  let sum = snapshot.shared.reduce((all, queue) => all + queue.depth, 0);
  snapshot.queueNames.forEach((name, i) => {
    if (!name.includes('fork')) for (const worker of snapshot.workers) sum += worker.queues[i];
  });
  return sum;
}
