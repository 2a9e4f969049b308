// Comforts only: every page does its work without this file.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // Not allowed, or not https: the address is selected, ready for Ctrl+C.
    }
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = words), 2500);
  });
}

for (const menu of document.querySelectorAll("[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A card taller than the window stays in view by its foot, so that all of it can be read.
for (const card of document.querySelectorAll("[data-card]")) {
  const place = () => {
    const room = window.innerHeight - card.offsetHeight - 24;
    card.style.setProperty("--card-top", `${Math.min(24, room)}px`);
  };
  new ResizeObserver(place).observe(card);
  window.addEventListener("resize", place);
}
