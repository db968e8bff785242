/**
 * The part of `Intl` that luxon needs for zones, where the engine has none (QuickJS). Offsets come from tables that the
 * host gives: it knows the zones, the engine does not. Runs inside the sandbox, so it imports nothing.
 */

const minuteMs = 60_000;

/** Per zone: since when (Unix milliseconds, rising) which offset (minutes east of UTC) holds. */
function findTables() {
  return globalThis.$zoneTables ?? {};
}

function findZone(name) {
  if (/^(utc|etc\/utc|gmt)$/i.test(name)) return 'UTC';
  const names = Object.keys(findTables());
  const found = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new RangeError(
    `Invalid time zone "${name}": known here are ${['UTC', ...names].join(', ')}. Write the zone's name as a text in the code, or choose the engine V8`,
  );
}

function offsetAt(zone, ms) {
  const table = findTables()[zone] ?? [];
  let [low, high] = [0, table.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (table[middle][0] <= ms) low = middle;
    else high = middle - 1;
  }
  return table[low]?.[1] ?? 0;
}

class DateTimeFormat {
  #zone;

  constructor(_locales, options) {
    this.#zone = findZone(options?.timeZone ?? 'UTC');
  }

  formatToParts(date) {
    const ms = Number(date);
    const local = new Date(ms + offsetAt(this.#zone, ms) * minuteMs);
    const year = local.getUTCFullYear();
    return [
      { type: 'month', value: String(local.getUTCMonth() + 1) },
      { type: 'day', value: String(local.getUTCDate()) },
      { type: 'year', value: String(year > 0 ? year : 1 - year) },
      { type: 'era', value: year > 0 ? 'AD' : 'BC' },
      { type: 'hour', value: String(local.getUTCHours()) },
      { type: 'minute', value: String(local.getUTCMinutes()) },
      { type: 'second', value: String(local.getUTCSeconds()) },
    ];
  }

  /** Only luxon's question whether the zone exists, which asks without a date, has an answer. */
  format(date) {
    if (date !== undefined) refuse();
    return '';
  }

  resolvedOptions() {
    return { locale: 'en-US', numberingSystem: 'latn', calendar: 'gregory', timeZone: this.#zone };
  }
}

function refuse() {
  throw new TypeError('Texts for other languages and regions need the engine V8; toFormat works here');
}

class NumberFormat {
  constructor() {
    refuse();
  }
}

const scope = globalThis;
scope.Intl ??= { DateTimeFormat, NumberFormat };
