// Gives the searching selects the names of their fields, for those who do not see the labels
// (WCAG 4.1.2): Select2 makes elements of its own in their place.
const jQuery = window.django.jQuery;

function name(select) {
  const label = select.labels?.[0]?.textContent.trim().replace(/:$/, "");
  const shown = select.nextElementSibling;
  if (!label || !shown?.classList.contains("select2")) return;
  // Its list holds a field among its items, which a list may not (WCAG 1.3.1).
  shown.querySelector("ul.select2-selection__rendered")?.setAttribute("role", "presentation");
  for (const item of shown.querySelectorAll("ul.select2-selection__rendered > li")) item.role = "presentation";
  const parts = ".select2-selection[role=combobox], .select2-selection__rendered, .select2-search__field";
  for (const part of shown.querySelectorAll(parts)) {
    if (part.matches(".select2-selection__rendered") && part.role !== "textbox") continue;
    part.setAttribute("aria-label", label);
    part.removeAttribute("aria-labelledby");
  }
}

function nameAll() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) name(select);
}

jQuery(nameAll);
document.addEventListener("formset:added", () => setTimeout(nameAll));
jQuery(document).on("change select2:select select2:unselect", "select.admin-autocomplete", ({ target }) => {
  setTimeout(() => name(target));
});
jQuery(document).on("select2:open", ({ target }) => {
  const label = target.labels?.[0]?.textContent.trim().replace(/:$/, "");
  for (const field of document.querySelectorAll(".select2-container--open .select2-search__field")) {
    field.setAttribute("aria-label", label ?? "");
  }
});
