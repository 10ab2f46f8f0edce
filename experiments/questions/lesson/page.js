"use strict";
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const $ = (id) => document.getElementById(id);
  const SIDES = { lower: "lower", same: "about the same", higher: "higher" };
  const COLOUR = { a: "var(--a)", b: "var(--b)", mine: "var(--mine)", line: "var(--line)", tint: "var(--tint)" };
  const [first, second] = told.arms.map((arm) => arm.title);
  const names = Object.keys(told.outcomes), asked = names[0];
  const years = told.years, runs = told.replications, lastYear = years - 1;
  const sum = (list) => list.reduce((total, each) => total + each, 0);
  const mean = (list) => sum(list) / list.length;
  const each = (count) => [...Array(count).keys()];

  // ---------------------------------------------------------------- values
  const decoded = {};
  for (const name of names) {
    const bytes = Uint8Array.from(atob(told.outcomes[name].codes), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer), { low, high } = told.outcomes[name];
    decoded[name] = each(bytes.length / 2).map((k) => low + (view.getUint16(2 * k, true) * (high - low)) / told.codes_to);
  }
  const value = (name, point, run, year) => decoded[name][(point * runs + run) * years + year];
  const average = (name, point, year) => mean(each(runs).map((run) => value(name, point, run, year)));
  const place = (positions) => told.positions.findIndex((other) => other.every((p, k) => p === positions[k]));

  function written(size, figures = 3) { // in sentences two figures, in tables three
    const places = size === 0 ? 0 : Math.min(6, Math.max(0, figures - 1 - Math.floor(Math.log10(Math.abs(size)))));
    return Number((figures < 3 ? Number(size.toPrecision(figures)) : size).toFixed(places)).toLocaleString("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
  }
  function inUnit(name, size, difference, figures = 3) {
    const unit = told.outcomes[name].unit;
    if (unit.startsWith("£")) return `£${written(size, figures)}${unit.slice(1)}`;
    return `${written(size, figures)}${unit.startsWith("%") && !difference ? "" : " "}${difference ? unit.replace("%", "percentage points") : unit}`;
  }

  // ---------------------------------------------------------------- drawing
  function make(tag, attributes, parent, text) {
    const found = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, word] of Object.entries(attributes)) found.setAttribute(key, word);
    if (text !== undefined) found.textContent = text;
    if (parent) parent.append(found);
    return found;
  }
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  function canvas(box, tall, words) {
    box.replaceChildren();
    const wide = Math.max(240, box.clientWidth), high = tall * rem();
    const svg = make("svg", { viewBox: `0 0 ${wide} ${high}`, height: high, ...words }, box);
    return { svg, wide, high };
  }
  function ticks(low, high) {
    const rough = (high - low) / 6, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough);
    const found = [];
    for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step) found.push(Math.abs(at) < step * 1e-9 ? 0 : at);
    return { found, places: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }
  const axes = {};
  function axis(name) { // the same room above and below, so that the empty chart gives nothing away
    if (!axes[name]) {
      const known = told.runs_of[told.base][0];
      const middle = mean(each(years).map((year) => average(name, known, year)));
      const reach = 1.08 * Math.max(1e-9, ...decoded[name].map((size) => Math.abs(size - middle)));
      axes[name] = [middle - reach, middle + reach];
    }
    return axes[name];
  }
  const handleYears = each(Math.min(5, years)).map((k) => Math.round((years * (k + 1)) / Math.min(5, years)));

  function frame(box, name, words) {
    const { svg, wide, high } = canvas(box, 19, words);
    const size = rem(), left = 4.1 * size, right = wide - 1.8 * size, top = 1.4 * size, bottom = high - 2.6 * size;
    const [low, up] = axis(name);
    const x = (year) => left + ((right - left) * (year - 1)) / Math.max(1, years - 1);
    const y = (size_) => bottom - ((bottom - top) * (size_ - low)) / (up - low);
    const marks = ticks(low, up);
    for (const at of marks.found) {
      make("line", { x1: left, x2: right, y1: y(at), y2: y(at), stroke: "var(--grid)" }, svg);
      make("text", { x: left - 0.5 * size, y: y(at) + 0.3 * size, "text-anchor": "end" }, svg,
        at.toLocaleString("en-GB", { minimumFractionDigits: marks.places, maximumFractionDigits: marks.places }));
    }
    for (const year of each(years).map((k) => k + 1).filter((k) => years <= 5 || k === 1 || k % 2 === 0))
      make("text", { x: x(year), y: bottom + 1.2 * size, "text-anchor": "middle" }, svg, year);
    make("text", { x: (left + right) / 2, y: bottom + 2.3 * size, "text-anchor": "middle" }, svg, "year");
    make("text", { x: 0, y: 0.7 * size }, svg, told.outcomes[name].unit);
    return { svg, x, y, left, right, top, bottom, low, up, size };
  }
  const path = (points) => points.map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(1)},${b.toFixed(1)}`).join("");
  function line(at, name, point, colour, letter) {
    for (const run of each(runs))
      make("path", { d: path(each(years).map((k) => [at.x(k + 1), at.y(value(name, point, run, k))])), fill: "none", stroke: colour,
        "stroke-opacity": 0.28, "stroke-width": 1.2 }, at.svg);
    const middle = each(years).map((k) => [at.x(k + 1), at.y(average(name, point, k))]);
    make("path", { d: path(middle), fill: "none", stroke: colour, "stroke-width": 3.5, ...(letter === "B" ? { "stroke-dasharray": "9 4" } : {}) }, at.svg);
    return middle[lastYear][1];
  }
  function letters(at, spots) { // A and B at the ends of their lines, apart even where the lines meet
    const [a, b] = spots, apart = 0.95 * at.size;
    const push = b === undefined ? 0 : Math.max(0, (apart - Math.abs(a - b)) / 2) * (a <= b ? -1 : 1);
    [[a + push, "A"], [b === undefined ? null : b - push, "B"]].forEach(([spot, letter]) => {
      if (spot !== null) make("text", { x: at.right + 0.5 * at.size, y: spot + 0.3 * at.size, "font-weight": 700 }, at.svg, letter);
    });
  }

  // ---------------------------------------------------------------- the prediction
  const mine = { side: null, drawn: null, revealed: false };
  const known = (year) => average(asked, told.runs_of[told.base][0], year - 1);
  function drawnLine(at) {
    const points = handleYears.map((year, k) => [at.x(year), at.y(mine.drawn[k])]);
    if (handleYears[0] > 1) points.unshift([at.x(1), at.y(known(1))]);
    make("path", { d: path(points), fill: "none", stroke: COLOUR.mine, "stroke-width": 3, "stroke-dasharray": "2 6", "stroke-linecap": "round" }, at.svg);
  }
  function sideOfDrawing() {
    const apart = mine.drawn[mine.drawn.length - 1] - known(years), [low, up] = axis(asked);
    const small = Math.max(told.outcomes[asked].matters || 0, (up - low) * 0.02);
    return Math.abs(apart) < small ? "same" : apart < 0 ? "lower" : "higher";
  }
  function sketch(focused) {
    const at = frame($("sketch"), asked, { role: "group", "aria-label": `Draw how B, ${second}, will go. A, ${first}, is shown.` });
    letters(at, [line(at, asked, told.runs_of[told.base][0], COLOUR.a, "A")]);
    if (mine.drawn) drawnLine(at);
    handleYears.forEach((year, k) => {
      const now = mine.drawn ? mine.drawn[k] : known(year);
      const words = inUnit(asked, now);
      const handle = make("g", { class: "handle", role: "slider", tabindex: mine.revealed ? -1 : 0, "aria-label": `Your drawing for year ${year}`,
        "aria-valuemin": at.low, "aria-valuemax": at.up, "aria-valuenow": now, "aria-valuetext": words, "aria-orientation": "vertical",
        ...(mine.revealed ? { "aria-disabled": "true" } : {}) }, at.svg);
      make("circle", { cx: at.x(year), cy: at.y(now), r: 1.2 * at.size, fill: "transparent" }, handle);
      make("circle", { cx: at.x(year), cy: at.y(now), r: 0.5 * at.size, fill: mine.drawn ? COLOUR.mine : "var(--paper)", stroke: COLOUR.mine, "stroke-width": 3 }, handle);
      if (mine.revealed) return;
      handle.addEventListener("keydown", (event) => {
        const far = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5 }[event.key];
        if (!far) return;
        event.preventDefault();
        draw(k, now + (far * (at.up - at.low)) / 50, true);
      });
      handle.addEventListener("pointerdown", (event) => { event.preventDefault(); dragging = k; });
      if (focused === k) handle.focus();
    });
    here = at;
  }
  let dragging = null, here = null;
  window.addEventListener("pointermove", (event) => { // of the window: the picture is drawn anew while it is drawn upon
    if (dragging === null || mine.revealed) return;
    const spot = event.clientY - here.svg.getBoundingClientRect().top;
    draw(dragging, here.low + ((here.bottom - spot) / (here.bottom - here.top)) * (here.up - here.low), false);
  });
  window.addEventListener("pointerup", () => { dragging = null; });
  window.addEventListener("pointercancel", () => { dragging = null; });
  function draw(k, size, keep) {
    const [low, up] = axis(asked);
    mine.drawn = mine.drawn || handleYears.map(known);
    mine.drawn[k] = Math.min(up, Math.max(low, size));
    choose(sideOfDrawing());
    sketch(keep ? k : undefined);
  }
  function choose(side) {
    mine.side = side;
    for (const box of document.getElementsByName("side")) box.checked = box.value === side;
    $("reveal").disabled = side === null;
    $("locked").textContent = side === null ? "Predict first. Then this unlocks." : `You predict: ${SIDES[side]}.`;
  }
  for (const box of document.getElementsByName("side"))
    box.addEventListener("change", () => {
      if (mine.drawn && sideOfDrawing() !== box.value) { mine.drawn = null; sketch(); }
      choose(box.value);
    });
  $("clear").addEventListener("click", () => { mine.drawn = null; choose(null); sketch(); });

  // ---------------------------------------------------------------- the result
  function sentence(name, cell) {
    const found = told.outcomes[name].cells[cell], title = told.outcomes[name].title;
    const size = inUnit(name, Math.abs(found.diff), true, 2), way = found.diff < 0 ? "lower" : "higher";
    const shown = `${size}${people(name, found)}`, towns = townsOf(found);
    if (found.diff === 0 && found.low === 0 && found.high === 0) return `${title}: exactly the same under ${second}, in every town.`;
    const why = found.low === null ? `With only ${found.pairs} towns, luck cannot be ruled out.`
      : found.low <= 0 && found.high >= 0 ? "A gap this small can come from luck alone."
        : "That is more than luck, but too small to matter.";
    if (found.side === "same")
      return `${title}: about the same under ${second}. On average ${shown} ${way} in year ${years}. ${towns} ${why}`;
    return `${title}: ${found.side} under ${second}, by ${shown} in year ${years} on average. ${towns} That is more than luck.`;
  }
  function townsOf({ lower_in: lower, higher_in: higher, pairs }) {
    const alike = pairs - lower - higher;
    if (lower === pairs) return `It is lower in all ${pairs} towns.`;
    if (higher === pairs) return `It is higher in all ${pairs} towns.`;
    const parts = [[lower, "lower"], [higher, "higher"], [alike, "the same"]].filter(([many]) => many);
    const said = parts.map(([many, word], k) => `${word} in ${many}${k ? "" : ` of the ${pairs} towns`}`);
    return `It is ${said.slice(0, -1).join(", ")}${said.length > 1 ? " and " : ""}${said.at(-1)}.`;
  }
  function people(name, found) { // a share of everybody is easier to see as people
    const many = (Math.abs(found.diff) / 100) * told.people;
    return name.startsWith("need_share") ? ` (about ${many < 1 ? "one person or fewer" : `${Math.round(many)} people`} in this town of ${told.people.toLocaleString("en-GB")})` : "";
  }
  function spread(name, cell) {
    const found = told.outcomes[name].cells[cell];
    if (found.low === null || found.high === null) return "";
    const signed = (size) => `${size < 0 ? "−" : "+"}${written(Math.abs(size), 2)}`;
    return `With other luck the average would lie between ${signed(found.low)} and ${signed(found.high)}, 95 times in 100.`;
  }
  function lines(box, name, cell, overlay) {
    const at = frame(box, name, { role: "img", "aria-label": sentence(name, cell) });
    const [a, b] = told.runs_of[cell];
    letters(at, [line(at, name, a, COLOUR.a, "A"), line(at, name, b, COLOUR.b, "B")]);
    if (overlay && mine.drawn) drawnLine(at);
  }
  function towns(box, name, cell, side) {
    const found = told.outcomes[name].cells[cell], [a, b] = told.runs_of[cell];
    const apart = each(runs).map((run) => value(name, b, run, lastYear) - value(name, a, run, lastYear));
    const { svg, wide, high } = canvas(box, 11, { role: "img", "aria-label": `${sentence(name, cell)} ${spread(name, cell)}` });
    const size = rem(), left = size, right = wide - size, top = 2.2 * size, bottom = high - 2.6 * size;
    const reach = 1.1 * Math.max(1e-9, told.widest[name]);
    const x = (far) => (left + right) / 2 + ((right - left) / 2) * (far / reach);
    const small = told.outcomes[name].matters || 0.04 * reach;
    const shade = { lower: [left, x(-small)], same: [x(-small), x(small)], higher: [x(small), right] }[side];
    if (shade) make("rect", { x: shade[0], y: top, width: Math.max(2, shade[1] - shade[0]), height: bottom - top, fill: COLOUR.tint }, svg);
    const marks = ticks(-reach, reach);
    for (const at of marks.found)
      make("text", { x: x(at), y: bottom + 1.2 * size, "text-anchor": "middle" }, svg,
        (at > 0 ? "+" : "") + at.toLocaleString("en-GB", { minimumFractionDigits: marks.places, maximumFractionDigits: marks.places }));
    make("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: "var(--edge)" }, svg);
    make("line", { x1: x(0), x2: x(0), y1: top - 0.3 * size, y2: bottom, stroke: "var(--ink)", "stroke-width": 2 }, svg);
    make("text", { x: x(0) - 0.7 * size, y: 1.2 * size, "text-anchor": "end" }, svg, "◀ B lower");
    make("text", { x: x(0) + 0.7 * size, y: 1.2 * size }, svg, "B higher ▶");
    make("text", { x: (left + right) / 2, y: bottom + 2.3 * size, "text-anchor": "middle" }, svg,
      `B minus A in year ${years}, ${told.outcomes[name].unit.replace("%", "percentage points")}`);
    apart.forEach((far, run) => make("circle", { cx: x(far), cy: top + ((run + 1) * (bottom - top - 1.8 * size)) / (runs + 1), r: 0.33 * size,
      fill: COLOUR.b, stroke: "var(--ink)" }, svg));
    const level = bottom - 0.9 * size;
    if (found.low !== null) make("line", { x1: x(found.low), x2: x(found.high), y1: level, y2: level, stroke: "var(--ink)", "stroke-width": 4 }, svg);
    const half = 0.42 * size, mid = x(found.diff);
    make("path", { d: path([[mid - half, level], [mid, level - half], [mid + half, level], [mid, level + half], [mid - half, level]]), fill: "var(--ink)" }, svg);
  }
  told.widest = {};
  for (const name of names)
    told.widest[name] = Math.max(...told.runs_of.map(([a, b], cell) =>
      Math.max(Math.abs(told.outcomes[name].cells[cell].low || 0), Math.abs(told.outcomes[name].cells[cell].high || 0),
        ...each(runs).map((run) => Math.abs(value(name, b, run, lastYear) - value(name, a, run, lastYear))))));
  function table(box, caption, heads, rows) {
    const found = document.createElement("table"), words = document.createElement("caption");
    words.textContent = caption;
    found.append(words);
    const top = found.createTHead().insertRow();
    heads.forEach((head, k) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      if (rows[0] && Number.isNaN(parseFloat(rows[0][k]))) cell.className = "words";
      cell.textContent = head;
      top.append(cell);
    });
    const body = found.createTBody();
    for (const row of rows) {
      const lineOf = body.insertRow();
      row.forEach((text, k) => {
        const cell = document.createElement(k ? "td" : "th");
        if (!k) cell.scope = "row";
        if (typeof text === "string" && Number.isNaN(parseFloat(text))) cell.className = "words";
        cell.textContent = text;
        lineOf.append(cell);
      });
    }
    box.replaceChildren(found);
  }
  function numbers(box, name, cell) {
    const [a, b] = told.runs_of[cell];
    const range = (point, year) => { const found = each(runs).map((run) => value(name, point, run, year)); return `${written(Math.min(...found))} to ${written(Math.max(...found))}`; };
    table(box, `${told.outcomes[name].title}, ${told.outcomes[name].unit}`, ["Year", "A, average", "A, from run to run", "B, average", "B, from run to run"],
      each(years).map((year) => [String(year + 1), written(average(name, a, year)), range(a, year), written(average(name, b, year)), range(b, year)]));
  }
  function claim() {
    const side = told.outcomes[asked].cells[told.base].side, expected = told.lesson.claim.side;
    const cells = told.outcomes[asked].cells, like = cells.filter((cell) => cell.side === expected).length;
    const here = side === "same" && expected === "same" ? "The model does not speak against that: no difference that can be told from luck and matters. That is no proof that there is none."
      : side === expected ? "With the policies as they are, it comes out like that in this model."
      : side === "same" ? "In this model it does not come out: with the policies as they are, the difference cannot be told from luck or is too small to matter. That is a result too."
        : expected === "same" ? `In this model it does not come out: with the policies as they are, B is ${side}.`
          : "In this model the opposite comes out with the policies as they are. That is a result too.";
    const often = cells.length > 1 ? ` It comes out like that at ${like} of the ${cells.length} settings of this page.` : "";
    $("claimed").textContent = `${here}${often} Talk about why: is it the world, or the model?`;
  }
  function laidOver() {
    const found = told.outcomes[asked].cells[told.base];
    const right = found.side === mine.side ? "That is what you predicted." : `You predicted ${SIDES[mine.side]}.`;
    lines($("lines"), asked, told.base, true);
    towns($("towns"), asked, told.base, mine.side);
    numbers($("numbers"), asked, told.base);
    $("verdict").textContent = `${sentence(asked, told.base)} ${right}`;
    $("spread").textContent = spread(asked, told.base);
    $("drawn-key").hidden = !mine.drawn;
    claim();
  }
  $("reveal").addEventListener("click", () => {
    mine.revealed = true;
    for (const id of ["result", "explain", "lose"]) if ($(id)) $(id).hidden = false;
    for (const box of document.getElementsByName("side")) box.disabled = true;
    $("reveal").hidden = $("clear").hidden = true;
    sketch();
    laidOver();
    tried();
    $("result-head").focus();
    $("heard").textContent = $("verdict").textContent;
  });

  // ---------------------------------------------------------------- make the favourite lose
  const positions = [...told.used], noted = [];
  let favourite = null, judged = asked;
  function outcomeOfGame(cell) {
    const { better, money, cells } = told.outcomes[judged], side = cells[cell].side;
    if (better === "neither" && !money) return "This can be higher or lower, and neither is winning. Pick another outcome to judge by.";
    const lowerWins = money || better === "lower";
    if (favourite === null) return "Pick your favourite above.";
    const name = favourite === "second" ? second : first;
    if (side === "same") return `${name} neither wins nor loses here, by more than luck and by enough to matter. Go on.`;
    const wins = ((side === "lower") === lowerWins) === (favourite === "second");
    return wins ? `${name} wins here. Go on.` : `${name} loses here. What would it need in order not to?`;
  }
  const setting = (at) => at.map((p, k) => `${told.lesson.sliders[k].title}: ${told.labels[k][p]}`).join("; ");
  function tried() {
    if (!$("lose")) return;
    const cell = place(positions);
    lines($("lines-now"), judged, cell, false);
    towns($("towns-now"), judged, cell, null);
    numbers($("numbers-now"), judged, cell);
    $("now").textContent = `${outcomeOfGame(cell)} ${sentence(judged, cell)}`;
    const { cells, money } = told.outcomes[judged], count = (side) => cells.filter((other) => other.side === side).length;
    $("all-words").textContent = `Of the ${cells.length} settings of this page, B is lower at ${count("lower")}, higher at ${count("higher")}, and at ${count("same")} it could be luck or is too small to matter. `
      + `If the policies were all the same, about ${Math.max(1, Math.round(0.05 * cells.length))} of ${cells.length} would still look different by luck. Settings are not equally likely: a share of them is no probability.`
      + (money ? " Of money, spending less is called winning here; whether it is better is for you to say." : "");
    if ($("all").open)
      table($("all-table"), told.outcomes[judged].title, [...told.lesson.sliders.map((slider) => slider.title), "B minus A", "Verdict"],
        told.positions.map((at, k) => [...at.map((p, s) => told.labels[s][p]), cells[k].diff < 0 ? `−${written(-cells[k].diff)}` : `+${written(cells[k].diff)}`, SIDES[cells[k].side]]));
  }
  if ($("lose")) {
    told.lesson.sliders.forEach((slider, k) => {
      const box = $(`slider-${k}`);
      const show = () => { box.setAttribute("aria-valuetext", told.labels[k][positions[k]]); $(`value-${k}`).textContent = told.labels[k][positions[k]]; };
      box.value = String(positions[k]);
      show();
      box.addEventListener("input", () => { positions[k] = Number(box.value); show(); tried(); });
    });
    for (const box of document.getElementsByName("favourite")) box.addEventListener("change", () => { favourite = box.value; tried(); });
    $("judge").addEventListener("change", () => { judged = $("judge").value; tried(); });
    $("all").addEventListener("toggle", tried);
    $("note").addEventListener("click", () => {
      const cell = place(positions);
      noted.push([String(noted.length + 1), setting(positions), told.outcomes[judged].title, SIDES[told.outcomes[judged].cells[cell].side]]);
      table($("noted"), "Settings you wrote down", ["No.", "Setting", "Outcome", `${second} comes out`], noted);
      $("heard").textContent = `Written down as number ${noted.length}.`;
    });
  }
  $("print").addEventListener("click", () => window.print());

  // ---------------------------------------------------------------- begin
  let wide = 0;
  const again = () => { if (wide !== document.body.clientWidth) { wide = document.body.clientWidth; sketch(); if (mine.revealed) { laidOver(); tried(); } } };
  new ResizeObserver(again).observe(document.body);
  window.addEventListener("beforeprint", again);
  choose(null);
  again();
})();
