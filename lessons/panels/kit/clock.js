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
  /** @type {ReturnType<typeof setInterval> | undefined} */
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
  return () => clearInterval(clock);
}
