import { Anchor, Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import type { AuthenticatorType } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../ui/use-return-focus';
import { type Answers, questionsFor, typeFor } from './which-type';

const choices = {
  who: ['person', 'service'],
  where: ['server', 'device', 'keyless'],
  signIn: ['page', 'none'],
} as const;

/** “Which one?”: three questions that pick an authenticator type. */
export function WhichOne({ onPick }: { onPick: (type: AuthenticatorType) => void }) {
  const { t } = useTranslation('applications');
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Anchor component="button" type="button" size="sm" onClick={() => setOpen(true)}>
        {t('which.open')}
      </Anchor>
      {open && <WhichOneDialog onPick={onPick} onClose={() => setOpen(false)} />}
    </div>
  );
}

interface WhichOneDialogProps {
  onPick: (type: AuthenticatorType) => void;
  onClose: () => void;
}

function WhichOneDialog({ onPick, onClose }: WhichOneDialogProps) {
  const { t } = useTranslation(['applications', 'ui']);
  useReturnFocus();
  const [answers, setAnswers] = useState<Answers>({});
  const type = typeFor(answers);

  function pick(picked: AuthenticatorType) {
    onPick(picked);
    onClose();
  }

  return (
    <Modal opened onClose={onClose} title={t('which.title')} closeButtonProps={{ 'aria-label': t('ui:dialog.close') }}>
      <Stack>
        {questionsFor(answers).map((question) => (
          <Radio.Group
            key={question}
            label={t(`which.${question}.question`)}
            value={answers[question] ?? null}
            onChange={(answer) => setAnswers((current) => ({ ...current, [question]: answer }))}
          >
            <Stack gap={6} mt={4}>
              {choices[question].map((choice) => (
                <Radio key={choice} value={choice} label={t(`which.${choice}`)} />
              ))}
            </Stack>
          </Radio.Group>
        ))}
        <Text size="sm" role="status">
          {type && t('which.answer', { type: t(`types.${type}.label`) })}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui:dialog.cancel')}
          </Button>
          <Button disabled={!type} onClick={() => type && pick(type)}>
            {t('which.use')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
