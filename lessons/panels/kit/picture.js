// The picture of a panel that matplotlib draws: PNG comes in as bytes, and how wide, how fine and
// how dark the page is goes out as `look`, so that Python draws what fits it.

import { tell } from "./door.js";

/** @import { Attach } from "./types.js" */

/** @param {Element} el */
function isDark(el) {
  const [red, green, blue] = (getComputedStyle(el).color.match(/[\d.]+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 128; // light letters stand on a dark page
}

/**
 * Bytes as an address that holds them: Chromium loads it within the page, where an address of a blob
 * takes a way through another process and back, and comes a frame later.
 * @param {DataView} bytes
 */
function addressOf(bytes) {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces = [];
  const most = 0x8000; // arguments that a call takes
  for (let i = 0; i < view.length; i += most) {
    pieces.push(String.fromCharCode(...view.subarray(i, i + most)));
  }
  return `data:image/png;base64,${btoa(pieces.join(""))}`;
}

/** @type {Attach} */
export function attachPicture(model, el) {
  const box = /** @type {HTMLElement} */ (el.querySelector("[data-part=picture]"));
  let image = /** @type {HTMLImageElement} */ (box.querySelector("img"));
  let [sent, shown] = [0, 0];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let late;
  // Busy until the picture that fits the page is on it.
  const say = () => {
    box.ariaBusy = String(sent > shown || timer !== undefined || late !== undefined);
  };
  const describe = () => {
    image.alt = model.get("alt");
  };
  const draw = () => {
    const bytes = model.get("picture");
    box.hidden = !bytes?.byteLength;
    if (!bytes?.byteLength) return;
    const mine = ++sent;
    say();
    const next = new Image();
    // The old picture stays until the new one is loaded, and that is decoded before it is painted:
    // nothing flickers. One that a later one has overtaken is dropped.
    next.decoding = "sync";
    next.onload = () => {
      if (mine > shown) {
        shown = mine;
        image.replaceWith(next);
        image = next;
        describe();
        say();
      }
    };
    next.src = addressOf(bytes);
  };
  const report = () => {
    const width = image.clientWidth;
    if (!width) return;
    const look = { width, ratio: window.devicePixelRatio || 1, dark: isDark(el) };
    if (JSON.stringify(look) === JSON.stringify(model.get("look"))) return;
    model.set("look", look);
    tell(model, { kind: "look", look });
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      report();
      say();
    }, 80);
    say();
  };
  draw();
  model.on("change:picture", draw);
  model.on("change:alt", describe);
  const sizes = new ResizeObserver(soon);
  sizes.observe(box);
  // A theme is a change of attributes at the top of the page; its style sheet may come a little late.
  const themes = new MutationObserver(() => {
    clearTimeout(late);
    late = setTimeout(() => {
      late = undefined;
      soon();
    }, 400);
    soon();
  });
  for (const node of [document.documentElement, document.body]) {
    themes.observe(node, { attributeFilter: ["class", "theme", "style", "data-jp-theme-light"] });
  }
  return () => {
    model.off("change:picture", draw);
    model.off("change:alt", describe);
    sizes.disconnect();
    themes.disconnect();
    clearTimeout(timer);
    clearTimeout(late);
    shown = Infinity; // what is still loading comes too late
  };
}
