import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { silentLogger } from '@navette/kit';
import { failOnUnheardRejections, waitFor } from '@navette/testing';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { PokeChannel } from './poke-channel.ts';
import { QuietLog } from './quiet-log.ts';

failOnUnheardRejections(afterAll);

const channelName = '$11\r\n{test}:poke\r\n';
/** The answer to a subscription, and a first message. */
const subscribed = `>3\r\n$9\r\nsubscribe\r\n${channelName}:1\r\n>3\r\n$7\r\nmessage\r\n${channelName}$6\r\nqueued\r\n`;

/** Speaks enough of the protocol to be connected to, and answers the first subscription only. */
async function startDeafRedis() {
  const sockets = new Set<Socket>();
  let subscriptions = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      for (const command of bytes
        .toString()
        .toLowerCase()
        .split(/\*\d+\r\n/)
        .slice(1)) {
        if (command.includes('\r\ninfo')) socket.write('$20\r\nredis_version:7.0.15\r\n');
        else if (!command.includes('subscribe')) socket.write('+OK\r\n');
        else if (++subscriptions === 1) socket.write(subscribed);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${port}`,
    subscriptions: () => subscriptions,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

it('stops listening while a subscription is under way after a new connection, and nothing is left unheard', async () => {
  const redis = await startDeafRedis();
  const heard: string[] = [];
  const commands = new Redis(redis.url, { lazyConnect: true });
  const channel = new PokeChannel({
    url: redis.url,
    prefix: '{test}',
    quiet: new QuietLog(silentLogger),
    commands,
    isUp: () => false,
    receive: (poke) => heard.push(poke),
  });
  channel.listen();
  await waitFor(() => heard.length === 1, { timeoutMs: 10_000, what: 'a subscription' });
  redis.cut();
  await waitFor(() => redis.subscriptions() === 2, { timeoutMs: 10_000, what: 'another one' });
  channel.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(redis.subscriptions()).toBe(2);
  commands.disconnect();
  await redis.close();
});
