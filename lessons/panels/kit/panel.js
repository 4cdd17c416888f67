// The one front end of a panel. It only draws: HTML comes in as strings, made in Python, and what
// the learner does goes out as events.

import { attachClicks } from "./clicks.js";
import { startClock } from "./clock.js";
import { attachControls } from "./controls.js";
import { doorOf, openDoor } from "./door.js";
import { attachKeys } from "./keys.js";
import { attachParts } from "./parts.js";
import { attachPicture } from "./picture.js";
import { attachPointing } from "./pointing.js";
import { placeSheet } from "./sheet.js";

/** @import { Attach, Model } from "./types.js" */

/**
 * What each front end has. A panel with more adds it here, in a script of its own folder.
 * @type {Attach[]}
 */
export const attachments = [attachClicks, attachPicture, attachPointing];

const LAYOUT = `
  <div class="bp-time" data-part="timeline"></div>
  <div class="bp-say" role="status" aria-live="polite" data-part="say"></div>
  <div class="bp-error" role="alert" data-part="error"></div>
  <div class="bp-error bp-trouble" role="alert" hidden></div>
  <div class="bp-stage" tabindex="0" data-part="diagram"></div>
  <div class="bp-picture" data-part="picture" hidden><img alt=""></div>
  <div class="bp-side">
    <div class="bp-code" data-part="code"></div>
    <div class="bp-steps" data-part="steps"></div>
  </div>
  <div class="bp-history" data-part="history"></div>
  <div class="bp-math" tabindex="0" role="group" aria-label="Formula" data-part="formula"></div>`;

/**
 * Says what is wrong with the kernel, and marks the picture as old.
 * @param {Model} model
 * @param {HTMLElement} el
 */
function attachTrouble(model, el) {
  const door = doorOf(model);
  const trouble = /** @type {HTMLElement} */ (el.querySelector(".bp-trouble"));
  const markOld = () => el.classList.toggle("bp-old", model.get("old") || door.gone);
  const tellTrouble = () => {
    trouble.textContent = door.trouble;
    trouble.hidden = !door.trouble;
    markOld();
    // What a dead kernel cannot do, no control offers.
    for (const beside of el.parentElement?.children ?? []) {
      if (beside !== el && beside instanceof HTMLElement) beside.inert = door.gone;
    }
  };
  door.listeners.add(tellTrouble);
  door.places.add(el);
  door.count();
  tellTrouble();
  model.on("change:old", markOld);
  const detach = () => {
    door.listeners.delete(tellTrouble);
    door.places.delete(el);
    model.off("change:old", markOld);
  };
  return { tellTrouble, detach };
}

/**
 * The panel around the front end exists only once it is on the page.
 * @param {HTMLElement} el
 * @param {(root: HTMLElement) => void} then
 */
function whenPlaced(el, then, tries = 600) {
  /** @type {HTMLElement | null} */
  const root = el.closest(".bp-panel");
  if (root) then(root);
  else if (tries > 0) requestAnimationFrame(() => whenPlaced(el, then, tries - 1));
}

export default {
  /**
   * Once for each panel, however often it is shown.
   * @param {{ model: Model }} panel
   */
  async initialize({ model }) {
    placeSheet(model.get("sheet"));
    const door = openDoor(model);
    const stopClock = startClock(model, door);
    await door.adopted;
    return () => {
      stopClock();
      door.close();
    };
  },

  /** @param {{ model: Model, el: HTMLElement }} view */
  render({ model, el }) {
    el.classList.add("bp-front");
    el.innerHTML = LAYOUT;
    const parts = attachParts(model, el);
    const trouble = attachTrouble(model, el);
    const detach = attachments.map((attach) => attach(model, el));
    detach.push(parts.detach, trouble.detach);
    whenPlaced(el, (root) => {
      root.setAttribute("role", "group");
      root.setAttribute("aria-label", model.get("label"));
      detach.push(attachKeys(model, root), attachControls(model, root, el));
      parts.followAll();
      trouble.tellTrouble();
    });
    return () => {
      for (const one of detach) one();
    };
  },
};
