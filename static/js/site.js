// Conveniences only: every page works without this file. Includes what HTMX loads later.

function showCopyButtons() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // Not allowed, or not https: the text is selected, ready for Ctrl+C.
  }
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = label), 2500);
}

showCopyButtons();

document.addEventListener("click", (event) => {
  // Signing in leads back to the current search, which may have changed since the page was loaded.
  const link = event.target.closest("a[data-here]");
  if (link) {
    const address = new URL(link.href);
    address.searchParams.set("next", location.pathname + location.search);
    link.href = address;
  }
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("[data-menu][open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// On phones, submitting the filters closes them, so that the results are visible.
document.addEventListener("submit", (event) => {
  const filters = event.submitter?.closest(".facets");
  if (filters) filters.open = false;
});

const chips = () => [...document.querySelectorAll(".chip")];
let chip = -1;

document.addEventListener("htmx:beforeSwap", () => (chip = chips().indexOf(document.activeElement)));

document.addEventListener("htmx:afterSettle", () => {
  showCopyButtons();
  const results = document.getElementById("results");
  // Dates and recordings change the default period.
  if (results?.dataset.when !== undefined) document.getElementById("when").value = results.dataset.when;
  // The focused link was replaced: focus the next filter chip, or the results.
  if (document.activeElement === document.body) {
    const next = chips()[chip] ?? chips().at(-1) ?? document.getElementById("result-count");
    (chip < 0 ? results : next)?.focus({ preventScroll: true });
  }
});

// A card taller than the window sticks by its bottom edge, so that all of it can be read.
for (const card of document.querySelectorAll("[data-card]")) {
  const place = () => {
    const room = window.innerHeight - card.offsetHeight - 24;
    card.style.setProperty("--card-top", `${Math.min(24, room)}px`);
  };
  new ResizeObserver(place).observe(card);
  window.addEventListener("resize", place);
}
