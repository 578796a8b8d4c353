// SPDX-License-Identifier: Apache-2.0
// Curves over time and over percentiles, drawn by uPlot in the colours of the page.
import { color } from './util.js';

/* global uPlot */

function axis(values, size = 50) {
  return {
    stroke: () => color('dim'), font: '12px ui-monospace, monospace', values, size,
    grid: { stroke: () => color('line'), width: 1 }, ticks: { stroke: () => color('line'), width: 1 },
  };
}

function plot(box, options, data) {
  const chart = new uPlot({ width: Math.max(100, box.clientWidth), height: Math.max(100, box.clientHeight), ...options }, data, box);
  const fit = () => {
    const legendHeight = chart.root.querySelector('.u-legend')?.offsetHeight ?? 0;
    chart.setSize({ width: box.clientWidth, height: Math.max(90, box.clientHeight - legendHeight) });
  };
  const observer = new ResizeObserver(() => {
    if (box.clientWidth === 0) return;
    fit();
    requestAnimationFrame(fit); // with the legend as wide, and so as high, as it is then
  });
  observer.observe(box);
  const destroy = chart.destroy.bind(chart);
  chart.destroy = () => { observer.disconnect(); destroy(); };
  return chart;
}

function clock(u, ticks) {
  return ticks.map(t => new Date(t * 1000).toLocaleTimeString([], { hour12: false }));
}

/** Lines over time. Series: {label, color, fill}. */
export function curve(box, series, format) {
  return plot(box, {
    scales: { x: { time: true }, y: { range: (u, low, high) => [0, Math.max(1, high * 1.08)] } },
    axes: [axis(clock), axis((u, ticks) => ticks.map(format), 58)],
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    series: [
      { value: (u, t) => t == null ? '–' : new Date(t * 1000).toLocaleTimeString([], { hour12: false }), label: 'time' },
      ...series.map(s => ({
        label: s.label, stroke: color(s.color), width: 1.6, points: { show: false },
        fill: s.fill ? color(s.color) + '22' : undefined, value: (u, v) => v == null ? '–' : format(v),
      })),
    ],
  }, [[], ...series.map(() => [])]);
}

/** States as stacked areas between 0 and 100 %. */
export function shareChart(box, states) {
  const chart = plot(box, {
    legend: { show: false },
    scales: { x: { time: true }, y: { range: [0, 1] } },
    axes: [axis(clock), axis((u, ticks) => ticks.map(v => Math.round(v * 100) + ' %'), 52)],
    cursor: { show: false },
    // The topmost area is drawn first, over it the ones below.
    series: [{}, ...states.map(state => ({ stroke: color(state), fill: color(state), width: 0, points: { show: false } })).reverse()],
  }, [[], ...states.map(() => [])]);
  chart.setShares = (times, shares) => {
    const columns = states.map(() => new Array(times.length).fill(null));
    shares.forEach((share, t) => {
      if (!share) return;
      let sum = 0;
      states.forEach((state, i) => {
        sum += share[i];
        columns[i][t] = sum;
      });
    });
    chart.setData([times, ...columns.reverse()]);
  };
  return chart;
}

/** Duration against percentile; x is the number of nines, so that the tail has room. */
export function percentileChart(box, series, format) {
  const names = ['0', '90', '99', '99.9', '99.99', '99.999', '99.9999'];
  return plot(box, {
    scales: { x: { time: false, range: (u, low, high) => [0, Math.max(3, Math.ceil(high))] }, y: { distr: 3 } },
    axes: [
      { ...axis((u, ticks) => ticks.map(v => names[v] === undefined ? '' : names[v] + ' %')), splits: (u, i, low, high) => names.map((_, n) => n).filter(n => n >= low && n <= high) },
      axis((u, ticks) => ticks.map(v => v == null ? '' : format(v)), 66),
    ],
    cursor: { drag: { x: false, y: false } },
    series: [
      { label: 'percentile', value: (u, v) => v == null ? '–' : (100 * (1 - 10 ** -v)).toFixed(Math.max(1, Math.ceil(v - 1))) + ' %' },
      ...series.map(s => ({
        label: s.label, stroke: color(s.color), width: 2, spanGaps: true, points: { show: false },
        value: (u, v) => v == null ? '–' : format(v),
      })),
    ],
  }, [[], ...series.map(() => [])]);
}
