/** The tree of a JMESPath query (https://jmespath.org/specification.html). */
export type Query =
  | { type: 'current' }
  | { type: 'field'; name: string }
  | { type: 'index'; index: number }
  | { type: 'slice'; start: number | undefined; stop: number | undefined; step: number }
  | { type: 'literal'; value: unknown }
  /** `left.right`, and `left | right`, which ends a projection. */
  | { type: 'then'; left: Query; right: Query }
  /** `right` for each element (`list`), each value of an object (`values`), or each element of the elements (`flat`). */
  | { type: 'project'; kind: 'list' | 'values' | 'flat'; left: Query; right: Query }
  | { type: 'filter'; left: Query; condition: Query; right: Query }
  | { type: 'compare'; operator: string; left: Query; right: Query }
  | { type: 'or'; left: Query; right: Query }
  | { type: 'and'; left: Query; right: Query }
  | { type: 'not'; operand: Query }
  | { type: 'list'; elements: Query[] }
  | { type: 'object'; fields: { key: string; value: Query }[] }
  | { type: 'call'; name: string; args: Query[] }
  /** `&query`: the query itself, for `sort_by` and its like. */
  | { type: 'reference'; query: Query };
