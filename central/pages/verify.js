"use strict";
const known = JSON.parse(document.getElementById("known").textContent);
const at = (id) => document.getElementById(id);
const GENESIS = "0".repeat(64);

// --- reading: the same as wire/proof.py ---

class Unreadable extends Error {}

function read(text) {
  const line = text.trim();
  const space = line.indexOf(" ");
  try {
    const signature = fromBase64(line.slice(0, space));
    const data = new TextEncoder().encode(line.slice(space + 1));
    const entry = JSON.parse(line.slice(space + 1));
    const leg = known.legs[entry.body.kind];
    if (space < 0 || entry.v !== 1 || !leg) throw new Unreadable();
    return { signature, data, entry, leg: legOf(entry, leg) };
  } catch {
    throw new Unreadable();
  }
}

function fromBase64(text) {
  const bytes = atob(text);
  if (btoa(bytes) !== text) throw new Unreadable(); // of two texts for the same bytes only one is right
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}

function legOf(entry, [kind, giver, receiver, place]) {
  const said = { ...entry.body, bank: `bank ${entry.device}`, door: `${entry.device} door ${entry.body.compartment}`, "": "" };
  return { kind, item: said.item, giver: said[giver], receiver: said[receiver], place: said[place], before: said.before };
}

const looksLike = (text) => text.includes('"prev":"') || text.includes('"body":{');

// --- checking ---

function keysOf({ device, epoch }) {
  if (device === known.centre) return known.centre_keys;
  const keys = Object.hasOwn(known.keys, device) ? known.keys[device] : [];
  return keys.slice(epoch - 1, epoch).filter(Boolean);
}

async function isSigned(proof, text) {
  const raw = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, proof.signature, proof.data);
}

async function digest(data) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function checkOne(text) {
  let proof;
  try {
    proof = read(text);
  } catch {
    return { verdict: looksLike(text) ? "changed" : "unreadable" };
  }
  proof.digest = await digest(proof.data);
  const keys = keysOf(proof.entry);
  if (!keys.length) return { verdict: "unknown_device", proof };
  const answers = await Promise.all(keys.map((key) => isSigned(proof, key)));
  return { verdict: answers.includes(true) ? "good" : "changed", proof };
}

async function check(text, earlier) {
  const checked = await checkOne(text);
  if (checked.verdict !== "good" || !earlier.trim()) return checked;
  const before = await checkOne(earlier);
  if (before.verdict !== "good") return before;
  return follows(checked.proof, before.proof) ? checked : { verdict: "not_linked", proof: checked.proof };
}

function follows({ entry, leg }, earlier) {
  const same = entry.device === earlier.entry.device && leg.item === earlier.leg.item;
  return same && leg.before === earlier.digest;
}

// --- telling ---

function pair(element, [zh, en]) {
  const english = document.createElement("span");
  english.lang = "en";
  english.textContent = en;
  element.replaceChildren(`${zh} `, english);
}

const copyOf = (id) => at(id).content.cloneNode(true);

function tell({ verdict, proof }) {
  at("result").dataset.verdict = verdict;
  pair(at("says"), known.says[verdict]);
  at("unproven").hidden = !proof || verdict === "good" || verdict === "not_linked";
  at("facts").hidden = !proof;
  at("result").hidden = false;
  if (proof) tellFacts(proof);
  at("result").scrollIntoView({ block: "nearest" });
}

function tellFacts({ entry, leg, digest }) {
  const fact = (name) => document.querySelector(`[data-fact="${name}"]`);
  pair(fact("what"), known.words[leg.kind]);
  for (const name of ["item", "giver", "receiver", "place"]) fact(name).textContent = leg[name] || "—";
  fact("when").textContent = new Date(entry.wall).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
  if (entry.clock !== "good") fact("when").append(" ", copyOf("unsure"));
  fact("entry").textContent = `${entry.device} · ${entry.epoch} · ${entry.seq} · ${digest}`;
  fact("before").replaceChildren(leg.before === GENESIS ? copyOf("first") : leg.before);
}

function cannot(id) {
  at("result").dataset.verdict = id;
  at("says").replaceChildren(copyOf(id));
  at("unproven").hidden = at("facts").hidden = true;
  at("result").hidden = false;
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!globalThis.crypto?.subtle) return cannot("insecure");
  try {
    tell(await check(at("line").value, at("earlier").value));
  } catch {
    cannot("outdated"); // it does not know Ed25519
  }
});

at("keep").hidden = location.protocol === "file:";
if (location.hash) at("line").value = decodeURIComponent(location.hash.slice(1));
