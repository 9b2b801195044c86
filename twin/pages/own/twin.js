// Switches without a reload, and doors that move. Without this file the page works too: every switch is a form.

const said = document.getElementById("said");

function say(sentence) {
  said.textContent = sentence;
  said.hidden = !sentence;
  clearTimeout(say.later);
  if (sentence) say.later = setTimeout(() => say(""), 6000);
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true; // a second press while busy does nothing
  try {
    const body = new URLSearchParams(new FormData(event.target));
    const answer = await fetch(event.target.action, { method: "POST", body, redirect: "manual" });
    say(answer.type === "opaqueredirect" ? "" : (await answer.json()).detail);
  } catch {
    say("演示区没有回答 / the zone does not answer");
  } finally {
    button.disabled = false;
  }
});

// live.js puts whole parts anew. What changed its state since then starts from the old one, so that the style moves it.
const states = new Map();

function move(part) {
  for (const thing of part.querySelectorAll("[data-key]")) {
    const { key, state } = thing.dataset;
    const before = states.get(key) ?? "new";
    states.set(key, state);
    if (before === state) continue;
    thing.dataset.state = before;
    thing.getBoundingClientRect(); // the old state has to be drawn before the new one is set
    thing.dataset.state = state;
  }
}

let focused = "";
document.addEventListener("focusin", (event) => {
  focused = event.target.form?.getAttribute("action") ? place(event.target) : "";
});

// A press changes the action of its button, so it is found again by where it stands.
function place(button) {
  const part = button.closest("[data-live]");
  return part ? [part.dataset.live, [...part.querySelectorAll("button")].indexOf(button)].join(" ") : "";
}

for (const part of document.querySelectorAll("[data-live]")) {
  for (const thing of part.querySelectorAll("[data-key]")) states.set(thing.dataset.key, thing.dataset.state);
  new MutationObserver(() => {
    move(part);
    const [path, index] = focused.split(" ");
    if (path === part.dataset.live && document.activeElement === document.body) {
      part.querySelectorAll("button")[index]?.focus({ preventScroll: true });
    }
  }).observe(part, { childList: true });
}
