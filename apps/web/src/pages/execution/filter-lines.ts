import type { ShownLogLine as Line } from '../../execution/step-view.ts';

export interface LineFilter {
  /** Part of the message, whatever the case. */
  text: string;
  /** Warnings and errors only. */
  troubles: boolean;
}

export function isTrouble({ level }: Line): boolean {
  return level === 'warn' || level === 'error';
}

export function filterLines(lines: readonly Line[], { text, troubles }: LineFilter): readonly Line[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' && !troubles) return lines;
  return lines.filter(
    (line) => (!troubles || isTrouble(line)) && line.message.toLowerCase().includes(wanted),
  );
}
