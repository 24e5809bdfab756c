"""What every page owes to keyboards and screen readers, looked for in the page as the browser has it."""

from playwright.sync_api import Page

_FIND = """() => {
  const wrong = [];
  const seen = (element) => element.checkVisibility({visibilityProperty: true});
  const texts = (ids) => ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const name = (element) => (element.getAttribute("aria-label")
    || texts((element.getAttribute("aria-labelledby") || "").split(" "))
    || [...(element.labels ?? [])].map((label) => label.textContent).join(" ")
    || element.textContent || "").trim();
  const show = (element) => element.outerHTML.slice(0, 120);
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const own = field.getAttribute("aria-label") || field.getAttribute("aria-labelledby") || field.labels?.length;
    if (seen(field) && (!own || !name(field))) wrong.push("a field without a label: " + show(field));
  }
  for (const button of document.querySelectorAll("button, a[href], summary")) {
    if (seen(button) && !name(button)) wrong.push("nothing to call this by: " + show(button));
  }
  let last = 0;
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen);
  for (const heading of headings) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) wrong.push(`h${level} after h${last}: ` + heading.textContent.trim());
    last = level;
  }
  if (headings.filter((each) => each.tagName === "H1").length !== 1) wrong.push("not exactly one h1");
  if (document.querySelectorAll("main").length !== 1) wrong.push("not exactly one main");
  if (!document.documentElement.lang) wrong.push("no language");
  if (!document.title.trim()) wrong.push("no title");
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) wrong.push("an id twice: " + id);
  for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby], [aria-controls]")) {
    for (const kind of ["aria-describedby", "aria-labelledby", "aria-controls"]) {
      for (const id of (element.getAttribute(kind) || "").split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) wrong.push(`${kind} names nothing: ${id}`);
      }
    }
  }
  for (const image of document.querySelectorAll("img:not([alt])")) wrong.push("an image without words: " + show(image));
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) wrong.push(`the page is ${wide} px wider than the window`);
  return wrong;
}"""


def barriers(page: Page) -> list[str]:
    """Return what stands between a page and somebody who cannot see it or has a small window."""
    return page.evaluate(_FIND)
