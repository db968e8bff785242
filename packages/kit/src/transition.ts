/**
 * Lifecycles as data: `{from: {event: to}}`. One function applies a table and throws on an illegal move; the database
 * repeats the guard with a CHECK or a compare-and-set.
 */
export type TransitionTable<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, State>>>>
>;

/** The state after `event`, or an Error naming the illegal move (a bug in the caller). */
export function applyTransition<State extends string, Event extends string>(
  table: TransitionTable<State, Event>,
  from: State,
  event: Event,
): State {
  const to = table[from][event];
  if (to === undefined) throw new Error(`Illegal move: ${event} in state ${from}`);
  return to;
}
