import { Group, Pagination, Table, Text } from '@mantine/core';
import type { Item } from '@navette/contracts';
import type { Json } from '@navette/kit/portable';
import { useMemo, useState } from 'react';
import { columnLimit, toCellText, toColumns } from '../../execution/item-columns.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { FileChip } from './file-chip.tsx';
import classes from './items-table.module.css';

const pageSize = 50;

/** Items as rows, fields as columns, fifty at a time. */
export function ItemsTable({ items }: { items: readonly Item[] }) {
  const { t } = useI18n();
  const [page, setPage] = useState(1);
  const columns = useMemo(() => toColumns(items), [items]);
  const withFiles = useMemo(() => items.some((item) => item.binary), [items]);
  const from = (page - 1) * pageSize;
  const shown = items.slice(from, from + pageSize);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes['scroll']} tabIndex={0} aria-label={t('step.viewTable')}>
        <Table fz="xs" verticalSpacing={5} horizontalSpacing={10} className={classes['table']}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes['number']} aria-label={t('step.item')}>
                #
              </Table.Th>
              {withFiles && <Table.Th>{t('step.files')}</Table.Th>}
              {columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
              <Table.Tr key={from + index}>
                <Table.Td className={classes['number']}>{from + index + 1}</Table.Td>
                {withFiles && (
                  <Table.Td>
                    {Object.entries(item.binary ?? {}).map(([name, file]) => (
                      <FileChip key={name} file={file} />
                    ))}
                  </Table.Td>
                )}
                {columns.map((column) => (
                  <Cell
                    key={column}
                    value={Object.hasOwn(item.json, column) ? item.json[column] : undefined}
                  />
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      <Group justify="space-between" gap="xs">
        {columns.length >= columnLimit && (
          <Text size="xs" c="dimmed">
            {t('step.columnsCut', { count: columnLimit })}
          </Text>
        )}
        {items.length > pageSize && (
          <Pagination
            size="sm"
            total={Math.ceil(items.length / pageSize)}
            value={page}
            onChange={setPage}
            getControlProps={(control) => ({
              'aria-label':
                control === 'previous' || control === 'first' ? t('common.previous') : t('common.next'),
            })}
            getItemProps={(number) => ({ 'aria-label': t('common.pageNumber', { number }) })}
          />
        )}
      </Group>
    </>
  );
}

function Cell({ value }: { value: Json | undefined }) {
  const text = toCellText(value);
  const kind = value === null ? 'null' : typeof value;
  return (
    <Table.Td data-kind={kind} title={text.length > 40 ? text : undefined}>
      <div className={classes['cell']}>{text}</div>
    </Table.Td>
  );
}
