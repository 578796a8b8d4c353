// SPDX-License-Identifier: Apache-2.0
// Formatting, colours, canvases and the tooltip: what all views share.

export const STATES = ['run', 'steal', 'spin', 'park', 'blocked', 'stopped'];

const UNITS = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

/** A count or rate in three digits: 12.3M. */
export function short(value) {
  if (!Number.isFinite(value)) return '–';
  for (const [size, unit] of UNITS) {
    if (Math.abs(value) >= size) return digits(value / size) + unit;
  }
  return digits(value);
}

function digits(value) {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Nanoseconds in the unit that reads best. */
export function duration(ns) {
  if (!Number.isFinite(ns)) return '–';
  const size = Math.abs(ns);
  if (size < 1e3) return ns.toFixed(0) + ' ns';
  if (size < 1e6) return digits(ns / 1e3) + ' µs';
  if (size < 1e9) return digits(ns / 1e6) + ' ms';
  return digits(ns / 1e9) + ' s';
}

export function percent(part) {
  return Number.isFinite(part) ? (100 * part).toFixed(part < .0995 ? 1 : 0) + ' %' : '–';
}

/** Elements with attributes and children, text escaped by the DOM. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'style') Object.assign(made.style, value);
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const colors = new Map();

/** The value of a CSS variable, kept until the theme changes. */
export function color(name) {
  let value = colors.get(name);
  if (!value) {
    value = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
    colors.set(name, value);
  }
  return value;
}

export function forgetColors() {
  colors.clear();
}

/** [r, g, b] of a CSS variable that holds #rrggbb. */
export function rgb(name) {
  const value = parseInt(color(name).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A colour of its own for each worker: hues a golden angle apart. */
export function workerColor(worker) {
  const dark = document.documentElement.dataset.theme === 'dark';
  return `hsl(${(worker * 137.508 + 160) % 360} 62% ${dark ? 58 : 44}%)`;
}

/** A canvas that keeps the size of its box, in device pixels. */
export function canvasIn(box, label) {
  const canvas = el('canvas', { role: 'img', 'aria-label': label });
  box.append(canvas);
  const context = canvas.getContext('2d');
  const view = { canvas, context, width: 0, height: 0, scale: 1 };
  new ResizeObserver(() => {
    view.scale = window.devicePixelRatio || 1;
    view.width = box.clientWidth;
    view.height = box.clientHeight;
    canvas.width = Math.max(1, Math.round(view.width * view.scale));
    canvas.height = Math.max(1, Math.round(view.height * view.scale));
    view.resized = true;
  }).observe(box);
  view.clear = () => {
    context.setTransform(view.scale, 0, 0, view.scale, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
  };
  return view;
}

const tip = document.getElementById('tip');

export function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const left = Math.min(x + 14, window.innerWidth - tip.offsetWidth - 8);
  const top = y + 18 + tip.offsetHeight > window.innerHeight ? y - tip.offsetHeight - 10 : y + 18;
  tip.style.left = left + 'px';
  tip.style.top = top + 'px';
}

export function hideTip() {
  tip.hidden = true;
}

export function legend(entries) {
  return el('div', { class: 'legend' }, ...entries.map(([name, background]) =>
    el('span', {}, el('i', { style: { background } }), name)));
}

export function empty(text, code) {
  const box = el('div', { class: 'empty' }, text);
  if (code) box.append(' ', el('code', {}, code));
  return box;
}

/** fetch with the token of this page, if it needs one. */
export function get(path, parameters) {
  const url = new URL(path, location.href);
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  const token = new URLSearchParams(location.search).get('token');
  if (token) url.searchParams.set('token', token);
  return url;
}
