/** "queue.internal:6379/2" of a Redis address: fit to be shown, without user and password. */
export function describeRedis(redisUrl: string): string {
  const url = URL.parse(redisUrl);
  if (!url) return 'an unreadable address';
  const database = url.pathname.replace(/^\/0?$/, '');
  return `${url.hostname}:${url.port || '6379'}${database}`;
}
