// The page's end of the one door, below the browser: what it sends, and when.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { AT_ONCE, Door, doorOf, LATEST, openDoor, SOON } from "../../lessons/panels/kit/door.js";
import { AWAY, GONE } from "../../lessons/panels/kit/kernel.js";
import { FakeControl, FakeModel } from "./fakes.js";

const CLICK = { kind: "play" };
const point = (x) => ({ kind: "point", x });

// Until all promises that are kept have been heard.
const heard = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

async function opened(options) {
  const model = new FakeModel(options);
  const door = new Door(model);
  await door.adopted;
  const answer = (number, states = {}) =>
    model.set("shown", { seen: { [door.page]: number }, states });
  return { model, door, answer };
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("events are numbered from one, in the order in which they were told", async () => {
  const { model, door } = await opened();
  door.tell(CLICK);
  door.pass("point", point(1));
  door.tell({ kind: "first" });
  const sent = model.take();
  assert.deepEqual(
    sent.map(({ number, event }) => [number, event.kind]),
    [
      [1, "play"],
      [2, "point"],
      [3, "first"],
    ],
  );
  assert.ok(sent.every(({ page }) => page === door.page));
});

test("two pages have names of their own", async () => {
  const [one, two] = [await opened(), await opened()];
  assert.notEqual(one.door.page, two.door.page);
});

test("a click is never merged with another one, however many are under way", async () => {
  const { model, door } = await opened();
  for (let i = 0; i < 20; i++) door.tell(CLICK);
  assert.equal(model.numbers().length, 20);
});

test("of the places that wait, the last one counts", async () => {
  const { model, door, answer } = await opened();
  for (let x = 1; x <= 9; x++) door.pass("point", point(x));
  assert.deepEqual(model.events(), [point(1), point(2)]);
  answer(1);
  assert.deepEqual(model.events(), [point(9)]);
  answer(3);
  assert.deepEqual(model.events(), []);
});

test("at most two places are under way, also where two sources take turns", async () => {
  const { model, door, answer } = await opened();
  for (let x = 1; x <= 9; x++) {
    door.pass("left", { kind: "left", x });
    door.pass("right", { kind: "right", x });
  }
  assert.equal(model.take().length, AT_ONCE);
  answer(2);
  assert.deepEqual(model.events(), [
    { kind: "left", x: 9 },
    { kind: "right", x: 9 },
  ]);
});

test("a place that waits is not pushed out by one of another source", async () => {
  const { model, door, answer } = await opened();
  for (const x of [1, 2, 3]) door.pass("left", { kind: "left", x });
  door.pass("right", { kind: "right", x: 1 });
  model.take();
  answer(2);
  assert.deepEqual(
    model.events().map(({ kind }) => kind),
    ["left", "right"],
  );
});

test("a button takes the places that wait before it along, and comes after them", async () => {
  const { model, door } = await opened();
  for (const x of [1, 2, 3, 4]) door.pass("point", point(x));
  model.take();
  door.tell(CLICK);
  assert.deepEqual(model.events(), [point(4), CLICK]);
});

test("places after a button wait until fewer than two are under way", async () => {
  const { model, door, answer } = await opened();
  for (const x of [1, 2, 3]) door.pass("point", point(x));
  door.tell(CLICK);
  model.take();
  door.pass("point", point(5));
  door.pass("point", point(6));
  assert.deepEqual(model.events(), []);
  answer(2);
  assert.deepEqual(model.events(), [point(6)]);
});

test("what is seen is not sent again", async () => {
  const { model, door, answer } = await opened();
  for (let i = 0; i < 3; i++) door.tell(CLICK);
  model.take();
  answer(2);
  mock.timers.tick(SOON);
  assert.deepEqual(model.numbers(), [3]);
  answer(3);
  mock.timers.tick(10 * LATEST);
  assert.deepEqual(model.numbers(), []);
});

test("an answer that tells of another page acknowledges nothing", async () => {
  const { model, door } = await opened();
  door.tell(CLICK);
  model.take();
  model.set("shown", { seen: { other: 7 }, states: {} });
  mock.timers.tick(SOON);
  assert.deepEqual(model.numbers(), [1]);
});

test("what gets no answer is sent again with its number, later and later", async () => {
  const { model, door } = await opened();
  door.tell(CLICK);
  door.tell({ kind: "last" });
  model.take();
  for (const patience of [SOON, 2 * SOON, 4 * SOON, LATEST, LATEST]) {
    mock.timers.tick(patience - 1);
    assert.deepEqual(model.numbers(), []);
    mock.timers.tick(1);
    assert.deepEqual(model.numbers(), [1, 2]);
  }
});

test("an answer that brings nothing new does not put off sending again", async () => {
  const { model, door, answer } = await opened();
  door.tell(CLICK);
  model.take();
  mock.timers.tick(SOON - 1);
  answer(0);
  mock.timers.tick(1);
  assert.deepEqual(model.numbers(), [1]);
});

test("after an answer the next silence is short again", async () => {
  const { model, door, answer } = await opened();
  door.tell(CLICK);
  mock.timers.tick(LATEST);
  answer(1);
  model.take();
  door.tell(CLICK);
  model.take();
  mock.timers.tick(SOON);
  assert.deepEqual(model.numbers(), [2]);
});

test("where sending fails, it is tried again", async () => {
  const { model, door } = await opened();
  model.fails = true;
  assert.throws(() => door.tell(CLICK), /Could not send/);
  model.fails = false;
  mock.timers.tick(SOON);
  assert.deepEqual(model.numbers(), [1]);
});

test("a control sends through the door, and need not wait until the kernel is idle", async () => {
  const { model } = await opened({ controls: ["slider"] });
  const told = [];
  const callbacks = { iopub: { status: ({ content }) => told.push(content.execution_state) } };
  model.models.get("slider").put({ value: 3 }, callbacks);
  await heard();
  assert.deepEqual(model.events(), [
    { control: "slider", data: { method: "update", state: { value: 3 } } },
  ]);
  assert.deepEqual(told, ["idle"]);
});

test("a control that comes later is taken in, and one that is destroyed is let go", async () => {
  const { model, door } = await opened({ controls: ["one"] });
  let adoptions = 0;
  door.adoptions.add(() => {
    adoptions += 1;
  });
  const two = new FakeControl("two");
  model.models.set("two", two);
  model.set("controls", ["one", "two"]);
  await heard();
  assert.equal(adoptions, 1);
  two.put({ value: 1 });
  assert.deepEqual(model.numbers(), [1]);
  two.listeners.destroy();
  assert.deepEqual([...door.controls.keys()], ["one"]);
});

test("a control that cannot be had holds up none of the others", async () => {
  const { model, door } = await opened({ controls: ["one"] });
  const { get_model } = model.widget_manager;
  model.widget_manager.get_model = async (id) => {
    if (id === "lost") throw new Error("no such model");
    return get_model(id);
  };
  model.models.set("two", new FakeControl("two"));
  model.set("controls", ["one", "lost", "two"]);
  await heard();
  assert.deepEqual([...door.controls.keys()], ["one", "two"]);
});

test("a control shows what the kernel says of it", async () => {
  const { model, answer } = await opened({ controls: ["slider", "box"] });
  answer(0, { slider: { value: 2, max: 5 }, stranger: { value: 1 } });
  assert.deepEqual(model.models.get("slider").state, { value: 2, max: 5 });
  assert.deepEqual(model.models.get("box").state, {});
});

test("a state that is older than a hand is not shown, and the rest of it is", async () => {
  const { model, answer } = await opened({ controls: ["slider", "box"] });
  const slider = model.models.get("slider");
  slider.put({ value: 3 });
  answer(0, { slider: { value: 2, max: 5 }, box: { value: 2 } });
  assert.deepEqual(slider.state, { value: 3, max: 5 });
  assert.deepEqual(model.models.get("box").state, { value: 2 });
  answer(1, { slider: { value: 2.5 } });
  assert.equal(slider.state.value, 2.5);
});

test("a place that still waits is newer than what the kernel shows", async () => {
  const { model, door, answer } = await opened({ controls: ["slider"] });
  const slider = model.models.get("slider");
  for (const value of [1, 2, 3]) {
    slider.state.value = value;
    door.pass("slider", { control: "slider", data: { method: "update", state: { value } } });
  }
  answer(1, { slider: { value: 1 } });
  assert.equal(slider.state.value, 3);
  answer(3, { slider: { value: 3 } });
  assert.equal(slider.state.value, 3);
});

test("a press of a button keeps no state of that button back", async () => {
  const { model, answer } = await opened({ controls: ["button"] });
  const button = model.models.get("button");
  button.comm.send({ method: "custom", content: { event: "click" } });
  answer(0, { button: { disabled: true } });
  assert.deepEqual(button.state, { disabled: true });
});

for (const [how, end] of [
  ["dies", (kernel) => kernel.statusChanged.emit("dead")],
  ["is restarted", (kernel) => kernel.statusChanged.emit("restarting")],
  ["is shut down", (kernel) => kernel.disposed.emit()],
]) {
  test(`a kernel that ${how} is gone, and is sent nothing`, async () => {
    const { model, door } = await opened({ controls: ["slider"] });
    const said = [];
    door.listeners.add(() => said.push(door.trouble));
    for (let x = 1; x <= 5; x++) door.pass("point", point(x));
    model.take();
    end(model.kernel);
    door.tell(CLICK);
    door.pass("point", point(6));
    model.models.get("slider").put({ value: 1 });
    mock.timers.tick(10 * LATEST);
    // For good: another kernel does not know this panel.
    model.kernel.leave();
    model.kernel.comeBack();
    await heard();
    assert.deepEqual(model.take(), []);
    assert.deepEqual(said, [GONE]);
  });
}

test("a kernel that does not know the panel is another one", async () => {
  const { model, door } = await opened();
  door.tell(CLICK);
  model.kernel.comms = {};
  mock.timers.tick(SOON);
  await heard();
  assert.equal(door.trouble, GONE);
});

test("while the network is away nothing is sent, and all of it after, in order", async () => {
  const { model, door, answer } = await opened({ controls: ["slider"] });
  const said = [];
  door.listeners.add(() => said.push(door.trouble));
  door.tell(CLICK);
  answer(1);
  model.take();
  model.kernel.leave();
  door.tell({ kind: "first" });
  model.models.get("slider").put({ value: 4 });
  door.tell({ kind: "last" });
  mock.timers.tick(10 * LATEST);
  assert.deepEqual(model.take(), []);
  model.kernel.comeBack();
  assert.deepEqual(model.numbers(), [2, 3, 4]);
  assert.deepEqual(said, [AWAY, ""]);
});

test("what was under way when the network went is sent again once, before the rest", async () => {
  const { model, door } = await opened();
  door.tell(CLICK);
  mock.timers.tick(SOON - 1);
  model.kernel.leave();
  door.tell({ kind: "last" });
  model.take();
  model.kernel.comeBack();
  assert.deepEqual(model.numbers(), [1, 2]);
  // Not by a clock from before, either.
  mock.timers.tick(SOON - 1);
  assert.deepEqual(model.numbers(), []);
  mock.timers.tick(1);
  assert.deepEqual(model.numbers(), [1, 2]);
});

test("while it is away, the places before a button and after it are merged apart", async () => {
  const { model, door } = await opened();
  model.kernel.leave();
  for (const x of [1, 2, 3]) door.pass("point", point(x));
  door.tell(CLICK);
  for (const x of [4, 5, 6]) door.pass("point", point(x));
  model.kernel.comeBack();
  assert.deepEqual(model.events(), [point(3), CLICK, point(6)]);
});

test("a kernel that was restarted while the network was away is found out", async () => {
  const { model, door } = await opened();
  model.kernel.leave();
  model.kernel.comms = {};
  model.kernel.comeBack();
  await heard();
  assert.equal(door.trouble, GONE);
});

test("a host that knows neither kernels nor models has a door all the same", async () => {
  const model = new FakeModel({ controls: ["slider"] });
  model.widget_manager = {};
  const door = new Door(model);
  await door.adopted;
  door.tell(CLICK);
  mock.timers.tick(SOON);
  assert.deepEqual(model.numbers(), [1, 1]);
});

test("a closed door is quiet, and nobody finds it", async () => {
  const model = new FakeModel();
  const door = openDoor(model);
  assert.equal(doorOf(model), door);
  door.tell(CLICK);
  model.take();
  door.close();
  model.kernel.statusChanged.emit("dead");
  mock.timers.tick(10 * LATEST);
  assert.deepEqual(model.take(), []);
  assert.equal(door.trouble, "");
  assert.throws(() => doorOf(model), /closed/);
});
