/** An entry of its own, since only servers with a Redis load BullMQ. */
export { BullMqDispatcher, type BullMqOptions } from './bullmq-dispatcher.ts';
export { probeRedis, type RedisFacts } from './probe-redis.ts';
