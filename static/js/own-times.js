// Adds a talk's time in the reader's own time zone if that differs, with the
// weekday unless every time beside it is on that day.

const { clock, label } = document.getElementById("own-times").dataset;

function showOwnTimes() {
  for (const place of document.querySelectorAll("[data-own]:empty")) {
    const starts = place.dataset.own.split(" ");
    const at = new Date(starts[0]);
    // Swedish dates are written as in ISO 8601.
    const mine = at.toLocaleString("sv", { dateStyle: "short", timeStyle: "short" }).replace(" ", "T");
    if (starts.some((start) => start.startsWith(mine))) continue;
    const weekday = starts.every((start) => start.startsWith(mine.slice(0, 10))) ? undefined : "short";
    const format = { weekday, hour: "numeric", minute: "2-digit", hourCycle: clock };
    place.textContent = label.replace("{time}", at.toLocaleString(document.documentElement.lang, format));
  }
}

showOwnTimes();
document.addEventListener("htmx:afterSwap", showOwnTimes);
