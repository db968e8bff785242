/** What a program hands over is its own word: nothing of it is believed to have a form. */
import type { ProgramCall } from '@navette/contracts';
import { isRecord, type Json, type JsonObject } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import type { HostCall } from '../port.ts';

/** The calls that a program made until it could go on no more. */
export interface Turn {
  made: ProgramCall[];
  /** The place of the answer that it took of those sent ahead; undefined: it asks. */
  took: number | undefined;
}

/** Of `next` the last turn asks, and no other. @throws SANDBOX_CALL_MALFORMED */
export function parseTurns({ args, name }: HostCall): Turn[] {
  const [list] = JSON.parse(args) as Json[];
  if (!Array.isArray(list) || list.length === 0) throw createMalformed();
  const turns = list.map(parseTurn);
  const asks = name === 'next' ? turns.length - 1 : turns.length;
  if (turns.some(({ took }, place) => (took === undefined) !== (place === asks))) throw createMalformed();
  return turns;
}

function parseTurn(value: Json): Turn {
  if (!isRecord(value)) throw createMalformed();
  const { made, took } = value as JsonObject;
  if (!Array.isArray(made)) throw createMalformed();
  if (took !== undefined && typeof took !== 'number') throw createMalformed();
  return { made: made.map(parseCall), took };
}

function parseCall(value: Json): ProgramCall {
  if (!isRecord(value)) throw createMalformed();
  const { credentials, id, items, name, nodeType, parameters, settings } = value as JsonObject;
  if (typeof id !== 'number' || typeof nodeType !== 'string' || !isRecord(parameters))
    throw createMalformed();
  if (name !== undefined && typeof name !== 'string') throw createMalformed();
  if (items !== undefined && !(Array.isArray(items) && items.every(isRecord))) throw createMalformed();
  if (credentials !== undefined && !isRecord(credentials)) throw createMalformed();
  if (settings !== undefined && !isRecord(settings)) throw createMalformed();
  return {
    id,
    nodeType,
    parameters: parameters as JsonObject,
    ...(name === undefined ? {} : { name }),
    ...(items === undefined ? {} : { items: items as JsonObject[] }),
    ...(credentials === undefined ? {} : { credentials: credentials as Record<string, { id: string }> }),
    ...(settings === undefined ? {} : { settings: settings as JsonObject }),
  };
}

function createMalformed() {
  return sandboxErrors.create('SANDBOX_CALL_MALFORMED');
}
