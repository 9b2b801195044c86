// Every [data-live="/path"] is fetched again when the stream names a topic of its data-on, and after every reconnect.
// Nothing else on the page is touched, so a person may go on typing.

const QUIET_MS = 12000; // the server speaks at least every 5 s

const parts = [...document.querySelectorAll("[data-live]")];
let heard = Date.now();

async function refresh(part) {
  const answer = await fetch(part.dataset.live, { cache: "no-store" });
  if (!answer.ok) return;
  const html = await answer.text();
  if (part.innerHTML !== html) part.innerHTML = html;
  for (const time of document.querySelectorAll("[data-fresh-time]")) {
    time.textContent = new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  }
}

function refreshAll(topic) {
  for (const part of parts) {
    if (!topic || part.dataset.on.split(" ").includes(topic)) refresh(part).catch(() => {});
  }
}

function hear(message) {
  heard = Date.now();
  if (message === "open") refreshAll();
  else if (message !== "ping") refreshAll(message);
}

// One stream a browser: the seventh tab of one host would otherwise never load on HTTP/1.1.
function listen() {
  if ("SharedWorker" in window) {
    const worker = new SharedWorker("/static/stream.js");
    worker.port.onmessage = (event) => hear(event.data);
    worker.port.start();
  } else {
    const stream = new EventSource("/events");
    stream.onopen = () => hear("open");
    stream.onmessage = (event) => hear(event.data);
  }
}

if (parts.length) {
  refreshAll();
  listen();
  setInterval(() => document.body.toggleAttribute("data-stale", Date.now() - heard > QUIET_MS), 1000);
}
