// The parts of a panel that are HTML: made in Python, and filled in so that only what differs is
// touched.

import { HELP } from "./keys.js";

/** @import { Model, PartName } from "./types.js" */

/** @type {PartName[]} */
const PARTS = ["timeline", "say", "diagram", "code", "steps", "formula", "history", "error"];

/**
 * Make `old` look like `fresh`, touching only what differs, so that focus and scroll position
 * survive an update.
 * @param {ChildNode} old
 * @param {ChildNode} fresh
 */
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (!(old instanceof Element && fresh instanceof Element)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  morphChildren(old, fresh);
}

/**
 * @param {Element} old
 * @param {Element | DocumentFragment} fresh
 */
function morphChildren(old, fresh) {
  const from = [...old.childNodes];
  const to = [...fresh.childNodes];
  to.forEach((node, i) => {
    if (i < from.length) morph(from[i], node);
    else old.append(node);
  });
  for (const node of from.slice(to.length)) node.remove();
}

/**
 * @param {Element} element
 * @param {string} html
 */
function fill(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  morphChildren(element, template.content);
}

/**
 * Bring the current row or node into view by moving its own box, never the page.
 * @param {Element} part
 */
function follow(part) {
  const box = part.querySelector(".bp-scroll") ?? part;
  const now = box.querySelector(".bp-now, .node.now");
  if (!now) return;
  const [outer, inner] = [box.getBoundingClientRect(), now.getBoundingClientRect()];
  const room = 28;
  if (inner.top < outer.top + room) box.scrollTop -= outer.top + room - inner.top;
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + room;
  if (!part.classList.contains("bp-stage")) return; // a table or a line starts at its left
  if (inner.left < outer.left) box.scrollLeft -= outer.left - inner.left + room;
  if (inner.right > outer.right) box.scrollLeft += inner.right - outer.right + room;
}

/**
 * Fills the parts, now and whenever one changes.
 * @param {Model} model
 * @param {HTMLElement} el
 */
export function attachParts(model, el) {
  /** @param {PartName} name */
  const part = (name) => /** @type {HTMLElement} */ (el.querySelector(`[data-part=${name}]`));
  // First all parts are filled, then the page is measured once: in turns, each would cost a layout.
  /** @type {Set<PartName>} */
  const filled = new Set();
  const followFilled = () => {
    for (const name of filled) follow(part(name));
    filled.clear();
  };
  /** @param {PartName} name */
  const draw = (name) => {
    fill(part(name), model.get(name));
    part(name).hidden = model.get(name) === "";
    if (filled.size === 0) requestAnimationFrame(followFilled);
    filled.add(name);
  };
  const draws = PARTS.map((name) => ({ event: `change:${name}`, listener: () => draw(name) }));
  for (const { event, listener } of draws) {
    listener();
    model.on(event, listener);
  }
  part("diagram").setAttribute("aria-label", `${model.get("label")}. ${HELP}`);
  part("diagram").setAttribute("role", "group");
  return {
    followAll: () => {
      for (const name of PARTS) follow(part(name));
    },
    detach: () => {
      for (const { event, listener } of draws) model.off(event, listener);
    },
  };
}
