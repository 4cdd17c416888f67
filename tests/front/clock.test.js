// The clock of a panel, on one page and on two, in a time that the test turns forward.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { startClock } from "../../lessons/panels/kit/clock.js";

const INTERVAL = 900;

/** What the kernel knows: it makes a beat of a tick for the present one, and tells every page. */
class Kernel {
  beats = 0;
  pages = [];

  page() {
    const state = { playing: false, interval: INTERVAL, beat: 0 };
    const listeners = [];
    const model = {
      get: (name) => state[name],
      on: (names, listener) => listeners.push([names, listener]),
    };
    const set = (name, value) => {
      state[name] = value;
      for (const [names, listener] of listeners) {
        if (names.split(" ").includes(`change:${name}`)) listener();
      }
    };
    const door = {
      trouble: "",
      gone: false,
      listeners: new Set(),
      tell: (event) => this.hear(event),
    };
    const stop = startClock(model, door);
    const page = { set, door, stop };
    this.pages.push(page);
    return page;
  }

  hear({ beat }) {
    if (beat !== this.beats) return;
    this.beats += 1;
    for (const { set } of this.pages) set("beat", this.beats);
  }
}

/** In small steps, so that a timer that is set on the way begins where time stands. */
function pass(time) {
  for (let passed = 0; passed < time; passed += 10) mock.timers.tick(10);
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("one page beats once in each interval", () => {
  const kernel = new Kernel();
  kernel.page().set("playing", true);
  pass(10 * INTERVAL);
  assert.equal(kernel.beats, 10);
});

test("two pages whose clocks began at different times beat as one", () => {
  const kernel = new Kernel();
  const [one, two] = [kernel.page(), kernel.page()];
  one.set("playing", true);
  pass(INTERVAL / 2);
  two.set("playing", true);
  pass(10 * INTERVAL);
  assert.ok(kernel.beats >= 9 && kernel.beats <= 11, String(kernel.beats));
});

test("the other page goes on when one is closed", () => {
  const kernel = new Kernel();
  const [one, two] = [kernel.page(), kernel.page()];
  one.set("playing", true);
  two.set("playing", true);
  pass(3 * INTERVAL);
  one.stop();
  const before = kernel.beats;
  pass(3 * INTERVAL);
  assert.equal(kernel.beats, before + 3);
});

test("a clock stops at a pause and in a dead kernel's panel", () => {
  const kernel = new Kernel();
  const page = kernel.page();
  page.set("playing", true);
  pass(2 * INTERVAL);
  page.set("playing", false);
  pass(5 * INTERVAL);
  assert.equal(kernel.beats, 2);
  page.set("playing", true);
  page.door.gone = true;
  for (const listener of page.door.listeners) listener();
  pass(5 * INTERVAL);
  assert.equal(kernel.beats, 2);
});
