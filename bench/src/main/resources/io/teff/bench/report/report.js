"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const REFERENCES = /^(plain|sequential|pingpong|hashes|sha1|c|raw)\b/;
  const MANY_TABS = 9;

  // ---- Small helpers

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== false && value != null) { element.setAttribute(key, value); }
    }
    element.append(...children.filter(child => child != null));
    return element;
  }

  function draw(parent, name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) { element.setAttribute(key, value); }
    if (text != null) { element.textContent = text; }
    parent.append(element);
    return element;
  }

  function number(value) {
    if (value == null || !isFinite(value)) { return "-"; }
    const size = Math.abs(value);
    if (size >= 1e9) { return trim((value / 1e9).toPrecision(3)) + " G"; }
    if (size >= 1e6) { return trim((value / 1e6).toPrecision(3)) + " M"; }
    if (size >= 1e3) { return Math.round(value).toLocaleString("en"); }
    if (size === 0) { return "0"; }
    if (size < 1e-3) { return value.toExponential(2).replace("e-", "e\u2212"); }
    return trim(value.toPrecision(3));
  }

  function trim(text) {
    return text.includes(".") && !text.includes("e") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  }

  // ---- The tip: what a mark says

  const tip = document.getElementById("tip");

  function showTip(at, lines) {
    tip.replaceChildren(...lines);
    tip.hidden = false;
    const box = at.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const left = Math.min(innerWidth - size.width - 8, Math.max(8, box.left + box.width / 2 - size.width / 2));
    const above = box.top - size.height - 10;
    tip.style.left = left + "px";
    tip.style.top = (above > 4 ? above : Math.min(innerHeight - size.height - 4, box.bottom + 10)) + "px";
  }

  function hideTip() { tip.hidden = true; }

  function describe(figure, series, point) {
    const where = figure.bars ? "" : ", " + figure.x_label + " " + number(point.x);
    const lines = [
      make("b", {}, series.name + where), make("br"),
      number(point.y) + " " + figure.y_label, make("br"),
      "95 % interval of the median " + number(point.low) + " to " + number(point.high),
    ];
    if (point.raw && point.raw.length) {
      const shown = point.raw.slice(0, 12).map(number).join(", ") + (point.raw.length > 12 ? ", ..." : "");
      lines.push(make("div", {class: "raw"}, point.raw.length + (point.raw.length === 1 ? " point: " : " points: ") + shown));
    }
    if (!point.verified) { lines.push(make("div", {}, "WRONG ANSWER, or not verified")); }
    return lines;
  }

  /** Marks are reached with one Tab; arrows go from one to the next. */
  function reachable(svg, marks, figure) {
    marks.forEach((mark, i) => {
      mark.node.setAttribute("tabindex", i === 0 ? "0" : "-1");
      mark.node.setAttribute("role", "img");
      const text = describe(figure, mark.series, mark.point).map(n => n.textContent ?? n).filter(t => t);
      mark.node.setAttribute("aria-label", text.join("; "));
      const show = () => showTip(mark.anchor, describe(figure, mark.series, mark.point));
      mark.node.addEventListener("mouseenter", show);
      mark.node.addEventListener("mouseleave", hideTip);
      mark.node.addEventListener("focus", show);
      mark.node.addEventListener("blur", hideTip);
      mark.node.addEventListener("keydown", event => {
        const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
        if (event.key === "Escape") { hideTip(); }
        if (!step) { return; }
        event.preventDefault();
        for (let j = i + step; j >= 0 && j < marks.length; j += step) {
          if (marks[j].node.isConnected && marks[j].node.parentNode.style.display !== "none") {
            mark.node.setAttribute("tabindex", "-1");
            marks[j].node.setAttribute("tabindex", "0");
            marks[j].node.focus();
            return;
          }
        }
      });
    });
  }

  // ---- Scales

  function scale(least, most, from, to, log) {
    const f = log ? Math.log10 : v => v;
    const a = f(least), b = f(most);
    return value => {
      const share = a === b ? 0.5 : (f(log ? Math.max(value, least) : value) - a) / (b - a);
      return from + share * (to - from);
    };
  }

  function ticks(least, most, log) {
    if (log) {
      const all = [];
      for (let e = Math.floor(Math.log10(least)); e <= Math.ceil(Math.log10(most)); e++) {
        for (const m of [1, 2, 5]) { all.push([m * 10 ** e, m]); }
      }
      const inside = all.filter(([v]) => v >= least * 0.999 && v <= most * 1.001);
      const decades = inside.filter(([, m]) => m === 1).map(([v]) => v);
      if (decades.length >= 3) {
        return decades.length > 8 ? decades.filter((v, i) => i % 2 === 0) : decades;
      }
      return inside.map(([v]) => v);
    }
    const rough = (most - least) / 5;
    const power = 10 ** Math.floor(Math.log10(rough || 1));
    const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough) || power;
    const all = [];
    for (let v = Math.ceil(least / step) * step; v <= most + step * 1e-6; v += step) { all.push(+v.toPrecision(12)); }
    return all;
  }

  function bounds(points, log) {
    const low = Math.min(...points.map(p => Math.min(p.y, p.low ?? p.y)));
    const high = Math.max(...points.map(p => Math.max(p.y, p.high ?? p.y)));
    if (log && low > 0) {
      const decade = 10 ** Math.floor(Math.log10(low * 0.9));
      return [high / low < 30 ? low / 1.5 : decade, high * 1.15, true];
    }
    return [Math.min(0, low), high > 0 ? high * 1.06 : 1, false];
  }

  // ---- Bars

  function barColor(name) {
    return /^(engine|mpi|teff)\b/.test(name) ? "var(--c0)" : REFERENCES.test(name) ? "var(--reference)" : "var(--other)";
  }

  function bars(figure) {
    const entries = figure.series.map(series => ({series, point: series.points[0]}));
    const row = 25, top = 8, left = 235, right = 860, height = top + row * entries.length + 44;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 980 ${height}`);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", figure.title + " " + figure.facet);
    let [least, most, log] = bounds(entries.map(e => e.point), figure.y_log);
    if (log) { least = 10 ** Math.floor(Math.log10(least)); }
    const x = scale(least, most, left, right, log);
    const bottom = top + row * entries.length;
    for (const tick of ticks(least, most, log)) {
      draw(svg, "line", {x1: x(tick), x2: x(tick), y1: top, y2: bottom, class: "grid"});
      draw(svg, "text", {x: x(tick), y: bottom + 17, "text-anchor": "middle", class: "faint"}, number(tick));
    }
    draw(svg, "text", {x: (left + right) / 2, y: bottom + 38, "text-anchor": "middle", class: "faint"}, axisTitle(figure, log));
    const real = entries.filter(e => !REFERENCES.test(e.series.name) && e.point.y > 0).map(e => e.point.y);
    const best = figure.better === "higher" ? Math.max(...real) : Math.min(...real);
    const marks = [];
    entries.forEach(({series, point}, i) => {
      const y = top + row * (i + 0.5);
      const group = draw(svg, "g", {});
      const node = draw(group, "g", {class: "mark"});
      draw(node, "rect", {x: 0, y: y - row / 2, width: 980, height: row, fill: "transparent"});
      draw(node, "text", {x: left - 10, y: y + 4.5, "text-anchor": "end"}, shorten(series.name, 33));
      const end = x(point.y);
      const bar = draw(node, "rect", {x: left, y: y - 8, width: Math.max(1.5, end - left), height: 16, rx: 2, fill: barColor(series.name), class: "halo"});
      draw(node, "line", {x1: x(point.low), x2: x(point.high), y1: y, y2: y, class: "whisker"});
      const ratio = figure.better === "higher" ? best / point.y : point.y / best;
      const times = real.length > 1 && !REFERENCES.test(series.name) && isFinite(ratio) && ratio > 0
        ? (ratio <= 1 ? "  best" : "  \u00d7" + trim(ratio.toPrecision(ratio < 10 ? 2 : 3 ))) : "";
      const shown = ratio >= 1000 ? "  \u00d7" + Math.round(ratio).toLocaleString("en") : times;
      const label = draw(node, "text", {x: Math.max(end, x(point.high)) + 8, y: y + 4.5}, number(point.y));
      draw(label, "tspan", {dx: 8, class: "times"}, (figure.better === "" ? "" : shown.trim()) + (point.verified ? "" : " WRONG"));
      marks.push({node, anchor: bar, series, point});
    });
    reachable(svg, marks, figure);
    return make("div", {class: "plot"}, svg);
  }

  function axisTitle(figure, log) {
    return figure.y_label + (log ? ", logarithmic" : "") + (figure.better ? "; " + figure.better + " is better" : "");
  }

  function shorten(text, most) {
    return text.length > most ? text.slice(0, most - 1) + "\u2026" : text;
  }

  // ---- Lines

  function place(figure) {
    if (figure.x_scale === "log") { return Math.log10; }
    if (figure.x_scale === "tail") { // the most that was seen is one step beyond the last percentile
      const rest = figure.series.flatMap(s => s.points.map(p => 1 - p.x / 100)).filter(r => r > 1e-9);
      const least = rest.length ? Math.min(...rest) / 10 : 1e-3;
      return x => -Math.log10(Math.max(least, 1 - x / 100));
    }
    return x => x;
  }

  function lines(figure, looks, hiddenNames) {
    const width = 720, height = 390, left = 78, right = width - 12, top = 12, bottom = height - 52;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", figure.title + " " + figure.facet);
    const shown = figure.series.filter(s => !hiddenNames.has(s.name));
    const points = (shown.length ? shown : figure.series).flatMap(s => s.points);
    const [least, most, log] = bounds(points, figure.y_log);
    const y = scale(least, most, bottom, top, log);
    const at = place(figure);
    const xs = [...new Set(figure.series.flatMap(s => s.points.map(p => p.x)))].sort((a, b) => a - b);
    const x = v => scale(at(xs[0]), at(xs[xs.length - 1]), left + 14, right - 14, false)(at(v));
    for (const tick of ticks(least, most, log)) {
      draw(svg, "line", {x1: left, x2: right, y1: y(tick), y2: y(tick), class: "grid"});
      draw(svg, "text", {x: left - 8, y: y(tick) + 4, "text-anchor": "end", class: "faint"}, number(tick));
    }
    let last = -1e9;
    for (const v of xs) {
      if (x(v) - last > 34) {
        draw(svg, "line", {x1: x(v), x2: x(v), y1: bottom, y2: bottom + 5, class: "grid"});
        draw(svg, "text", {x: x(v), y: bottom + 19, "text-anchor": "middle", class: "faint"},
          figure.x_scale === "tail" ? (v >= 100 ? "max" : "p" + v) : number(v));
        last = x(v);
      }
    }
    draw(svg, "text", {x: (left + right) / 2, y: height - 10, "text-anchor": "middle", class: "faint"},
      figure.x_label + (figure.x_scale === "log" ? ", logarithmic" : ""));
    draw(svg, "text", {transform: `translate(16 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "faint"}, axisTitle(figure, log));
    const marks = [];
    for (const series of shown) {
      const look = looks.get(series.name);
      const group = draw(svg, "g", {});
      draw(group, "polyline", {
        points: series.points.map(p => x(p.x).toFixed(1) + "," + y(p.y).toFixed(1)).join(" "),
        fill: "none", stroke: look.color, "stroke-width": 2.2, "stroke-dasharray": look.dash, "stroke-linejoin": "round",
      });
      for (const point of series.points) {
        draw(group, "line", {x1: x(point.x), x2: x(point.x), y1: y(point.low), y2: y(point.high), stroke: look.color, "stroke-width": 1.4});
        const node = draw(group, "g", {class: "mark"});
        draw(node, "circle", {cx: x(point.x), cy: y(point.y), r: 9, fill: "transparent"});
        const dot = draw(node, "circle", {cx: x(point.x), cy: y(point.y), r: 3.8, fill: look.color, class: "halo"});
        marks.push({node, anchor: dot, series, point});
      }
    }
    reachable(svg, marks, figure);
    return svg;
  }

  /** The same name looks the same in all figures of a group; ours are warm. */
  function looksOf(figures) {
    const isOurs = name => /^(engine|mpi|teff|tuned|deal|steal)\b/.test(name);
    const names = [...new Set(figures.flatMap(f => f.series.map(s => s.name)))];
    names.sort((a, b) => isOurs(b) - isOurs(a)); // stable: ours first
    const looks = new Map();
    const dashes = ["", "7 4", "2 4", "10 3 2 3"];
    const used = new Map();
    let next = 1;
    for (const name of names) {
      const base = name.split(/[ \u00d7]/)[0];
      const ours = isOurs(base);
      const key = ours ? "engine" : base;
      if (figures.every(f => f.bars) || !used.has(key)) {
        const index = ours ? 0 : next++;
        used.set(key, {color: `var(--c${index % 10})`, count: Math.floor(index / 10)});
      }
      const use = used.get(key);
      looks.set(name, {color: use.color, dash: dashes[use.count++ % dashes.length]});
    }
    // Several of ours, or of one base, in one figure: tell them apart by colour first.
    if (names.length <= 10) {
      names.forEach((name, i) => looks.set(name, {color: `var(--c${i})`, dash: ""}));
    }
    return looks;
  }

  function withLegend(figure, looks) {
    const hiddenNames = new Set();
    const plot = make("div", {class: "plot"}, lines(figure, looks, hiddenNames));
    const legend = make("ul", {class: "legend", "aria-label": "Lines; press to hide or show"});
    for (const series of figure.series) {
      const look = looks.get(series.name);
      const sample = document.createElementNS(SVG, "svg");
      sample.setAttribute("viewBox", "0 0 26 10");
      sample.setAttribute("aria-hidden", "true");
      draw(sample, "line", {x1: 0, x2: 26, y1: 5, y2: 5, stroke: look.color, "stroke-width": 2.6, "stroke-dasharray": look.dash});
      const button = make("button", {type: "button", "aria-pressed": "true"}, sample, series.name);
      button.addEventListener("click", () => {
        const hide = !hiddenNames.has(series.name);
        if (hide) { hiddenNames.add(series.name); } else { hiddenNames.delete(series.name); }
        button.setAttribute("aria-pressed", String(!hide));
        plot.replaceChild(lines(figure, looks, hiddenNames), plot.firstChild);
      });
      legend.append(make("li", {}, button));
    }
    plot.append(legend);
    return plot;
  }

  // ---- Groups of figures

  function badge(doubts, simulated) {
    return simulated && !doubts.length ? make("span", {class: "badge"}, "simulated") : doubts.length
      ? make("span", {class: "badge doubt"}, "not clean")
      : make("span", {class: "badge clean"}, "clean run");
  }

  function card(group, index) {
    const first = group[0];
    const looks = looksOf(group);
    const body = make("div", {});
    const card = make("div", {class: "card"});
    const title = new Set(group.map(f => f.title)).size > 1 ? first.title.split(":")[0] : first.title;
    card.append(make("div", {class: "head"}, make("h3", {}, title), badge(first.doubts, first.title.startsWith("simulate"))));
    if (first.doubts.length) { card.append(make("p", {class: "doubts"}, "Do not hold against other runs: " + first.doubts.join("; ") + ".")); }
    const name = f => (title === f.title ? "" : f.title.split(": ").pop()) + (title !== f.title && f.facet ? ", " : "") + f.facet;
    function show(figure) {
      const rounds = Math.max(...figure.series.flatMap(s => s.points.map(p => p.raw.length)));
      body.replaceChildren(make("figure", {},
        figure.bars ? bars(figure) : withLegend(figure, looks),
        make("figcaption", {}, "Made by ", make("code", {}, figure.command || figure.file),
          `; ${rounds} round${rounds === 1 ? "" : "s"}, medians, 95 % bootstrap intervals; `,
          make("a", {href: "#file-" + figure.file}, figure.file))));
    }
    if (group.length > 1 && group.length <= MANY_TABS) { card.append(tabs(group, name, show, index)); }
    if (group.length > MANY_TABS) { card.append(choice(group, name, show)); }
    card.append(body);
    show(first);
    return card;
  }

  function tabs(group, name, show, index) {
    const list = make("div", {class: "tabs", role: "tablist", "aria-label": "Which figure"});
    const buttons = group.map((figure, i) => {
      const button = make("button", {type: "button", role: "tab", id: `tab-${index}-${i}`,
        "aria-selected": String(i === 0), tabindex: i === 0 ? "0" : "-1"}, name(figure) || figure.title);
      button.addEventListener("click", () => select(i));
      button.addEventListener("keydown", event => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (step) { event.preventDefault(); select((i + step + group.length) % group.length); }
      });
      return button;
    });
    function select(i) {
      buttons.forEach((b, j) => { b.setAttribute("aria-selected", String(i === j)); b.tabIndex = i === j ? 0 : -1; });
      buttons[i].focus();
      show(group[i]);
    }
    list.append(...buttons);
    return list;
  }

  function choice(group, name, show) {
    const select = make("select", {"aria-label": "Which figure"});
    group.forEach((figure, i) => select.append(make("option", {value: i}, name(figure) || figure.title)));
    select.addEventListener("change", () => show(group[select.value]));
    return make("p", {class: "tabs"}, select);
  }

  // ---- Tables

  function sheet(table, ratios) {
    const numeric = table.headings.map((h, i) => i > 0 && table.rows.every(r => /^[-\d.,]+( [numk]?s| M)?$/.test(r[i])));
    const head = make("tr", {}, ...table.headings.map((h, i) => make("th", {scope: "col", class: numeric[i] ? "n" : false}, h)));
    if (ratios) { head.append(make("th", {scope: "col"}, "")); }
    const most = Math.max(...table.rows.map(r => Math.log10(parseFloat(r[1].replace(/,/g, "")) || 1)));
    const body = table.rows.map((cells, i) => {
      const row = make("tr", {class: [i === 0 && ratios ? "best" : "", /^(engine|mpi)\b/.test(cells[0]) ? "teff" : ""].join(" ").trim() || false});
      cells.forEach((cell, c) => row.append(make(c === 0 ? "th" : "td", {scope: c === 0 ? "row" : false, class: numeric[c] ? "n" : false}, cell)));
      if (ratios) {
        const share = most > 0 ? Math.log10(parseFloat(cells[1].replace(/,/g, "")) || 1) / most : 0;
        row.append(make("td", {}, make("span", {class: "bar", style: `width:${Math.max(2, 90 * share).toFixed(0)}px`, "aria-hidden": "true"})));
      }
      return row;
    });
    return make("div", {class: "card"}, make("div", {class: "head"}, make("h3", {}, table.title)),
      make("div", {class: "wide"}, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body))),
      make("p", {class: "lead", style: "margin:8px 0 0;font-size:13px"}, "From ", make("code", {}, table.note)));
  }

  const ENV = [
    ["command", "Command"], ["commit", "Commit"], ["date", "Date"], ["cpu_model", "CPU"], ["cores", "Processors"],
    ["kernel", "Kernel"], ["governor", "Governor"], ["smt", "SMT"], ["cpuset", "cpuset"], ["quota", "cgroup quota"],
    ["steal", "Stolen time"], ["foreign_load_percent", "Foreign load, %"], ["load", "Load average"], ["jvm", "JVM"],
    ["java_version", "Java"], ["gc", "GC"], ["jvm_flags", "Flags"], ["heap_max_bytes", "Heap"], ["ruler", "Ping-pong, ns"],
  ];

  function envValue(file, field) {
    const env = file.record.env || {}, ruler = file.record.ruler || {};
    const unknown = "unknown";
    switch (field) {
      case "command": return file.command || unknown;
      case "steal": {
        if (env.steal_ticks_after == null) { return unknown; }
        const ms = 10 * (env.steal_ticks_after - env.steal_ticks_before);
        return ms + " ms" + (env.seconds ? ` of ${number(env.seconds)} s` : "");
      }
      case "load": return number(env.load_average_before) + " before, " + number(env.load_average_after) + " after";
      case "ruler": return number(ruler.before_ns) + " before, " + number(ruler.after_ns) + " after";
      case "heap_max_bytes": return env.heap_max_bytes ? number(env.heap_max_bytes / 2 ** 20) + " MiB" : unknown;
      case "quota": return env.quota == null ? "none" : String(env.quota);
      case "jvm_flags": return (env.jvm_flags || []).join(" ") || "none";
      case "governor": return env.governor ?? "unknown (the kernel does not say)";
      default: return env[field] == null ? unknown : typeof env[field] === "number" ? number(env[field]) : String(env[field]);
    }
  }

  function environments() {
    const section = make("section", {id: "environment"}, make("h2", {}, "Environment"),
      make("p", {class: "lead"}, "Where each record was made. What is the same in all of them is said once. A run is clean if others used at most 5 % of the processors and the ping-pong ruler changed by at most a quarter."));
    const shared = [], rest = [];
    for (const [field, title] of ENV) {
      const values = new Set(data.files.map(f => envValue(f, field)));
      (values.size === 1 && data.files.length > 1 ? shared : rest).push([field, title]);
    }
    const one = make("tbody", {}, ...shared.map(([field, title]) => make("tr", {}, make("th", {scope: "row"}, title), make("td", {}, envValue(data.files[0], field)))));
    if (shared.length) { section.append(make("div", {class: "card"}, make("div", {class: "head"}, make("h3", {}, "All records")), make("table", {class: "env"}, one))); }
    const head = make("tr", {}, make("th", {scope: "col"}, "Record"), make("th", {scope: "col"}, "Clean"), ...rest.map(([, t]) => make("th", {scope: "col"}, t)));
    const rows = data.files.map(f => make("tr", {}, make("th", {scope: "row"}, make("a", {href: "#file-" + f.name}, f.name)),
      make("td", {class: f.doubts.length ? "long" : false}, badge(f.doubts), f.doubts.length ? make("div", {class: "doubts"}, f.doubts.join("; ")) : null),
      ...rest.map(([field]) => make("td", {class: /command|flags|ruler|load$/.test(field) ? "long" : false}, field === "command" ? make("code", {}, envValue(f, field)) : envValue(f, field)))));
    section.append(make("div", {class: "card wide", tabindex: "0"}, make("table", {class: "env"}, make("thead", {}, head), make("tbody", {}, ...rows))));
    return section;
  }

  function records() {
    const section = make("section", {id: "records"}, make("h2", {}, "Records"),
      make("p", {class: "lead"}, "Every row of every record, with its raw points. The whole of it is in this page's source, as JSON, in the element with id data."));
    for (const file of data.files) {
      const details = make("details", {id: "file-" + file.name, class: "card"},
        make("summary", {}, make("b", {}, file.name), ` ${file.bench}, ${file.record.rows.length} rows `, badge(file.doubts)));
      details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) { details.append(rowsOf(file)); } });
      section.append(details);
    }
    return section;
  }

  function rowsOf(file) {
    const head = ["workload", "contender", "workers", "parameters", "median", "low", "high", "unit", "verified", "raw points"];
    const rows = file.record.rows.map(r => make("tr", {},
      make("th", {scope: "row"}, r.workload), make("td", {}, r.contender), make("td", {class: "n"}, String(r.workers)),
      make("td", {}, Object.entries(r.params || {}).map(([k, v]) => k + "=" + v).join(" ")),
      make("td", {class: "n"}, number(r.median)), make("td", {class: "n"}, number(r.low)), make("td", {class: "n"}, number(r.high)),
      make("td", {}, r.metric), make("td", {}, r.verified ? "yes" : "NO"), make("td", {}, (r.raw || []).map(number).join(", "))));
    const links = (file.record.profiles || []).map(p => make("a", {href: p}, p));
    return make("div", {class: "wide", tabindex: "0"},
      ...(file.command ? [make("p", {}, make("code", {}, file.command))] : []),
      ...(links.length ? [make("p", {}, "Profiles, beside the record: ", ...links.flatMap((l, i) => i ? [", ", l] : [l]))] : []),
      make("table", {}, make("thead", {}, make("tr", {}, ...head.map(h => make("th", {scope: "col"}, h)))), make("tbody", {}, ...rows)));
  }

  // ---- The page

  const main = document.getElementById("main");
  const chapters = document.getElementById("chapters");
  const clean = data.files.filter(f => !f.doubts.length).length;
  const env = (data.files[0] || {record: {}}).record.env || {};
  document.getElementById("machine").textContent =
    `${data.files.length} records, ${clean} of them clean; ${env.cpu_model ?? "unknown CPU"}, ${env.cores ?? "?"} processors, ${env.kernel ?? ""}, Java ${env.java_version ?? "?"}`;

  function entry(id, title, absent) {
    chapters.append(make("li", {}, make("a", {href: "#" + id, class: absent ? "absent" : false}, title)));
  }

  let index = 0;
  for (const chapter of data.chapters) {
    if (chapter.id === "others" && chapter.absent) { continue; }
    const section = make("section", {id: chapter.id}, make("h2", {}, chapter.title));
    if (chapter.lead) { section.append(make("p", {class: "lead"}, chapter.lead)); }
    if (chapter.absent) {
      section.append(make("p", {class: "absent-note"}, "Not measured yet. Made by ", make("code", {}, chapter.absent), "."));
    }
    if (chapter.tables.length) {
      const ratios = chapter.id === "standings";
      section.append(make("div", {class: ratios ? "sheets" : ""}, ...chapter.tables.map(t => sheet(t, ratios))));
    }
    for (const group of chapter.groups) { section.append(card(group, index++)); }
    main.append(section);
    entry(chapter.id, chapter.title, chapter.absent !== "");
  }
  main.append(environments(), records());
  entry("environment", "Environment");
  entry("records", "Records");

  // A link to a record opens it.
  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  addEventListener("hashchange", openTarget);
  openTarget();

  const spy = new IntersectionObserver(entries => {
    for (const e of entries) {
      if (e.isIntersecting) {
        chapters.querySelectorAll("a").forEach(a => {
          if (a.hash === "#" + e.target.id) { a.setAttribute("aria-current", "true"); } else { a.removeAttribute("aria-current"); }
        });
      }
    }
  }, {rootMargin: "0px 0px -70% 0px"});
  main.querySelectorAll("section").forEach(s => spy.observe(s));
  addEventListener("scroll", hideTip, {passive: true});

  const button = document.getElementById("theme");
  const prefers = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  function theme() {
    const dark = chosen ?? prefers.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Switch to light colours" : "Switch to dark colours");
  }
  button.addEventListener("click", () => { chosen = !(chosen ?? prefers.matches); theme(); });
  prefers.addEventListener("change", theme);
  theme();
})();
