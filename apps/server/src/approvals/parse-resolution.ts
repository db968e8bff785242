import type { DoubtResolution, Item, ResolveRequest, StepDoubt } from '@navette/contracts';
import type { FieldIssue } from '@navette/kit';
import { apiErrors } from '../http/api-error.ts';

type Outcomes = DoubtResolution['outcomes'];

/** One outcome for each item in doubt. Throws REQUEST_INVALID where one is missing, or is for another item. */
export function parseResolution(
  { items: asked }: Pick<StepDoubt, 'items'>,
  { outcome, output, items: own }: Pick<ResolveRequest, 'outcome' | 'output' | 'items'>,
): Outcomes {
  const issues: FieldIssue[] = [];
  const refuse = (path: string, message: string) => issues.push({ path: `/body${path}`, message });
  const given = new Map<number, ResolveRequest['items'][number]>();
  for (const [index, one] of own.entries()) {
    if (asked === null) refuse(`/items/${index}/item`, 'the step is in doubt as a whole: say `outcome`');
    else if (!asked.includes(one.item)) refuse(`/items/${index}/item`, 'is not in doubt');
    else if (given.has(one.item)) refuse(`/items/${index}/item`, 'has an outcome already');
    given.set(one.item, one);
  }
  const rest = (asked ?? []).filter((item) => !given.has(item));
  const isNeeded = asked === null || rest.length > 0;
  if (isNeeded && outcome === undefined)
    refuse('/outcome', asked === null ? 'is required' : `is required: of ${rest.join(', ')} nothing is said`);
  if (rest.length > 1 && output !== undefined)
    refuse('/output', 'belongs to one item: list the others in `items`');
  if (issues.length > 0) throw apiErrors.create('REQUEST_INVALID', { issues });
  if (asked === null) return [{ outcome: outcome!, ...toItems(output) }];
  return asked.map((item) => {
    const one = given.get(item);
    if (one) return { item, outcome: one.outcome, ...toItems(one.output) };
    return { item, outcome: outcome!, ...toItems(output) };
  });
}

function toItems(output: ResolveRequest['output']): { items?: Item[] } {
  if (output === undefined) return {};
  const list = Array.isArray(output) ? output : [output];
  return { items: list.map((json) => ({ json })) };
}
