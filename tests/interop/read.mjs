// Reads calendars with ical.js: each line in is a calendar as a JSON string, each line out its events.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const installed = createRequire(pathToFileURL(`${process.argv[2]}/`));
const { default: ICAL } = await import(pathToFileURL(installed.resolve("ical.js")));

const moment = (time) =>
  !time ? null : time.isDate ? time.toString() : time.toJSDate().toISOString();

function read(event) {
  const value = (name) => event.getFirstPropertyValue(name) ?? "";
  const start = event.getFirstPropertyValue("dtstart");
  return {
    uid: value("uid"),
    sequence: value("sequence"),
    created: moment(value("created")),
    changed: moment(value("last-modified")),
    status: value("status"),
    start: moment(start),
    end: moment(event.getFirstPropertyValue("dtend")),
    zone: start.isDate ? "" : start.zone.tzid,
    clock: start.isDate ? "" : start.toString().slice(0, 19),
    summary: value("summary"),
    location: value("location"),
    description: value("description"),
    html: value("x-alt-desc"),
    url: value("url"),
    image: value("image"),
    categories: event.getFirstProperty("categories")?.getValues() ?? [],
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(JSON.parse(line)));
  console.log(JSON.stringify(calendar.getAllSubcomponents("vevent").map(read)));
}
