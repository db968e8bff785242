import type { CodeEngineName } from '@navette/contracts';
import { useQuery } from '@tanstack/react-query';
import { codeEnginesQuery } from '../api/queries.ts';

const none: ReadonlySet<CodeEngineName> = new Set();

/** Engines that run code natively and in no jail, by the word of the operator. None until the server has said so. */
export function useEnginesWithoutJail(isAsked: boolean): ReadonlySet<CodeEngineName> {
  const { data } = useQuery({ ...codeEnginesQuery, enabled: isAsked });
  if (!data) return none;
  return new Set(data.items.flatMap(({ engine, withoutJail }) => (withoutJail ? [engine] : [])));
}
