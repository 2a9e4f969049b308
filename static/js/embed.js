// <seminars-listing src="…/series/x.json" max="10"><a href="…">…</a></seminars-listing>
// shows a listing on another site's page, without cookies or requests to third parties.
// seminars/views/embed.py serves it, preceded by TEXTS in the site's language and the site's ZONE.

const SITE = new URL(import.meta.url).origin;
const DAYS = ["when", "from", "to", "year", "recording"];
const STATES = ["cancelled", "postponed"];

const styles = new CSSStyleSheet();
styles.replaceSync(`
  :host { display: block; }
  :host([hidden]) { display: none; }
  ul { margin: 0; padding: 0; list-style: none; }
  li { padding: 0.7em 0; border-top: 1px solid color-mix(in srgb, currentColor 22%, transparent); overflow-wrap: anywhere; }
  a { color: inherit; font-weight: 600; text-underline-offset: 0.2em; }
  a:focus-visible { outline: 2px solid; outline-offset: 2px; }
  .off :is(time, .own) { text-decoration: line-through; }
  time, .own, .who, .where { display: block; }
  .own, .where { opacity: 0.8; }
  ul + div { padding-top: 0.7em; border-top: 1px solid color-mix(in srgb, currentColor 22%, transparent); }
`);

function element(name, text, more = {}) {
  const created = document.createElement(name);
  if (text) created.textContent = text;
  return Object.assign(created, more);
}

const DAY = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
const HOUR = { hour: "numeric", minute: "2-digit" };

function formatted(at, language, options) {
  return new Intl.DateTimeFormat(language, options).format(at);
}

// Returns the times on the clocks of a zone, with its name.
function timesIn(timeZone, talk, language) {
  const hours = [talk.starts_at, talk.end_date ? null : talk.ends_at]
    .filter(Boolean)
    .map((at) => formatted(new Date(at), language, { timeZone, ...HOUR }));
  const zone = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: "short" })
    .formatToParts(new Date(talk.starts_at))
    .find((part) => part.type === "timeZoneName");
  return `${hours.join(" – ")} ${zone?.value ?? ""}`.trim();
}

// Returns the day and time in the site's zone, and the time in the talk's own if clocks differ.
function when(talk, language) {
  if (!talk.start_time) {
    return [formatted(new Date(`${talk.date}T12:00:00Z`), language, { timeZone: "UTC", ...DAY }), ""];
  }
  const start = new Date(talk.starts_at);
  // Swedish dates are written as in ISO 8601.
  const clock = (timeZone) => start.toLocaleString("sv", { timeZone });
  const [here, there] = [clock(ZONE), clock(talk.timezone)];
  const timeZone = here === there ? talk.timezone : ZONE;
  const first = `${formatted(start, language, { timeZone, ...DAY })}, ${timesIn(timeZone, talk, language)}`;
  if (here === there) return [first, ""];
  const own = timesIn(talk.timezone, talk, language);
  if (here.slice(0, 10) === there.slice(0, 10)) return [first, own];
  const weekday = formatted(start, language, { timeZone: talk.timezone, weekday: "short" });
  return [first, `${weekday} ${own}`];
}

function where(talk) {
  if (talk.attendance === "online") return TEXTS.online;
  const place = [talk.venue?.building, talk.room].filter(Boolean).join(", ");
  return talk.attendance === "hybrid" ? [place, TEXTS.hybrid].filter(Boolean).join(" · ") : place;
}

function row(item, language) {
  const talk = item._talk;
  const state = STATES.includes(talk.status) && TEXTS[talk.status];
  const entry = element("li", "", { className: state ? "off" : "" });
  const [first, own] = when(talk, language);
  const time = element("time", first, { dateTime: talk.starts_at ?? talk.date });
  // The title of an item already includes its state.
  const link = element("a", talk.title ?? item.title, { href: item.url });
  link.part = "link";
  const speakers = talk.appearances.filter((one) => one.role !== "host");
  const who = speakers.map((one) => one.name + (one.affiliation ? ` (${one.affiliation})` : ""));
  entry.append(time);
  if (own) entry.append(element("span", own, { className: "own" }));
  entry.append(...(state && talk.title ? [element("strong", `${state}: `)] : []), link);
  for (const [kind, text] of [["who", who.join("; ")], ["where", where(talk)]]) {
    if (text) entry.append(element("span", text, { className: kind }));
  }
  return entry;
}

class SeminarsListing extends HTMLElement {
  static observedAttributes = ["src", "max"];

  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" }).append(element("slot"));
      this.shadowRoot.adoptedStyleSheets = [styles];
    }
    this.draw();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.draw();
  }

  // If anything fails, the link inside remains.
  async draw() {
    const source = new URL(this.getAttribute("src") ?? "", document.baseURI);
    if (source.origin !== SITE) return;
    if (!DAYS.some((name) => source.searchParams.has(name))) source.searchParams.set("when", "upcoming");
    const response = await fetch(source, { credentials: "omit" }).catch(() => null);
    if (!response?.ok) return;
    const feed = await response.json().catch(() => null);
    if (!feed?.items) return;
    const items = feed.items
      .filter((item) => new URL(item.url).origin === SITE)
      .slice(0, Number(this.getAttribute("max")) || 20);
    const language = this.closest("[lang]")?.lang || feed.language;
    const list = element("ul", "", { role: "list" });
    list.append(...items.map((item) => row(item, language)));
    const foot = element("div");
    foot.append(element("slot"));
    this.shadowRoot.replaceChildren(...(items.length ? [list] : [element("p", TEXTS.none)]), foot);
  }
}

customElements.define("seminars-listing", SeminarsListing);
