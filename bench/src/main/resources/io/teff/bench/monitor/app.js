// SPDX-License-Identifier: Apache-2.0
// The page: tabs, theme, keys, the list of engines, and one animation loop for the view in front.
import { Store } from './store.js';
import { el, forgetColors, get, hideTip, short } from './util.js';
import { Overview } from './overview.js';
import { Timeline } from './timeline.js';
import { Steals } from './steals.js';
import { Latency } from './latency.js';
import { Queues } from './queues.js';
import { Tiles } from './tiles.js';
import { Apps } from './apps.js';
import { Ranks } from './ranks.js';

const store = new Store();
const teff = { store, fps: 0, paused: false, show, watch };
window.teff = teff; // for the console, and for tests

const views = [Overview, Timeline, Steals, Latency, Queues, Tiles, Apps, Ranks].map(View => new View(teff));
let current = views[0];

const tabs = document.getElementById('tabs');
const panels = document.getElementById('views');
for (const [i, view] of views.entries()) {
  view.panel = el('section', { id: 'view-' + view.id, role: 'tabpanel', 'aria-labelledby': 'tab-' + view.id, hidden: '' });
  view.tab = el('button', {
    id: 'tab-' + view.id, role: 'tab', type: 'button', 'aria-selected': 'false', tabindex: '-1',
    'aria-controls': 'view-' + view.id, title: `Key ${i + 1}`, onclick: () => show(view.id),
  }, view.title);
  tabs.append(view.tab);
  panels.append(view.panel);
  view.build(view.panel);
}

/** Brings a view to the front. */
function show(id, detail) {
  const next = views.find(view => view.id === id);
  if (!next) return;
  for (const view of views) {
    view.panel.hidden = view !== next;
    view.tab.setAttribute('aria-selected', view === next);
    view.tab.tabIndex = view === next ? 0 : -1;
  }
  current = next;
  hideTip();
  history.replaceState(null, '', location.pathname + location.search + '#' + id);
  next.shown?.(detail);
  if (store.snapshot) next.update(store);
}

tabs.addEventListener('keydown', event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = views[(views.indexOf(current) + step + views.length) % views.length];
  show(next.id);
  next.tab.focus();
  event.stopPropagation();
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key >= '1' && event.key <= String(views.length)) show(views[event.key - 1].id);
  else if (event.key === ' ' && event.target.tagName !== 'BUTTON') pause(!teff.paused);
  else if (event.key === 'd') theme();
  else if (!current.key?.(event)) return;
  event.preventDefault();
});

// ---- Theme and pause

const pauseButton = document.getElementById('pause');
pauseButton.addEventListener('click', () => pause(!teff.paused));
document.getElementById('theme').addEventListener('click', () => theme());

function pause(on) {
  teff.paused = on;
  pauseButton.setAttribute('aria-pressed', on);
  pauseButton.textContent = on ? 'Resume' : 'Pause';
  status();
}

function theme(name = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark') {
  document.documentElement.dataset.theme = name;
  forgetColors();
  for (const view of views) view.themed?.();
  if (store.snapshot) current.update(store);
}
theme(new URLSearchParams(location.search).get('theme')
  ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));

// ---- Engines

const select = document.getElementById('engine');
select.addEventListener('change', () => watch(select.value));

async function listEngines() {
  try {
    const response = await fetch(get('api/engines', {}));
    if (!response.ok) throw new Error(await response.text());
    const engines = await response.json();
    teff.engines = engines;
    const before = select.value;
    select.replaceChildren(...engines.map(e => el('option', { value: e.id },
      `${e.label} · pid ${e.pid}${e.rank >= 0 ? ' · rank ' + e.rank : ''}${e.alive ? '' : ' · ended'}`)));
    if (engines.some(e => e.id === before)) select.value = before;
    if (!store.id && engines.length > 0) {
      const first = engines.find(e => e.alive) ?? engines[0];
      select.value = first.id;
      watch(first.id);
    }
    teff.listProblem = null;
  } catch (error) {
    teff.listProblem = 'the monitor does not answer: ' + error.message;
  }
  status();
  setTimeout(listEngines, 2000);
}

function watch(id) {
  select.value = id;
  teff.listProblem = null;
  store.watch(id);
}

// ---- What the store tells

const statusLine = document.getElementById('status');
const headline = document.getElementById('headline');
const facts = document.getElementById('facts');

function status() {
  const text = store.problem ?? teff.listProblem
    ?? (store.ended ? (store.ended.killed ? 'killed' : 'ended')
      : teff.paused ? 'paused' : store.snapshot ? 'live' : teff.engines?.length === 0 ? 'no engine yet' : 'connecting');
  if (statusLine.textContent !== text) statusLine.textContent = text;
  statusLine.className = 'status' + (text === 'live' ? ' live' : store.ended || store.problem ? ' ended' : '');
}

store.onChange(kind => {
  status();
  if (kind === 'engine') {
    for (const view of views) view.engine?.(store);
    const e = store.engine;
    facts.textContent = e
      ? `${e.label} · pid ${e.pid} · ${e.workers} workers · ${e.jvm}${e.host ? ' · ' + e.host : ''}` : '';
  }
  if (kind !== 'snapshot' || teff.paused) return;
  if (store.rates) headline.textContent = short(store.rates.total('tasks')) + ' tasks/s';
  current.update(store);
});

// ---- Frames

let frames = 0;
let since = performance.now();
function frame(now) {
  frames++;
  if (now - since >= 1000) {
    teff.fps = frames * 1000 / (now - since);
    frames = 0;
    since = now;
  }
  requestAnimationFrame(frame);
  current.frame?.(now);
}

show(location.hash.slice(1) || 'overview');
if (!location.hash || !views.some(v => v.id === location.hash.slice(1))) show('overview');
listEngines();
requestAnimationFrame(frame);
