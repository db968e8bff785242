/** Bounds of one evaluation. They keep a hostile or careless expression from holding the process; see docs/guide. */
export const limits = {
  /** Calls, loop passes and chunks of bulk work. */
  steps: 1_000_000,
  /** Characters that one text may have. */
  textLength: 10_000_000,
  /** Elements that one list may have. */
  listLength: 1_000_000,
  /** Bytes that an evaluation may allocate for texts and lists in all, freed or not. */
  allocatedBytes: 200_000_000,
  /** Real time and growth of the heap, as a last line behind the steps. */
  durationMs: 5_000,
  heapGrowthBytes: 500_000_000,
  /** Function calls inside one another. */
  callDepth: 200,
  /** Values nested inside one another, where they are walked (JSON, comparison, conversion to text). */
  valueDepth: 200,
  /** Values in a result that an expression built with functions or loops. */
  resultValues: 5_000_000,
  /** Nesting of the syntax tree. */
  syntaxDepth: 400,
  /** Characters of one `{{ }}`. */
  expressionLength: 100_000,
  /** Characters of a regular expression. */
  patternLength: 5_000,
} as const;
