// Replaces times that the server wrote in UTC, not knowing the zone, by those of the browser's zone.
const parts = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

function pick(date, options) {
  const found = new Intl.DateTimeFormat("en-GB", options).formatToParts(date);
  return Object.fromEntries(found.map((part) => [part.type, part.value]));
}

function words(date, show) {
  const found = pick(date, parts);
  const time = `${found.hour}:${found.minute}`;
  const year = date.getFullYear() === new Date().getFullYear() ? "" : ` ${date.getFullYear()}`;
  if (show === "time") return time;
  if (show === "day") {
    const full = pick(date, { weekday: "long", day: "numeric", month: "long" });
    return `${full.weekday} ${full.day} ${full.month}${year}`;
  }
  const day = `${found.weekday} ${found.day} ${found.month.slice(0, 3)}${year}`;
  return show === "date" ? day : `${day}, ${time}`;
}

class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time) return;
    const start = new Date(time.dateTime);
    const { show = "datetime", end } = this.dataset;
    let text = words(start, show);
    if (end) {
      const stop = new Date(end);
      const sameDay = start.toDateString() === stop.toDateString();
      text += sameDay ? `\u2013${words(stop, "time")}` : ` \u2013 ${words(stop, show)}`;
    }
    time.textContent = text;
  }
}
customElements.define("local-time", LocalTime);

class ZoneNote extends HTMLElement {
  connectedCallback() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
    const city = zone.split("/").pop().replaceAll("_", " ");
    const minutes = -new Date().getTimezoneOffset();
    const hours = Math.floor(Math.abs(minutes) / 60);
    const rest = Math.abs(minutes) % 60;
    const offset = `UTC${minutes < 0 ? "\u2212" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
    this.textContent = zone === "UTC" ? "Times are in UTC." : `Times are in your zone: ${city}, ${offset}.`;
  }
}
customElements.define("zone-note", ZoneNote);
