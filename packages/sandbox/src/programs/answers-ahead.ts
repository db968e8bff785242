/**
 * What one realm of a program is sent ahead of its questions: the next answers, as far as they are known.
 *
 * Owns: what was sent last, what of it the program took, and how much is sent. All taken: four times as much the next time.
 * Something left: as much as was taken, so that a program that must ask often does not get the same ones over and over.
 */
import type { ProgramAnswer } from '@navette/contracts';
import { sandboxErrors } from '../errors.ts';

/** By name where the program has not made the call yet, as far as the host knows; by number in a realm built again. */
export interface AheadAnswer extends Omit<ProgramAnswer, 'id'> {
  id?: number;
}

const firstCount = 16;
const maxCount = 1_024;
/** What they may take of the program's memory, beside its own. */
const maxBytes = 64 * 1024;
/** Of the brackets and names around answers. */
const envelopeBytes = 100;

export class AnswersAhead {
  readonly #maxOutputBytes: number;
  #count = firstCount;
  #sent: (AheadAnswer | undefined)[] = [];
  #taken = 0;

  /** `maxOutputBytes`: of all that one question is answered with. */
  constructor(maxOutputBytes: number) {
    this.#maxOutputBytes = maxOutputBytes;
  }

  /** The answer at this place, once. @throws SANDBOX_CALL_MALFORMED */
  take(place: number | undefined): AheadAnswer {
    const answer = place === undefined ? undefined : this.#sent[place];
    if (!answer) throw sandboxErrors.create('SANDBOX_CALL_MALFORMED');
    this.#sent[place!] = undefined;
    this.#taken += 1;
    return answer;
  }

  /** The message with the answer to a question and what is sent ahead with it. */
  encode({ id, result }: ProgramAnswer, look: (limit: number) => readonly AheadAnswer[]): string {
    const all = this.#taken === this.#sent.length;
    this.#count = all ? Math.min(maxCount, this.#count * 4) : Math.max(1, this.#taken);
    this.#sent = [];
    this.#taken = 0;
    const answer = `"id":${id},"result":${encodeResult(result)}`;
    const room = this.#maxOutputBytes - Buffer.byteLength(answer) - envelopeBytes;
    const texts: string[] = [];
    let bytes = 0;
    for (const ahead of look(this.#count)) {
      const { result, ...rest } = ahead;
      const text = `{${JSON.stringify(rest).slice(1, -1)},"result":${encodeResult(result)}}`;
      bytes += Buffer.byteLength(text) + 1;
      if (bytes > Math.min(maxBytes, room)) break;
      texts.push(text);
      this.#sent.push(ahead);
    }
    return `{${answer},"ahead":[${texts.join(',')}]}`;
  }
}

/** The program gets the `json` of items, and handles of their files. */
function encodeResult(result: ProgramAnswer['result']): string {
  if ('error' in result) return JSON.stringify(result);
  const outputs = result.outputs.map(({ items, port }) => ({
    port,
    items: items.map(({ json }) => json),
    ...(items.some(({ binary }) => binary) ? { files: items.map(({ binary }) => binary ?? null) } : {}),
  }));
  return JSON.stringify({ outputs });
}
