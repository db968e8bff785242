import type { NodeType } from '@navette/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { nodeTypesQuery } from '../api/queries.ts';

/** The catalogue by type; empty until it was read. */
export function useNodeTypes(): ReadonlyMap<string, NodeType> {
  const { data } = useQuery(nodeTypesQuery);
  return useMemo(() => new Map(data?.items.map((nodeType) => [nodeType.type, nodeType])), [data]);
}
