import { Anchor, Kbd, Modal, Stack, Switch, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSingleKeysSwitch } from '../../ui/single-keys';
import { useReturnFocus } from '../../ui/use-return-focus';
import { commandKey } from './command-key';
import classes from './help-dialog.module.css';

/** Keys joined by “then” unless they are pressed together. */
const groups = [
  {
    key: 'everywhere',
    rows: [
      { key: 'palette', keys: [`${commandKey} K`] },
      { key: 'overview', keys: ['G', 'O'] },
      { key: 'suites', keys: ['G', 'S'] },
      { key: 'projects', keys: ['G', 'P'] },
      { key: 'applications', keys: ['G', 'A'] },
      { key: 'users', keys: ['G', 'U'] },
      { key: 'help', keys: ['?'] },
    ],
  },
  {
    key: 'lists',
    rows: [
      { key: 'new', keys: ['N'] },
      { key: 'search', keys: ['/'] },
      { key: 'move', keys: ['↑ ↓'] },
      { key: 'open', keys: ['Enter'] },
      { key: 'edit', keys: ['E'] },
      { key: 'delete', keys: ['Del'] },
      { key: 'range', keys: ['Shift Space'] },
    ],
  },
  { key: 'forms', rows: [{ key: 'save', keys: [`${commandKey} S`] }] },
] as const;

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('palette');
  const { t: tUi } = useTranslation();
  const [on, setOn] = useSingleKeysSwitch();
  useReturnFocus();
  return (
    <Modal opened onClose={onClose} title={t('help.title')} closeButtonProps={{ 'aria-label': tUi('dialog.close') }}>
      <Stack>
        {groups.map((group) => (
          <section key={group.key} aria-labelledby={`help-${group.key}`}>
            <Title order={3} id={`help-${group.key}`}>
              {t(`help.group.${group.key}`)}
            </Title>
            <dl className={classes.keys}>
              {group.rows.map(({ key, keys }) => (
                <div key={key} className={classes.row}>
                  <dt>{t(`help.key.${key}`)}</dt>
                  <dd>
                    {keys.map((each, index) => (
                      <span key={each}>
                        {index > 0 && ` ${t('help.then')} `}
                        <Kbd size="sm">{each}</Kbd>
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <Switch
          label={t('help.switch')}
          description={t('help.switchHint')}
          checked={on}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        <Text size="sm">
          <Anchor href="/api/docs" target="_blank" rel="noreferrer" size="sm">
            {t('help.api')}
          </Anchor>
        </Text>
      </Stack>
    </Modal>
  );
}
