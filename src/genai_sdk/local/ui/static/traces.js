// Pages of traces that are open look for what came since, and show it when that disturbs nobody.
import { formToken, localTimes } from "/static/app.js";

const EVERY = 4000;
const LONGEST = 60000;

// The platform answers 401 rather than with the login page to whoever sends the header.
async function look(path) {
  const response = await fetch(path, { headers: { "x-form-token": formToken } });
  if (response.status === 401) throw Object.assign(new Error("logged out"), { final: true });
  if (!response.ok) throw new Error(`the platform answered ${response.status}`);
  return response;
}

// Runs again and again while the page is seen; when the platform is down, more and more seldom.
function watch(work) {
  let wait = EVERY;
  const again = async () => {
    try {
      if (!document.hidden) await work();
      wait = EVERY;
    } catch (error) {
      if (error.final) return;
      wait = Math.min(wait * 2, LONGEST);
    }
    setTimeout(again, wait);
  };
  setTimeout(again, EVERY);
}

const parse = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");

const live = document.getElementById("live");
if (live) {
  let waiting = null;
  const button = live.querySelector("button");
  const known = () => new Map([...document.querySelectorAll("#rows tr")].map((row) => [row.dataset.id, row]));

  const show = () => {
    const rows = known();
    const body = document.getElementById("rows");
    const fresh = [...waiting.querySelectorAll("#rows tr")];
    for (const row of fresh) row.classList.toggle("fresh", !rows.has(row.dataset.id));
    body.replaceChildren(...fresh);
    localTimes(body);
    document.getElementById("table").hidden = false;
    document.getElementById("none")?.remove();
    button.hidden = true;
    body.querySelector("a")?.focus();
  };
  button?.addEventListener("click", show);

  watch(async () => {
    waiting = await parse(await look(live.dataset.live));
    const rows = known();
    let count = 0;
    for (const row of waiting.querySelectorAll("#rows tr")) {
      const before = rows.get(row.dataset.id);
      if (!before) count += 1;
      else if (before.dataset.version !== row.dataset.version && !before.contains(document.activeElement)) {
        const now = row.cloneNode(true);
        localTimes(now);
        before.replaceWith(now);
      }
    }
    if (!button) {
      if (count) location.reload();
      return;
    }
    const words = button.dataset.words.replace("#", count);
    if (count && button.textContent !== words) button.textContent = words;
    button.hidden = !count;
  });
}

const facts = document.getElementById("facts");
if (facts) {
  const scroller = () => document.querySelector(".scroller");
  const chosen = document.querySelector(".entry[aria-current]");
  if (chosen && scroller().scrollHeight > scroller().clientHeight) {
    scroller().scrollTop = chosen.offsetTop - scroller().clientHeight / 2;
  }

  const take = (page) => {
    const focused = document.activeElement?.getAttribute?.("href");
    const at = scroller().scrollTop;
    for (const id of ["facts", "tree", "observation"]) {
      const [ours, theirs] = [document.getElementById(id), page.getElementById(id)];
      if (!ours || !theirs) continue;
      localTimes(theirs);
      if (ours.outerHTML !== theirs.outerHTML) ours.replaceWith(theirs);
    }
    scroller().scrollTop = at;
    if (focused) [...document.querySelectorAll("a")].find((each) => each.getAttribute("href") === focused)?.focus({ preventScroll: true });
  };

  let seen = facts.dataset.version;
  watch(async () => {
    const { version } = await (await look(facts.dataset.state)).json();
    if (version === null || version === seen) return;
    take(await parse(await look(location.pathname + location.search)));
    seen = version;
  });

  // Choosing an observation works without loading the page anew.
  let last = 0;
  const open = async (address) => {
    const number = (last += 1);
    const page = await parse(await look(address));
    if (number === last) take(page);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".entry, .sides .tabs a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    event.preventDefault();
    const address = link.href.replace(/#.*/, "");
    open(address)
      .then(() => history.pushState(null, "", address))
      .catch(() => location.assign(link.href));
  });
  addEventListener("popstate", () => open(location.pathname + location.search).catch(() => location.reload()));
}

const absent = document.getElementById("absent");
if (absent) {
  watch(async () => {
    const { version } = await (await look(absent.dataset.state)).json();
    if (version !== null) location.reload();
  });
}

// Whoever types a moment means it, whatever quick range was chosen before.
for (const field of document.querySelectorAll(".filter [name=since], .filter [name=until]")) {
  field.addEventListener("input", () => { document.getElementById("range").value = "custom"; });
}
