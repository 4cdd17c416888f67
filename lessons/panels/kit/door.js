// The one door through which all that a hand does reaches the kernel: in its order, and once.
//
// ipywidgets gives each control a line of its own, and newer kernels serve two lines on two threads,
// so that a button overtakes the slider before it. Here all of them take the line of the panel's
// front end. Each event has a number; the kernel applies them in the order of their numbers, and
// what it shows says which it has seen. What has not been seen is sent again when no answer comes.

import { GONE, watchKernel } from "./kernel.js";

/**
 * @import {
 *   ControlEvent, ControlModel, Model, PanelEvent, Sent, Shown, State, Step
 * } from "./types.js"
 */

// Places of a slide that may be under way: a later one replaces one that waits.
export const AT_ONCE = 2;
// Milliseconds without an answer after which what is unseen is sent again: at first, and at most.
export const SOON = 1500;
export const LATEST = 12_000;

/** @param {Step} step */
const isPlace = ({ source }) => source !== undefined;

export class Door {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.page = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.number = 0;
    /** @type {Step[]} not yet sent */
    this.waiting = [];
    /** @type {Sent[]} sent, and the kernel has not said that it is done */
    this.unseen = [];
    /** @type {Map<string, ControlModel>} ipywidgets' own models, by id */
    this.controls = new Map();
    this.trouble = ""; // what is wrong with the kernel, in words
    /** @type {Set<() => void>} called when that changes */
    this.listeners = new Set();
    /** @type {Set<() => void>} called when a control has come */
    this.adoptions = new Set();
    /** @type {Set<HTMLElement>} they say how many events have no answer yet */
    this.places = new Set();
    this.patience = SOON;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.manager = model.widget_manager;
    model.on("change:shown", () => this.hear(model.get("shown")));
    model.on("change:controls", () => this.adopt());
    this.adopted = this.adopt();
    this.kernel = watchKernel(this.manager, model.get("key"), (trouble) => this.be(trouble));
  }

  /**
   * A key, a click, a text: each one counts.
   * @param {ControlEvent | PanelEvent} event
   */
  tell(event) {
    if (this.gone) return;
    this.waiting.push({ event });
    this.depart();
  }

  /**
   * A place that a hand passes on its way: of those that wait, the last one of a source counts.
   * @param {string} source
   * @param {ControlEvent | PanelEvent} event
   */
  pass(source, event) {
    if (this.gone) return;
    // Not beyond what is no place: a button that waits acts on the places before it.
    for (let i = this.waiting.length - 1; i >= 0 && isPlace(this.waiting[i]); i--) {
      if (this.waiting[i].source === source) this.waiting.splice(i, 1);
    }
    this.waiting.push({ event, source });
    this.depart();
  }

  depart() {
    while (this.waiting.length && !this.trouble) {
      const under = this.unseen.filter(isPlace).length;
      // A place that something else waits behind goes with it: order comes before haste.
      if (under >= AT_ONCE && this.waiting.every(isPlace)) break;
      const [first] = this.waiting.splice(0, 1);
      const sent = { ...first, number: ++this.number };
      this.unseen.push(sent);
      this.send(sent);
    }
    this.count();
  }

  // What is at rest says 0: all that a hand did is done, and on the page.
  count() {
    const number = String(this.waiting.length + this.unseen.length);
    for (const el of this.places) el.dataset.unseen = number;
  }

  /** @param {Sent} sent */
  send({ number, event }) {
    // First of all: where sending fails, it is tried again.
    if (this.timer === undefined) this.wait();
    this.model.send({ page: this.page, number, event });
  }

  resend() {
    for (const sent of this.unseen) this.send(sent);
  }

  // From now on, for an answer to what is unseen.
  wait() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.unseen.length || this.trouble) return;
    this.timer = setTimeout(() => this.insist(), this.patience);
  }

  // No answer for a while: the kernel is busy, or something was lost on the way.
  insist() {
    this.timer = undefined;
    this.patience = Math.min(2 * this.patience, LATEST);
    this.resend();
    this.kernel.ask();
  }

  /**
   * What the kernel shows, which says what it has seen.
   * @param {Shown} shown
   */
  hear({ seen, states }) {
    const number = seen?.[this.page] ?? 0;
    if (this.unseen.some((sent) => sent.number <= number)) {
      this.unseen = this.unseen.filter((sent) => sent.number > number);
      this.patience = SOON;
      this.wait();
    }
    for (const [id, state] of Object.entries(states ?? {})) this.show(id, state);
    this.depart();
  }

  /**
   * A control as the kernel has it, but for what a hand has changed since.
   * @param {string} id
   * @param {State} state
   */
  show(id, state) {
    const control = this.controls.get(id);
    if (!control) return;
    const newer = [...this.unseen, ...this.waiting].flatMap(({ event }) =>
      event.control === id ? Object.keys(event.data.state ?? {}) : [],
    );
    const current = Object.entries(state).filter(([name]) => !newer.includes(name));
    if (current.length) control.set_state(Object.fromEntries(current));
  }

  // The controls of the panel send through this door from now on.
  adopt() {
    const { manager } = this;
    if (!manager?.get_model) return Promise.resolve([]); // a host of another kind
    const fresh = this.model.get("controls").filter((id) => !this.controls.has(id));
    /** @param {string} id */
    const one = async (id) => {
      const control = await manager.get_model?.(id);
      if (!control?.comm || this.controls.has(id)) return;
      this.controls.set(id, control);
      for (const listener of this.adoptions) listener();
      control.once("destroy", () => this.controls.delete(id));
      control.comm.send = (data, callbacks) => {
        this.tell({ control: id, data });
        // ipywidgets holds its next message back until the kernel is idle. Nothing here has to wait.
        const idle = { content: { execution_state: "idle" } };
        Promise.resolve().then(() => callbacks?.iopub?.status?.(idle));
        return "";
      };
    };
    return Promise.allSettled(fresh.map(one));
  }

  get gone() {
    return this.trouble === GONE;
  }

  /** @param {string} trouble */
  be(trouble) {
    if (this.gone || trouble === this.trouble) return;
    this.trouble = trouble;
    if (this.gone) {
      this.waiting = [];
      this.unseen = [];
      this.count();
    }
    this.patience = SOON;
    this.wait();
    for (const listener of this.listeners) listener();
    if (trouble) return;
    // It is back: what was under way may have been lost, and what was done meanwhile comes after it.
    this.resend();
    this.depart();
  }

  close() {
    clearTimeout(this.timer);
    this.kernel.close();
    doors.delete(this.model.get("key"));
  }
}

/** @type {Map<string, Door>} by the id of the front end's model */
const doors = new Map();

/** @param {Model} model */
export function openDoor(model) {
  const door = new Door(model);
  doors.set(model.get("key"), door);
  return door;
}

/** @param {Model} model */
export function doorOf(model) {
  const door = doors.get(model.get("key"));
  if (!door) throw new Error("This panel is closed.");
  return door;
}

/**
 * A key, a click: each one counts, also on a slow line.
 * @param {Model} model
 * @param {ControlEvent | PanelEvent} event
 */
export function tell(model, event) {
  doorOf(model).tell(event);
}

/**
 * What a hand passes on its way.
 * @param {Model} model
 * @param {ControlEvent | PanelEvent} event
 * @param {string} source
 */
export function pass(model, event, source) {
  doorOf(model).pass(source, event);
}
