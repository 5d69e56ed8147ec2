import { Button, Checkbox, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button';
import classes from './show-once-secret-dialog.module.css';
import { useReturnFocus } from './use-return-focus';

export interface ShowOnceSecretDialogProps {
  title: string;
  /** In the middle of a sentence: “client secret”. */
  what: string;
  secret: string;
  /** Lines of the .env file, the secret among them. */
  env: Record<string, string>;
  /** Name of the file without `.env`. */
  fileName: string;
  /** What belongs to the secret and is not secret itself, such as the client ID. */
  children?: ReactNode;
  onClose: () => void;
}

/** The one time a secret is seen; closes only after “I have stored the secret”. */
export function ShowOnceSecretDialog(props: ShowOnceSecretDialogProps) {
  const { title, what, secret, env, fileName, children, onClose } = props;
  const { t } = useTranslation();
  useReturnFocus();
  const [stored, setStored] = useState(false);

  function download() {
    const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
    const url = URL.createObjectURL(new Blob(lines, { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${fileName}.env`;
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <Modal
      opened
      onClose={() => stored && onClose()}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={stored}
    >
      <Stack>
        {children}
        <Text size="sm">{t('secret.once')}</Text>
        <Code block className={classes.secret} data-testid="secret">
          {secret}
        </Code>
        <Group gap="xs">
          <CopyButton text={secret} what={what} variant="button" />
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={download}>
            {t('secret.download')}
          </Button>
        </Group>
        <Group justify="space-between">
          <Checkbox
            label={t('secret.stored')}
            checked={stored}
            onChange={(event) => setStored(event.currentTarget.checked)}
          />
          <Button disabled={!stored} onClick={onClose}>
            {t('dialog.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
