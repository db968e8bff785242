/**
 * Random histories against a model that knows what must still be there: nothing that a live or kept execution, a version or
 * a young upload needs is ever deleted, whatever the order of runs, retries, files, rules, time and rounds of retention.
 * And nothing is kept for ever: once all have ended and their time is over, all is gone.
 */
import type { SaveSettings } from '@navette/contracts';
import { isTerminal } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ArtifactRow } from '../repositories/artifact-repository.ts';
import { createNoise, RetentionFixture, testDefaults } from './retention-fixture.ts';

let fixture: RetentionFixture;
beforeAll(async () => {
  fixture = await RetentionFixture.open();
});
afterAll(() => fixture?.close());

const saves: readonly (SaveSettings | undefined)[] = [
  undefined,
  { executions: 'none' },
  { executions: 'errors', days: 3 },
  { days: 40 },
];
/** In minutes; no sum of a few of them is near a limit of the rules. */
const passes = [6, 61, 2_887, 15_847] as const;

/** Numbers choose among what there is at that moment. */
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('run' as const),
      workflow: fc.nat(9),
      from: fc.nat(30),
      link: fc.constantFrom('none', 'none', 'parent', 'retry'),
      status: fc.constantFrom('running', 'waiting', 'succeeded', 'succeeded', 'failed'),
      mark: fc.option(fc.nat(3)),
      names: fc.array(fc.nat(20), { maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('finish' as const), which: fc.nat(30) }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('file' as const), owner: fc.option(fc.nat(30)), data: fc.nat(4) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('pin' as const), workflow: fc.nat(9), file: fc.nat(20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('save' as const), workflow: fc.nat(9), save: fc.nat(3) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('pass' as const), minutes: fc.constantFrom(...passes) }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('round' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface ModelExecution {
  execution: NewExecution;
  status: 'running' | 'waiting' | 'succeeded' | 'failed';
  workflow: ModelWorkflow;
  endedAt: number | undefined;
  mark: string | undefined;
  /** Files that were there when it named them. */
  names: ModelFile[];
  /** A round came by when nothing asked to keep it; rules that are changed later bring nothing back. */
  released: boolean;
  /** Its data was seen to be gone, as it might be. */
  gone: boolean;
}

interface ModelFile {
  row: ArtifactRow;
  data: string;
  owner: ModelExecution | undefined;
  createdAt: number;
}

interface ModelWorkflow {
  id: string;
  save: SaveSettings | undefined;
  pinned: Set<ModelFile>;
}

class Model {
  readonly executions: ModelExecution[] = [];
  readonly files: ModelFile[] = [];
  readonly workflows: ModelWorkflow[] = [];
  readonly #run: number;
  /** Minutes. */
  #now = 0;

  constructor(run: number) {
    this.#run = run;
  }

  async start(): Promise<void> {
    for (const save of saves) {
      this.workflows.push({ id: await fixture.createWorkflow(save), save, pinned: new Set() });
    }
  }

  async apply(operation: Operation): Promise<void> {
    switch (operation.op) {
      case 'run':
        return this.#start(operation);
      case 'finish':
        return this.#finish(pick(this.#live('running'), operation.which));
      case 'file':
        return this.#createFile(operation);
      case 'pin':
        return this.#pin(operation);
      case 'save': {
        const workflow = pick(this.workflows, operation.workflow)!;
        workflow.save = saves[operation.save];
        return fixture.updateWorkflow(
          workflow.id,
          workflow.save,
          [...workflow.pinned].map((file) => file.row.id),
        );
      }
      case 'pass':
        return this.pass(operation.minutes);
      case 'round':
        await fixture.retention.run();
        return this.check();
    }
  }

  async pass(minutes: number): Promise<void> {
    await fixture.passTime(`${minutes} minutes`);
    this.#now += minutes;
  }

  async finishAll(): Promise<void> {
    for (const execution of this.#live('running')) await this.#finish(execution);
    for (const model of this.#live('waiting')) {
      await fixture.store.requestCancel(model.execution.projectId, model.execution.id);
      model.status = 'failed';
      model.endedAt = this.#now;
    }
  }

  /** Everything that must be there is, and whole. */
  async check(): Promise<void> {
    const family = this.#findFamiliesOfLive();
    for (const model of this.executions) {
      const { execution } = model;
      const status = await fixture.readStatus(execution.id);
      model.released ||= !this.#isKept(model);
      const isNeeded = family.has(execution.id) || !model.released;
      if (isNeeded && !model.gone) expect(status, describeExecution(model)).toBe('data');
      model.gone ||= status !== 'data';
      if (model.gone) continue;
      const chunks = await fixture.store.readJournal(execution.id);
      const text = JSON.stringify(chunks);
      expect(text.includes(model.mark === undefined ? '"small"' : createNoise(model.mark))).toBe(true);
      for (const file of model.names) await this.#checkFile(file, 'is named');
      for (const file of this.files) if (file.owner === model) await this.#checkFile(file, 'was made');
    }
    for (const { pinned } of this.workflows)
      for (const file of pinned) await this.#checkFile(file, 'is pinned');
    for (const file of this.files) {
      const ageDays = (this.#now - file.createdAt) / 1_440;
      if (!file.owner && ageDays < testDefaults.uploadDays) await this.#checkFile(file, 'is a young upload');
    }
  }

  async #start({
    workflow,
    from,
    link,
    status,
    mark,
    names,
  }: Extract<Operation, { op: 'run' }>): Promise<void> {
    const ended = this.executions.filter((model) => isTerminal(model.status));
    const retried = link === 'retry' ? pick(ended, from) : undefined;
    const parent = link === 'parent' ? pick(this.#live(), from) : undefined;
    // Nobody retries what has no data any more.
    if (retried && (await fixture.readStatus(retried.execution.id)) !== 'data') return;
    const named = names.map((at) => pick(this.files, at)).filter((file) => file !== undefined);
    const there = await this.#listThere(named);
    const model: ModelExecution = {
      status,
      workflow: pick(this.workflows, workflow)!,
      endedAt: isTerminal(status) ? this.#now : undefined,
      mark: mark === null ? undefined : `${this.#run} ${mark}`,
      names: there,
      released: false,
      gone: false,
      execution: undefined as unknown as NewExecution,
    };
    model.execution = await fixture.createExecution({
      workflowId: model.workflow.id,
      status,
      parentId: parent?.execution.id,
      retryOf: retried?.execution.id,
      rootId: retried?.execution.rootId,
      large: model.mark,
      names: named.map((file) => file.row.id),
    });
    this.executions.push(model);
  }

  async #finish(model: ModelExecution | undefined): Promise<void> {
    if (!model) return;
    await fixture.finishExecution(model.execution);
    model.status = 'succeeded';
    model.endedAt = this.#now;
  }

  async #createFile({ owner, data }: Extract<Operation, { op: 'file' }>): Promise<void> {
    const model = owner === null ? undefined : pick(this.#live('running'), owner);
    const text = `run ${this.#run} data ${data}`;
    const row = await fixture.createArtifact(text, model?.execution);
    if (this.files.some((file) => file.row.id === row.id)) return;
    this.files.push({ row, data: text, owner: model, createdAt: this.#now });
  }

  async #pin({ workflow, file }: Extract<Operation, { op: 'pin' }>): Promise<void> {
    const into = pick(this.workflows, workflow)!;
    const chosen = pick(this.files, file);
    if (!chosen) return;
    const there = await this.#listThere([chosen]);
    await fixture.updateWorkflow(
      into.id,
      into.save,
      [...into.pinned, chosen].map((one) => one.row.id),
    );
    for (const one of there) into.pinned.add(one);
  }

  async #listThere(files: readonly ModelFile[]): Promise<ModelFile[]> {
    const { rows } = await fixture.pool.query<{ id: string }>(
      'SELECT id FROM artifacts WHERE id = ANY ($1)',
      [files.map((file) => file.row.id)],
    );
    return files.filter((file) => rows.some((row) => row.id === file.row.id));
  }

  async #checkFile({ row, data }: ModelFile, why: string): Promise<void> {
    const content = fixture.repositories.artifacts.readContent(row.projectId, row.id);
    const bytes = await content.catch((error) => {
      throw new Error(`The file ${row.id} ${why} and cannot be read`, { cause: error });
    });
    expect(bytes.toString()).toBe(data);
  }

  #live(status?: 'running' | 'waiting'): ModelExecution[] {
    return this.executions.filter(
      (model) => !isTerminal(model.status) && (!status || model.status === status),
    );
  }

  #isKept({ status, workflow, endedAt }: ModelExecution): boolean {
    if (endedAt === undefined) return true;
    const { executions = testDefaults.executions, days = testDefaults.days } = workflow.save ?? {};
    const isSaved = executions === 'all' || (executions === 'errors' && status !== 'succeeded');
    return isSaved && this.#now - endedAt < days * 1_440;
  }

  /** By its own way: grows the set from the live ones until it grows no more. */
  #findFamiliesOfLive(): Set<string> {
    const family = new Set(this.#live().map(({ execution }) => execution.id));
    for (let size = 0; size !== family.size; ) {
      size = family.size;
      for (const { execution } of this.executions) {
        const links = [execution.parentId, execution.retryOf].filter((id) => id !== null);
        if (family.has(execution.id)) for (const id of links) family.add(id);
        if (links.some((id) => family.has(id))) family.add(execution.id);
      }
    }
    return family;
  }
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % list.length];
}

function describeExecution({ execution, status, workflow }: ModelExecution): string {
  return `${execution.id} ${status} ${JSON.stringify(workflow.save)}`;
}

let runs = 0;

async function runHistory(history: readonly Operation[]): Promise<void> {
  await fixture.pool.query(
    'TRUNCATE executions, journal, payload_refs, payloads, artifact_refs, artifacts, contents, workflow_versions, workflows CASCADE',
  );
  runs += 1;
  const model = new Model(runs);
  await model.start();
  for (const operation of history) await model.apply(operation);
  await fixture.retention.run();
  await model.check();
  await model.finishAll();
  await model.pass(200 * 1_440);
  await fixture.settle();
  await model.check();
  for (const table of ['executions', 'journal', 'payloads', 'payload_refs'])
    expect(await fixture.count(table), table).toBe(0);
  const pinned = new Set(
    model.workflows.flatMap((workflow) => [...workflow.pinned]).map((file) => file.row.id),
  );
  expect(await fixture.count('artifacts')).toBe(pinned.size);
  const { rows } = await fixture.pool.query<{ sha256: string }>('SELECT sha256 FROM contents');
  const hashes = new Set(rows.map((row) => row.sha256));
  for (const { row } of model.files) expect(fixture.hasFile(row)).toBe(hashes.has(row.sha256));
}

test('nothing that is needed goes, and nothing stays for ever', async () => {
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), runHistory), {
    numRuns: 15,
  });
}, 120_000);
