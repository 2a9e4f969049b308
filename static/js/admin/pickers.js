// Adds the browser's own date and time pickers beside fields in which dates and times are typed.
// Without this script, they are typed.
const { locale, date, time } = document.querySelector("script[data-locale]").dataset;
const labels = { date, time };

const two = (number) => String(number).padStart(2, "0");

// What the picker starts from, if the text is as the site writes it.
function picked(kind, text) {
  if (kind === "date") {
    const day = new Date(text);
    return Number.isNaN(day.getTime())
      ? ""
      : `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  }
  const [, hour, minute, half] = text.match(/^(\d\d?):(\d\d)(?: ([AP])M)?$/) ?? [];
  if (!hour) return "";
  return `${two(half ? (hour % 12) + (half === "P" ? 12 : 0) : hour)}:${minute}`;
}

function written(kind, value) {
  if (kind === "date") {
    const options = { day: "numeric", month: "short", year: "numeric" };
    return new Date(`${value}T00:00`).toLocaleDateString(locale, options);
  }
  const options = { hour: locale === "en-US" ? "numeric" : "2-digit", minute: "2-digit" };
  return new Date(`2000-01-01T${value}`).toLocaleTimeString(locale, options).replace("\u202f", " ");
}

function addPicker(field) {
  const kind = field.dataset.picks;
  const native = document.createElement("input");
  native.type = kind;
  native.className = "picker-native";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = `picker picker-${kind}`;
  const name = field.labels?.[0]?.textContent.trim().replace(/:$/, "") ?? "";
  button.setAttribute("aria-label", `${labels[kind]}${name && ` (${name})`}`);
  button.addEventListener("click", () => {
    native.value = picked(kind, field.value);
    native.showPicker();
  });
  native.addEventListener("input", (event) => {
    event.stopPropagation();
    if (!native.value) return;
    field.value = written(kind, native.value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const holder = document.createElement("span");
  holder.className = "picker-holder";
  field.after(holder);
  holder.append(button, native);
}

if ("showPicker" in HTMLInputElement.prototype) {
  for (const field of document.querySelectorAll("input[data-picks]")) addPicker(field);
}
