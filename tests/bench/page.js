// Measures in the page itself, with the page's one clock. Evaluated once in an open notebook; all
// that it knows hangs on window.bench.

(() => {
  const contenders = {};

  const number = (text) => Number(text.trim().replace("\u2212", "-"));

  // The number on show, or for a picture its address.
  const READERS = {
    diagram: ({ area, slider }) =>
      number(area.querySelector(`.bp-svg .node[data-name="${slider}"] .value`).textContent),
    echo: ({ area }) => number(area.querySelector(".bench-echo").textContent),
    image: ({ area }) => area.querySelector("img")?.src,
  };

  function adopt(name, cell, reads, slider) {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const area = notebook.widgets[cell].node.querySelector(".jp-Cell-outputArea");
    const widget = [...area.querySelectorAll(".widget-slider")].find(
      (found) => found.querySelector(":scope > label")?.textContent === slider,
    );
    const target = widget.querySelector(".noUi-target");
    // Only what answers is watched: a slider redraws itself without the kernel.
    const watched = { diagram: ".bp-front", echo: ".bench-echo", image: ".jp-OutputArea" }[reads];
    contenders[name] = {
      area,
      slider,
      reads,
      target,
      handle: target.querySelector(".noUi-handle"),
      watched: reads === "image" ? area : area.querySelector(watched),
    };
  }

  const read = (contender) => READERS[contender.reads](contender);
  const asked = (contender) => contender.target.noUiSlider.get(true);
  // The page shows at least two decimals, and the slider's marks have one.
  const agrees = (contender) => Math.abs(read(contender) - asked(contender)) < 0.005;

  // The frame that holds a change is on its way to the screen when the next one begins.
  const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));

  function focus(name) {
    const { handle, area } = contenders[name];
    area.scrollIntoView({ block: "start" });
    handle.focus({ preventScroll: true });
  }

  let pending;

  // Get ready for one key press; `pressed` then waits for the answer.
  function arm(name) {
    const contender = contenders[name];
    const before = read(contender);
    pending = new Promise((done, fail) => {
      let pressed;
      const late = setTimeout(() => fail(new Error(`${name} did not answer in 20 s`)), 20000);
      document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, {
        capture: true,
        once: true,
      });
      const answered = () => {
        clearTimeout(late);
        const changed = performance.now() - pressed;
        painted(() => done({ changed, seen: performance.now() - pressed }));
      };
      if (contender.reads === "image") {
        const loaded = (event) => {
          if (event.target.nodeName !== "IMG" || event.target.src === before) return;
          contender.watched.removeEventListener("load", loaded, true);
          answered();
        };
        contender.watched.addEventListener("load", loaded, true);
      } else {
        const observer = new MutationObserver(() => {
          if (read(contender) === before || !agrees(contender)) return;
          observer.disconnect();
          answered();
        });
        observer.observe(contender.watched, {
          subtree: true, childList: true, characterData: true, attributes: true,
        });
      }
    });
    pending.catch(() => {}); // asked for later; until then it is nobody's error
  }

  const pressed = () => pending;

  let drag;

  // Watch a drag, frame by frame: since when the page has shown what the slider says.
  function watchDrag(name) {
    const contender = contenders[name];
    drag = { moved: null, since: null, values: new Set(), on: true };
    const current = drag;
    const hear = (event) => { current.moved = event.timeStamp; };
    document.addEventListener("pointermove", hear, true);
    const look = () => {
      if (!current.on) {
        document.removeEventListener("pointermove", hear, true);
        return;
      }
      current.values.add(read(contender));
      if (!agrees(contender)) {
        current.since = null;
      } else if (current.since === null) {
        current.since = NaN; // until the next frame, when this one is on the screen
        requestAnimationFrame(() => {
          if (Number.isNaN(current.since)) current.since = performance.now();
        });
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  function endDrag() {
    drag.on = false;
    const delay = drag.since === null || drag.moved === null ? null : drag.since - drag.moved;
    return { delay, pictures: drag.values.size };
  }

  function state(name) {
    const contender = contenders[name];
    const shown = contender.reads === "image" ? null : read(contender);
    return { shown, slider: asked(contender) };
  }

  window.bench = { adopt, focus, arm, pressed, watchDrag, endDrag, state };
})();
