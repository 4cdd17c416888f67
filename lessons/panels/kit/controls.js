// ipywidgets' own controls in a panel: they get the names that they lack, and tell what a slider's
// handle passes on its way.

import { doorOf, pass } from "./door.js";

/** @import { Model, NoUiSlider } from "./types.js" */

/**
 * "slide" is what a hand or a key does, never what Python sets.
 * @param {Model} model
 * @param {string} id - the control's
 * @param {HTMLElement} el - a view of it
 * @param {WeakSet<NoUiSlider>} adopted
 */
function adoptSlider(model, id, el, adopted) {
  const label = el.querySelector(":scope > label")?.textContent;
  /** @type {(Element & { noUiSlider?: NoUiSlider }) | null} */
  const target = el.querySelector(".noUi-target");
  const slider = target?.noUiSlider;
  const handle = target?.querySelector(".noUi-handle");
  if (!label || !handle || !slider) return;
  // A label may change, and the name with it.
  handle.setAttribute("aria-label", el.title ? `${el.title} ${label}` : label);
  if (adopted.has(slider)) return;
  adopted.add(slider);
  slider.on("slide.panel", (_texts, _handle, [value]) =>
    pass(model, { control: id, data: { method: "update", state: { value } } }, id),
  );
  if (!el.closest(".bp-power")) return;
  // A slider over the logarithm of its number says the number.
  slider.on("update.panel", (_texts, _handle, [value]) =>
    handle.setAttribute("aria-valuetext", String(Number((10 ** value).toPrecision(2)))),
  );
}

/**
 * @param {Model} model
 * @param {HTMLElement} root
 * @param {WeakSet<NoUiSlider>} adopted
 */
async function adoptSliders(model, root, adopted) {
  for (const [id, control] of doorOf(model).controls) {
    for (const view of await Promise.all(Object.values(control.views ?? {}))) {
      if (root.contains(view.el)) adoptSlider(model, id, view.el, adopted);
    }
  }
}

/**
 * A button that shows only an icon is called by its tip, not by the icon's letter.
 * @param {HTMLElement} root
 */
function nameButtons(root) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("button[title]");
  for (const button of buttons) {
    const name = button.textContent?.trim() ? null : button.title;
    if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }
}

/**
 * Takes in the controls of a panel, now and whenever others come.
 * @param {Model} model
 * @param {HTMLElement} root - the panel
 * @param {HTMLElement} el - the front end in it
 */
export function attachControls(model, root, el) {
  const { adoptions } = doorOf(model);
  /** @type {WeakSet<NoUiSlider>} */
  const adopted = new WeakSet();
  const adopt = () => {
    adoptSliders(model, root, adopted);
    nameButtons(root);
  };
  adopt();
  adoptions.add(adopt);
  // The pictures change with every move, and hold nothing to adopt.
  const watcher = new MutationObserver((changes) => {
    if (changes.some(({ target }) => !el.contains(target))) adopt();
  });
  watcher.observe(root, { childList: true, subtree: true, attributeFilter: ["title"] });
  return () => {
    adoptions.delete(adopt);
    watcher.disconnect();
  };
}
