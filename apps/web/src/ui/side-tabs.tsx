import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './side-tabs.module.css';

/** The tabs of a side panel: in one line, however narrow it is. */
export function SideTabs({ children }: { children: ReactNode }) {
  return (
    <Tabs.List px="md" className={classes['tabList']}>
      {children}
    </Tabs.List>
  );
}
