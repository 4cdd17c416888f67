// Clicks in the parts of a panel: on a name, a line of code, a step, or the track of all steps.

import { tell } from "./door.js";

/** @import { Attach, Model } from "./types.js" */

/**
 * @param {Model} model
 * @param {MouseEvent} event
 */
function onClick(model, event) {
  if (!(event.target instanceof Element)) return;
  /** @type {HTMLElement | SVGElement | null} */
  const target = event.target.closest("[data-name], [data-line], [data-at], [data-last]");
  if (!target) return;
  const { name, line, at, last } = target.dataset;
  if (last !== undefined) {
    const { left, width } = target.getBoundingClientRect();
    tell(model, { kind: "go", at: Math.round((Number(last) * (event.clientX - left)) / width) });
  } else if (at !== undefined) tell(model, { kind: "go", at: Number(at) });
  else if (name !== undefined) tell(model, { kind: "choose", name });
  else tell(model, { kind: "line", line: Number(line) });
}

/** @type {Attach} */
export function attachClicks(model, el) {
  /** @param {MouseEvent} event */
  const click = (event) => onClick(model, event);
  el.addEventListener("click", click);
  return () => el.removeEventListener("click", click);
}
