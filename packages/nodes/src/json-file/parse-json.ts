import type { Json } from '@navette/kit';
import { jsonFileErrors } from './errors.ts';

/**
 * The values of a JSON document (one) or of JSON Lines (one per line that is not blank). "auto" reads a document, and
 * lines when it is none but its first line is.
 * @throws JSON_FILE_UNREADABLE; it names the place, never the content
 */
export function parseJson(
  text: string,
  format: 'auto' | 'json' | 'lines',
): { lines: boolean; values: Json[] } {
  if (format === 'lines') return { lines: true, values: parseLines(text) };
  try {
    return { lines: false, values: [JSON.parse(text) as Json] };
  } catch (error) {
    if (format === 'auto' && startsWithJsonLine(text)) return { lines: true, values: parseLines(text) };
    throw unreadable(placeOf(error, text));
  }
}

function parseLines(text: string): Json[] {
  return text.split('\n').flatMap((line, index): Json[] => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Json];
    } catch {
      throw unreadable(` at line ${index + 1}`);
    }
  });
}

function startsWithJsonLine(text: string): boolean {
  const [first = '', second] = text.split('\n').filter((line) => line.trim() !== '');
  if (second === undefined) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
  }
}

/** The engine's message quotes the content; only the position is taken from it. */
function placeOf(error: unknown, text: string): string {
  if (text.trim() === '') return ': it is empty';
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '');
  if (!position) return '';
  return ` near line ${text.slice(0, Number(position[1])).split('\n').length}`;
}

function unreadable(where: string) {
  return jsonFileErrors.create('JSON_FILE_UNREADABLE', { params: { where } });
}
