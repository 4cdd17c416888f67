// Measures how long a slider's key press takes to reach a picture. Evaluated once in an open
// notebook; all that it knows hangs on window.versus.

(() => {
  const contenders = {};

  function adopt(name, cell, slider) {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const area = notebook.widgets[cell].node.querySelector(".jp-Cell-outputArea");
    const target = [...area.querySelectorAll(".widget-slider")]
      .find((found) => found.querySelector(":scope > label")?.textContent === slider)
      .querySelector(".noUi-target");
    contenders[name] = { area, target };
  }

  // The picture on show. An output that has just been cleared has none.
  const picture = ({ area }) => area.querySelector("img");

  function focus(name) {
    const { area, target } = contenders[name];
    area.scrollIntoView({ block: "start" });
    target.querySelector(".noUi-handle").focus({ preventScroll: true });
  }

  let pending;

  // Get ready for one key press; `pressed` then waits until another picture is on the screen.
  function arm(name) {
    const contender = contenders[name];
    const before = picture(contender)?.src;
    pending = new Promise((done, fail) => {
      let pressed;
      const late = setTimeout(() => fail(new Error(`${name} did not answer in 20 s`)), 20000);
      document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, {
        capture: true,
        once: true,
      });
      const observer = new MutationObserver(async () => {
        const image = picture(contender);
        if (!image || image.src === before) return;
        observer.disconnect();
        clearTimeout(late);
        await image.decode();
        const changed = performance.now() - pressed;
        // The frame that holds it is on its way to the screen when the next one begins.
        requestAnimationFrame(() => requestAnimationFrame(() =>
          done({ changed, seen: performance.now() - pressed })));
      });
      observer.observe(contender.area, {
        subtree: true, childList: true, attributes: true, attributeFilter: ["src"],
      });
    });
    pending.catch(() => {}); // asked for later; until then it is nobody's error
  }

  const value = (name) => contenders[name].target.noUiSlider.get(true);

  window.versus = { adopt, focus, arm, pressed: () => pending, value };
})();
