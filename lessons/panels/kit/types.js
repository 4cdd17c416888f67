/**
 * What the scripts know of anywidget, ipywidgets, JupyterLab and noUiSlider, and what they send.
 * Types alone: nothing of this runs.
 *
 * @import { AnyModel } from "@anywidget/types"
 */

/**
 * The parts of a panel that are HTML; "" hides one.
 * @typedef {"timeline" | "say" | "diagram" | "code" | "steps" | "formula" | "history" | "error"
 * } PartName
 */

/**
 * What the page says of itself, so that Python draws a picture that fits it.
 * @typedef {{ width: number, ratio: number, dark: boolean }} Look
 */

/**
 * A part of a widget's state, by the names of its traits.
 * @typedef {Record<string, unknown>} State
 */

/**
 * What the kernel has done: the last number of each page, and what became of controls by their ids.
 * @typedef {{ seen?: Record<string, number>, states?: Record<string, State> }} Shown
 */

/**
 * The traits of the front end, as front.py has them.
 * @typedef {Record<PartName, string> & {
 *   sheet: string,
 *   label: string,
 *   picture: DataView | null,
 *   alt: string,
 *   look: Look,
 *   plot: number[],
 *   old: boolean,
 *   playing: boolean,
 *   interval: number,
 *   beat: number,
 *   key: string,
 *   controls: string[],
 *   shown: Shown,
 * }} FrontTraits
 */

/**
 * A model as anywidget gives it, with what its host knows of other widgets.
 * @template {object} Traits
 * @typedef {Omit<AnyModel<Traits>, "widget_manager"> & { widget_manager?: Manager }} ModelOf
 */

/**
 * The front end's model.
 * @typedef {ModelOf<FrontTraits>} Model
 */

/**
 * What ipywidgets sends for a control: a new state, or the click of a button.
 * @typedef {{ method: string, state?: State, content?: unknown }} ControlData
 */

/**
 * What a hand does to a control of the panel.
 * @typedef {{ control: string, data: ControlData }} ControlEvent
 */

/**
 * What a hand does in the front end: a key, a click, a place in the picture. Python knows the kinds.
 * @typedef {{ kind: string, control?: undefined, [more: string]: unknown }} PanelEvent
 */

/**
 * An event on its way. A place that a hand passes has a source, of which the last place counts.
 * @typedef {{ event: ControlEvent | PanelEvent, source?: string }} Step
 */

/**
 * A message of the page, by its number in the order of what a hand did.
 * @typedef {Step & { number: number }} Sent
 */

/**
 * What ipywidgets wants to hear of a message: once the kernel is idle, it sends the next one.
 * @typedef {{ iopub?: { status?: (message: { content: { execution_state: string } }) => void } }
 * } Callbacks
 */

/**
 * A control of ipywidgets, with its views by their ids.
 * @typedef {object} ControlModel
 * @property {{ send: (data: ControlData, callbacks?: Callbacks) => string } | undefined} comm
 * @property {Record<string, Promise<{ el: HTMLElement }>>} [views]
 * @property {(state: State) => unknown} set_state
 * @property {(name: "destroy", callback: () => void) => void} once
 */

/**
 * A signal of JupyterLab.
 * @template Value
 * @typedef {object} Signal
 * @property {(slot: (sender: unknown, value: Value) => void) => void} connect
 * @property {(slot: (sender: unknown, value: Value) => void) => void} disconnect
 */

/**
 * JupyterLab's line to a kernel.
 * @typedef {object} Kernel
 * @property {Signal<string>} statusChanged
 * @property {Signal<string>} connectionStatusChanged
 * @property {Signal<void>} disposed
 * @property {boolean} isDisposed
 * @property {(wanted: { target_name: string }) => Promise<CommInfo>} [requestCommInfo]
 */

/**
 * @typedef {{ content: { status: string, comms: Record<string, unknown> } }} CommInfo
 */

/**
 * What holds the models of all widgets. Hosts other than JupyterLab know less, or nothing.
 * @typedef {object} Manager
 * @property {(id: string) => Promise<ControlModel | undefined>} [get_model]
 * @property {Kernel} [kernel]
 */

/**
 * noUiSlider, which ipywidgets' sliders are made of.
 * @typedef {object} NoUiSlider
 * @property {(event: string, callback: SliderCallback) => void} on
 */

/**
 * Called with the values of all handles as text, the handle that moved, and the values as numbers.
 * @typedef {(texts: string[], handle: number, values: number[]) => void} SliderCallback
 */

/**
 * Adds something to the front end on the page. What it returns takes that away again.
 * @callback Attach
 * @param {Model} model
 * @param {HTMLElement} el
 * @returns {() => void}
 */

export {};
