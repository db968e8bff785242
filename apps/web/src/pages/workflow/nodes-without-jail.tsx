import { Anchor, Text } from '@mantine/core';
import type { WorkflowDefinition } from '@navette/contracts';
import { useNavigate } from '@tanstack/react-router';
import { Fragment } from 'react';
import { engineOfNode } from '../../code/engine-of-node.ts';
import { useEnginesWithoutJail } from '../../code/use-engines-without-jail.ts';
import { WithoutJailAlert } from '../../code/without-jail-alert.tsx';
import { useI18n } from '../../i18n/i18n.tsx';

/** Which nodes of a workflow this server runs without a jail. Nothing where there is none. */
export function NodesWithoutJail({ definition }: { definition: WorkflowDefinition }) {
  const { t } = useI18n();
  const navigate = useNavigate({ from: '/workflows/$workflowId' });
  const native = definition.nodes.filter((node) => !node.disabled && isNative(node));
  const engines = useEnginesWithoutJail(native.length > 0);
  const nodes = native.filter((node) => engines.has(engineOfNode(node)!));
  if (nodes.length === 0) return null;
  const show = (node: string) =>
    void navigate({
      search: ({ execution: _, ...old }) => ({ ...old, tab: 'canvas', node }),
      replace: true,
    });
  return (
    <WithoutJailAlert title={t('jail.nodes', { count: nodes.length })} radius={0}>
      <Text size="sm">
        {nodes.map(({ id, name }, index) => (
          <Fragment key={id}>
            {index > 0 && ', '}
            <Anchor
              component="button"
              type="button"
              inherit
              c="inherit"
              fw={600}
              underline="always"
              onClick={() => show(id)}
            >
              {name}
            </Anchor>
          </Fragment>
        ))}
      </Text>
    </WithoutJailAlert>
  );
}

function isNative(node: WorkflowDefinition['nodes'][number]): boolean {
  const engine = engineOfNode(node);
  return engine !== undefined && engine !== 'quickjs';
}
