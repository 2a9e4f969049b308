// Comforts only: every page does its work without this file. What HTMX brings later is served too.

function showCopyButtons() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // Not allowed, or not https: the address is selected, ready for Ctrl+C.
  }
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = words), 2500);
}

showCopyButtons();

document.addEventListener("click", (event) => {
  // What was narrowed in place since the page came is where signing in leads back to.
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

// What is chosen on a telephone is shown by what closes the filters above the list.
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
  // Days and recordings change which talks are meant as long as nobody says so.
  if (results?.dataset.when !== undefined) document.getElementById("when").value = results.dataset.when;
  // The link that led to another page of a list is gone with its page; of chips, the next is
  // at hand for being taken back as well.
  if (document.activeElement === document.body) {
    const next = chips()[chip] ?? chips().at(-1) ?? document.getElementById("found");
    (chip < 0 ? results : next)?.focus({ preventScroll: true });
  }
});

// A card taller than the window stays in view by its foot, so that all of it can be read.
for (const card of document.querySelectorAll("[data-card]")) {
  const place = () => {
    const room = window.innerHeight - card.offsetHeight - 24;
    card.style.setProperty("--card-top", `${Math.min(24, room)}px`);
  };
  new ResizeObserver(place).observe(card);
  window.addEventListener("resize", place);
}
