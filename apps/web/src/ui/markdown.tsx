import { Anchor, Box, Code, List, Table, Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import { type Block, type Inline, parseMarkdown } from './markdown-blocks.ts';

/** Docs text as React elements. `level` is that of its highest heading in the page. */
export function Markdown({ source, level = 3 }: { source: string; level?: number }) {
  const blocks = parseMarkdown(source);
  const top = Math.min(...blocks.map((block) => (block.kind === 'heading' ? block.level : 6)));
  return (
    <Box fz="sm" lh={1.6}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
        <BlockView key={index} block={block} shift={level - top} />
      ))}
    </Box>
  );
}

function BlockView({ block, shift }: { block: Block; shift: number }) {
  switch (block.kind) {
    case 'heading': {
      const order = Math.min(6, Math.max(2, block.level + shift)) as 2 | 3 | 4 | 5 | 6;
      return (
        <Title order={order} size="h4" mt="md" mb={4}>
          <InlineView parts={block.text} />
        </Title>
      );
    }
    case 'paragraph':
      return (
        <Text size="sm" my={6} lh={1.6}>
          <InlineView parts={block.text} />
        </Text>
      );
    case 'code':
      return (
        <Code block my={8}>
          {block.text}
        </Code>
      );
    case 'list':
      return (
        <List type={block.ordered ? 'ordered' : 'unordered'} size="sm" my={6} spacing={3}>
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
            <List.Item key={index}>
              <InlineView parts={item} />
            </List.Item>
          ))}
        </List>
      );
    case 'table':
      return <TableView block={block} />;
  }
}

function TableView({ block }: { block: Extract<Block, { kind: 'table' }> }) {
  return (
    <Table.ScrollContainer minWidth={320} type="native">
      <Table my={8} withTableBorder fz="sm">
        <Table.Thead>
          <Table.Tr>
            {block.head.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
              <Table.Th key={index}>
                <InlineView parts={cell} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {block.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
            <Table.Tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
                <Table.Td key={column}>
                  <InlineView parts={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function InlineView({ parts }: { parts: readonly Inline[] }) {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
    <Fragment key={index}>{toElement(part)}</Fragment>
  ));
}

function toElement(part: Inline) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <Code>{part.text}</Code>;
    case 'strong':
      return <strong>{part.text}</strong>;
    case 'emphasis':
      return <em>{part.text}</em>;
    case 'link':
      return (
        <Anchor href={part.href} target="_blank" rel="noreferrer" inherit>
          {part.text}
        </Anchor>
      );
  }
}
