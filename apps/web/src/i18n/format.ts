/** Times, durations, sizes and numbers as a reader of the language expects them. */

export interface Formatter {
  dateTime(iso: string): string;
  date(iso: string): string;
  time(ms: number): string;
  /** "3 minutes ago", "in 2 hours". */
  relative(iso: string, nowMs: number): string;
  /** "340ms", "2.4s", "3m 12s". */
  duration(ms: number): string;
  /** "174 bytes", "13.4 kB". */
  bytes(size: number): string;
  number(value: number): string;
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function createFormatter(locale: string): Formatter {
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const units = new Map<string, Intl.NumberFormat>();
  const unit = (
    value: number,
    name: string,
    digits: number,
    display: 'narrow' | 'short' | 'long' = 'narrow',
  ) => {
    const key = `${name}/${digits}/${display}`;
    let format = units.get(key);
    if (!format) {
      format = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        unitDisplay: display,
        maximumFractionDigits: digits,
      });
      units.set(key, format);
    }
    return format.format(value);
  };

  return {
    dateTime: (iso) => dateTime.format(new Date(iso)),
    date: (iso) => date.format(new Date(iso)),
    time: (ms) => time.format(ms),
    number: (value) => number.format(value),
    relative(iso, nowMs) {
      const seconds = Math.round((Date.parse(iso) - nowMs) / 1_000);
      for (const [name, length] of steps) {
        if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), name);
      }
      return relative.format(Math.abs(seconds) < 5 ? 0 : seconds, 'second');
    },
    duration(ms) {
      if (ms < 1_000) return unit(Math.max(0, Math.round(ms)), 'millisecond', 0);
      if (ms < 59_950) return unit(ms / 1_000, 'second', 1);
      const seconds = Math.round(ms / 1_000);
      const parts: [number, string][] = [
        [Math.floor(seconds / 86_400), 'day'],
        [Math.floor(seconds / 3_600) % 24, 'hour'],
        [Math.floor(seconds / 60) % 60, 'minute'],
        [seconds % 60, 'second'],
      ];
      const first = parts.findIndex(([value]) => value > 0);
      return parts
        .slice(first, first + 2)
        .filter(([value]) => value > 0)
        .map(([value, name]) => unit(value, name, 0))
        .join(' ');
    },
    bytes(size) {
      let power = 0;
      let value = size;
      while (value >= 1_000 && power < byteUnits.length - 1) {
        value /= 1_000;
        power += 1;
      }
      return unit(value, byteUnits[power]!, power === 0 ? 0 : 1, power === 0 ? 'long' : 'short');
    },
  };
}
