/**
 * Crash points: what a process may be writing at the moment at which it is killed. Every call of the engine's store that
 * changes something is at least one, named after what it carries; so is what an engine hands to its dispatcher.
 *
 * The tables are complete by their types: a new method of the store, record of the journal, part of a write or way to end
 * one does not compile before it stands here, and the test that kills at every point fails before it has a program for it.
 */
import type { JournalRecord } from '@navette/contracts';
import type { ClaimOptions, ExecutionStore, JournalWrite } from '@navette/engine';

type Handover = NonNullable<JournalWrite['handover']>;
type HandoverName = Exclude<Handover['kind'], 'finish'> | Extract<Handover, { kind: 'finish' }>['status'];
type Kind = 'writes' | 'reads';
type Mail = NonNullable<JournalWrite['mail']>;

const methods: Readonly<Record<keyof ExecutionStore, Kind> & Record<string, Kind>> = {
  create: 'writes',
  write: 'writes',
  claim: 'writes',
  requestCancel: 'writes',
  deliver: 'writes',
  closeWait: 'writes',
  readJournal: 'reads',
  readJournals: 'reads',
  readOutcome: 'reads',
  readKeyed: 'reads',
  readExecution: 'reads',
  listDerived: 'reads',
  readMessage: 'reads',
};

const records: Readonly<Record<JournalRecord['type'], true | string>> = {
  'execution-started': true,
  'execution-recovered': true,
  'step-started': true,
  'attempt-failed': true,
  'item-completed': true,
  'item-failed': true,
  'step-completed': true,
  'step-failed': true,
  'step-skipped': true,
  'call-made':
    'programs need a sandbox; engine/src/program/program.crash.test.ts crashes around every write of theirs',
  'step-wrote': 'of programs, as call-made',
  'step-waiting': true,
  'step-resolved': true,
  'execution-waiting': true,
  'execution-prepared': true,
  'execution-cleared':
    'comes after a minute alone; engine/src/recovery/poison.test.ts has it, on a virtual clock',
  'execution-finished': true,
};

const handovers: Readonly<Record<HandoverName, true>> = {
  succeeded: true,
  failed: true,
  cancelled: true,
  wait: true,
  release: true,
};

const mailParts: Readonly<Record<keyof Mail, true>> = {
  taken: true,
  approvals: true,
  waits: true,
  withdrawn: true,
};

/** What a write may carry besides its records. `names`: what it is about, and no change of its own. */
const parts: Readonly<Record<keyof JournalWrite, 'part' | 'names' | 'listed apart'>> = {
  create: 'part',
  children: 'part',
  wakeParent: 'part',
  cancelChildren: 'part',
  handover: 'listed apart',
  mail: 'listed apart',
  records: 'listed apart',
  execution: 'names',
  executionId: 'names',
  projectId: 'names',
  workflowId: 'names',
  workerId: 'names',
  fence: 'names',
  seq: 'names',
};

/** A claim takes an execution whose wait is due, without its being queued first: where workers ask the store for work. */
export const claimsDue = 'claim due';
/** Waits that are due are queued: where another queue stands between the store and its workers. */
export const queuesDue = 'queue due';

const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

/** Every point at which a test has to kill. */
export const crashPoints: readonly string[] = [
  ...keysOf(methods).filter((name) => methods[name] === 'writes' && name !== 'write'),
  ...keysOf(records)
    .filter((type) => records[type] === true)
    .map((type) => `record ${type}`),
  ...keysOf(handovers).map((name) => `end ${name}`),
  ...keysOf(mailParts).map((name) => `mail ${name}`),
  ...keysOf(parts)
    .filter((name) => parts[name] === 'part')
    .map((name) => `part ${name}`),
  'enqueue',
  claimsDue,
  queuesDue,
];

/** The points that a call passes; none when it only reads. */
function listPassed(method: string, args: readonly unknown[]): string[] {
  if (methods[method] !== 'writes') return [];
  if (method !== 'write') {
    const records = method === 'create' ? (args[1] as readonly JournalRecord[]) : [];
    return [method, ...new Set(records.map(({ type }) => `record ${type}`))];
  }
  const write = args[0] as JournalWrite;
  const { handover, mail } = write;
  return [
    ...new Set(write.records.map(({ type }) => `record ${type}`)),
    ...(handover ? [`end ${handover.kind === 'finish' ? handover.status : handover.kind}`] : []),
    ...(mail ? keysOf(mailParts).filter((name) => mail[name].length > 0) : []).map((name) => `mail ${name}`),
    ...keysOf(parts)
      .filter((name) => parts[name] === 'part' && write[name] !== undefined)
      .map((name) => `part ${name}`),
  ];
}

/** Whether a call has changed anything: only then is there something that a kill right after it could spoil. */
function hasChanged(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.length > 0;
  const { outcome } = (answer ?? {}) as { outcome?: string };
  return (
    outcome === undefined || ['written', 'delivered', 'kept', 'requested', 'cancelled'].includes(outcome)
  );
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

export interface Watcher {
  /** Parked executions, those named or all: due already, and others. */
  listWaiting(ids?: readonly string[]): Promise<{ id: string; isDue: boolean }[]>;
  /** True when the process dies here. */
  pass(when: 'before' | 'after', passed: readonly string[]): boolean;
  readonly isDead: boolean;
}

/**
 * The store of a process that may die in it: from then on no call goes through and none is answered. Claims give nothing,
 * so that the queue of the dead can be closed.
 */
export function watchStore(store: ExecutionStore, watcher: Watcher): ExecutionStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name, target) as Method;
      if (typeof method !== 'function') return method;
      return async (...args: readonly unknown[]) => {
        const passed = listPassed(String(name), args);
        const waiting = name === 'claim' ? await watcher.listWaiting((args[0] as ClaimOptions).ids) : [];
        if (waiting.some((one) => one.isDue)) passed.push(claimsDue);
        const cutOff = () => (name === 'claim' ? [] : neverAnswered());
        if (watcher.isDead || watcher.pass('before', passed)) return cutOff();
        const answer = await method.apply(target, args as unknown[]);
        const tookDue = () =>
          (answer as { id: string }[]).some(({ id }) => waiting.some((one) => one.id === id));
        if (passed.includes(claimsDue) && !tookDue()) passed.pop();
        if (hasChanged(answer) && watcher.pass('after', passed)) return cutOff();
        return watcher.isDead ? cutOff() : answer;
      };
    },
  });
}

function neverAnswered(): Promise<never> {
  return new Promise(() => {});
}
