// <seminars-listing src="…/series/x.json" max="10"><a href="…">…</a></seminars-listing>
// shows a listing on another site's page, without cookies or requests to third parties.
// seminars/views/embed.py serves it, preceded by TEXTS in the site's language.

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
  time, .own, .who, .where, .notice { display: block; }
  .own, .where { opacity: 0.8; }
  ul + div { padding-top: 0.7em; border-top: 1px solid color-mix(in srgb, currentColor 22%, transparent); }
`);

function element(name, text, more = {}) {
  const created = document.createElement(name);
  if (text) created.textContent = text;
  return Object.assign(created, more);
}

// Says of a talk what its page says, in the same words.
function row(item) {
  const talk = item._talk;
  const { when, own_when, who, where } = talk.display;
  const state = STATES.includes(talk.status) && TEXTS[talk.status];
  const entry = element("li", "", { className: state ? "off" : "" });
  // The title of an item already includes its state.
  const link = element("a", talk.title ?? item.title, { href: item.url });
  link.part = "link";
  entry.append(element("time", when, { dateTime: talk.starts_at ?? talk.date }));
  if (own_when) entry.append(element("span", own_when, { className: "own" }));
  entry.append(...(state && talk.title ? [element("strong", `${state}: `)] : []), link);
  const place = talk.attendance === "hybrid" ? `${where} · ${TEXTS.hybrid}` : where;
  for (const [kind, text] of Object.entries({ who, where: place, notice: talk.notice })) {
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
    const list = element("ul", "", { role: "list" });
    list.append(...items.map(row));
    const foot = element("div");
    foot.append(element("slot"));
    this.shadowRoot.replaceChildren(...(items.length ? [list] : [element("p", TEXTS.none)]), foot);
  }
}

customElements.define("seminars-listing", SeminarsListing);
