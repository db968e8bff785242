/** What becomes of claimed executions that get no run here: they are given back, put off, or ended with the reason. */
import { describeMissing, type JournalChunk } from '@navette/contracts';
import type { EngineDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { toLogFields } from '../log-fields.ts';
import type { ClaimedExecution } from '../ports.ts';
import type { DeathCount } from '../recovery/death-count.ts';
import { putOffMs } from '../recovery/suspects.ts';

export class UnrunClaims {
  readonly #deps: Pick<EngineDeps, 'clock' | 'dispatcher' | 'logger' | 'store'>;
  readonly #readWorkerId: () => string;

  constructor(
    deps: Pick<EngineDeps, 'clock' | 'dispatcher' | 'logger' | 'store'>,
    readWorkerId: () => string,
  ) {
    this.#deps = deps;
    this.#readWorkerId = readWorkerId;
  }

  /** This worker lacks what the version needs; another one may have it. */
  async giveBack(claimed: ClaimedExecution, missing: string): Promise<void> {
    const { id: executionId, fence, projectId, workflowId } = claimed;
    const reason = describeMissing(missing);
    this.#deps.logger.warn(
      { ...toLogFields(claimed), versionId: claimed.versionId, missing },
      'A version is left to other workers',
    );
    await this.#deps.store.write({
      ...{ executionId, projectId, workflowId, execution: claimed, workerId: this.#readWorkerId(), fence },
      seq: 0,
      records: [],
      handover: { kind: 'release', reason },
    });
    this.#deps.dispatcher.enqueue([executionId]);
  }

  /** Another suspect is at work here: this one asks again soon. */
  async putOff(
    claimed: ClaimedExecution,
    chunks: readonly JournalChunk[],
    deaths: DeathCount,
  ): Promise<void> {
    const { id: executionId, fence, projectId, workflowId, recoveredFrom: from } = claimed;
    const at = this.#deps.clock.now();
    const seq = chunks.at(-1)?.seq ?? 0;
    const worker = this.#readWorkerId();
    await this.#deps.store.write({
      ...{ executionId, projectId, workflowId, execution: claimed, workerId: worker, fence },
      seq: from === null ? seq : seq + 1,
      records: from === null ? [] : [{ type: 'execution-recovered', at, fence, worker, from }],
      handover: {
        kind: 'wait',
        wakeAt: at + putOffMs,
        reason: `Its worker stopped ${deaths.inRow} times in a row; waits until others like it have had their turn`,
        why: { code: 'suspect', params: { deaths: deaths.inRow } },
      },
    });
  }

  /** A version that this worker cannot compile or read: end the execution with the reason instead of trying for ever. */
  async fail(claimed: ClaimedExecution, thrown: unknown): Promise<void> {
    const { clock, logger, store } = this.#deps;
    const error = engineErrors
      .create('WORKFLOW_INVALID', { message: thrown instanceof Error ? thrown.message : String(thrown) })
      .toRecord();
    const at = clock.now();
    try {
      const chunks = await store.readJournal(claimed.id);
      await store.write({
        executionId: claimed.id,
        projectId: claimed.projectId,
        workflowId: claimed.workflowId,
        execution: claimed,
        workerId: this.#readWorkerId(),
        fence: claimed.fence,
        seq: (chunks.at(-1)?.seq ?? 0) + 1,
        records: [{ type: 'execution-finished', at, status: 'failed', error }],
        handover: { kind: 'finish', status: 'failed', at, error },
        ...(claimed.parentId ? { wakeParent: claimed.parentId } : {}),
      });
    } catch (again) {
      logger.error({ err: again, ...toLogFields(claimed) }, 'Its end could not be written');
    }
  }
}
