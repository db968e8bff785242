import { expect, test } from 'vitest';
import { assertNoUnheardRejections, failOnUnheardRejections } from './unheard-rejections.ts';

/** What a test file would hear when it is over. Vitest, which listens too, hears nothing meanwhile. */
async function hear(during: () => void): Promise<unknown> {
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    let check = async () => {};
    failOnUnheardRejections((hook) => {
      check = hook;
    });
    during();
    return await check().catch((error: Error) => error.message);
  } finally {
    for (const other of others) process.on('unhandledRejection', other);
  }
}

test('a promise that fails unheard fails the file, with its reason', async () => {
  const heard = hear(() => void Promise.reject(new Error('canary')));
  expect(await heard).toContain('Promises failed that nobody waited for:\nError: canary');
  const later = hear(() => void Promise.resolve().then(() => Promise.reject('no error object')));
  expect(await later).toContain('no error object');
});

test('one that somebody hears does not, and the watch ends with the file', async () => {
  const before = process.listenerCount('unhandledRejection');
  expect(await hear(() => Promise.reject(new Error('heard')).catch(() => {}))).toBeUndefined();
  expect(process.listenerCount('unhandledRejection')).toBe(before);
});

test('the log of a server is searched for them', () => {
  const line = '{"level":50,"err":{"message":"canary"},"msg":"A promise failed that nobody waited for"}';
  expect(() => assertNoUnheardRejections(`{"msg":"Ready"}\n${line}\n`)).toThrow(line);
  expect(() => assertNoUnheardRejections('{"msg":"Ready"}\n')).not.toThrow();
});
