// A line that is drawn over the years: with a finger or the mouse, or point by point with the keyboard.
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 300, LEFT = 64, RIGHT = 24, TOP = 14, BOTTOM = 46, HANDLE = 11, WAIT = 350;
const INK = "#1f1f1f", GRID = "#d9d9d9", LINE = "#5b3a8e";
const known = new WeakMap();

const signed = (value) => (value > 0 ? "+" : value < 0 ? "\u2212" : "") + Math.abs(value) + "%";

function made(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.appendChild(element);
  return element;
}

function drawing(parent, data, tell) {
  const { years, last, limit } = data;
  const values = data.values ? [...data.values] : years.map(() => 0);
  const home = parent.querySelector(".drawing");
  let handles = [], path, width = 0, timer;

  const x = (year) => LEFT + (year / last) * (width - LEFT - RIGHT);
  const y = (value) => TOP + ((limit - value) / (2 * limit)) * (HEIGHT - TOP - BOTTOM);
  const say = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => tell([...values]), wait);
  };
  const place = () => {
    path.setAttribute("points", [[0, 0], ...years.map((year, k) => [year, values[k]])].map(([a, b]) => `${x(a)},${y(b)}`).join(" "));
    handles.forEach((handle, k) => {
      handle.setAttribute("cx", x(years[k]));
      handle.setAttribute("cy", y(values[k]));
      handle.setAttribute("aria-valuenow", values[k]);
      handle.setAttribute("aria-valuetext", `${signed(values[k])} in year ${years[k]}`);
    });
  };
  const set = (k, value, wait) => {
    values[k] = Math.round(Math.max(-limit, Math.min(limit, value)));
    place();
    say(wait);
  };

  function pressed(event, k) {
    const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
    if (event.key in steps) set(k, values[k] + steps[event.key], WAIT);
    else if (event.key === "Home") set(k, -limit, WAIT);
    else if (event.key === "End") set(k, limit, WAIT);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function follow(svg) {
    let isDown = false;
    const to = (event) => {
      const box = svg.getBoundingClientRect();
      const year = ((event.clientX - box.left - LEFT) / (width - LEFT - RIGHT)) * last;
      const nearest = years.reduce((best, each, k) => (Math.abs(each - year) < Math.abs(years[best] - year) ? k : best), 0);
      set(nearest, limit - ((event.clientY - box.top - TOP) / (HEIGHT - TOP - BOTTOM)) * 2 * limit, WAIT);
    };
    svg.addEventListener("pointerdown", (event) => { isDown = true; svg.setPointerCapture(event.pointerId); to(event); });
    svg.addEventListener("pointermove", (event) => { if (isDown) to(event); });
    svg.addEventListener("pointerup", () => { if (isDown) say(0); isDown = false; });
  }

  function draw() {
    if (!home.clientWidth || home.clientWidth === width) return;
    width = home.clientWidth;
    home.textContent = "";
    const svg = made(home, "svg", { width, height: HEIGHT, role: "group", "aria-label": data.label });
    for (const mark of [-limit, -limit / 2, 0, limit / 2, limit]) {
      made(svg, "line", { x1: LEFT, x2: width - RIGHT, y1: y(mark), y2: y(mark), stroke: mark ? GRID : INK });
      made(svg, "text", { x: LEFT - 8, y: y(mark) + 5, "text-anchor": "end" }, mark ? signed(mark) : "same");
    }
    for (const year of [0, ...years]) {
      if (year && last > 10 && width < 500 && year !== last && years.indexOf(year) % 2 === 0) continue;
      made(svg, "text", { x: x(year), y: HEIGHT - BOTTOM + 22, "text-anchor": "middle" }, year);
    }
    made(svg, "text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "Year");
    path = made(svg, "polyline", { fill: "none", stroke: LINE, "stroke-width": 4, "stroke-dasharray": "8 5" });
    handles = years.map((year, k) => {
      const handle = made(svg, "circle", {
        r: HANDLE, fill: LINE, stroke: "white", "stroke-width": 2, tabindex: 0, role: "slider", "aria-orientation": "vertical",
        "aria-valuemin": -limit, "aria-valuemax": limit, "aria-label": `Year ${year}, per cent`,
      });
      handle.addEventListener("keydown", (event) => pressed(event, k));
      handle.addEventListener("blur", () => { if (timer) say(0); });
      return handle;
    });
    follow(svg);
    place();
  }
  const watcher = new ResizeObserver(draw);
  watcher.observe(home);
  draw();
  return () => { watcher.disconnect(); clearTimeout(timer); };
}

// Streamlit calls this each time the page is drawn anew; a line that is being drawn must not be begun again.
export default function ({ data, parentElement, setStateValue }) {
  const asked = JSON.stringify({ ...data, values: null });
  const before = known.get(parentElement);
  if (before && before.asked === asked) return;
  if (before) before.end();
  known.set(parentElement, { asked, end: drawing(parentElement, data, (values) => setStateValue("line", values)) });
}
