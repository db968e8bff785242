import { Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';

/** A person by name where it is the one who is signed in, by the beginning of the id otherwise. */
export function PersonName({ id }: { id: string }) {
  const { user } = useSuspenseQuery(sessionQuery).data;
  if (id === user.id) return <span title={id}>{user.name}</span>;
  return (
    <Text size="xs" ff="monospace" c="dimmed" title={id} span>
      {id.slice(0, 12)}
    </Text>
  );
}
