# Reads calendars with ruby-icalendar: each line in is a calendar as a JSON string, each line out
# its events.
require "icalendar"
require "json"
require "stringio"

def moment(value)
  return nil if value.nil?
  return value.strftime("%Y-%m-%d") if value.is_a?(Icalendar::Values::Date)
  value.to_time.getutc.strftime("%Y-%m-%dT%H:%M:%S+00:00")
end

def custom(event, name)
  (event.custom_property(name).first || "").to_s
end

def read(event)
  start = event.dtstart
  day = start.is_a?(Icalendar::Values::Date)
  {
    uid: event.uid.to_s,
    sequence: event.sequence.to_i,
    created: moment(event.created),
    changed: moment(event.last_modified),
    status: event.status.to_s,
    start: moment(start),
    end: moment(event.dtend),
    zone: day ? "" : [start.ical_params["tzid"]].flatten.first || "UTC",
    clock: day ? "" : start.strftime("%Y-%m-%dT%H:%M:%S"),
    summary: event.summary.to_s,
    location: event.location.to_s,
    description: event.description.to_s,
    html: custom(event, "x_alt_desc"),
    url: event.url.to_s,
    image: event.image.map(&:to_s).join,
    categories: event.categories.flatten.map(&:to_s),
  }
end

$stdout.sync = true
$stdin.each_line do |line|
  calendar = Icalendar::Calendar.parse(JSON.parse(line)).first
  puts JSON.generate(calendar.events.map { |event| read(event) })
end
