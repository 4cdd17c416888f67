// The page of a pad: a digit is drawn on it with a mouse, a finger, a pen or the keys, on 32 by 32
// units. A stroke is drawn here at once, and goes out as it grows, all of it each time; what is
// finished comes back in `pad`, which alone says what is on the page.

const PAGE = 32;
const CLOSE = 0.3; // units: nearer points tell nothing new
const MOST = 500; // points of a stroke: beyond, every second one is left out
const KEY_STEP = 2; // units: the keys know 16 by 16 places
const MOVES = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};
const PAD_NAME =
  "Page to draw on. The arrow keys move the pen, space puts it down and lifts it, " +
  "Backspace takes the last stroke back, Delete clears the page.";

const PAD_LAYOUT = `
  <p class="bp-h">Draw a digit</p>
  <div class="bp-pad-page" tabindex="0" role="application" aria-label="${PAD_NAME}">
    <svg viewBox="0 0 ${PAGE} ${PAGE}" aria-hidden="true">
      <text class="pad-hint" x="16" y="15.4">Draw here</text>
      <text class="pad-hint pad-small" x="16" y="18.2">or press Tab, space and arrow keys</text>
      <g class="pad-done"></g><g class="pad-live"></g>
      <circle class="pad-cursor" r="1.3" cx="-9" cy="-9"></circle>
    </svg>
  </div>
  <span class="pad-hidden" role="status" aria-live="polite"></span>`;

const svgNode = (name, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  return node;
};

function strokeNode(points) {
  // A lone point is a line of no length, which a round cap makes a dot.
  const all = points.length > 1 ? points : [...points, ...points];
  return svgNode("polyline", { points: all.map((at) => at.join(",")).join(" ") });
}

function drawPage(page, pad) {
  const nodes = (pad.strokes ?? []).map(strokeNode);
  const rows = pad.pixels ?? [];
  const size = PAGE / Math.max(rows.length, rows[0]?.length ?? 0);
  rows.forEach((row, y) =>
    row.forEach((deep, x) => {
      if (!deep) return;
      const place = { x: x * size, y: y * size, width: size, height: size };
      nodes.push(svgNode("rect", { ...place, "fill-opacity": deep }));
    }),
  );
  page.querySelector(".pad-done").replaceChildren(...nodes);
}

function attachPad(model, el) {
  const box = document.createElement("div");
  box.className = "bp-pad";
  box.innerHTML = PAD_LAYOUT;
  el.append(box);
  const page = box.querySelector(".bp-pad-page");
  const live = box.querySelector(".pad-live");
  const cursor = box.querySelector(".pad-cursor");
  const status = box.querySelector("[role=status]");

  let stroke; // the one under way: its name, its points, and whether it has ended
  let held; // the pointer that draws it
  let at = [15, 15]; // where the keys' pen is
  let down = false;
  let frame = 0;

  const hint = () => {
    const empty = !box.querySelector(".pad-done").childElementCount && !stroke;
    box.classList.toggle("pad-empty", empty);
  };
  const begin = (point) => {
    stroke = { name: `${Date.now()}-${Math.random()}`, points: [point] };
  };
  const paint = () => {
    live.replaceChildren(...(stroke ? [strokeNode(stroke.points)] : []));
    hint();
  };
  const grow = (point) => {
    const [x, y] = stroke.points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < CLOSE) return;
    stroke.points.push(point);
    if (stroke.points.length > MOST) {
      stroke.points = stroke.points.filter((_, i, all) => i % 2 === 0 || i === all.length - 1);
    }
  };
  const event = () => ({ kind: "stroke", name: stroke.name, points: stroke.points });
  const report = () => {
    frame = 0;
    if (!stroke || stroke.ended) return;
    paint();
    pass(model, event(), stroke.name);
  };
  const soon = () => {
    frame ||= requestAnimationFrame(report);
  };
  // The end of a stroke must arrive, also while its places still wait; so it does not wait.
  const end = () => {
    if (!stroke || stroke.ended) return;
    cancelAnimationFrame(frame);
    frame = 0;
    stroke.ended = true;
    paint();
    tell(model, { ...event(), done: true });
  };

  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = page.getBoundingClientRect();
    const unit = (share) => Math.round(100 * PAGE * Math.min(1, Math.max(0, share))) / 100;
    return [unit((clientX - left) / width), unit((clientY - top) / height)];
  };
  const onDown = (pointer) => {
    if (pointer.button !== 0 || held !== undefined) return;
    lift();
    held = pointer.pointerId;
    page.setPointerCapture(held);
    page.classList.remove("pad-keys");
    page.focus({ preventScroll: true });
    pointer.preventDefault();
    begin(place(pointer));
    report();
  };
  const onMove = (pointer) => {
    if (pointer.pointerId !== held) return;
    // A screen may hear more often of a pen than it draws.
    const passed = pointer.getCoalescedEvents?.() ?? [];
    (passed.length ? passed : [pointer]).forEach((each) => grow(place(each)));
    soon();
  };
  const onUp = (pointer) => {
    if (pointer.pointerId !== held) return;
    held = undefined;
    end();
  };

  const announce = () => {
    const [column, row] = at.map((unit) => (unit + 1) / KEY_STEP);
    status.textContent = `Pen ${down ? "down" : "up"}, column ${column}, row ${row} of 16`;
  };
  const showCursor = () => {
    cursor.setAttribute("cx", at[0]);
    cursor.setAttribute("cy", at[1]);
    cursor.classList.toggle("pad-down", down);
  };
  const lift = () => {
    if (!down) return;
    down = false;
    end();
    showCursor();
  };
  const onKeyDown = (pressed) => {
    const { key } = pressed;
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    if (!(key in MOVES) && ![" ", "Escape", "Backspace", "Delete"].includes(key)) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    if (held !== undefined) return;
    page.classList.add("pad-keys");
    if (key in MOVES) {
      at = at.map((unit, axis) => Math.min(PAGE - 1, Math.max(1, unit + MOVES[key][axis])));
      if (down) {
        grow(at);
        report();
      }
    } else if (key === " " && !down) {
      down = true;
      begin(at);
      report();
    } else if (key === " " || key === "Escape") {
      lift();
    } else {
      lift();
      tell(model, { kind: key === "Delete" ? "clear" : "undo" });
    }
    showCursor();
    announce();
  };

  const redraw = () => {
    const pad = model.get("pad");
    drawPage(box, pad);
    // What has ended is in `pad` from now on; what is under way is still here alone.
    if (stroke?.ended && pad.last === stroke.name) stroke = undefined;
    paint();
  };
  // A stroke that was refused is not on the page, and nothing more comes of it.
  const refuse = () => {
    if (!stroke || !model.get("error")) return;
    stroke = held = undefined;
    down = false;
    paint();
  };
  redraw();
  showCursor();
  model.on("change:pad", redraw);
  model.on("change:error", refuse);
  const listeners = {
    pointerdown: onDown,
    pointermove: onMove,
    pointerup: onUp,
    pointercancel: onUp,
    keydown: onKeyDown,
    blur: lift,
  };
  for (const [name, listener] of Object.entries(listeners)) page.addEventListener(name, listener);
  return () => {
    cancelAnimationFrame(frame);
    model.off("change:pad", redraw);
    model.off("change:error", refuse);
    for (const [name, listener] of Object.entries(listeners)) {
      page.removeEventListener(name, listener);
    }
  };
}

attachments.push(attachPad);
