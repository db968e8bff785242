/** Text of other people as it may stand on a terminal: control characters could move the cursor or write elsewhere. */
export function formatText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Like `formatText`, but keeps line ends. */
export function formatLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map(formatText);
}

/** "120 ms", "4.1 s", "2 min 05 s", "3 h 04 min", "5 d 02 h". */
export function formatDuration(ms: number): string {
  const rounded = Math.max(0, Math.round(ms));
  if (rounded < 1_000) return `${rounded} ms`;
  if (rounded < 59_950) return `${(rounded / 1_000).toFixed(1)} s`;
  const seconds = Math.round(rounded / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  return `${Math.floor(minutes / 1_440)} d ${pad(Math.floor(minutes / 60) % 24)} h`;
}

/** "2026-11-21 07:38:29" in UTC: the same on every machine. */
export function formatTime(time: string | number | null): string {
  return time === null ? '' : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** "1 item", "2 items". */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** "512 B", "1.5 KiB", "3.0 MiB". */
export function formatSize(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let size = bytes / 1_024;
  let unit = 0;
  while (size >= 1_024 && unit < units.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  return `${size.toFixed(1)} ${units[unit]}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
