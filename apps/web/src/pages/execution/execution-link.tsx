import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** Leads to another execution; its id, cut short, where there are no words for it. */
export function ExecutionLink({ id, children }: { id: string; children?: React.ReactNode }) {
  return (
    <Anchor
      inherit
      {...(children === undefined ? { ff: 'monospace', fz: 'xs' } : {})}
      renderRoot={(props) => (
        <Link to="/executions/$executionId" params={{ executionId: id }} search={{}} {...props} />
      )}
    >
      {children ?? `${id.slice(0, 16)}…`}
    </Anchor>
  );
}
