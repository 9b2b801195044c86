// Every [data-live="/path"] is fetched again when the stream names a topic of its data-on, and after every reconnect.
// Nothing else on the page is touched, so a person may go on typing.

const QUIET_MS = 12000; // the server speaks at least every 5 s
const AGAIN_MS = 1000;

const parts = [...document.querySelectorAll("[data-live]")];
let heard = Date.now();

const due = new Map(); // part -> whether something changed while it was being fetched

async function fetched(part) {
  const answer = await fetch(part.dataset.live, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.status);
  const html = await answer.text();
  if (part.innerHTML !== html) part.innerHTML = html;
  for (const time of document.querySelectorAll("[data-fresh-time]")) {
    time.textContent = new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  }
}

// One fetch of a part at a time, or an old answer could come last and stay; one that fails is tried again.
async function refresh(part) {
  const busy = due.has(part);
  due.set(part, busy);
  if (busy) return;
  try {
    await fetched(part);
  } catch {
    due.set(part, true);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  const again = due.get(part);
  due.delete(part);
  if (again) refresh(part);
}

function refreshAll(topic) {
  for (const part of parts) {
    if (!topic || part.dataset.on.split(" ").includes(topic)) refresh(part);
  }
}

function hear(message) {
  heard = Date.now();
  if (message === "open") refreshAll();
  else if (message !== "ping") refreshAll(message);
}

// After an answer that is no stream (a proxy's 502 while the centre restarts) a browser gives up for good.
function stream() {
  const source = new EventSource("/events");
  source.onopen = () => hear("open");
  source.onmessage = (event) => hear(event.data);
  source.onerror = () => source.readyState === EventSource.CLOSED && setTimeout(stream, AGAIN_MS);
}

// One stream a browser: the seventh tab of one host would otherwise never load on HTTP/1.1.
function listen() {
  if ("SharedWorker" in window) {
    const worker = new SharedWorker("/static/stream.js");
    worker.port.onmessage = (event) => hear(event.data);
    worker.port.start();
  } else {
    stream();
  }
}

if (parts.length) {
  refreshAll();
  listen();
  setInterval(() => document.body.toggleAttribute("data-stale", Date.now() - heard > QUIET_MS), 1000);
}
