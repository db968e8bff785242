import { createUuid, defineErrors, encodeId } from '@navette/kit';
import { expect, test } from 'vitest';
import { createLogger } from './create-logger.ts';

async function createTestLogger() {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const logger = await createLogger({ level: 'info', pretty: false, destination });
  return { logger, read: () => JSON.parse(lines.at(-1)!) };
}

test('ids are logged as people see them', async () => {
  const { logger, read } = await createTestLogger();
  const [execution, workflow, worker] = [createUuid(), createUuid(), createUuid()];
  logger.info({ executionId: execution, workflowId: workflow, workerId: worker, path: 'a#2' }, 'x');
  expect(read()).toMatchObject({
    level: 'info',
    msg: 'x',
    executionId: encodeId('execution', execution),
    workflowId: encodeId('workflow', workflow),
    workerId: encodeId('worker', worker),
    path: 'a#2',
  });
  logger.info({ executionId: 'exe_1' }, 'x');
  expect(read().executionId).toBe('exe_1');
});

test('what broke inside a step is logged by where, not by the words that may repeat its data', async () => {
  const { logger, read } = await createTestLogger();
  const logged = (stepError: unknown) => {
    logger.error({ stepError }, 'x');
    return read().stepError;
  };
  const canary = 'canary-91\n    at canary (/canary.js:1:1)';
  const broken = logged(new TypeError(canary, { cause: new Error(canary) }));
  expect(broken).toMatchObject({ name: 'TypeError', cause: { name: 'Error' } });
  expect(broken.frames[0]).toContain('create-logger.test.ts');
  const changed = new Error('first words: canary-91');
  changed.message = 'other words';
  const odd = Object.assign(new Error(canary), { code: 'canary-91' });
  const system = Object.assign(new Error(canary), { code: 'ECONNRESET' });
  expect(logged(system).code).toBe('ECONNRESET');
  const errors = defineErrors({
    TEST_BROKEN: { kind: 'bug', status: 500, retry: 'never', message: 'Broken by {what}', help: '' },
  });
  expect(logged(errors.create('TEST_BROKEN', { params: { what: canary } })).code).toBe('TEST_BROKEN');
  for (const error of [broken, logged(changed), logged(odd), logged(system), logged('canary-91')])
    expect(JSON.stringify(error)).not.toContain('canary');
});
