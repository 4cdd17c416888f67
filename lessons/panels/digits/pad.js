// The page of a pad: a digit is drawn on it with a mouse, a finger, a pen or the keys, on 32 by 32
// units. A stroke is drawn here at once, and goes out as it grows, all of it each time; what is
// finished comes back in `pad`, which alone says what is on the page.

import { pass, tell } from "../kit/door.js";

/**
 * @import { FrontTraits, Model, ModelOf } from "../kit/types.js"
 */

/**
 * @typedef {[number, number]} Point in units, from the top left
 * @typedef {{ name: string, points: Point[], ended?: boolean }} Stroke
 */

/**
 * What is on the page: strokes, or the pixels of a digit, and the name of the last stroke.
 * @typedef {{ strokes?: Point[][], pixels?: number[][], last?: string }} Pad
 */

const PAGE = 32;
const CLOSE = 0.3; // units: nearer points tell nothing new
const MOST = 500; // points of a stroke: beyond, every second one is left out
const KEY_STEP = 2; // units: the keys know 16 by 16 places
/** @type {Record<string, Point>} */
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

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function svgNode(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** @param {Point[]} points */
function strokeNode(points) {
  // A lone point is a line of no length, which a round cap makes a dot.
  const all = points.length > 1 ? points : [...points, ...points];
  return svgNode("polyline", { points: all.map((at) => at.join(",")).join(" ") });
}

/**
 * @param {Element} done - what holds what is finished
 * @param {Pad} pad
 */
function drawPage(done, pad) {
  const nodes = (pad.strokes ?? []).map(strokeNode);
  const rows = pad.pixels ?? [];
  const size = PAGE / Math.max(rows.length, rows[0]?.length ?? 0);
  rows.forEach((row, y) => {
    row.forEach((deep, x) => {
      if (!deep) return;
      const place = { x: x * size, y: y * size, width: size, height: size };
      nodes.push(svgNode("rect", { ...place, "fill-opacity": deep }));
    });
  });
  done.replaceChildren(...nodes);
}

/**
 * @param {Model} front
 * @param {HTMLElement} el
 */
export function attachPad(front, el) {
  const model = /** @type {ModelOf<FrontTraits & { pad: Pad }>} */ (front);
  const box = document.createElement("div");
  box.className = "bp-pad";
  box.innerHTML = PAD_LAYOUT;
  el.append(box);
  /** @param {string} selector */
  const one = (selector) => /** @type {HTMLElement} */ (box.querySelector(selector));
  const page = one(".bp-pad-page");
  const done = one(".pad-done");
  const live = one(".pad-live");
  const cursor = one(".pad-cursor");
  const status = one("[role=status]");

  /** @type {Stroke | undefined} the one under way */
  let stroke;
  /** @type {number | undefined} the pointer that draws it */
  let held;
  /** @type {Point} where the keys' pen is */
  let at = [15, 15];
  let down = false;
  let frame = 0;

  const hint = () => {
    box.classList.toggle("pad-empty", !done.childElementCount && !stroke);
  };
  /** @param {Point} point */
  const begin = (point) => {
    stroke = { name: `${Date.now()}-${Math.random()}`, points: [point] };
  };
  const paint = () => {
    live.replaceChildren(...(stroke ? [strokeNode(stroke.points)] : []));
    hint();
  };
  /** @param {Point} point */
  const grow = (point) => {
    if (!stroke) return;
    const [x, y] = stroke.points[stroke.points.length - 1];
    if (Math.hypot(point[0] - x, point[1] - y) < CLOSE) return;
    stroke.points.push(point);
    if (stroke.points.length > MOST) {
      stroke.points = stroke.points.filter((_, i, all) => i % 2 === 0 || i === all.length - 1);
    }
  };
  /** @param {Stroke} drawn */
  const event = ({ name, points }) => ({ kind: "stroke", name, points });
  const report = () => {
    frame = 0;
    if (!stroke || stroke.ended) return;
    paint();
    pass(front, event(stroke), stroke.name);
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
    tell(front, { ...event(stroke), done: true });
  };

  /**
   * @param {PointerEvent} pointer
   * @returns {Point}
   */
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = page.getBoundingClientRect();
    /** @param {number} share */
    const unit = (share) => Math.round(100 * PAGE * Math.min(1, Math.max(0, share))) / 100;
    return [unit((clientX - left) / width), unit((clientY - top) / height)];
  };
  /** @param {PointerEvent} pointer */
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
  /** @param {PointerEvent} pointer */
  const onMove = (pointer) => {
    if (pointer.pointerId !== held) return;
    // A screen may hear more often of a pen than it draws.
    const passed = pointer.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [pointer]) grow(place(each));
    soon();
  };
  /** @param {PointerEvent} pointer */
  const onUp = (pointer) => {
    if (pointer.pointerId !== held) return;
    held = undefined;
    end();
  };

  /** @type {(unit: number, by: number) => number} */
  const moved = (unit, by) => Math.min(PAGE - 1, Math.max(1, unit + by));
  const announce = () => {
    const [column, row] = at.map((unit) => (unit + 1) / KEY_STEP);
    status.textContent = `Pen ${down ? "down" : "up"}, column ${column}, row ${row} of 16`;
  };
  const showCursor = () => {
    cursor.setAttribute("cx", String(at[0]));
    cursor.setAttribute("cy", String(at[1]));
    cursor.classList.toggle("pad-down", down);
  };
  const lift = () => {
    if (!down) return;
    down = false;
    end();
    showCursor();
  };
  /** @param {KeyboardEvent} pressed */
  const onKeyDown = (pressed) => {
    const { key } = pressed;
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    if (!(key in MOVES) && ![" ", "Escape", "Backspace", "Delete"].includes(key)) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    if (held !== undefined) return;
    page.classList.add("pad-keys");
    if (key in MOVES) {
      const [across, along] = MOVES[key];
      at = [moved(at[0], across), moved(at[1], along)];
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
      tell(front, { kind: key === "Delete" ? "clear" : "undo" });
    }
    showCursor();
    announce();
  };

  const redraw = () => {
    const pad = model.get("pad");
    drawPage(done, pad);
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
  page.addEventListener("pointerdown", onDown);
  page.addEventListener("pointermove", onMove);
  page.addEventListener("pointerup", onUp);
  page.addEventListener("pointercancel", onUp);
  page.addEventListener("keydown", onKeyDown);
  page.addEventListener("blur", lift);
  return () => {
    cancelAnimationFrame(frame);
    model.off("change:pad", redraw);
    model.off("change:error", refuse);
    page.removeEventListener("pointerdown", onDown);
    page.removeEventListener("pointermove", onMove);
    page.removeEventListener("pointerup", onUp);
    page.removeEventListener("pointercancel", onUp);
    page.removeEventListener("keydown", onKeyDown);
    page.removeEventListener("blur", lift);
  };
}
