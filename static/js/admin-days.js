// Says beside each day of the admin site which day of the city's calendar it is, also while one chooses another.
// Without this script the day that is stored stands there.

const japanese = document.documentElement.lang.startsWith("ja");
const WESTERN = /^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*$/;

function inWords(text) {
  const [, year, month, number] = (WESTERN.exec(text.normalize("NFKC")) ?? []).map(Number);
  const day = new Date(year, month - 1, number);
  if (!year || day.getMonth() !== month - 1) return ""; // no day, or written in the city's calendar already
  if (!japanese) return day.toLocaleDateString("en-US", { dateStyle: "full" });
  const words = day.toLocaleDateString("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric" });
  return `${words}（${day.toLocaleDateString("ja-JP", { weekday: "short" })}）`;
}

function say(event) {
  const note = event.target.matches?.(".vDateField") && event.target.closest("p")?.querySelector("[data-day]");
  if (note) note.textContent = inWords(event.target.value);
}

for (const kind of ["input", "focusin", "focusout"]) document.addEventListener(kind, say); // the calendar focuses its field
