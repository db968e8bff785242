import { type AnyNodeDefinition, type Item, inputPortsOf, nodeErrors } from '@navette/contracts';
import type { NodeRunOptions } from './node-run-context.ts';

/** One item in: everything comes from it. As many out as in: by position. Otherwise no link can be told. */
export function linkItems(made: Item[], inputCount: number): Item[] {
  if (inputCount === 1) return made.map((item) => ({ ...item, pairedItem: item.pairedItem ?? { item: 0 } }));
  if (made.length !== inputCount) return made;
  return made.map((item, index) => ({ ...item, pairedItem: item.pairedItem ?? { item: index } }));
}

/** Items per input port, frozen. The port names are those that the parameters give, as far as they can be read. */
export function readInputs(
  definition: AnyNodeDefinition,
  options: NodeRunOptions,
): Map<string, readonly Item[]> {
  const given = options.inputs ?? [{ json: {} }];
  const perPort = Array.isArray(given) ? undefined : (given as Readonly<Record<string, readonly Item[]>>);
  let ports: readonly string[];
  try {
    ports = inputPortsOf(definition, definition.parameters.parse(options.parameters ?? {}));
  } catch {
    ports = perPort ? Object.keys(perPort) : ['main'];
  }
  if (ports.length === 0) ports = ['main'];
  for (const port of Object.keys(perPort ?? {})) {
    if (!ports.includes(port))
      throw nodeErrors.create('NODE_INPUT_INVALID', {
        params: { detail: `there is no input port "${port}"` },
      });
  }
  const first = ports[0]!;
  const lists = perPort ?? { [first]: given as readonly Item[] };
  return new Map(ports.map((port) => [port, freeze(structuredClone(lists[port] ?? []))]));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
