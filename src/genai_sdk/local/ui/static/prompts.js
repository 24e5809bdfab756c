// The form of a prompt: its buttons and its preview work without loading the page anew.
const form = document.getElementById("draft");
const TRIES = 50;
let waiting, underway;
let changing = 0;
let broken = false;
let changes = Promise.resolve();

const typed = () => new URLSearchParams(new FormData(form));

async function ask(action, body, signal) {
  body.set("do", action);
  const response = await fetch(form.action, { method: "POST", body, signal });
  if (!response.ok) throw new Error(`the platform answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function take(page, ...ids) {
  for (const id of ids) {
    const [ours, theirs] = [document.getElementById(id), page.getElementById(id)];
    if (ours && theirs && ours.innerHTML !== theirs.innerHTML) ours.replaceWith(theirs);
  }
}

async function preview(typedInSample) {
  if (changing) return;
  underway?.abort();
  underway = new AbortController();
  const signal = underway.signal;
  try {
    const page = await ask("preview", typed(), signal);
    if (changing) return;
    // What somebody types into stays as it is.
    const inside = typedInSample || document.getElementById("samples").contains(document.activeElement);
    take(page, ...(inside ? ["filled"] : ["samples", "filled"]));
  } catch (error) {
    if (error.name !== "AbortError") document.getElementById("refresh").hidden = false;
  }
}

async function change(action) {
  const [what, at] = action.split(":");
  // What is typed while the platform answers would be lost: then it is asked again.
  let left = TRIES;
  let page, before;
  do {
    if (!left--) throw new Error("somebody types faster than the platform answers");
    before = typed().toString();
    page = await ask(action, typed());
  } while (before !== typed().toString());
  const elsewhere = document.activeElement?.matches("input, textarea, select") ?? false;
  take(page, "lines", "samples", "filled");
  if (elsewhere && document.activeElement !== document.body) return;
  const fields = [...document.querySelectorAll("#lines [name=content]:not([type=hidden])")];
  const moved = { up: Number(at) - 1, down: Number(at) + 1, remove: Math.min(Number(at), fields.length - 1), add: fields.length - 1 }[what];
  fields[moved]?.focus();
}

if (form) {
  document.getElementById("refresh").hidden = true;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    const sample = event.target.name.startsWith("sample:");
    waiting = setTimeout(() => preview(sample), 250);
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    clearTimeout(waiting);
    if (broken) return;
    if (!/^(add|up|down|remove):/.test(button?.value ?? "")) {
      if (!changing) return;
      event.preventDefault(); // what was clicked before comes first
      changes.then(() => form.requestSubmit(button));
      return;
    }
    event.preventDefault();
    changing += 1;
    changes = changes
      .then(() => change(button.value))
      .catch(() => { broken = true; if (button.isConnected) form.requestSubmit(button); })
      .finally(() => { changing -= 1; });
  });
}
