/** The limits that an execution falls under, worked out when it is queued (see contracts/limits.ts for what they mean). */

interface LimitKey {
  /** Derived from the workflow, the kind of limit and the value of its key: the same in every process. */
  id: string;
  /** "customer=acme"; null when the limit has no key. */
  label: string | null;
}

export interface ConcurrencyGate extends LimitKey {
  limit: number;
  onOverflow: 'queue' | 'skip' | 'cancel-oldest';
}

export interface RateGate extends LimitKey {
  limit: number;
  intervalMs: number;
  onOverflow: 'queue' | 'skip';
}

export type TriggerGate = LimitKey &
  ({ kind: 'debounce'; debounceMs: number; maxWaitMs: number } | { kind: 'throttle'; throttleMs: number });

export interface ExecutionLimits {
  concurrency?: ConcurrencyGate;
  rate?: RateGate;
  trigger?: TriggerGate;
}
