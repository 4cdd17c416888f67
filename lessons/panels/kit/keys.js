// The keys of a panel.

import { tell } from "./door.js";

/** @import { Model, PanelEvent } from "./types.js" */

/** @type {Record<string, PanelEvent>} */
const KEYS = {
  ArrowLeft: { kind: "back" },
  ArrowRight: { kind: "forward" },
  ArrowUp: { kind: "previous" },
  ArrowDown: { kind: "next" },
  Home: { kind: "first" },
  End: { kind: "last" },
  Escape: { kind: "choose", name: "" },
  " ": { kind: "play" },
};

export const HELP =
  "Left and right arrow step, Home and End jump, space plays, " +
  "up and down arrow choose a value, Escape lets go of it.";

/**
 * @param {Model} model
 * @param {KeyboardEvent} event
 */
function onKey(model, event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !(key in KEYS)) return;
  if (!(target instanceof Element)) return;
  if (target.closest("input, select, textarea, [role=slider]")) return;
  if (key === " " && target.closest("button")) return;
  event.preventDefault();
  event.stopPropagation();
  tell(model, KEYS[key]);
}

/**
 * Shift and Enter in a panel go on to the next cell. The panel's own cell is not run again, which
 * would throw away what the learner has done in it.
 * @param {KeyboardEvent} event
 */
function onShiftEnter(event) {
  if (event.key !== "Enter" || !event.shiftKey || event.isComposing) return;
  if (!(event.target instanceof Element)) return;
  /** @type {HTMLElement | null} */
  const cell = event.target.closest(".jp-Notebook .jp-Cell");
  if (!cell) return; // another host
  event.preventDefault();
  event.stopPropagation();
  cell.focus({ preventScroll: true });
  // In command mode the arrow selects the next cell.
  const down = { key: "ArrowDown", code: "ArrowDown", keyCode: 40, bubbles: true };
  cell.dispatchEvent(new KeyboardEvent("keydown", down));
}

// JupyterLab must not take the panel's arrow keys for its own. It looks from the focused element
// upwards, and its shortcut for "any focused element" comes before the root.
/** @param {FocusEvent} event */
function keepKeys({ target }) {
  if (target instanceof HTMLElement || target instanceof SVGElement) {
    target.dataset.lmSuppressShortcuts = "true";
  }
}

/**
 * @param {Model} model
 * @param {HTMLElement} root - the panel
 */
export function attachKeys(model, root) {
  /** @param {KeyboardEvent} event */
  const keys = (event) => onKey(model, event);
  root.dataset.lmSuppressShortcuts = "true";
  // A click anywhere in the panel gives it the focus, and so the keys.
  root.tabIndex = -1;
  root.addEventListener("focusin", keepKeys);
  root.addEventListener("keydown", keys);
  // On its way down: ipywidgets' text boxes let no key up.
  root.addEventListener("keydown", onShiftEnter, true);
  return () => {
    root.removeEventListener("focusin", keepKeys);
    root.removeEventListener("keydown", keys);
    root.removeEventListener("keydown", onShiftEnter, true);
  };
}
