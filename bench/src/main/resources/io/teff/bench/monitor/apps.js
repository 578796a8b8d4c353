// SPDX-License-Identifier: Apache-2.0
// The apps of flows: how many tasks are in which state, and which app feeds which.
import { canvasIn, color, el, empty, hideTip, short, showTip } from './util.js';

const SHADES = { exec_done: 'good', memo_done: 'c2', running: 'steal', joining: 'steal', failed: 'bad', dep_fail: 'bad', cancelled: 'dim' };

export class Apps {
  id = 'apps';
  title = 'Apps';

  build(panel) {
    this.none = empty('No flow has called an app here.');
    this.head = el('tr');
    this.body = el('tbody');
    this.box = el('div', { class: 'canvas' });
    this.content = el('div', { class: 'grow', style: { gap: '14px' } },
      el('div', { class: 'card', style: { maxHeight: '45%', display: 'flex', flexDirection: 'column' } },
        el('h2', {}, 'Tasks by app and state'), el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, this.head), this.body))),
      el('div', { class: 'card grow' }, el('h2', {}, 'Which app feeds which', el('span', { class: 'note' }, 'width: number of dependencies')), this.box));
    panel.append(this.none, this.content);
    this.view = canvasIn(this.box, 'Graph of apps');
    this.view.canvas.addEventListener('pointermove', event => this.hover(event));
    this.view.canvas.addEventListener('pointerleave', hideTip);
  }

  themed() { this.dirty = true; }
  shown() { this.dirty = true; }

  update(store) {
    const { edges } = store.snapshot;
    const appStates = store.snapshot.appStates.map(state => state.toLowerCase());
    const apps = store.snapshot.apps.filter(app => app.counts.some(n => n > 0));
    this.none.style.display = apps.length > 0 ? 'none' : '';
    this.content.style.visibility = apps.length > 0 ? '' : 'hidden';
    if (apps.length === 0) return;
    const used = appStates.map((_, i) => i).filter(i => apps.some(app => app.counts[i] > 0));
    this.head.replaceChildren(...['app', ...used.map(i => appStates[i]), 'all'].map(name => el('th', {}, name)));
    this.body.replaceChildren(...apps.map(app => el('tr', {}, el('td', {}, app.name),
      ...used.map(i => el('td', { style: { color: app.counts[i] > 0 ? `var(--${SHADES[appStates[i]] ?? 'ink'})` : 'var(--dim)' } }, app.counts[i].toLocaleString())),
      el('td', {}, sum(app.counts).toLocaleString()))));
    this.graph = layout(apps, edges ?? []);
    this.dirty = true;
  }

  frame() {
    const { view, graph } = this;
    if (!graph || !(this.dirty || view.resized)) return;
    this.dirty = view.resized = false;
    view.clear();
    const context = view.context;
    const place = node => ({ x: 90 + node.layer / Math.max(1, graph.layers - 1) * Math.max(0, view.width - 180), y: (node.slot + 1) / (node.slots + 1) * view.height });
    const most = Math.max(1, ...graph.edges.map(e => e.count));
    for (const edge of graph.edges) {
      const a = place(edge.from), b = place(edge.to);
      context.strokeStyle = color('spin');
      context.globalAlpha = .65;
      context.lineWidth = 1 + 7 * Math.log1p(edge.count) / Math.log1p(most);
      context.beginPath();
      if (edge.from === edge.to) context.ellipse(a.x, a.y - 25, 22, 16, 0, 0, 2 * Math.PI);
      else {
        context.moveTo(a.x, a.y);
        const bend = (b.x - a.x) / 2 || 60;
        context.bezierCurveTo(a.x + bend, a.y, b.x - bend, b.y, b.x, b.y);
      }
      context.stroke();
      context.globalAlpha = 1;
    }
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const node of graph.nodes) {
      const { x, y } = place(node);
      context.font = '600 12px ui-monospace, monospace';
      const width = Math.max(70, context.measureText(node.app.name).width + 22);
      node.box = { x: x - width / 2, y: y - 17, width, height: 34 };
      context.fillStyle = color('card');
      context.strokeStyle = color('c1');
      context.lineWidth = 1.5;
      context.beginPath();
      context.roundRect(node.box.x, node.box.y, width, 34, 8);
      context.fill();
      context.stroke();
      context.fillStyle = color('ink');
      context.fillText(node.app.name, x, y - 6);
      context.fillStyle = color('dim');
      context.font = '11px ui-monospace, monospace';
      context.fillText(short(sum(node.app.counts)), x, y + 8);
    }
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
  }

  hover(event) {
    const node = this.graph?.nodes.find(n => n.box && event.offsetX >= n.box.x && event.offsetX <= n.box.x + n.box.width
      && event.offsetY >= n.box.y && event.offsetY <= n.box.y + n.box.height);
    if (!node) return hideTip();
    const inward = this.graph.edges.filter(e => e.to === node).map(e => `${e.from.app.name} ×${e.count.toLocaleString()}`);
    showTip(`${node.app.name}: ${sum(node.app.counts).toLocaleString()} tasks` + (inward.length > 0 ? '\nfed by ' + inward.join(', ') : ''), event.clientX, event.clientY);
  }
}

function sum(numbers) {
  return numbers.reduce((a, b) => a + b, 0);
}

/** Layers by longest path from apps that nothing feeds; an edge back within a cycle is not followed. */
function layout(apps, edges) {
  const nodes = apps.map(app => ({ app, layer: 0 }));
  const byId = new Map(nodes.map(node => [node.app.id, node]));
  const links = edges.map(([from, to, count]) => ({ from: byId.get(from), to: byId.get(to), count })).filter(e => e.from && e.to);
  for (let round = 0; round < nodes.length; round++) {
    for (const { from, to } of links) if (from !== to && to.layer <= from.layer && from.layer + 1 < nodes.length) to.layer = from.layer + 1;
  }
  const used = [...new Set(nodes.map(n => n.layer))].sort((a, b) => a - b);
  for (const node of nodes) node.layer = used.indexOf(node.layer);
  for (let layer = 0; layer < used.length; layer++) {
    const members = nodes.filter(n => n.layer === layer);
    members.forEach((node, slot) => { node.slot = slot; node.slots = members.length; });
  }
  return { nodes, edges: links, layers: used.length };
}
