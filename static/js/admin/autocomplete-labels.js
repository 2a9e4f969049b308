// Labels autocomplete fields for screen readers (WCAG 4.1.2), because Select2 replaces the labeled
// elements with its own.
const jQuery = window.django.jQuery;

const labelOf = (select) => select.labels?.[0]?.textContent.trim().replace(/:$/, "") ?? "";

function name(select) {
  const label = labelOf(select);
  const shown = select.nextElementSibling;
  if (!label || !shown?.classList.contains("select2")) return;
  // Its list has an input among its items, which is not allowed in a list (WCAG 1.3.1).
  const list = "ul.select2-selection__rendered";
  for (const part of shown.querySelectorAll(`${list}, ${list} > li`)) part.role = "presentation";
  const parts = "[role=combobox], .select2-selection__rendered[role=textbox], .select2-search__field";
  for (const part of shown.querySelectorAll(parts)) {
    part.ariaLabel = label;
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
  for (const field of document.querySelectorAll(".select2-container--open .select2-search__field")) {
    field.ariaLabel = labelOf(target);
  }
});
