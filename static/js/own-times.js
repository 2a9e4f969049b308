// Says a talk's time by the reader's own clock too, where that differs.

const { clock, words } = document.getElementById("own-times").dataset;

function showOwnTimes() {
  for (const place of document.querySelectorAll("[data-own]:empty")) {
    const said = place.dataset.own.split(" ");
    const at = new Date(said[0]);
    // Swedish dates are as in ISO 8601.
    const mine = at.toLocaleString("sv", { dateStyle: "short", timeStyle: "short" }).replace(" ", "T");
    if (said.some((one) => one.startsWith(mine))) continue;
    const weekday = said[0].startsWith(mine.slice(0, 10)) ? undefined : "short";
    const form = { weekday, hour: "numeric", minute: "2-digit", hourCycle: clock };
    place.textContent = words.replace("{time}", at.toLocaleString(document.documentElement.lang, form));
  }
}

showOwnTimes();
document.addEventListener("htmx:afterSwap", showOwnTimes);
