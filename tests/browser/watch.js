// What a test has to know of the page: what is under way, what was pressed and what came.
(() => {
  const MOST = 400; // lines of the diary that are kept
  const diary = [];
  const underWay = new Set(); // what widgets have sent and the kernel has not yet done

  const note = (text) => {
    diary.push([Date.now(), text.replace(/\s+/g, " ").slice(0, 200)]);
    if (diary.length > MOST) diary.shift();
  };
  const current = () => window.jupyterapp.shell.currentWidget;
  const threadOf = (header) => (header?.subshell_id ? `thread ${header.subshell_id.slice(0, 4)}` : "main");

  // Messages about widgets, with the number and the kind of each event.
  function sent({ header, content }) {
    if (header.msg_type === "execute_request") return note(`→ run ${content.code || "nothing"}`);
    if (header.msg_type !== "comm_msg") return undefined;
    underWay.add(header.msg_id);
    const { method, content: inner, state } = content.data;
    const { number, event } = inner ?? {};
    const what = number === undefined ? JSON.stringify(inner ?? state) : `${number} ${told(event)}`;
    return note(`→ ${method} ${what} (${content.comm_id.slice(0, 4)}, ${threadOf(header)})`);
  }

  function told({ control, data, ...own }) {
    if (control === undefined) return JSON.stringify(own);
    return `${control.slice(0, 4)} ${JSON.stringify(data.state ?? data.content)}`;
  }

  function came({ header, parent_header: parent, content }) {
    const type = header.msg_type;
    if (type === "status" && content.execution_state === "idle") {
      if (underWay.delete(parent.msg_id)) note(`← idle (${threadOf(parent)})`);
    } else if (type === "comm_msg" && content.data?.state) {
      const { shown, ...others } = content.data.state;
      const seen = shown ? `seen ${Object.values(shown.seen).join(", ")}, turn ${shown.turn}; ` : "";
      const names = Object.keys(others).join(" ");
      note(`← ${seen}${names} (${content.comm_id.slice(0, 4)}, ${threadOf(parent)})`);
    } else if (type === "error") {
      heard(`${content.ename}: ${content.evalue}`);
    } else if (type === "stream" && content.name === "stderr") {
      heard(content.text);
    }
  }

  function heard(text) {
    note(`← ${text.trim().split("\n").at(-1)}`); // of a traceback, what it comes to
    window.kernelErrors.push(text);
  }

  // From now on the notebook that is open is the one that is watched.
  function watch() {
    const kernel = current().sessionContext.session.kernel;
    underWay.clear();
    window.kernelErrors = [];
    kernel.anyMessage.connect((_, { direction, msg }) => (direction === "send" ? sent(msg) : came(msg)));
    kernel.statusChanged.connect((_, status) => {
      if (["idle", "busy"].includes(status)) return;
      note(`kernel: ${status}`);
      underWay.clear(); // whoever comes after it owes nothing
    });
    kernel.connectionStatusChanged.connect((_, status) => note(`connection: ${status}`));
  }

  function nameOf(el) {
    const label = el.ariaLabel || el.labels?.[0]?.textContent || el.textContent || el.className;
    return `${el.role || el.tagName?.toLowerCase()} "${String(label).trim().slice(0, 40)}"`;
  }
  for (const type of ["keydown", "pointerdown", "pointerup", "click", "change"]) {
    const listener = ({ target, key, clientX, clientY }) => {
      const where = clientX === undefined ? "" : ` at ${Math.round(clientX)}, ${Math.round(clientY)}`;
      const value = type === "change" ? ` to ${target.value}` : "";
      note(`${key ? `key ${key}` : type}${where}${value} on ${nameOf(target)}`);
    };
    window.addEventListener(type, listener, { capture: true, passive: true });
  }

  // Why the page is not at rest; nothing when it is.
  function unrest() {
    const { sessionContext, content } = current();
    const status = sessionContext.session?.kernel?.status;
    if (status !== "idle") return `the kernel is ${status}`;
    if (underWay.size) return `${underWay.size} messages have no answer`;
    for (const front of content.node.querySelectorAll("[data-unseen]")) {
      if (front.dataset.unseen !== "0") return `${front.dataset.unseen} events are unseen`;
    }
    for (const image of content.node.querySelectorAll(".bp-picture img")) {
      if (image.closest("[aria-busy=true]") || !image.complete) return "a picture is on its way";
    }
    return undefined;
  }

  // Where the cells are: running all of them scrolls to the last, late on a busy machine, and a button
  // that moves between press and release is not clicked.
  function whereCellsAre() {
    const cells = [...current().content.node.querySelectorAll(".jp-Cell")];
    return [cells[0], cells.at(-1)].map((cell) => cell?.getBoundingClientRect().top).join();
  }

  // At rest, and nothing in the notebook has changed or moved for a moment.
  function rest(quiet, timeout) {
    return new Promise((done, fail) => {
      const started = performance.now();
      let changed = started;
      let where = whereCellsAre();
      const observer = new MutationObserver(() => {
        changed = performance.now();
      });
      const everything = { subtree: true, childList: true, attributes: true, characterData: true };
      observer.observe(current().content.node, everything);
      const look = () => {
        const now = performance.now();
        // A kernel that was interrupted may owe an answer for ever; one on a busy machine is late.
        if (now - started > timeout / 2) underWay.clear();
        const why = unrest();
        const present = whereCellsAre();
        if (why || present !== where) changed = now;
        where = present;
        if (now - changed >= quiet) {
          observer.disconnect();
          done();
        } else if (now - started > timeout) {
          observer.disconnect();
          fail(new Error(`the notebook did not come to rest: ${why ?? "it changes all the time"}`));
        } else setTimeout(look, 10);
      };
      look();
    });
  }

  window.kernelErrors = [];
  window.watched = { watch, rest, diary };
})();
