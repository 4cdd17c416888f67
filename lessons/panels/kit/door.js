// The one door through which all that a hand does reaches the kernel: in its order, and once.
//
// ipywidgets gives each control a line of its own, and newer kernels serve two lines on two threads,
// so that a button overtakes the slider before it. Here all of them take the line of the panel's
// front end. Each event has a number; the kernel applies them in the order of their numbers, and
// what it shows says which it has seen. What has not been seen is sent again when no answer comes.

const AT_ONCE = 2; // places of a slide that may be under way: a later one replaces one that waits
const SOON = 1500; // ms without an answer after which what is unseen is sent again
const LATEST = 12_000;

const GONE = "The kernel is gone: run this cell again.";
const AWAY =
  "There is no connection to the kernel. What you do is kept, and is done when it is back.";

const doors = new Map(); // by the id of the front end's model

class Door {
  constructor(model) {
    this.model = model;
    this.page = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.number = 0;
    this.waiting = []; // not yet sent
    this.unseen = []; // sent, and the kernel has not said that it is done
    this.controls = new Map(); // ipywidgets' own models, by id
    this.trouble = ""; // what is wrong with the kernel, in words
    this.listeners = new Set(); // called when that changes
    this.adoptions = new Set(); // called when a control has come
    this.places = new Set(); // elements that say how many events have no answer yet
    this.patience = SOON;
    model.on("change:shown", () => this.hear(model.get("shown")));
    model.on("change:controls", () => this.adopt());
    this.adopted = this.adopt();
    this.watch(model.widget_manager);
  }

  // A key, a click, a text: each one counts.
  tell(event) {
    if (this.gone) return;
    this.waiting.push({ event });
    this.depart();
  }

  // A place that a hand passes on its way: of those that wait, the last one of a source counts.
  pass(source, event) {
    if (this.gone) return;
    if (this.waiting.at(-1)?.source === source) this.waiting.pop();
    this.waiting.push({ event, source });
    this.depart();
  }

  depart() {
    while (this.waiting.length) {
      const [first] = this.waiting;
      const under = this.unseen.filter(({ source }) => source !== undefined).length;
      // A place that something else waits behind goes with it: order comes before haste.
      if (first.source !== undefined && this.waiting.length === 1 && under >= AT_ONCE) break;
      this.waiting.shift();
      this.unseen.push({ ...first, number: ++this.number });
      this.send(this.unseen.at(-1));
    }
    this.count();
  }

  // What is at rest says 0: all that a hand did is done, and on the page.
  count() {
    for (const el of this.places) el.dataset.unseen = this.waiting.length + this.unseen.length;
  }

  send({ number, event }) {
    this.model.send({ page: this.page, number, event });
    if (!this.timer) this.timer = setTimeout(() => this.insist(), this.patience);
  }

  // No answer for a while: the kernel is busy, or something was lost on the way.
  insist() {
    this.timer = undefined;
    if (this.gone || !this.unseen.length) return;
    this.patience = Math.min(2 * this.patience, LATEST);
    this.unseen.forEach((sent) => this.send(sent));
    this.ask();
  }

  // What the kernel shows, which says what it has seen.
  hear({ seen, states }) {
    const number = seen?.[this.page] ?? 0;
    if (this.unseen.some((sent) => sent.number <= number)) {
      this.unseen = this.unseen.filter((sent) => sent.number > number);
      clearTimeout(this.timer);
      this.timer = undefined;
      this.patience = SOON;
      if (this.unseen.length) this.timer = setTimeout(() => this.insist(), this.patience);
    }
    for (const [id, state] of Object.entries(states ?? {})) this.show(id, state);
    this.depart();
  }

  // A control as the kernel has it, but for what a hand has changed since.
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
    const manager = this.model.widget_manager;
    if (!manager?.get_model) return Promise.resolve(); // a host of another kind
    const fresh = this.model.get("controls").filter((id) => !this.controls.has(id));
    const one = async (id) => {
      const control = await manager.get_model(id);
      if (!control?.comm || this.controls.has(id)) return;
      this.controls.set(id, control);
      this.adoptions.forEach((listener) => listener());
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

  be(trouble) {
    if (this.gone || trouble === this.trouble) return;
    this.trouble = trouble;
    if (this.gone) {
      clearTimeout(this.timer);
      this.waiting = [];
      this.unseen = [];
      this.count();
    }
    this.listeners.forEach((listener) => listener());
  }

  // JupyterLab tells how its kernel is; a host that does not leaves only the waiting.
  watch(manager) {
    const kernel = manager?.kernel;
    if (!kernel?.statusChanged) return;
    this.kernel = kernel;
    const dead = ["dead", "terminating", "restarting", "autorestarting"];
    this.onStatus = (_, status) => dead.includes(status) && this.be(GONE);
    this.onConnection = (_, status) => {
      if (status !== "connected") return this.be(AWAY);
      this.be("");
      this.insist();
      this.ask(); // it may have been restarted meanwhile
    };
    this.onDisposed = () => this.be(GONE);
    kernel.statusChanged.connect(this.onStatus);
    kernel.connectionStatusChanged.connect(this.onConnection);
    kernel.disposed.connect(this.onDisposed);
  }

  // Whether the kernel that is there now knows this panel.
  async ask() {
    if (!this.kernel?.requestCommInfo || this.kernel.isDisposed) return;
    try {
      const { content } = await this.kernel.requestCommInfo({ target_name: "jupyter.widget" });
      if (content.status === "ok" && !(this.model.get("key") in content.comms)) this.be(GONE);
    } catch {
      // The kernel went while it was asked, which its status tells.
    }
  }

  close() {
    clearTimeout(this.timer);
    this.kernel?.statusChanged.disconnect(this.onStatus);
    this.kernel?.connectionStatusChanged.disconnect(this.onConnection);
    this.kernel?.disposed.disconnect(this.onDisposed);
  }
}

const doorOf = (model) => doors.get(model.get("key"));

// A key, a click: each one counts, also on a slow line.
function tell(model, event) {
  doorOf(model).tell(event);
}

// What a hand passes on its way.
function pass(model, event, source = event.kind) {
  doorOf(model).pass(source, event);
}
