// Live updates: swaps the elements of a page that the server has rendered again. Without this
// module the pages work, and a reload shows what has changed.

const parser = new DOMParser();

/** What a person has opened or typed inside an element survives the swap. */
function stateOf(element) {
  const open = new Map();
  for (const one of element.querySelectorAll("details[data-key]")) {
    open.set(one.dataset.key, one.open);
  }
  const active = document.activeElement;
  const focused = active && active !== element && element.contains(active) ? active : null;
  return { open, focused };
}

function restore(element, { open, focused }) {
  for (const one of element.querySelectorAll("details[data-key]")) {
    if (open.has(one.dataset.key)) one.open = open.get(one.dataset.key);
  }
  if (!focused) return;
  const same = [...element.querySelectorAll(focused.tagName)].find((one) =>
    focused.id ? one.id === focused.id : one.getAttribute("href") === focused.getAttribute("href")
      && one.textContent === focused.textContent);
  if (same) same.focus({ preventScroll: true });
}

function isTyping(element) {
  const active = document.activeElement;
  return active && element.contains(active) && active.matches("input, select, textarea");
}

function swap({ id, html }) {
  const element = document.getElementById(id);
  if (!element || isTyping(element)) return;
  const state = stateOf(element);
  element.replaceChildren(...parser.parseFromString(html, "text/html").body.childNodes);
  restore(element, state);
}

function follow(url) {
  const status = document.getElementById("live-status");
  const source = new EventSource(url);
  source.addEventListener("open", () => { status.textContent = "live"; });
  source.addEventListener("error", () => {
    const closed = source.readyState === EventSource.CLOSED;
    status.textContent = closed ? "not live: reload the page" : "reconnecting";
  });
  source.addEventListener("message", (event) => swap(JSON.parse(event.data)));
  return source;
}

const url = document.body.dataset.live;
const paused = document.getElementById("pause");
let source = null;

function update() {
  const wanted = Boolean(url) && !document.hidden && !paused?.checked;
  if (wanted && !source) source = follow(url);
  if (!wanted && source) {
    source.close();
    source = null;
    document.getElementById("live-status").textContent = "paused";
  }
}

if (url) {
  document.getElementById("live").hidden = false;
  paused.addEventListener("change", update);
  document.addEventListener("visibilitychange", update);
  update();
}
