/**
 * The texts in which processes ask each other for lines and give them: JSON with short keys. A reader skips keys and
 * levels that it does not know, and takes a text that it cannot read for nothing.
 *
 * Asking: `w` address of the asker, `x` executions that it watches, `g` executions that it watches no more.
 * Giving: `x` execution, `p` path of the step, `l` the list, `f` position of the first line, `m` lines as
 * `[at, message, level, attempt, notice]`; `o` the list is over.
 */
import { type LogLevel, logLevels, type StepLog, stepNotices } from '@navette/contracts';
import { z } from 'zod';

/** Where processes that run steps listen. */
export const askingAddress = 'lines';

/** Of one step; the lists of the engine hold fewer. */
const maxListLines = 1_000;
/** Of one line, and of a path. */
const maxCharacters = 4_000;

export interface LineRequest {
  /** Where the lines are to be sent. */
  asker: string;
  watched: readonly string[];
  unwatched: readonly string[];
}

export interface LinePart {
  executionId: string;
  path: string;
  /** Names the list among all lists of all processes: another try of a step has another one. */
  list: string;
  from: number;
  lines: readonly StepLog[];
  /** The step has ended: its record has the lines. */
  isOver: boolean;
}

const uuidSchema = z.uuid();
const requestSchema = z.object({
  w: z.string().regex(/^[a-z0-9]{1,40}$/),
  x: z.array(uuidSchema).default([]),
  g: z.array(uuidSchema).default([]),
});
const lineSchema = z.tuple([z.number(), z.string().max(maxCharacters)], z.unknown());
const partSchema = z.object({
  x: uuidSchema,
  p: z.string().max(maxCharacters),
  l: z.string().max(80),
  f: z.int().min(0).max(maxListLines),
  m: z.array(lineSchema).max(maxListLines),
  o: z.literal(1).optional(),
});

export function encodeRequest({ asker, unwatched, watched }: LineRequest): string {
  return JSON.stringify({ w: asker, x: watched, g: unwatched });
}

export function decodeRequest(text: string): LineRequest | undefined {
  const { data } = requestSchema.safeParse(parse(text));
  return data && { asker: data.w, watched: data.x, unwatched: data.g };
}

export function encodePart({ executionId, from, isOver, lines, list, path }: LinePart): string {
  const m = lines.map(encodeLine);
  return JSON.stringify({ x: executionId, p: path, l: list, f: from, m, ...(isOver ? { o: 1 } : {}) });
}

export function decodePart(text: string): LinePart | undefined {
  const { data } = partSchema.safeParse(parse(text));
  if (!data || data.f + data.m.length > maxListLines) return undefined;
  const lines = data.m.map(([at, message, ...rest]) => decodeLine(at, message, rest));
  const { f: from, l: list, p: path, x: executionId } = data;
  return { executionId, path, list, from, lines, isOver: data.o === 1 };
}

/** Bytes that a line takes in the text of its part. */
export function sizeOfLine(line: StepLog): number {
  return Buffer.byteLength(JSON.stringify(encodeLine(line))) + 1;
}

function encodeLine({ at, attempt, level, message, notice }: StepLog): unknown[] {
  if (notice !== undefined) return [at, message, level ?? 'info', attempt ?? 1, notice];
  if (attempt !== undefined) return [at, message, level ?? 'info', attempt];
  return level === undefined ? [at, message] : [at, message, level];
}

function decodeLine(at: number, message: string, [level, attempt, notice]: readonly unknown[]): StepLog {
  const isShown = isLevel(level) && level !== 'info';
  const known = stepNotices.find((each) => each === notice);
  // The place of the attempt is filled before that of the notice.
  const isFirst = known !== undefined && attempt === 1;
  return {
    at,
    message,
    ...(isShown ? { level } : {}),
    ...(Number.isInteger(attempt) && !isFirst ? { attempt: attempt as number } : {}),
    ...(known ? { notice: known } : {}),
  };
}

function isLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
