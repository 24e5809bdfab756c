// Plays without loading the page anew: each model's answer appears as it comes, and can be stopped.
import { formToken } from "./app.js";

const form = document.getElementById("draft");
const run = document.getElementById("run");
const stop = document.getElementById("stop");
const problem = document.getElementById("problem");
const place = document.getElementById("lanes");
const template = document.getElementById("lane");
const words = template.dataset;
let playing;

function setup() {
  const data = new FormData(form);
  const [kinds, roles, contents] = ["kind", "role", "content"].map((name) => data.getAll(name));
  const samples = {};
  for (const [name, text] of data) if (name.startsWith("sample:")) samples[name.slice(7)] = text;
  const given = (name) => data.get(name) ?? "";
  return {
    draft: {
      name: given("name"), type: given("type"), text: given("text"), config: given("config"), samples,
      lines: kinds.map((kind, at) => ({ kind, role: roles[at], content: contents[at] })),
    },
    version: Number(given("version")), models: data.getAll("model"),
    temperature: given("temperature"), max_tokens: given("max_tokens"), session: given("session"),
  };
}

class Lane {
  constructor(model, number) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.classList.replace("lane-0", `lane-${number}`);
    const title = this.find("h2");
    title.textContent = model;
    title.id = `lane-${number}`;
    this.element.setAttribute("aria-labelledby", title.id);
    this.text = document.createTextNode("");
    this.find(".answer").append(this.text);
    this.open = true;
    this.element.classList.add("answering");
    this.state("", words.answering);
    place.append(this.element);
  }

  find(what) { return this.element.querySelector(what); }

  state(kind, said) {
    const level = this.find(".level");
    level.className = `level ${kind}`;
    level.textContent = said;
  }

  take(event) {
    if (event.text) {
      const answer = this.find(".answer");
      const follow = answer.scrollTop + answer.clientHeight >= answer.scrollHeight - 4;
      this.text.appendData(event.text);
      if (follow) answer.scrollTop = answer.scrollHeight;
    }
    if (event.trace) this.find(".trace a").setAttribute("href", event.trace);
    if (!event.done) return;
    for (const [name, fact] of event.facts) {
      const row = document.createElement("div");
      row.append(Object.assign(document.createElement("dt"), { textContent: name }));
      row.append(Object.assign(document.createElement("dd"), { textContent: fact }));
      this.find(".facts").append(row);
    }
    if (event.error) this.end("error", words.failed, event.error);
    else this.end("good", words.done);
  }

  end(kind, said, error = "") {
    if (!this.open) return;
    this.open = false;
    this.element.classList.remove("answering");
    this.state(kind, said);
    this.find(".why").textContent = error;
    this.find(".why").hidden = !error;
    this.find(".answer").hidden = !this.text.data;
    this.find(".trace").hidden = !this.find(".trace a").getAttribute("href");
  }
}

function complain(message, faults = {}) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const told of form.querySelectorAll(".told")) told.remove();
  problem.hidden = !message;
  problem.textContent = [message, ...new Set(Object.values(faults))].filter(Boolean).join(" ");
  const named = (key) => key.startsWith("lines.")
    ? document.getElementById(`content-${Number(key.slice(6)) + 1}`)
    : key === "prompt" ? form.querySelector("#text, #lines textarea, #lines input:not([type=hidden])")
    : form.querySelector(`#${CSS.escape(key)}, [name="${CSS.escape(key)}"]`);
  const wrong = Object.entries(faults).map(([key, said]) => [named(key), said]).filter(([field]) => field?.matches("input, textarea"));
  for (const [field, said] of wrong) {
    field.setAttribute("aria-invalid", "true");
    field.after(Object.assign(document.createElement("p"), { className: "wrong told", textContent: said }));
  }
  wrong[0]?.[0].focus();
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const parts = (rest + piece.value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

async function play() {
  const asked = setup();
  const lanes = [];
  const { signal } = playing = new AbortController();
  complain("");
  run.hidden = true;
  stop.hidden = false;
  stop.focus();
  try {
    const headers = { "content-type": "application/json", "x-form-token": formToken };
    const response = await fetch(form.dataset.run, { method: "POST", headers, body: JSON.stringify(asked), signal });
    const type = response.headers.get("content-type") ?? "";
    if (!type.startsWith("application/x-ndjson")) {
      const told = type.startsWith("application/json") ? await response.json() : {};
      complain(told.message ?? `${words.refused} (${response.status})`, told.faults);
      return;
    }
    place.replaceChildren();
    asked.models.filter((model) => model.trim()).forEach((model, at) => lanes.push(new Lane(model.trim(), at + 1)));
    place.scrollIntoView({ block: "nearest" });
    for await (const event of lines(response.body)) lanes[event.lane].take(event);
    for (const lane of lanes) lane.end("error", words.failed, words.broken);
  } catch (error) {
    if (!signal.aborted && !lanes.length) complain(words.broken);
    for (const lane of lanes) signal.aborted ? lane.end("warning", words.stopped) : lane.end("error", words.failed, words.broken);
  } finally {
    const focused = document.activeElement === stop;
    stop.hidden = true;
    run.hidden = false;
    if (focused) run.focus({ preventScroll: true });
    playing = undefined;
  }
}

form.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.submitter?.value !== "run") return;
  event.preventDefault();
  if (!playing) play();
});
stop.addEventListener("click", () => playing?.abort());
