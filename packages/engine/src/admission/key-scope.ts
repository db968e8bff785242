import type { Item, WorkflowSettings } from '@navette/contracts';
import type { ExpressionScope, NodeView } from '@navette/expression';
import { encodeId } from '@navette/kit';

/** An execution at the moment when it is asked which limits it falls under: nothing of it has run but its trigger. */
export interface KeySubject {
  executionId: string;
  workflowId: string;
  workflowName: string;
  mode: string;
  settings: WorkflowSettings;
  /** What the trigger gave. */
  items: readonly Item[];
  /** Unix milliseconds. */
  now: number;
}

const noVars: ReadonlyMap<string, unknown> = new Map();

/** What the key of a limit can read: the first item of the trigger, the workflow, the time. */
export class KeyScope implements ExpressionScope {
  readonly itemIndex = 0;
  readonly runIndex = 0;
  readonly vars = noVars;
  readonly #subject: KeySubject;

  constructor(subject: KeySubject) {
    this.#subject = subject;
  }

  get json(): unknown {
    return this.#subject.items[0]?.json ?? {};
  }
  get binary(): unknown {
    return this.#subject.items[0]?.binary ?? {};
  }
  get workflow() {
    const { workflowId, workflowName } = this.#subject;
    return { id: encodeId('workflow', workflowId), name: workflowName };
  }
  get execution() {
    const { executionId, mode } = this.#subject;
    return { id: encodeId('execution', executionId), mode };
  }
  get timeZone(): string {
    return this.#subject.settings.timeZone;
  }

  items(): readonly Item[] {
    return this.#subject.items;
  }
  /** Refused when the workflow is saved. */
  node(): NodeView | undefined {
    return undefined;
  }
  now(): number {
    return this.#subject.now;
  }
  /** A key that is drawn would be no key: always the same. */
  random(): number {
    return 0;
  }
}
