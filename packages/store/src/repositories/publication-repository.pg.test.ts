import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeShape, type NewSchedule, type NewWebhook } from './publication-repository.ts';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

async function createWorkflow(name: string, projectId = fixture.projectId) {
  const change = { ...fixture.change, projectId };
  const workflow = await fixture.repositories.workflows.create(change, {
    name,
    description: '',
    draft: createDraft(name),
  });
  const publish = (webhooks: NewWebhook[], schedules: NewSchedule[] = []) =>
    fixture.repositories.publications.publish(change, {
      workflowId: workflow.id,
      versionId: workflow.draftVersionId,
      webhooks,
      schedules,
    });
  return { ...workflow, change, publish };
}

const hook = (method: string, path: string): NewWebhook => ({ method, path, nodeId: 'n0' });

test('shapes leave out the names of parameters only', () => {
  expect(encodeShape('orders/:id/lines/:line')).toBe('orders/:/lines/:');
  expect(encodeShape('orders/id')).toBe('orders/id');
});

describe('webhooks', () => {
  test('publishing replaces what was live, unpublishing removes it, and each raises the revision', async () => {
    const { publications, workflows, versions } = fixture.repositories;
    const workflow = await createWorkflow('Live');
    const before = await publications.readRevision();
    await workflow.publish([hook('GET', 'live/a'), hook('POST', 'live/b')]);
    await workflow.publish([hook('GET', 'live/c')]);
    const live = await publications.listWebhooks(fixture.projectId);
    expect(live).toEqual([
      {
        method: 'GET',
        shape: 'live/c',
        path: 'live/c',
        projectId: fixture.projectId,
        workflowId: workflow.id,
        versionId: workflow.draftVersionId,
        nodeId: 'n0',
      },
    ]);
    const all = await publications.listAllWebhooks();
    expect(all.revision).toBe(before + 2);
    expect(all.webhooks).toEqual(live);
    const read = await workflows.read(fixture.projectId, workflow.id);
    expect(read.publishedVersionId).toBe(workflow.draftVersionId);
    const page = await versions.list(fixture.projectId, workflow.id, { limit: 1 });
    expect(page.items[0]!.published).toBe(true);
    await publications.unpublish(workflow.change, workflow.id);
    await publications.unpublish(workflow.change, workflow.id);
    expect(await publications.listWebhooks(fixture.projectId)).toEqual([]);
    expect(await publications.readRevision()).toBe(before + 3);
  });

  test.each([
    ['the same', 'GET', 'taken/1/:id', 'GET', 'taken/1/:name'],
    ['one method of ANY', 'ANY', 'taken/2', 'PUT', 'taken/2'],
    ['ANY over one method', 'PUT', 'taken/3', 'ANY', 'taken/3'],
  ])('%s: the second is refused and told its own address', async (_name, method, path, method2, path2) => {
    const first = await createWorkflow(`First ${path}`);
    const stranger = await createWorkflow(`Second ${path}`, fixture.otherProjectId);
    await first.publish([hook(method, path)]);
    const refused = await stranger
      .publish([hook('GET', 'free'), hook(method2, path2)])
      .catch((error) => error);
    expect(refused).toMatchObject({ code: 'WORKFLOW_WEBHOOK_TAKEN', status: 409 });
    expect(refused.message).toContain(`${method2} /webhook/${path2}`);
    expect(refused.message).not.toContain('free');
    expect(JSON.stringify(refused.toRecord())).not.toContain(first.id);
    // Nothing of the refused publication is there.
    expect(await fixture.repositories.publications.listWebhooks(fixture.otherProjectId)).toEqual([]);
    const read = await fixture.repositories.workflows.read(fixture.otherProjectId, stranger.id);
    expect(read.publishedVersionId).toBeNull();
  });

  test('another method or a fixed segment in place of a parameter is free', async () => {
    const first = await createWorkflow('Free 1');
    const second = await createWorkflow('Free 2');
    await first.publish([hook('GET', 'free/:id')]);
    await second.publish([hook('POST', 'free/:id'), hook('GET', 'free/new')]);
    await fixture.repositories.workflows.delete(first.change, first.id);
    await second.publish([hook('GET', 'free/:id')]);
  });

  test('of two that publish one address at once, one wins', async () => {
    const contenders = await Promise.all(
      ['r1', 'r2', 'r3', 'r4'].map((name) => createWorkflow(`Race ${name}`)),
    );
    const results = await Promise.allSettled(
      contenders.map((each, index) => each.publish([hook(index % 2 ? 'ANY' : 'POST', 'race/:id')])),
    );
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(3);
    for (const each of lost) expect(each.reason.code).toBe('WORKFLOW_WEBHOOK_TAKEN');
  });

  test('a workflow of another project cannot be published or unpublished', async () => {
    const workflow = await createWorkflow('Not yours');
    const stranger = { ...fixture.change, projectId: fixture.otherProjectId };
    const { publications } = fixture.repositories;
    const publication = {
      workflowId: workflow.id,
      versionId: workflow.draftVersionId,
      webhooks: [],
      schedules: [],
    };
    const notFound = { code: 'WORKFLOW_NOT_FOUND' };
    await expect(publications.publish(stranger, publication)).rejects.toMatchObject(notFound);
    await expect(publications.unpublish(stranger, workflow.id)).rejects.toMatchObject(notFound);
  });
});

describe('schedules', () => {
  const spec = (cron: string) => ({ crons: [cron], timeZone: 'UTC', missedRuns: 'run-once' as const });
  const at = (iso: string) => new Date(iso);

  test('the same times keep their next run, others start anew, and gone ones are removed', async () => {
    const workflow = await createWorkflow('Scheduled');
    const list = async () =>
      (await fixture.repositories.publications.listSchedules(fixture.projectId)).map((row) => [
        row.nodeId,
        row.spec.crons[0],
        row.nextAt?.toISOString() ?? null,
      ]);
    await workflow.publish(
      [],
      [
        { nodeId: 'kept', spec: spec('0 * * * *'), nextAt: at('2026-01-01T00:00:00.000Z') },
        { nodeId: 'changed', spec: spec('1 * * * *'), nextAt: at('2026-01-01T00:01:00.000Z') },
        { nodeId: 'gone', spec: spec('2 * * * *'), nextAt: null },
      ],
    );
    await workflow.publish(
      [],
      [
        { nodeId: 'kept', spec: spec('0 * * * *'), nextAt: at('2026-02-02T00:00:00.000Z') },
        { nodeId: 'changed', spec: spec('3 * * * *'), nextAt: at('2026-02-02T00:03:00.000Z') },
      ],
    );
    expect(await list()).toEqual([
      ['changed', '3 * * * *', '2026-02-02T00:03:00.000Z'],
      ['kept', '0 * * * *', '2026-01-01T00:00:00.000Z'],
    ]);
    await fixture.repositories.publications.unpublish(workflow.change, workflow.id);
    expect(await list()).toEqual([]);
  });
});
