import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { lifespanInWords } from '@tessera/contract/lifespan';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isUnit, type LifeSpan, toLifeSpan, units } from './life-span';
import classes from './life-span-field.module.css';

export interface LifeSpanFieldProps {
  id: string;
  label: string;
  value: LifeSpan;
  onChange: (value: LifeSpan) => void;
  onBlur: () => void;
  error: string | undefined;
  description?: ReactNode;
  /** Accessible name of the unit, which is labelled “Unit” to the eye. */
  unitLabel: string;
  /** Seconds. */
  presets: number[];
  required?: boolean;
  withAsterisk?: boolean;
  labelProps?: Record<string, string>;
}

/** A whole number and its unit, with presets. */
export function LifeSpanField({ value, onChange, onBlur, unitLabel, presets, ...input }: LifeSpanFieldProps) {
  const { t } = useTranslation('application-details');

  function choose(next: LifeSpan) {
    onChange(next);
    onBlur();
  }

  return (
    <div>
      <div className={classes.pair}>
        <TextInput
          {...input}
          value={value.amount}
          onChange={(event) => onChange({ ...value, amount: event.currentTarget.value })}
          onBlur={onBlur}
          inputMode="numeric"
          autoComplete="off"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <NativeSelect
          label={t('config.unit')}
          aria-label={unitLabel}
          data={units.map((unit) => ({ value: unit, label: t(`config.units.${unit}`) }))}
          value={value.unit}
          onChange={(event) => {
            const unit = event.currentTarget.value;
            if (isUnit(unit)) choose({ ...value, unit });
          }}
        />
      </div>
      <Group gap={6} mt={6}>
        {presets.map((seconds) => (
          <Button key={seconds} size="compact-sm" variant="default" onClick={() => choose(toLifeSpan(seconds))}>
            {lifespanInWords(seconds)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
