import { Badge, Group, Text } from '@mantine/core';
import type { WorkflowSummary } from '@navette/contracts';
import { IconRoute } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { NodeIcon } from '../../canvas/node-icon.tsx';
import { useNodeTypes } from '../../canvas/use-node-types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { PublishedBadge } from './published-badge.tsx';
import classes from './workflow-row.module.css';

const shownTriggers = 3;

export function WorkflowRow({ workflow }: { workflow: WorkflowSummary }) {
  const { t, pick } = useI18n();
  const nodeTypes = useNodeTypes();
  const triggers = [...new Set(workflow.triggers)];
  return (
    <Link
      to="/workflows/$workflowId"
      params={{ workflowId: workflow.id }}
      search={{}}
      className={classes['row']}
      aria-label={workflow.name}
    >
      <Group gap={4} wrap="nowrap" visibleFrom="xs">
        {triggers.slice(0, shownTriggers).map((type) => {
          const nodeType = nodeTypes.get(type);
          return (
            <span key={type} title={nodeType ? pick(nodeType.name) : type}>
              <NodeIcon nodeType={nodeType} size={34} />
            </span>
          );
        })}
        {triggers.length === 0 && (
          <Badge variant="light" color="gray" size="lg" radius="md" h={34} aria-hidden>
            <IconRoute size={18} />
          </Badge>
        )}
      </Group>
      <div className={classes['text']}>
        <Text fw={580} fz={15} truncate>
          {workflow.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {workflow.description || t('workflows.nodeCount', { count: workflow.nodeCount })}
        </Text>
      </div>
      {workflow.description !== '' && (
        <Text size="sm" c="dimmed" visibleFrom="md" className={classes['cell']}>
          {t('workflows.nodeCount', { count: workflow.nodeCount })}
        </Text>
      )}
      <Text size="sm" c="dimmed" visibleFrom="sm" className={classes['cell']}>
        <RelativeTime iso={workflow.updatedAt} />
      </Text>
      <span className={classes['state']}>
        <PublishedBadge published={workflow.published} />
      </span>
    </Link>
  );
}
