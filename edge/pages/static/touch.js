// What a touch screen adds to plain forms: a keypad, one press a button, the way home when nobody is there, and following a door.
// Every page works without this file, with a keyboard.

const ASK_MS = 40_000; // then the question stands for 20 s; the server forgets the session after 60 s
const LEAVE_MS = 60_000;
const TOUCH_MS = 10_000; // a person who types tells the server at most so often

const fields = [...document.querySelectorAll("input[data-pad]")];
let field = document.querySelector("input[data-pad][autofocus]") ?? fields[0];

// --- the keypad types into the field that was touched last ---

function next(from) {
  return fields[fields.indexOf(from) + 1];
}

function press(key) {
  if (!field) return;
  if (key === "clear") field.value = "";
  else if (key === "delete") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += key;
  if (field.value.length === field.maxLength && next(field)?.value === "") field = next(field);
  field.focus();
}

for (const one of fields) one.addEventListener("focus", () => (field = one));
for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => press(button.dataset.key));
}

// A scanner ends with Enter: it goes on to the next empty field, and sends the form after the last.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !fields.includes(event.target)) return;
  const empty = fields.find((one) => one !== event.target && one.value === "");
  if (!empty || event.target.value === "") return;
  event.preventDefault();
  empty.focus();
});

// A scanner that types is faster than any person: what it reads is a QR code, wherever the caret stands.
const SCANNED_MS = 100; // between two characters
const SCANNED = 12; // characters that no pickup code has
const scan = document.getElementById("scan");
let typed = "";
let typedAt = 0;

addEventListener("keydown", (event) => {
  if (!scan || (event.key !== "Enter" && event.key.length !== 1)) return;
  if (event.timeStamp - typedAt > SCANNED_MS) typed = "";
  typedAt = event.timeStamp;
  if (event.key !== "Enter") typed += event.key;
  else if (typed.length > SCANNED) {
    event.preventDefault();
    event.stopImmediatePropagation();
    scan.elements.qr.value = typed;
    scan.requestSubmit();
  }
}, true);

// --- a second press does nothing ---

addEventListener("submit", (event) => {
  if (document.body.dataset.sent) event.preventDefault();
  document.body.dataset.sent = "1";
});
addEventListener("pageshow", () => delete document.body.dataset.sent);

// --- nobody there ---

const idle = document.getElementById("idle");
let touched = Date.now();
let told = Date.now();

function touch() {
  touched = Date.now();
  if (idle?.open) idle.close();
  if (touched - told < TOUCH_MS) return;
  told = touched;
  fetch(location.pathname, { cache: "no-store" }).catch(() => {});
}

function leave() {
  const button = document.querySelector("#leave button");
  if (button) button.click(); // the button carries what happened; a form sent without it says nothing
  else location.replace(location.pathname);
}

if (idle && "busy" in document.body.dataset && !document.querySelector("[data-live]:not([hidden])")) {
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, touch);
  setInterval(() => {
    const quiet = Date.now() - touched;
    if (quiet >= LEAVE_MS) leave();
    else if (quiet >= ASK_MS && !idle.open) idle.showModal();
  }, 500);
}

// --- a page that waits for a door, a printer or the scanner moves on when the live part says so ---

function isOld(now) {
  const page = document.body.dataset;
  return now.dataset.now !== page.state || (now.dataset.turn && page.turn && now.dataset.turn !== page.turn);
}

for (const part of document.querySelectorAll("[data-live]")) {
  new MutationObserver(() => {
    const now = part.querySelector("[data-now]");
    if (now && isOld(now)) location.replace(location.pathname);
  }).observe(part, { childList: true });
}
