import { NativeFunction, type NativeOptions, type NativeRun } from '../runtime/values.ts';

/** Members for a namespace or a type: functions become values of the language, everything else stays. */
export function createMembers(
  members: Record<string, NativeRun | string | number>,
): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(members).map(([name, member]) => [
      name,
      typeof member === 'function' ? new NativeFunction(name, member) : member,
    ]),
  );
}

export interface TypeParts extends Omit<NativeOptions, 'members'> {
  /** `Name(…)` without `new`; absent when that is what `construct` does too. */
  call?: NativeRun;
  members?: Record<string, NativeRun | string | number>;
}

/** A type such as `Date`, with what it can be called, constructed and asked. */
export function createType(name: string, { call, members, ...options }: TypeParts): NativeFunction {
  const run = call ?? options.construct;
  if (!run) throw new Error(`The type ${name} can be neither called nor constructed`);
  return new NativeFunction(name, run, { ...options, members: createMembers(members ?? {}) });
}
