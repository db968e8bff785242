import type { Json } from '@navette/kit/portable';

export type JsonResult =
  | { ok: true; value: Json }
  /** 1-based, where the engine says where; undefined otherwise. */
  | { ok: false; line: number | undefined; column: number | undefined };

/** Parses text that a person typed; says where it goes wrong in place of the engine's English words. */
export function parseJson(text: string): JsonResult {
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    return { ok: false, ...locate(text, error instanceof Error ? error.message : '') };
  }
}

function locate(text: string, message: string): { line: number | undefined; column: number | undefined } {
  const place = /line (\d+) column (\d+)/.exec(message);
  if (place) return { line: Number(place[1]), column: Number(place[2]) };
  const position = /position (\d+)/.exec(message);
  const ended = /end of JSON|end of data|EOF/i.test(message);
  if (!position && !ended) return { line: undefined, column: undefined };
  const before = text.slice(0, position ? Number(position[1]) : text.length);
  const lines = before.split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
