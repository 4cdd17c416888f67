// What a door meets on a page, without a page: models of widgets, and JupyterLab's line to a kernel.

class Signal {
  slots = new Set();

  connect(slot) {
    this.slots.add(slot);
  }

  disconnect(slot) {
    this.slots.delete(slot);
  }

  emit(value) {
    for (const slot of this.slots) slot(this, value);
  }
}

export class FakeKernel {
  statusChanged = new Signal();
  connectionStatusChanged = new Signal();
  disposed = new Signal();
  isDisposed = false;
  comms = { front: {} };
  asked = 0;

  async requestCommInfo() {
    this.asked += 1;
    return { content: { status: "ok", comms: this.comms } };
  }

  leave() {
    this.connectionStatusChanged.emit("connecting");
  }

  comeBack() {
    this.connectionStatusChanged.emit("connected");
  }
}

export class FakeControl {
  state = {};
  comm = {
    send: () => {
      throw new Error("a control sends on a line of its own");
    },
  };
  listeners = {};

  constructor(id) {
    this.id = id;
  }

  set_state(state) {
    Object.assign(this.state, state);
  }

  once(event, listener) {
    this.listeners[event] = listener;
  }

  // A hand changes it, which ipywidgets sends.
  put(state, callbacks) {
    Object.assign(this.state, state);
    return this.comm.send({ method: "update", state }, callbacks);
  }
}

export class FakeModel {
  sent = [];
  listeners = new Map();
  fails = false;

  constructor({ controls = [], kernel = new FakeKernel() } = {}) {
    this.models = new Map(controls.map((id) => [id, new FakeControl(id)]));
    this.state = { key: "front", shown: {}, controls };
    this.kernel = kernel;
    this.widget_manager = { kernel, get_model: async (id) => this.models.get(id) };
  }

  get(name) {
    return this.state[name];
  }

  on(event, listener) {
    this.listeners.set(event, listener);
  }

  // What comes from the kernel.
  set(name, value) {
    this.state[name] = value;
    this.listeners.get(`change:${name}`)?.();
  }

  send(message) {
    if (this.fails) throw new Error("Could not send message");
    this.sent.push(structuredClone(message));
    this.onSend?.(message);
  }

  // The numbers of what was sent since this was asked last.
  numbers() {
    return this.take().map(({ number }) => number);
  }

  events() {
    return this.take().map(({ event }) => event);
  }

  take() {
    return this.sent.splice(0);
  }
}
