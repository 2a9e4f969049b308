// Shows a text with Markdown and maths as it will look, while it is typed. The server makes the
// HTML and sanitises it; without this script the talk's preview page shows the same.
const script = document.querySelector("script[data-preview]");
const waiting = new WeakMap();

function place(field) {
  const found = field.parentElement.querySelector(".markup");
  if (found) return found;
  const shown = document.createElement("div");
  shown.className = "markup";
  shown.setAttribute("role", "group");
  const label = field.labels[0]?.textContent.trim() ?? "";
  shown.setAttribute("aria-label", `${label} ${script.dataset.label}`);
  field.after(shown);
  return shown;
}

async function preview(field) {
  const shown = place(field);
  const source = field.value;
  shown.hidden = !source.trim();
  if (shown.hidden) return;
  const token = field.form.elements.csrfmiddlewaretoken.value;
  const answer = await fetch(script.dataset.preview, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ source }),
  });
  const text = await answer.text();
  if (field.value !== source) return;
  if (answer.ok) shown.innerHTML = text;
  else shown.textContent = text.length < 200 ? text : answer.statusText;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("textarea[data-marked-up]")) return;
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(() => preview(field), 600));
});

for (const field of document.querySelectorAll("textarea[data-marked-up]")) {
  if (field.value.trim()) preview(field);
}
