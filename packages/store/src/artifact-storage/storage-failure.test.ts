import { expect, test } from 'vitest';
import { toWriteError } from './storage-failure.ts';

test.each(['ENOSPC', 'EDQUOT'])('a disk without room has a name, whoever sets the limit (%s)', (code) => {
  const error = Object.assign(new Error('no room'), { code });
  expect(toWriteError(error)).toMatchObject({
    ...{ code: 'ARTIFACT_DISK_FULL', status: 507, retry: { afterMs: 60_000 } },
    cause: error,
  });
});

test('anything else stays what it is', () => {
  for (const error of [Object.assign(new Error('broken'), { code: 'EIO' }), new Error('no code')])
    expect(toWriteError(error)).toBe(error);
});
