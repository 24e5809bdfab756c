// What every page has: buttons that copy, and moments in the reader's own time.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("code").textContent;
    await navigator.clipboard.writeText(text);
    button.classList.add("done");
    const before = button.textContent;
    button.textContent = "✓";
    setTimeout(() => { button.textContent = before; }, 1500);
  });
}

export function localTimes(root = document) {
  const language = document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const short = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = `${time.dateTime} (UTC)`;
    time.textContent = (time.hasAttribute("data-short") ? short : format).format(new Date(time.dateTime));
  }
}
localTimes();

export const formToken = document.querySelector("meta[name=form-token]").content;
