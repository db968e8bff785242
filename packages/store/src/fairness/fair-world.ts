/**
 * Projects that queue and workers that take, in virtual time over the real SQL: an execution that is claimed holds its
 * place for as many ticks as its project needs. Nothing is timed, so that a run is the same on every machine.
 */
import { createUuid, deriveUuid } from '@navette/kit';
import type pg from 'pg';
import { claimQueued } from '../sql/claim.ts';
import { registerWorker } from '../sql/workers.ts';
import { FairTurns } from './fair-turns.ts';

export interface FairProject {
  name: string;
  /** New executions of each tick; may be a fraction. */
  arrivals: number;
  /** Queued before the first tick. */
  backlog?: number;
  /** Ticks for which one of its executions holds a place. */
  duration: number;
  /** 1 by default. */
  weight?: number;
}

export interface ProjectService {
  name: string;
  queued: number;
  claimed: number;
  finished: number;
  /** Ticks from being queued to its end, of each that ended, in order. */
  sojourns: number[];
  /** Places held, added up over all ticks. */
  placeTicks: number;
}

interface Running {
  id: string;
  project: number;
  endsAt: number;
}

export class FairWorld {
  readonly #pool: pg.Pool;
  readonly #projects: readonly FairProject[];
  readonly #places: number;
  readonly #turns = new FairTurns();
  readonly #projectIds: string[];
  readonly #queuedAt = new Map<string, number>();
  readonly #due: number[];
  #running: Running[] = [];
  #workerId = '';
  readonly service: ProjectService[];

  constructor(pool: pg.Pool, projects: readonly FairProject[], places: number) {
    this.#pool = pool;
    this.#projects = projects;
    this.#places = places;
    const run = createUuid();
    this.#projectIds = projects.map(({ name }) => deriveUuid(run, name));
    this.#due = projects.map(({ backlog = 0 }) => backlog);
    this.service = projects.map(({ name }) => ({
      ...{ name, queued: 0, claimed: 0, finished: 0, sojourns: [], placeTicks: 0 },
    }));
  }

  async run(ticks: number): Promise<void> {
    await this.#open();
    for (let tick = 0; tick < ticks; tick++) {
      await this.#finish(tick);
      await this.#arrive(tick);
      await this.#claim(tick);
      for (const { project } of this.#running) this.service[project]!.placeTicks += 1;
    }
    await this.#pool.query(`DELETE FROM executions WHERE project_id = ANY ($1::uuid[])`, [this.#projectIds]);
  }

  async #open(): Promise<void> {
    this.#workerId = createUuid();
    const worker = { instance: 'test', version: '0', pid: 1, host: 'test' };
    await registerWorker(this.#pool, { id: this.#workerId, ...worker });
    await this.#pool.query(
      `INSERT INTO projects (id, name, queue_weight) SELECT * FROM unnest($1::uuid[], $2::text[], $3::real[])`,
      [
        this.#projectIds,
        this.#projects.map(({ name }) => name),
        this.#projects.map(({ weight = 1 }) => weight),
      ],
    );
  }

  async #finish(tick: number): Promise<void> {
    const ended = this.#running.filter(({ endsAt }) => endsAt <= tick);
    if (ended.length === 0) return;
    this.#running = this.#running.filter(({ endsAt }) => endsAt > tick);
    await this.#pool.query(
      `UPDATE executions SET status = 'succeeded', owner = NULL, finished_at = now() WHERE id = ANY ($1::uuid[])`,
      [ended.map(({ id }) => id)],
    );
    for (const { id, project } of ended) {
      const service = this.service[project]!;
      service.finished += 1;
      service.sojourns.push(tick - this.#queuedAt.get(id)!);
    }
  }

  async #arrive(tick: number): Promise<void> {
    const ids: string[] = [];
    const projects: string[] = [];
    this.#projects.forEach(({ arrivals }, index) => {
      this.#due[index]! += arrivals;
      for (; this.#due[index]! >= 1; this.#due[index]! -= 1) {
        const id = createUuid();
        ids.push(id);
        projects.push(this.#projectIds[index]!);
        this.#queuedAt.set(id, tick);
        this.service[index]!.queued += 1;
      }
    });
    await this.#pool.query(
      `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, root_id)
       SELECT n.id, n.project_id, n.project_id, n.project_id, 'queued', 'api', 'start', to_timestamp($3), n.id
       FROM unnest($1::uuid[], $2::uuid[]) AS n(id, project_id)`,
      [ids, projects, tick],
    );
  }

  async #claim(tick: number): Promise<void> {
    const limit = this.#places - this.#running.length;
    if (limit === 0) return;
    const claimed = await claimQueued(this.#pool, { workerId: this.#workerId, limit, turns: this.#turns });
    for (const row of claimed) {
      const project = this.#projectIds.indexOf(row.project_id);
      this.service[project]!.claimed += 1;
      this.#running.push({ id: row.id, project, endsAt: tick + this.#projects[project]!.duration });
    }
  }
}

/** Jain's index: 1 when all are the same, 1/n when one has everything. */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return (sum * sum) / (values.length * squares);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
