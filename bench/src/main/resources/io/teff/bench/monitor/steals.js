// SPDX-License-Identifier: Apache-2.0
// Who takes from whom.
import { canvasIn, color, el, hideTip, rgb, short, showTip } from './util.js';

export class Steals {
  id = 'steals';
  title = 'Steals';

  build(panel) {
    this.note = el('span', { class: 'note' });
    this.box = el('div', { class: 'canvas' });
    panel.append(el('div', { class: 'card grow' },
      el('h2', {}, 'Forks and tasks taken: thief by row, victim by column', this.note), this.box));
    this.view = canvasIn(this.box, 'Matrix of steals');
    this.view.canvas.addEventListener('pointermove', event => this.hover(event));
    this.view.canvas.addEventListener('pointerleave', hideTip);
  }

  update(store) {
    const matrix = store.snapshot.steals;
    const total = matrix.reduce((sum, n) => sum + n, 0);
    this.note.textContent = total > 0 ? `${short(total)} in all; the fullest cell has ${short(Math.max(...matrix))}` : 'none so far';
    this.matrix = matrix;
    this.dirty = true;
  }

  shown() { this.dirty = true; }
  themed() { this.dirty = true; }

  frame() {
    const { view, matrix } = this;
    if (!matrix || !(this.dirty || view.resized)) return;
    this.dirty = view.resized = false;
    const n = Math.round(Math.sqrt(matrix.length));
    view.clear();
    if (n === 0) return;
    const context = view.context;
    const top = 22;
    const size = Math.max(1, Math.min((view.width - 50) / n, (view.height - top - 8) / n, 96));
    const left = Math.max(42, (view.width - size * n) / 2);
    this.layout = { n, left, top, size };
    const most = Math.max(1, ...matrix);
    const ink = rgb('c2'), ground = rgb('soft');
    const every = Math.ceil(20 / size);
    context.font = '11px ui-monospace, monospace';
    context.textBaseline = 'middle';
    for (let i = 0; i < n; i += every) {
      context.fillStyle = color('dim');
      context.textAlign = 'right';
      context.fillText(i, left - 8, top + (i + .5) * size);
      context.textAlign = 'center';
      context.fillText(i, left + (i + .5) * size, top - 10);
    }
    for (let thief = 0; thief < n; thief++) {
      for (let victim = 0; victim < n; victim++) {
        const count = matrix[thief * n + victim];
        const part = count > 0 ? .15 + .85 * Math.log1p(count) / Math.log1p(most) : 0;
        context.fillStyle = `rgb(${ground.map((g, k) => Math.round(g + (ink[k] - g) * part)).join(' ')})`;
        const gap = size > 6 ? 1.5 : 0;
        context.fillRect(left + victim * size, top + thief * size, size - gap, size - gap);
        if (size > 38 && count > 0) {
          context.fillStyle = part > .55 ? color('card') : color('ink');
          context.fillText(short(count), left + (victim + .5) * size, top + (thief + .5) * size);
        }
      }
    }
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
  }

  hover(event) {
    if (!this.layout) return;
    const { n, left, top, size } = this.layout;
    const victim = Math.floor((event.offsetX - left) / size), thief = Math.floor((event.offsetY - top) / size);
    if (victim < 0 || thief < 0 || victim >= n || thief >= n) return hideTip();
    showTip(`worker ${thief} took ${this.matrix[thief * n + victim].toLocaleString()} from worker ${victim}`, event.clientX, event.clientY);
  }
}
