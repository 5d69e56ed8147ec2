import { Badge, Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';

export interface PathTab {
  /** Last segment of the path. */
  segment: string;
  label: string;
  count?: number | undefined;
  /** Fields that need attention. */
  faults?: number | undefined;
}

export interface PathTabsProps {
  /** Path of the object, such as `/applications/1`. */
  base: string;
  tabs: PathTab[];
  active: string;
  children: ReactNode;
}

/** Tabs whose choice is a path segment, so that a link and Back reach them. */
export function PathTabs({ base, tabs, active, children }: PathTabsProps) {
  const navigate = useNavigate();
  return (
    <Tabs
      value={active}
      onChange={(segment) => segment && navigate(`${base}/${segment}`)}
      activateTabWithKeyboard={false}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {tabs.map((tab) => (
          <Tabs.Tab
            key={tab.segment}
            value={tab.segment}
            rightSection={
              tab.faults ? (
                <Badge size="sm" color="red">
                  {tab.faults}
                </Badge>
              ) : (
                tab.count !== undefined && (
                  <Badge size="sm" variant="default">
                    {tab.count}
                  </Badge>
                )
              )
            }
          >
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={active}>{children}</Tabs.Panel>
    </Tabs>
  );
}
