import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../../ui/copy-button';
import { CodeBlock } from '../code-block';
import { Panel } from '../panel';
import { endpointNamesOf, endpointsOf } from './endpoints';
import { type SettingsFormat, settingsFormats, settingsText } from './settings-text';

/** The addresses of the suite, each to copy, and the settings of the application as text. */
export function EndpointsCard({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const [format, setFormat] = useState<SettingsFormat>('env');
  const endpoints = endpointsOf(application);
  return (
    <Panel title={t('endpoints.title')}>
      <Stack gap={6}>
        {endpointNamesOf(application.authenticatorType).map((name) => (
          <div key={name}>
            <Text size="xs" c="dimmed">
              {t(`endpoints.${name}`)}
            </Text>
            <Group gap={4} wrap="nowrap" justify="space-between">
              <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {endpoints[name]}
              </Text>
              <CopyButton text={endpoints[name]} what={t(`endpoints.${name}Copy`)} />
            </Group>
          </div>
        ))}
      </Stack>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={600} id="settings-as">
          {t('endpoints.settingsAs')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-labelledby="settings-as"
          value={format}
          onChange={(next) => setFormat(settingsFormats.find((each) => each === next) ?? 'env')}
          data={settingsFormats.map((value) => ({ value, label: t(`endpoints.formats.${value}`) }))}
        />
      </Group>
      <CodeBlock
        text={settingsText(application, format)}
        what={t('endpoints.settings')}
        label={t('endpoints.settingsText')}
      />
    </Panel>
  );
}
