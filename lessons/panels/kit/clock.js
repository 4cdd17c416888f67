// The clock that plays the steps of a panel.

/**
 * @import { Door } from "./door.js"
 * @import { Model } from "./types.js"
 */

/**
 * Starts the clock of a panel. What it returns stops it for good.
 * @param {Model} model
 * @param {Door} door
 */
export function startClock(model, door) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let clock;
  let beat = -1;
  const tick = () => {
    clock = setTimeout(tick, model.get("interval"));
    // One step at a time: where the kernel is slow, the clock waits for it.
    if (door.trouble || beat === model.get("beat")) return;
    beat = model.get("beat");
    door.tell({ kind: "tick", beat });
  };
  const wind = () => {
    clearTimeout(clock);
    beat = -1;
    if (model.get("playing") && !door.gone) clock = setTimeout(tick, model.get("interval"));
  };
  // Wound anew at each beat, whichever page made it: two pages then tick as one, and do not take
  // turns at twice the pace.
  model.on("change:playing change:interval change:beat", wind);
  door.listeners.add(wind);
  wind();
  return () => clearTimeout(clock);
}
