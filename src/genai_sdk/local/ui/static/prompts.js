// The form of a prompt: its buttons and its preview work without loading the page anew.
const form = document.getElementById("draft");
let waiting, underway;

async function ask(action) {
  underway?.abort();
  underway = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("do", action);
  const response = await fetch(form.action, { method: "POST", body, signal: underway.signal });
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
  try {
    const page = await ask("preview");
    // What somebody types into stays as it is.
    const inside = typedInSample || document.getElementById("samples").contains(document.activeElement);
    take(page, ...(inside ? ["filled"] : ["samples", "filled"]));
  } catch (error) {
    if (error.name !== "AbortError") document.getElementById("refresh").hidden = false;
  }
}

async function change(button) {
  const [what, at] = button.value.split(":");
  try {
    take(await ask(button.value), "lines", "samples", "filled");
  } catch (error) {
    if (error.name !== "AbortError") form.requestSubmit(button);
    return;
  }
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
    if (!/^(add|up|down|remove):/.test(button?.value ?? "")) return;
    event.preventDefault();
    change(button);
  });
}
