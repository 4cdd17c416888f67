// The one front end of a panel. It only draws: HTML comes in as strings, made in Python, and what
// the learner does goes out as events.

const PARTS = ["timeline", "say", "diagram", "code", "steps", "formula", "history", "error"];

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

const HELP =
  "Left and right arrow step, Home and End jump, space plays, " +
  "up and down arrow choose a value, Escape lets go of it.";

// Make `old` look like `fresh`, touching only what differs, so that focus and scroll position
// survive an update.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
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

function morphChildren(old, fresh) {
  const from = [...old.childNodes];
  const to = [...fresh.childNodes];
  to.forEach((node, i) => (i < from.length ? morph(from[i], node) : old.append(node)));
  from.slice(to.length).forEach((node) => node.remove());
}

function fill(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  morphChildren(element, template.content);
}

// Bring the current row or node into view by moving its own box, never the page.
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

// Give ipywidgets' slider handles the names they lack, and report what a handle passes on its way:
// "slide" is what a hand or a key does, never what Python sets.
async function adoptSliders(model, root, adopted) {
  for (const [id, control] of doorOf(model).controls) {
    for (const view of await Promise.all(Object.values(control.views ?? {}))) {
      if (root.contains(view.el)) adoptSlider(model, id, view.el, adopted);
    }
  }
}

function adoptSlider(model, id, el, adopted) {
  const label = el.querySelector(":scope > label")?.textContent;
  const slider = el.querySelector(".noUi-target");
  const handle = slider?.querySelector(".noUi-handle");
  if (!label || !handle || !slider.noUiSlider) return;
  // A label may change, and the name with it.
  handle.setAttribute("aria-label", el.title ? `${el.title} ${label}` : label);
  if (adopted.has(slider.noUiSlider)) return;
  adopted.add(slider.noUiSlider);
  slider.noUiSlider.on("slide.panel", (_values, _handle, [value]) =>
    pass(model, { control: id, data: { method: "update", state: { value } } }, id),
  );
  if (!el.closest(".bp-power")) return;
  // A slider over the logarithm of its number says the number.
  slider.noUiSlider.on("update.panel", (_values, _handle, [value]) =>
    handle.setAttribute("aria-valuetext", String(Number((10 ** value).toPrecision(2)))),
  );
}

// A button that shows only an icon is called by its tip, not by the icon's letter.
function nameButtons(root) {
  for (const button of root.querySelectorAll("button[title]")) {
    const name = button.textContent.trim() ? null : button.title;
    if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }
}

function onClick(model, event) {
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

function onKey(model, event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !(key in KEYS)) return;
  if (target.closest("input, select, textarea, [role=slider]")) return;
  if (key === " " && target.closest("button")) return;
  event.preventDefault();
  event.stopPropagation();
  tell(model, KEYS[key]);
}

function keepKeys({ target }) {
  target.dataset.lmSuppressShortcuts = "true";
}

// The panel around the front end exists only once it is on the page.
function whenPlaced(el, then, tries = 600) {
  const root = el.closest(".bp-panel");
  if (root) then(root);
  else if (tries > 0) requestAnimationFrame(() => whenPlaced(el, then, tries - 1));
}

export default {
  // Once for each panel, however often it is shown: the clock that plays the steps.
  async initialize({ model }) {
    const door = new Door(model);
    doors.set(model.get("key"), door);
    let clock;
    let beat = -1;
    const tick = () => {
      // One step at a time: where the kernel is slow, the clock waits for it.
      if (door.trouble || beat === model.get("beat")) return;
      beat = model.get("beat");
      door.tell({ kind: "tick", beat });
    };
    const wind = () => {
      clearInterval(clock);
      beat = -1;
      if (model.get("playing") && !door.gone) clock = setInterval(tick, model.get("interval"));
    };
    model.on("change:playing change:interval", wind);
    door.listeners.add(wind);
    wind();
    await door.adopted;
    return () => {
      clearInterval(clock);
      door.close();
      doors.delete(model.get("key"));
    };
  },

  render({ model, el }) {
    el.classList.add("bp-front");
    el.innerHTML = LAYOUT;
    const part = Object.fromEntries(
      PARTS.map((name) => [name, el.querySelector(`[data-part=${name}]`)]),
    );
    // First all parts are filled, then the page is measured once: in turns, each would cost a layout.
    const filled = new Set();
    const followAll = () => {
      filled.forEach((name) => follow(part[name]));
      filled.clear();
    };
    const draw = (name) => {
      fill(part[name], model.get(name));
      part[name].hidden = model.get(name) === "";
      if (filled.size === 0) requestAnimationFrame(followAll);
      filled.add(name);
    };
    PARTS.forEach((name) => {
      draw(name);
      model.on(`change:${name}`, () => draw(name));
    });
    part.diagram.setAttribute("aria-label", `${model.get("label")}. ${HELP}`);
    part.diagram.setAttribute("role", "group");
    const door = doorOf(model);
    const trouble = el.querySelector(".bp-trouble");
    const markOld = () => el.classList.toggle("bp-old", model.get("old") || door.gone);
    const tellTrouble = () => {
      trouble.textContent = door.trouble;
      trouble.hidden = !door.trouble;
      markOld();
      // What a dead kernel cannot do, no control offers.
      for (const beside of el.parentElement?.children ?? []) {
        if (beside !== el) beside.inert = door.gone;
      }
    };
    door.listeners.add(tellTrouble);
    tellTrouble();
    door.places.add(el);
    door.count();
    model.on("change:old", markOld);
    el.addEventListener("click", (event) => onClick(model, event));

    const detachPicture = attachPicture(model, el);
    const detachPointing = attachPointing(model, el);
    const detachPad = attachPad(model, el);
    let watcher;
    let root;
    let adopt;
    const keys = (event) => onKey(model, event);
    whenPlaced(el, (found) => {
      root = found;
      root.setAttribute("role", "group");
      root.setAttribute("aria-label", model.get("label"));
      // JupyterLab must not take the panel's arrow keys for its own. It looks from the focused
      // element upwards, and its shortcut for "any focused element" comes before the root.
      root.dataset.lmSuppressShortcuts = "true";
      root.addEventListener("focusin", keepKeys);
      root.addEventListener("keydown", keys);
      const adopted = new WeakSet();
      adopt = () => {
        adoptSliders(model, root, adopted);
        nameButtons(root);
      };
      adopt();
      door.adoptions.add(adopt);
      // The pictures change with every move, and hold nothing to adopt.
      watcher = new MutationObserver((changes) => {
        if (changes.some(({ target }) => !el.contains(target))) adopt();
      });
      watcher.observe(root, { childList: true, subtree: true, attributeFilter: ["title"] });
      PARTS.forEach((name) => follow(part[name]));
      tellTrouble();
    });
    return () => {
      door.listeners.delete(tellTrouble);
      door.places.delete(el);
      door.adoptions.delete(adopt);
      detachPicture();
      detachPointing();
      detachPad();
      watcher?.disconnect();
      root?.removeEventListener("focusin", keepKeys);
      root?.removeEventListener("keydown", keys);
    };
  },
};
