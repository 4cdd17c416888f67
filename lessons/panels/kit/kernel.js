// How the kernel is: there, away, or gone for good.

/** @import { Manager } from "./types.js" */

export const GONE = "The kernel is gone: run this cell again.";
export const AWAY =
  "There is no connection to the kernel. What you do is kept, and is done when it is back.";

const DEAD = ["dead", "terminating", "restarting", "autorestarting"];

/**
 * JupyterLab tells how its kernel is; a host that does not leaves only the waiting.
 *
 * @param {Manager | undefined} manager
 * @param {string} key - the widget that the kernel must know, or it is another kernel
 * @param {(trouble: string) => void} be - called with what is wrong; "" when it is there again
 */
export function watchKernel(manager, key, be) {
  const kernel = manager?.kernel;
  if (!kernel?.statusChanged) return { ask: async () => {}, close: () => {} };

  // Whether the kernel that is there now knows this panel.
  const ask = async () => {
    if (!kernel.requestCommInfo || kernel.isDisposed) return;
    try {
      const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
      if (content.status === "ok" && !(key in content.comms)) be(GONE);
    } catch {
      // The kernel went while it was asked, which its status tells.
    }
  };
  /** @type {(sender: unknown, status: string) => void} */
  const onStatus = (_, status) => {
    if (DEAD.includes(status)) be(GONE);
  };
  /** @type {(sender: unknown, status: string) => void} */
  const onConnection = (_, status) => {
    be(status === "connected" ? "" : AWAY);
    if (status === "connected") ask(); // it may have been restarted meanwhile
  };
  const onDisposed = () => be(GONE);
  kernel.statusChanged.connect(onStatus);
  kernel.connectionStatusChanged.connect(onConnection);
  kernel.disposed.connect(onDisposed);
  const close = () => {
    kernel.statusChanged.disconnect(onStatus);
    kernel.connectionStatusChanged.disconnect(onConnection);
    kernel.disposed.disconnect(onDisposed);
  };
  return { ask, close };
}
