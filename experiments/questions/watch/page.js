/* Two towns that live side by side, every citizen a dot. Nothing is made up here: each dot, service and purse does what was
   recorded of it month by month; the page only moves dots from where they stood to where they stand. How the record is
   packed is told in packing.py, recorder.py and town.py. */
"use strict";
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const $ = (id) => document.getElementById(id);
  const { months, rows, challenges } = told, kinds = challenges.length, cellsOfMonth = rows * kinds;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];
  const dateOf = (month) => `${MONTHS[(3 + month) % 12]} ${2011 + Math.floor((3 + month) / 12)}`; // month 0 is April 2011
  const each = (count) => [...Array(count).keys()];

  // ---------------------------------------------------------------- unpacking
  function bytesOf(text) {
    const letters = atob(text), bytes = new Uint8Array(letters.length);
    for (let k = 0; k < letters.length; k++) bytes[k] = letters.charCodeAt(k);
    return bytes;
  }
  const shorts = (text) => new Int16Array(bytesOf(text).buffer);
  function reader(text, at = 0, bytes = bytesOf(text)) { // reads whole numbers of as few bytes as they take
    return {
      get at() { return at; },
      set at(place) { at = place; },
      next() {
        let value = 0, shift = 1, byte;
        do { byte = bytes[at++]; value += (byte & 127) * shift; shift *= 128; } while (byte & 128);
        return value;
      },
    };
  }
  function unpacked(text, cells, Kind, touched) { // a table of (months, cells) from its changes, and whose rows those are
    const table = new Kind(months * cells), numbers = reader(text), found = each(months).map(() => []);
    for (let cell = 0; cell < cells; cell++) {
      for (let left = numbers.next(), month = 0; left > 0; left--) {
        month += numbers.next();
        found[month].push(cell, numbers.next());
      }
    }
    for (let month = 0; month < months; month++) {
      if (month) table.copyWithin(month * cells, (month - 1) * cells, month * cells);
      const list = found[month], from = month * cells;
      for (let k = 0; k < list.length; k += 2) {
        table[from + list[k]] = list[k + 1];
        touched[month].add(Math.floor((list[k] * rows) / cells));
      }
    }
    return table;
  }
  function diaries(text) { // where in the record the diary of each row begins
    const numbers = reader(text), begins = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) {
      begins[row] = numbers.at;
      for (let left = 2 * numbers.next(); left > 0; left--) numbers.next();
    }
    return (row) => {
      numbers.at = begins[row];
      const found = [];
      for (let left = numbers.next(), month = 0; left > 0; left--) {
        month += numbers.next();
        found.push({ month, what: numbers.next() });
      }
      return found;
    };
  }
  const born = shorts(told.born), female = bytesOf(told.female), here = bytesOf(told.here); // on the policy date
  const parting = shorts(told.parting), partingPhase = bytesOf(told.parting_phase);
  const towns = told.towns.map((town, number) => {
    const touched = each(months).map(() => new Set()); // rows about which something is otherwise than the month before
    return {
      number, touched,
      cells: unpacked(town.cells, cellsOfMonth, Uint16Array, touched), // by month, row and challenge: a place in `codes`
      homes: unpacked(town.homes, rows, Uint16Array, touched), // by month and row: 0 nobody, 1 from the start, 2 and up newcomers
      newBorn: shorts(town.newcomers.born), newFemale: bytesOf(town.newcomers.female),
      diary: diaries(town.diary),
      services: bytesOf(town.services), purses: new Int32Array(bytesOf(town.purses).buffer), frozen: bytesOf(town.frozen),
      counted: [], movers: [], taken: [], lowest: [],
      shown: new Uint8Array(rows), was: new Uint8Array(rows), // how a dot looks, and looked the month before
      place: new Int16Array(rows), slot: new Uint16Array(rows), // where it stands
      from: new Int16Array(2 * rows), to: new Int16Array(2 * rows), door: new Int16Array(2 * rows).fill(-1), // x, y
    };
  });

  // What a code says: need, case, tier, whom was asked, refused, crisis begun.
  const [NEED, CASE, TIER, ASKED, REFUSED, CRISIS] = [[0, 3], [2, 3], [4, 3], [6, 3], [8, 1], [9, 1]].map(
    ([bit, mask]) => Uint8Array.from(told.codes, (code) => (code >> bit) & mask));
  const WAITING = 1, SERVED = 2, READY = 3, ESTABLISHED = 2;
  // How a dot looks, the most pressing last, and in which column of its lane it stands.
  const [NOBODY, WELL, IN_NEED, EARLY, MAIN, WAITS, TURNED_AWAY, IN_CRISIS, ASKS, OTHERS] = each(10);
  const COLUMN_OF = new Int8Array(10).fill(-1);
  [ASKS, TURNED_AWAY, WAITS, EARLY, MAIN, IN_CRISIS].forEach((look, column) => { COLUMN_OF[look] = column; });
  const LOOK = Uint8Array.from(told.codes, (_, k) => {
    if (CASE[k] >= SERVED && TIER[k] === 2) return IN_CRISIS;
    if (REFUSED[k]) return TURNED_AWAY;
    if (CASE[k] === WAITING) return WAITS;
    if (CASE[k] >= SERVED) return TIER[k] ? MAIN : EARLY;
    return NEED[k] >= ESTABLISHED ? IN_NEED : WELL;
  });
  const MEASURES = [ // a row of the table of counts each: what a code adds to it
    (k) => +(ASKED[k] > 0), (k) => REFUSED[k], (k) => +(CASE[k] === WAITING),
    ...each(3).map((tier) => (k) => +(CASE[k] >= SERVED && TIER[k] === tier)), (k) => CRISIS[k],
  ].map((rule) => Uint8Array.from(told.codes, (_, k) => rule(k)));

  // ---------------------------------------------------------------- what is shown
  const now = { month: 0, part: 1, playing: false, speed: 2, challenge: -1, ages: [0, 999], row: -1 };
  const bornOf = (town, row, who) => (who < 2 ? born[row] : town.newBorn[who - 2]);
  function fits(town, row, month) { // whether the filter by age lets somebody through
    const who = town.homes[month * rows + row];
    if (!who) return false;
    const age = Math.floor((month - bornOf(town, row, who)) / 12);
    return age >= now.ages[0] && age <= now.ages[1];
  }
  const everybody = () => now.ages[0] === 0 && now.ages[1] === 999;
  function countsOf(town, month) { // by challenge, then by measure
    if (everybody() && town.counted[month]) return town.counted[month];
    const found = challenges.map(() => new Uint32Array(MEASURES.length));
    for (let row = 0, cell = month * cellsOfMonth; row < rows; row++) {
      for (let c = 0; c < kinds; c++, cell++) {
        const code = town.cells[cell];
        if (code === 0 || !fits(town, row, month)) continue;
        for (let k = 0; k < MEASURES.length; k++) found[c][k] += MEASURES[k][code];
      }
    }
    if (everybody()) town.counted[month] = found;
    return found;
  }
  const most = challenges.map(() => new Uint32Array(MEASURES.length)); // that any month of either town has
  for (const town of towns) {
    for (let month = 0; month < months; month++) {
      countsOf(town, month).forEach((list, c) => list.forEach((count, k) => { most[c][k] = Math.max(most[c][k], count); }));
    }
  }

  // ---------------------------------------------------------------- where things stand
  const COLUMNS = ["Asks", "Turned away", "Waits", "Early help", "Main help", "Crisis care"];
  const WIDTHS = [0.7, 0.9, 1, 1, 1.6, 1];
  const MOST_LABELLED = 40; // areas: the names of more cannot be read
  const SMALL = 12, HEAD = 32, LAMP = 9, EDGE = 4, PURSE = 34;
  let plan; // of the canvas, the same for both towns
  function planned(width) {
    const pitch = Math.max(3, (rows > 7000 ? 3 : rows > 2500 ? 4 : rows > 1000 ? 5 : 7) - (width < 480)), count = told.areas.length;
    const sizes = told.areas.map((area, k) => (k + 1 < count ? told.areas[k + 1].first : rows) - area.first);
    const label = count <= MOST_LABELLED ? SMALL : 0, narrowest = label ? 50 : 14;
    const largest = Math.max(...sizes), choices = each(count).map((k) => k + 1).filter((k) => k === 1 || width / k >= narrowest);
    const high = (k) => Math.ceil(largest / Math.max(1, Math.floor((width / k - 2 * EDGE) / pitch))) * pitch + label + 2 * EDGE;
    const wide = choices.reduce((best, k) => (high(k) * Math.ceil(count / k) < high(best) * Math.ceil(count / best) ? k : best), 1);
    const tile = { width: width / wide, height: high(wide) };
    const areas = told.areas.map((area, k) => ({ name: area.name, x: (k % wide) * tile.width, y: Math.floor(k / wide) * tile.height }));
    const spots = []; // x, y, dots in a line: of every place where dots can stand; homes apart
    const home = new Int16Array(2 * rows), perLine = Math.max(1, Math.floor((tile.width - 2 * EDGE) / pitch));
    for (let k = 0; k < count; k++) {
      for (let n = 0; n < sizes[k]; n++) {
        home[2 * (told.areas[k].first + n)] = areas[k].x + EDGE + (n % perLine) * pitch;
        home[2 * (told.areas[k].first + n) + 1] = areas[k].y + label + EDGE + Math.floor(n / perLine) * pitch;
      }
    }
    let y = Math.ceil(count / wide) * tile.height + HEAD;
    const whole = WIDTHS.reduce((sum, part) => sum + part, 0), lanes = [];
    for (let c = 0; c < kinds; c++) {
      let x = 0, lines = 2;
      const boxes = WIDTHS.map((part, k) => {
        const box = { x, width: (width * part) / whole - 3 };
        box.perLine = Math.max(1, Math.floor((box.width - 2 * EDGE) / pitch));
        lines = Math.max(lines, Math.ceil(most[c][k] / box.perLine));
        x += (width * part) / whole;
        return box;
      });
      const top = y + SMALL + 6, height = LAMP + 2 * EDGE + lines * pitch;
      boxes.forEach((box) => spots.push([box.x + EDGE, top + LAMP + EDGE, box.perLine]));
      lanes.push({ y, top, height, boxes });
      y = top + height + 8;
    }
    const beside = Math.max(1, Math.min(3, Math.floor(width / 110))), purses = y + SMALL + 8;
    return { width, pitch, dot: pitch - 1, tile, label, areas, home, spots, lanes, beside, purses,
      height: Math.ceil(purses + Math.ceil(told.agencies.length / beside) * PURSE) };
  }

  // ---------------------------------------------------------------- where dots stand in a month
  const HOME = -1, NOWHERE = -2;
  let look = NOBODY, about = 0, asked = -1; // of the row that was looked at last: the challenge it is about, and asked about
  function lookAt(town, row, month) {
    const first = now.challenge < 0 ? 0 : now.challenge, last = now.challenge < 0 ? kinds : first + 1;
    asked = -1;
    look = NOBODY;
    if (!town.homes[month * rows + row]) return;
    look = OTHERS;
    if (!fits(town, row, month)) return;
    look = WELL;
    for (let c = first, cell = month * cellsOfMonth + row * kinds + first; c < last; c++, cell++) {
      const code = town.cells[cell];
      if (LOOK[code] > look) { look = LOOK[code]; about = c; }
      if (ASKED[code]) asked = c;
    }
  }
  function onto(where, row, spot, slot) {
    const [x, y, perLine] = plan.spots[spot];
    where[2 * row] = x + (slot % perLine) * plan.pitch;
    where[2 * row + 1] = y + Math.floor(slot / perLine) * plan.pitch;
  }
  function leave(town, row) { // gives up a spot; only the spots of lanes are ever taken by somebody else
    const at = town.place[row];
    if (at < 0) return;
    town.taken[at][town.slot[row]] = false;
    town.lowest[at] = Math.min(town.lowest[at], town.slot[row]);
  }
  function stand(town, row) { // takes the first free spot at the place where somebody who looks like that stands
    const at = look === NOBODY ? NOWHERE : COLUMN_OF[look] < 0 ? HOME : about * COLUMNS.length + COLUMN_OF[look];
    town.shown[row] = look;
    if (at >= 0 && at === town.place[row]) return; // stays where they are
    leave(town, row);
    town.place[row] = at;
    if (at < 0) { town.to.set(plan.home.subarray(2 * row, 2 * row + 2), 2 * row); return; }
    const taken = town.taken[at];
    while (taken[town.lowest[at]]) town.lowest[at]++;
    town.slot[row] = town.lowest[at];
    taken[town.slot[row]] = true;
    onto(town.to, row, at, town.slot[row]);
  }
  function arrive(town) { // whoever was on the way is there
    for (const row of town.movers) {
      town.was[row] = town.shown[row];
      town.from[2 * row] = town.to[2 * row];
      town.from[2 * row + 1] = town.to[2 * row + 1];
      town.door[2 * row] = -1;
    }
    draw(town.dots, town.movers, town.shown, town.to);
    town.movers = [];
  }
  function goOn(town) { // one town goes on to this month from the one before
    const month = now.month, queue = challenges.map(() => 0); // at each door
    arrive(town);
    for (const row of everybody() ? town.touched[month] : each(rows)) {
      lookAt(town, row, month);
      if (look === town.shown[row] && look < EARLY && asked < 0) continue;
      stand(town, row);
      if (asked >= 0) onto(town.door, row, asked * COLUMNS.length, queue[asked]++);
      const moves = town.to[2 * row] !== town.from[2 * row] || town.to[2 * row + 1] !== town.from[2 * row + 1];
      if (asked < 0 && look === town.was[row] && !moves) continue;
      town.movers.push(row);
    }
    rub(town.dots, town.movers, town.from);
    if (still.matches) arrive(town);
  }
  let pending = []; // what is still to be done for this month, a piece a frame, so that no frame takes long
  function catchUp(pieces) {
    for (const piece of pending.splice(0, pieces)) piece();
  }
  function step() { // the towns go on to the next month
    catchUp(pending.length);
    now.month++;
    pending = [...towns.flatMap((town) => [() => arrive(town), () => goOn(town)]), gauges, tell];
  }
  function go(month) { // the towns are at a month at once
    now.month = month;
    now.part = 1;
    pending = [];
    if (!plan) return; // the page has no room yet; it will be told when it has
    for (const town of towns) {
      town.taken = plan.spots.map(() => []);
      town.lowest = plan.spots.map(() => 0);
      town.place.fill(NOWHERE);
      town.movers = each(rows);
      for (let row = 0; row < rows; row++) {
        lookAt(town, row, month);
        stand(town, row);
      }
      town.dots.clearRect(0, 0, plan.width, plan.height);
      arrive(town);
    }
    gauges();
    tell();
    paint();
  }

  // ---------------------------------------------------------------- drawing
  const colour = {};
  const LOOKS = ["nobody", "well", "need", "early", "main", "waits", "refused", "crisis", "asks", "others"]; // colours, by look
  function colours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of [...LOOKS.slice(1), "ink", "quiet", "line", "tint", "old", "trying", "new", "broken", "money"]) {
      colour[name] = style.getPropertyValue(`--${name}`).trim();
    }
  }
  function size() {
    const width = Math.floor(towns[0].board.clientWidth), device = window.devicePixelRatio > 1.5 ? 2 : 1; // whole, so that dots have no blurred edges
    if (!width || (plan && plan.width === width)) return;
    plan = planned(width);
    for (const town of towns) {
      town.board.style.height = `${plan.height}px`;
      for (const pen of [town.ground, town.gauge, town.dots, town.moving]) {
        pen.canvas.width = plan.width * device;
        pen.canvas.height = plan.height * device;
        pen.canvas.style.width = `${plan.width}px`;
        pen.setTransform(device, 0, 0, device, 0, 0);
      }
      ground(town);
    }
    go(now.month);
  }
  const font = (bold) => `${bold ? "600 " : ""}${SMALL}px system-ui, sans-serif`;
  function ground(town) { // what stays as it is: areas, lanes, words
    const pen = town.ground;
    pen.clearRect(0, 0, plan.width, plan.height);
    pen.textBaseline = "top";
    for (const area of plan.areas) {
      pen.fillStyle = colour.tint;
      pen.fillRect(area.x + 1, area.y + 1, plan.tile.width - 2, plan.tile.height - 2);
      pen.fillStyle = colour.quiet;
      pen.font = font(false);
      if (plan.label) pen.fillText(area.name, area.x + EDGE, area.y + 2, plan.tile.width - 2 * EDGE);
    }
    pen.fillStyle = colour.ink;
    pen.font = font(true);
    plan.lanes[0].boxes.forEach((box, k) => {
      const words = COLUMNS[k].split(" "), y = plan.lanes[0].y - HEAD + 4;
      words.forEach((word, line) => pen.fillText(word, box.x, y + (line + 2 - words.length) * SMALL, box.width));
    });
    plan.lanes.forEach((lane, c) => {
      pen.fillStyle = colour.ink;
      pen.fillText(challenges[c].title, 0, lane.y + 4);
      pen.strokeStyle = colour.line;
      lane.boxes.forEach((box) => pen.strokeRect(box.x + 0.5, lane.top + 0.5, box.width, lane.height));
    });
    pen.fillText("Cash that public bodies hold", 0, plan.purses - SMALL - 3);
    pen.font = font(false);
    told.agencies.forEach((agency, k) => {
      const [x, y] = purse(k);
      pen.fillText(agency, x, y, plan.width / plan.beside - 8);
    });
  }
  const purse = (k) => [(k % plan.beside) * (plan.width / plan.beside), plan.purses + Math.floor(k / plan.beside) * PURSE + 4];
  const deepest = told.agencies.map((_, k) => { // the most cash that an agency has in any month of either town
    let found = 1;
    for (const town of towns) for (let at = k; at < town.purses.length; at += told.agencies.length) found = Math.max(found, town.purses[at]);
    return found;
  });
  const serviceCount = told.services.length, EMBED = 4, LAW_ONLY = 2;
  const lampsOf = challenges.map((_, c) => each(3).map((tier) =>
    each(serviceCount).filter((s) => told.services[s].challenge === c && told.services[s].tier === tier)));
  function gauges() { // services fill, change colour and break; purses rise and fall
    for (const town of towns) {
      const pen = town.gauge, full = town.services.subarray(3 * serviceCount * now.month);
      pen.clearRect(0, 0, plan.width, plan.height);
      plan.lanes.forEach((lane, c) => lampsOf[c].forEach((list, tier) => list.forEach((s, k) => {
        const box = lane.boxes[3 + tier], width = box.width / list.length, x = box.x + k * width + 1.5;
        const stage = full[serviceCount + s], broken = full[2 * serviceCount + s];
        pen.fillStyle = stage >= EMBED ? colour.new : stage ? colour.trying : colour.old;
        pen.globalAlpha = 0.3;
        pen.fillRect(x, lane.top + 1.5, width - 2, LAMP - 2);
        pen.globalAlpha = 1;
        pen.fillRect(x, lane.top + 1.5, (width - 2) * Math.min(1, full[s] / 100), LAMP - 2);
        if (broken) {
          pen.strokeStyle = colour.broken;
          pen.lineWidth = 2;
          pen.strokeRect(x, lane.top + 1, width - 2, LAMP - 1);
          pen.beginPath();
          for (const [a, b] of [[0, LAMP], [LAMP, 0]]) {
            pen.moveTo(x + width / 2 - 5, lane.top + a);
            pen.lineTo(x + width / 2 + 5, lane.top + b);
          }
          pen.stroke();
        }
      })));
      told.agencies.forEach((_, k) => {
        const [x, y] = purse(k), width = plan.width / plan.beside - 8, at = now.month * told.agencies.length + k;
        pen.lineWidth = 1;
        pen.strokeStyle = colour.line;
        pen.strokeRect(x + 0.5, y + SMALL + 2.5, width, 8);
        pen.fillStyle = colour.money;
        pen.fillRect(x + 1, y + SMALL + 3, (width - 1) * Math.max(0, town.purses[at] / deepest[k]), 7);
        if (town.frozen[at] === LAW_ONLY) {
          pen.strokeStyle = colour.broken;
          pen.lineWidth = 2;
          pen.strokeRect(x + 1, y + SMALL + 2, width - 1, 9);
        }
      });
    }
  }
  function trace(pen, list, where, wanted) { // one path for all is much quicker than a square each
    pen.beginPath();
    for (const row of list) if (wanted(row)) pen.rect(where[2 * row], where[2 * row + 1], plan.dot, plan.dot);
    pen.fill();
  }
  function draw(pen, list, looks, where) { // dots, colour by colour
    for (let look = WELL; look < LOOKS.length; look++) {
      pen.fillStyle = colour[LOOKS[look]];
      trace(pen, list, where, (row) => looks[row] === look);
    }
  }
  function rub(pen, list, where) { // dots out
    pen.globalCompositeOperation = "destination-out";
    trace(pen, list, where, () => true);
    pen.globalCompositeOperation = "source-over";
  }
  const eased = (part) => part * part * (3 - 2 * part);
  const nowAt = new Float32Array(2 * rows), nowLooks = new Uint8Array(rows);
  function paint() { // those on the way, as far as the month is over: by the door, where they asked; and a ring round who was chosen
    if (!plan) return;
    const part = now.part, early = part < 0.5, straight = eased(part), half = eased(early ? 2 * part : 2 * part - 1);
    for (const town of towns) {
      const { from, to, door, moving, movers } = town;
      moving.clearRect(0, 0, plan.width, plan.height);
      for (const row of movers) {
        const x = 2 * row, y = x + 1, asks = door[x] >= 0;
        const a = asks && !early ? door : from, b = asks && early ? door : to, share = asks ? half : straight;
        nowAt[x] = a[x] + (b[x] - a[x]) * share;
        nowAt[y] = a[y] + (b[y] - a[y]) * share;
        nowLooks[row] = asks && part > 0.1 && part < 0.9 ? ASKS : early ? town.was[row] : town.shown[row];
      }
      draw(moving, movers, nowLooks, nowAt);
      if (now.row < 0 || !town.shown[now.row]) continue;
      const where = movers.includes(now.row) ? nowAt : to;
      moving.strokeStyle = colour.ink;
      moving.lineWidth = 2;
      moving.strokeRect(where[2 * now.row] - 3, where[2 * now.row + 1] - 3, plan.dot + 6, plan.dot + 6);
    }
  }

  // ---------------------------------------------------------------- words
  const { format: written } = new Intl.NumberFormat("en-GB");
  const nowRows = [...document.querySelectorAll("#counts tbody tr")];
  function tell() {
    const counted = towns.map((town) => countsOf(town, now.month));
    const sums = counted.map((list) => MEASURES.map((_, k) =>
      list.reduce((sum, counts, c) => sum + (now.challenge < 0 || now.challenge === c ? counts[k] : 0), 0)));
    nowRows.forEach((line, k) => towns.forEach((_, t) => { line.cells[t + 1].textContent = written(sums[t][k]); }));
    $("date").textContent = dateOf(now.month);
    $("month").value = now.month;
    $("month").setAttribute("aria-valuetext", dateOf(now.month));
    if (!now.playing) {
      const said = towns.map((_, t) => `Town ${"AB"[t]}: ${sums[t][1]} turned away, ${sums[t][2]} waiting, ${sums[t][3] + sums[t][4]} helped, ${sums[t][5]} in crisis care.`);
      $("said").textContent = `${dateOf(now.month)}. ${said.join(" ")}`;
      byChallenge(counted);
      tellLife();
    }
  }
  function byChallenge(counted) {
    if (!$("every").open) return;
    [...$("every").querySelectorAll("tbody tr")].forEach((line, at) => {
      const c = Math.floor(at / 2), t = at % 2;
      counted[t][c].forEach((count, k) => { line.cells[k + 1].textContent = written(count); });
    });
  }
  const BORN = 2, CAME = 3; // numbers of the sentences with which a newcomer's life begins
  function lifeOf(town, row, who) { // what happens in one life in a row, from the first or the newcomer's own start on
    const lives = [[]];
    for (const event of town.diary(row)) {
      if (event.what === BORN || event.what === CAME) lives.push([]);
      lives[lives.length - 1].push(event);
    }
    const start = lives.filter((life) => life.length && (life[0].what === BORN || life[0].what === CAME));
    if (who < 2) return start.includes(lives[0]) ? [] : lives[0];
    return start[newcomersBefore(town, row, who)] || [];
  }
  function newcomersBefore(town, row, who) { // how many newcomers lived in the row before one of them
    const seen = new Set();
    for (let month = 0; month < months; month++) {
      const other = town.homes[month * rows + row];
      if (other > 1 && other < who) seen.add(other);
    }
    return seen.size;
  }
  function person(town, row, who, month) {
    const woman = who < 2 ? female[row] : town.newFemale[who - 2], age = Math.floor((month - bornOf(town, row, who)) / 12);
    return `${woman ? (age < 18 ? "girl" : "woman") : age < 18 ? "boy" : "man"} of ${age}`;
  }
  const areaOf = (row) => told.areas.filter((area) => area.first <= row).pop().name;
  function stands(town, row) { // what there is to say of somebody this month
    const found = [];
    for (let c = 0; c < kinds; c++) {
      const code = town.cells[now.month * cellsOfMonth + row * kinds + c], service = challenges[c].services[TIER[code]];
      if (!NEED[code] && !CASE[code]) continue;
      const where = CASE[code] === WAITING ? `; waits for ${service}` : CASE[code] === SERVED ? `; in ${service}`
        : CASE[code] === READY ? `; ready to leave ${service}` : "; no help";
      found.push(`${challenges[c].title}: ${challenges[c].levels[NEED[code]]}${where}`);
    }
    return found.join(". ") || "no need";
  }
  function item(list, text, ...marks) {
    const found = document.createElement("li");
    found.textContent = text;
    found.className = marks.filter(Boolean).join(" ");
    list.append(found);
  }
  function tellLife() {
    const row = now.row, box = $("life");
    box.hidden = row < 0;
    if (row < 0) return;
    const who = towns.map((town) => town.homes[now.month * rows + row]);
    const twice = here[row] && (who.includes(1) || who.every((each) => !each)); // one citizen, with two lives
    const parts = twice && parting[row] >= 0, date = dateOf(now.month);
    $("who").textContent = twice ? `A ${person(towns[0], row, 1, 0)} in April 2011, from area ${areaOf(row)} (citizen ${row}).`
      : `Home ${row} in area ${areaOf(row)}. Who lives here in ${date} came later, so this is not one person with two lives.`;
    $("parts").textContent = !twice ? "" : !parts ? "The two lives are the same from the first month to the last."
      : `The two lives are the same until ${dateOf(parting[row])}. Then they part over ${told.phases[partingPhase[row]]}.`;
    $("to-parting").hidden = !parts;
    towns.forEach((town, t) => {
      const side = $(`life-${t}`), list = side.querySelector("ol"), one = twice ? 1 : who[t];
      const goes = one && who[t] === one ? `a ${person(town, row, one, now.month)}. ${stands(town, row)}` : twice ? "no longer here" : "nobody";
      side.querySelector("p").textContent = `${date}: ${goes}.`;
      list.replaceChildren();
      const life = one ? lifeOf(town, row, one) : [];
      if (!life.length) item(list, "Nothing happens that a diary would tell.");
      for (const { month, what } of life) {
        item(list, `${dateOf(month)}: ${told.sentences[what]}`, month > now.month ? "later" : "", parts && month >= parting[row] ? "apart" : "");
      }
    });
  }

  // ---------------------------------------------------------------- what the reader does
  let last = 0; // when the last frame was drawn
  function frame(time) {
    if (!now.playing) return;
    now.part += Math.min(0.1, (time - last) / 1000) * (still.matches ? 1 : now.speed);
    last = time;
    if (now.part >= 1) {
      if (now.month + 1 >= months) { play(false); return; }
      now.part -= 1;
      step();
    }
    catchUp(1);
    paint();
    requestAnimationFrame(frame);
  }
  function play(on) {
    now.playing = on;
    $("play").textContent = on ? "Pause" : "Play";
    if (!on) {
      catchUp(pending.length);
      towns.forEach(arrive);
      now.part = 1;
      paint();
      tell();
      return;
    }
    if (now.month + 1 >= months) go(0);
    last = performance.now();
    requestAnimationFrame(frame);
  }
  function choose(row) {
    now.row = row;
    $("citizen").value = row;
    if (now.playing) play(false);
    tellLife();
    paint();
  }
  const parted = each(rows).filter((row) => parting[row] >= 0);
  let turn = 0;
  $("play").addEventListener("click", () => play(!now.playing));
  $("month").addEventListener("input", (event) => { if (now.playing) play(false); go(+event.target.value); });
  $("speed").addEventListener("change", (event) => { now.speed = +event.target.value; });
  $("about").addEventListener("change", (event) => { now.challenge = +event.target.value; go(now.month); });
  $("ages").addEventListener("change", (event) => { now.ages = event.target.value.split("-").map(Number); go(now.month); });
  $("every").addEventListener("toggle", tell);
  $("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const row = Math.round(+$("citizen").value);
    if (row >= 0 && row < rows) choose(row);
  });
  $("next").disabled = !parted.length;
  $("next").addEventListener("click", () => choose(parted[(turn++ * 7919) % parted.length])); // a stride, so neighbours do not follow
  $("to-parting").addEventListener("click", () => { if (now.playing) play(false); go(parting[now.row]); });
  for (const town of towns) {
    town.board = $(`board-${town.number}`);
    const pens = [...town.board.querySelectorAll("canvas")].map((canvas) => canvas.getContext("2d"));
    [town.ground, town.gauge, town.dots, town.moving] = pens; // from the lowest layer up
    town.board.addEventListener("click", (event) => {
      const box = town.board.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      let best = -1, near = 144; // a finger's breadth, squared
      for (let row = 0; row < rows; row++) {
        if (!town.shown[row]) continue;
        const far = (town.to[2 * row] - x) ** 2 + (town.to[2 * row + 1] - y) ** 2;
        if (far < near) { near = far; best = row; }
      }
      if (best >= 0) choose(best);
    });
  }
  $("motion").hidden = !still.matches;
  still.addEventListener("change", () => { $("motion").hidden = !still.matches; });
  const repaint = () => { colours(); plan = undefined; size(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new ResizeObserver(() => size()).observe(towns[0].board);
  repaint();
})();
