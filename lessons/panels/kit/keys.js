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
  root.addEventListener("focusin", keepKeys);
  root.addEventListener("keydown", keys);
  return () => {
    root.removeEventListener("focusin", keepKeys);
    root.removeEventListener("keydown", keys);
  };
}
