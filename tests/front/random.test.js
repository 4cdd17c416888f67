// Random hands on a random line: whatever is lost, comes twice or overtakes, the kernel does what
// the hand did, once and in its order, and the page never shows what is older than the hand.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { AT_ONCE, Door, LATEST } from "../../lessons/panels/kit/door.js";
import { FakeModel } from "./fakes.js";

const RUNS = 200;
const ACTIONS = 120;
const SLIDERS = ["w", "b"];
const HIGHEST = 80; // the kernel takes no value beyond

// Numbers in [0, 1) that are the same in every run (mulberry32).
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// What is done by events one after another: the values, and what a button found when it was pressed.
class Worksheet {
  values = {};
  presses = [];

  apply({ kind, control, x, data }) {
    if (data?.method === "update") this.values[control] = Math.min(data.state.value, HIGHEST);
    else if (kind === "point") this.values.point = x;
    else this.presses.push([control ?? kind, x, { ...this.values }]);
  }
}

// The kernel's end, as simple as can be: in the order of numbers, each one once.
class Kernel {
  sheet = new Worksheet();
  seen = 0;
  early = new Map();

  receive({ page, number, event }) {
    if (number > this.seen) this.early.set(number, event);
    const states = {};
    for (let next = this.early.get(this.seen + 1); next; next = this.early.get(this.seen + 1)) {
      this.seen += 1;
      this.early.delete(this.seen);
      this.sheet.apply(next);
      const { control, data } = next;
      if (data?.state) states[control] = { value: this.sheet.values[control] };
    }
    return { seen: { [page]: this.seen }, states };
  }
}

async function run(seed, { losesAnswers }) {
  const random = randomFrom(seed);
  const any = (list) => list[Math.floor(random() * list.length)];
  const model = new FakeModel({ controls: [...SLIDERS, "button"] });
  const door = new Door(model);
  await door.adopted;
  const [kernel, expected] = [new Kernel(), new Worksheet()];
  let count = 0;
  let away = false;
  const hand = {}; // what a hand has given each slider
  const out = []; // messages on their way to the kernel: any of them may be the next
  const answers = []; // and its answers, which keep their order
  model.onSend = (message) => {
    assert.ok(!away, "nothing is sent while the network is away");
    out.push(message);
  };

  const slide = (id) => {
    const value = Math.floor(random() * 100);
    hand[id] = value;
    model.models.get(id).state.value = value;
    return { control: id, data: { method: "update", state: { value } } };
  };
  const does = {
    click() {
      const event = { kind: "click", x: ++count };
      expected.apply(event);
      door.tell(event);
    },
    press() {
      const data = { method: "custom", content: { event: "click" } };
      expected.apply({ control: "button", data });
      model.models.get("button").comm.send(data);
    },
    point() {
      const event = { kind: "point", x: ++count };
      expected.apply(event);
      door.pass("point", event);
    },
    slide() {
      const id = any(SLIDERS);
      const event = slide(id);
      expected.apply(event);
      door.pass(id, event);
    },
    type() {
      const id = any(SLIDERS);
      const { data } = slide(id);
      expected.apply({ control: id, data });
      model.models.get(id).comm.send(data);
    },
    arrive() {
      if (!out.length || away) return;
      const [message] = out.splice(Math.floor(random() * out.length), 1);
      answers.push(kernel.receive(message));
    },
    hear() {
      if (answers.length && !away) model.set("shown", answers.shift());
    },
    lose() {
      if (out.length) out.splice(Math.floor(random() * out.length), 1);
    },
    loseAnswer() {
      if (losesAnswers) answers.splice(Math.floor(random() * answers.length), 1);
    },
    double() {
      if (out.length) out.push(any(out));
      if (answers.length) answers.splice(1, 0, answers[0]);
    },
    wait() {
      mock.timers.tick(Math.floor(random() * LATEST));
    },
    go() {
      if (random() < 0.3) {
        away = true;
        model.kernel.leave();
      }
    },
    comeBack() {
      away = false;
      model.kernel.comeBack();
    },
  };
  const names = [...Object.keys(does), "slide", "slide", "point", "arrive", "arrive", "hear"];

  const check = () => {
    // But for those that a button took along.
    const told = door.unseen.findLastIndex(({ source }) => source === undefined);
    assert.ok(door.unseen.length - told - 1 <= AT_ONCE, "two places at most are under way");
    for (const id of SLIDERS) {
      const pending = [...door.unseen, ...door.waiting].some(({ event }) => event.control === id);
      if (pending) assert.equal(model.models.get(id).state.value, hand[id], `${id} is the hand's`);
    }
  };
  for (let i = 0; i < ACTIONS; i++) {
    does[any(names)]();
    check();
  }

  // The line is mended, and everything settles.
  does.comeBack();
  for (let i = 0; i < 100 && (door.unseen.length || out.length || answers.length); i++) {
    while (out.length) does.arrive();
    while (answers.length) does.hear();
    check();
    if (!out.length && door.unseen.length) mock.timers.tick(LATEST);
  }
  assert.deepEqual([door.unseen, door.waiting], [[], []], "all is done, and the page knows it");
  assert.deepEqual(kernel.sheet.values, expected.values);
  assert.deepEqual(kernel.sheet.presses, expected.presses);
  if (losesAnswers) return;
  for (const id of SLIDERS) {
    assert.equal(model.models.get(id).state.value, expected.values[id], `${id} is the kernel's`);
  }
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

for (const losesAnswers of [false, true]) {
  const line = losesAnswers ? "that loses answers too" : "that loses and doubles messages";
  test(`${RUNS / 2} random hands on a line ${line} are done once and in order`, async () => {
    for (let seed = 1; seed <= RUNS / 2; seed++) {
      try {
        await run(seed, { losesAnswers });
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      }
    }
  });
}
