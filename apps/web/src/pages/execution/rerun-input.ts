import type { Item, StepData } from '@navette/contracts';

export interface RerunInput {
  /** What the step got on its first input, as people edit it: an object for one item, a list for several. */
  text: string;
  /** Items carry files, which a changed input cannot. */
  hasFiles: boolean;
}

/** A first text for a changed input: what the step got; for a trigger, what it gave. */
export function toRerunInput(data: StepData, isTrigger: boolean): RerunInput {
  const ports = isTrigger ? data.outputs : data.inputs;
  const items: readonly Item[] = ports['main'] ?? Object.values(ports)[0] ?? [];
  const json = items.map((item) => item.json);
  return {
    text: json.length === 0 ? '' : JSON.stringify(json.length === 1 ? json[0] : json, null, 2),
    hasFiles: items.some(({ binary }) => binary !== undefined && Object.keys(binary).length > 0),
  };
}
