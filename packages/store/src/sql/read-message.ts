/** The first message that a wait may take. Index: messages_pending. */
import type { MessageBody } from '@navette/contracts';
import type { Message, MessageWait } from '@navette/engine';
import type { ClientBase } from 'pg';

export async function readMessage(
  client: Pick<ClientBase, 'query'>,
  { executionId, channel, key }: MessageWait,
): Promise<Message | undefined> {
  const result = await client.query<{ id: string; body: MessageBody }>({
    name: 'read-message',
    text: `
      SELECT id, body FROM messages
      WHERE execution_id = $1 AND channel = $2 AND taken_at IS NULL AND (correlation_key IS NULL OR correlation_key = $3)
      ORDER BY position LIMIT 1`,
    values: [executionId, channel, key],
  });
  return result.rows[0];
}
