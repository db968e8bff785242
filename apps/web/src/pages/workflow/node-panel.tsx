import { Alert, Tabs, Text } from '@mantine/core';
import type { NodeType, WorkflowNode } from '@navette/contracts';
import { IconNote } from '@tabler/icons-react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { ParametersView } from '../../ui/parameters-view.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { SideTabs } from '../../ui/side-tabs.tsx';
import { NodeSettings } from './node-settings.tsx';
import classes from './workflow-view.module.css';

interface NodePanelProps {
  node: WorkflowNode;
  nodeType: NodeType | undefined;
  onClose(): void;
}

/** What a node is set to do, and the docs of its type. */
export function NodePanel({ node, nodeType, onClose }: NodePanelProps) {
  const { t, pick } = useI18n();
  return (
    <SidePanel
      key={node.id}
      className={classes['aside']}
      nodeType={nodeType}
      title={node.name}
      subtitle={nodeType ? pick(nodeType.name) : node.type}
      onClose={onClose}
    >
      <Tabs defaultValue="parameters" keepMounted={false}>
        <SideTabs>
          <Tabs.Tab value="parameters">{t('node.parameters')}</Tabs.Tab>
          <Tabs.Tab value="settings">{t('node.settings')}</Tabs.Tab>
          <Tabs.Tab value="docs">{t('node.docs')}</Tabs.Tab>
        </SideTabs>
        <Tabs.Panel value="parameters" p="md">
          {node.notes && (
            <Alert icon={<IconNote size={16} />} color="yellow" variant="light" mb="md">
              {node.notes}
            </Alert>
          )}
          <ParametersView parameters={node.parameters} schema={nodeType?.parametersSchema} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" p="md">
          <NodeSettings node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="docs" p="md" pt="xs">
          {nodeType ? (
            <Markdown source={pick(nodeType.docs)} />
          ) : (
            <Text size="sm" c="dimmed">
              {t('node.unknownType', { type: node.type })}
            </Text>
          )}
        </Tabs.Panel>
      </Tabs>
    </SidePanel>
  );
}
