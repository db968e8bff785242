import { Alert, Tabs, Text } from '@mantine/core';
import type { CodeIssue, NodeType, WorkflowNode } from '@navette/contracts';
import { IconAlertTriangle, IconNote } from '@tabler/icons-react';
import { codeParameterOf } from '../../code/code-source.ts';
import { engineOfNode } from '../../code/engine-of-node.ts';
import { useEnginesWithoutJail } from '../../code/use-engines-without-jail.ts';
import { WithoutJailAlert } from '../../code/without-jail-alert.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { ParametersView } from '../../ui/parameters-view.tsx';
import { ProblemDetails } from '../../ui/problem-alert.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { SidePanel } from '../../ui/side-panel.tsx';
import { SideTabs } from '../../ui/side-tabs.tsx';
import { NodeSettings } from './node-settings.tsx';
import classes from './workflow-view.module.css';

interface NodePanelProps {
  node: WorkflowNode;
  nodeType: NodeType | undefined;
  /** What is wrong with its code, as it was saved. */
  issues: readonly CodeIssue[];
  onClose(): void;
}

/** What a node is set to do, and the docs of its type. */
export function NodePanel({ node, nodeType, issues, onClose }: NodePanelProps) {
  const { t, pick } = useI18n();
  const engine = engineOfNode(node);
  const unheld = useEnginesWithoutJail(engine !== undefined && engine !== 'quickjs');
  const isUnheld = engine !== undefined && unheld.has(engine);
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
          {isUnheld && <WithoutJailAlert title={t('jail.node')} mb="md" />}
          {issues.map((issue) => (
            <NodeIssue key={`${issue.line} ${issue.column} ${issue.message}`} issue={issue} />
          ))}
          <ParametersView
            parameters={node.parameters}
            schema={nodeType?.parametersSchema}
            code={codeParameterOf(node.type)}
            marked={issues.flatMap(({ line }) => (line === undefined ? [] : [line]))}
          />
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

function NodeIssue({ issue }: { issue: CodeIssue }) {
  const text = toProblemText(issue, useI18n());
  return (
    <Alert
      icon={<IconAlertTriangle size={16} />}
      color={issue.severity === 'error' ? 'red' : 'yellow'}
      variant="light"
      title={text.title}
      role="group"
      mb="md"
      style={{ overflowWrap: 'anywhere' }}
    >
      <ProblemDetails text={text} />
    </Alert>
  );
}
