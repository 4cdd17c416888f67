// Pointing in the picture of a panel: a click or a drag goes out as shares of the axes, from the
// left and from the bottom. What a share means is for Python to say.

import { pass } from "./door.js";

/** @import { Attach } from "./types.js" */

/** @typedef {{ x: number, y: number }} Point in shares of the axes */

/** @param {Point} point */
const within = ({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1;

/** @param {number} share */
const clip = (share) => Math.min(1, Math.max(0, share));

/** @type {Attach} */
export function attachPointing(model, el) {
  // The box and not the image in it, which is another one for each picture.
  const area = /** @type {HTMLElement} */ (el.querySelector("[data-part=picture]"));
  let held = false;
  let frame = 0;
  /** @type {Point | undefined} */
  let latest;
  /**
   * Where the pointer is; a drag that leaves the axes ends at their edge.
   * @param {PointerEvent} event
   */
  const place = ({ clientX, clientY }) => {
    const [left, top, right, bottom] = model.get("plot");
    const image = /** @type {HTMLImageElement} */ (area.querySelector("img"));
    const box = image.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width - left) / (right - left);
    const y = (bottom - (clientY - box.top) / box.height) / (bottom - top);
    return { x, y };
  };
  const report = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (!latest) return;
    pass(model, { kind: "point", x: clip(latest.x), y: clip(latest.y) }, "point");
    latest = undefined;
  };
  /** @param {PointerEvent} event */
  const down = (event) => {
    if (event.button !== 0 || model.get("plot").length !== 4 || !within(place(event))) return;
    held = true;
    area.setPointerCapture(event.pointerId);
    event.preventDefault(); // no picture to drag away
    latest = place(event);
    report();
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    if (model.get("plot").length !== 4) return;
    area.style.cursor = held || within(place(event)) ? "crosshair" : "";
    if (!held) return;
    latest = place(event);
    frame ||= requestAnimationFrame(report); // at most one report a frame, and the last one counts
  };
  const up = () => {
    held = false;
    report();
  };
  area.addEventListener("pointerdown", down);
  area.addEventListener("pointermove", move);
  area.addEventListener("pointerup", up);
  area.addEventListener("pointercancel", up);
  const touch = () => {
    // A finger moves the point, and does not scroll the page.
    area.style.touchAction = model.get("plot").length === 4 ? "none" : "";
  };
  touch();
  model.on("change:plot", touch);
  return () => {
    cancelAnimationFrame(frame);
    model.off("change:plot", touch);
    area.removeEventListener("pointerdown", down);
    area.removeEventListener("pointermove", move);
    area.removeEventListener("pointerup", up);
    area.removeEventListener("pointercancel", up);
  };
}
