// Previews text with Markdown and math while it is typed. The server renders and sanitizes the
// HTML; without this script, the talk's preview page shows the same.
const script = document.querySelector("script[data-preview]");
const timers = new WeakMap();

function previewOf(field) {
  const existing = field.parentElement.querySelector(".markup");
  if (existing) return existing;
  const shown = document.createElement("div");
  shown.className = "markup";
  shown.setAttribute("role", "group");
  const label = field.labels[0]?.textContent.trim() ?? "";
  shown.setAttribute("aria-label", `${label} ${script.dataset.label}`);
  field.after(shown);
  return shown;
}

async function preview(field) {
  const shown = previewOf(field);
  const source = field.value;
  shown.hidden = !source.trim();
  if (shown.hidden) return;
  const token = field.form.elements.csrfmiddlewaretoken.value;
  const response = await fetch(script.dataset.preview, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ source }),
  });
  const text = await response.text();
  if (field.value !== source) return;
  if (response.ok) shown.innerHTML = text;
  else shown.textContent = text.length < 200 ? text : response.statusText;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("textarea[data-marked-up]")) return;
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => preview(field), 600));
});

for (const field of document.querySelectorAll("textarea[data-marked-up]")) {
  if (field.value.trim()) preview(field);
}
