// Fills in fields that no one has typed into: the series' defaults when a series is chosen, and the
// speaker's record when a speaker is. Without this script, the server does both.
const { defaults, latest, ...rest } = document.querySelector("script[data-defaults]").dataset;
const form = document.getElementById("talk_form");
const jQuery = window.django.jQuery;

const read = (field) =>
  field.multiple ? Array.from(field.selectedOptions, (one) => one.value).join() : field.value;

// The automatic value of each field. A form that is shown again with errors has none, because it
// holds what was typed.
const automatic = new Map();
const ofSpeaker = /^appearances-\d+-(affiliation|biography)$/;
for (const field of "again" in rest ? [] : form.elements) {
  if ("new" in rest || ofSpeaker.test(field.name)) automatic.set(field.name, read(field));
}

function choose(field, rows) {
  for (const option of field.options) option.selected = false;
  for (const { id, text } of rows) {
    const known = Array.from(field.options).find((one) => one.value === String(id));
    if (known) known.selected = true;
    else field.add(new Option(text, id, true, true));
  }
}

const labelOf = (field) => field.labels?.[0]?.textContent.trim().replace(/:$/, "") || field.name;

// Returns whether the field was filled in; fields that someone typed into are left alone.
function fill(name, value) {
  const field = form.elements[name];
  if (!field) return false;
  const now = read(field);
  if (now !== "" && now !== automatic.get(name)) return false;
  if (Array.isArray(value)) choose(field, value);
  else if (value instanceof Object) choose(field, [value]);
  else field.value = value;
  automatic.set(name, read(field));
  if (read(field) === now) return false;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  jQuery(field).trigger("change.select2");
  return true;
}

// Tells users of screen readers which fields have changed (WCAG 4.1.3).
const status = document.createElement("p");
status.className = "visually-hidden";
status.role = "status";
form.append(status);

const requested = new Map();
async function fillFrom(address, prefix) {
  requested.set(prefix, address);
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const values = Object.entries(await response.json());
  if (requested.get(prefix) !== address) return; // another one has been chosen in the meantime
  const filled = values.filter(([name, value]) => fill(prefix + name, value));
  if (!filled.length) return;
  const labels = filled.map(([name]) => labelOf(form.elements[prefix + name]));
  status.textContent = `${rest.filled} ${labels.join(", ")}`;
}

// Autocomplete fields only send jQuery's events when they change.
jQuery(form).on("change", "#id_series", ({ target }) => {
  if (target.value) fillFrom(`${defaults}?series=${target.value}`, "");
});
jQuery(form).on("change", "select[name^='appearances-'][name$='-speaker']", ({ target }) => {
  const prefix = target.name.replace(/speaker$/, "");
  if (target.value) fillFrom(`${latest}?speaker=${target.value}`, prefix);
});

// Warns before buttons outside the form discard what was typed.
let typed = false;
form.addEventListener("input", (event) => { typed ||= event.isTrusted; });
form.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
