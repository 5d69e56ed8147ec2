import { type CSSVariablesResolver, createTheme, localStorageColorSchemeManager } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  // Shade 8 gives white text 5.9:1 (WCAG 2.2 §1.4.3).
  primaryShade: 8,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  // A menu has only items in it (WAI-ARIA 1.2 §6.6.10): the focus begins on the first.
  components: { Menu: { defaultProps: { withInitialFocusPlaceholder: false } } },
});

/** Texts and borders that reach 4.5:1 and 3:1 on their grounds (WCAG 2.2 §1.4.3, §1.4.11). */
export const themeVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545b63',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c92a2a',
    '--tessera-field-border': '#868e96',
    '--tessera-ground': '#f8f9fa',
    '--tessera-good': '#2b8a3e',
    '--tessera-warn': '#b35000',
    '--tessera-bad': '#c92a2a',
    '--tessera-idle': '#868e96',
  },
  dark: {
    '--mantine-color-dimmed': '#b8b8b8',
    '--mantine-color-placeholder': '#9a9a9a',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#91a7ff',
    '--tessera-field-border': '#7a7a7a',
    '--tessera-ground': '#1b1b1b',
    '--tessera-good': '#51cf66',
    '--tessera-warn': '#ffa94d',
    '--tessera-bad': '#ff8787',
    '--tessera-idle': '#8f8f8f',
  },
});

/** public/theme.js reads the same key before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'tessera-theme' });
