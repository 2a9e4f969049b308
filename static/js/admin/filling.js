// Fills what nobody has typed into: from the series when one is chosen, from the speaker's latest
// talk when a speaker is. Without this script the server does both.
const { defaults, latest, ...rest } = document.querySelector("script[data-defaults]").dataset;
const form = document.getElementById("talk_form");
const jQuery = window.django.jQuery;

const read = (field) =>
  field.multiple ? Array.from(field.selectedOptions, (one) => one.value).join() : field.value;

// What stands in each field without anybody having chosen it.
const automatic = new Map();
if ("new" in rest) {
  for (const field of form.elements) automatic.set(field.name, read(field));
}

function choose(field, rows) {
  for (const option of field.options) option.selected = false;
  for (const { id, text } of rows) {
    const known = Array.from(field.options).find((one) => one.value === String(id));
    if (known) known.selected = true;
    else field.add(new Option(text, id, true, true));
  }
}

function fill(name, value) {
  const field = form.elements[name];
  if (!field) return;
  const now = read(field);
  if (now !== "" && now !== automatic.get(name)) return;
  if (Array.isArray(value)) choose(field, value);
  else if (value !== null && typeof value === "object") choose(field, [value]);
  else field.value = value;
  automatic.set(name, read(field));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  jQuery(field).trigger("change.select2");
}

async function fillFrom(address, prefix) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  for (const [name, value] of Object.entries(await answer.json())) fill(prefix + name, value);
}

// jQuery's events, for the searching selects tell nobody else when they change.
jQuery(form).on("change", "#id_series", ({ target }) => {
  if (target.value) fillFrom(`${defaults}?${new URLSearchParams({ series: target.value })}`, "");
});
jQuery(form).on("change", "select[name^='appearances-'][name$='-speaker']", ({ target }) => {
  const prefix = target.name.replace(/speaker$/, "");
  if (target.value) fillFrom(`${latest}?${new URLSearchParams({ speaker: target.value })}`, prefix);
});

// What was typed is not lost to a button beside the form.
let typed = false;
form.addEventListener("input", (event) => { typed ||= event.isTrusted; });
form.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
